// One kill in virtual time: the board is prepared, edited, the host killed at the point, started again, and all must come right.
import { expect } from "vitest";
import { createRandom } from "../../local/host/moods.ts";
import type { Moods } from "../../local/host/moods.ts";
import { editBoard, expectConverged, isInStep, issuesOfPage, prepareBoard, shuffled } from "./crash-board.ts";
import type { Expected } from "./crash-board.ts";
import { describeRun, tellProgress } from "./crash-progress.ts";
import { allKillPoints, createKillSwitch, nameOf } from "./kill-points.ts";
import type { KillPoint, OperationKind } from "./kill-points.ts";
import type { StoredRow } from "../../storage/table.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

const RECOVERY_MS = 60_000; // ms; design, section 9, plus the remaining work
const WORK_MS = 15_000; // ms; 10 mutations at least 1.05 s apart
const MOODY_WORK_MS = 60_000; // ms; each activity begins up to 10 s late
const UNCLEAR_MS = 5 * 60_000; // ms; for a create whose end is unknown
const LONGEST_OUTAGE_MS = 3_000; // ms between the kill and the next start
const STALE_MS = 120_000;

export interface CrashOptions {
  readonly seed: number;
  /** Off: the poll alone finds what was edited. */
  readonly webhooks?: boolean;
  readonly staleLists?: boolean;
  readonly moods?: Partial<Moods>;
}

export interface CrashReport {
  readonly counts: Readonly<Record<OperationKind, number>>;
  readonly killed: boolean;
  /** Points at which a creation was begun and no issue was made yet: it begins anew only when all look-ups found nothing. */
  readonly slow: ReadonlySet<string>;
}

/** Runs with one kill, or none, and asserts that nothing is lost, doubled or left behind, and all within the limits. */
async function runWithKill(point: KillPoint | undefined, options: CrashOptions): Promise<CrashReport> {
  const kills = createKillSwitch();
  const world = await createWorld({
    seed: options.seed,
    webhooks: options.webhooks ?? true,
    moods: options.moods ?? {},
    onRequest: kills.onRequest,
    onCommit: kills.onCommit,
  });
  try {
    if (world.memory) world.memory.hooks = kills.hooks;
    const board = await prepareBoard(world);
    if (options.staleLists) {
      world.github.setFaults([{ match: "query", kind: "staleList", ageMs: STALE_MS, times: 1_000_000 }]);
    }
    const slow = new Set<string>();
    kills.arm(
      point,
      () => world.kill(),
      (passed) => {
        if (!point && hasUnmadeIssue(world)) slow.add(nameOf(passed));
      },
    );
    const expected = await editBoard(world, board, options.seed);
    const isDone = (): boolean => expected.every((page) => isInStep(world, page));
    await world.until(() => kills.hasKilled() || (isDone() && world.isQuiet()), 10 * 60_000);
    const killed = kills.hasKilled();
    kills.disarm();
    if (killed) {
      await world.advance(Math.floor(createRandom(options.seed + 1)() * LONGEST_OUTAGE_MS));
      await converge(world, expected, options.moods ? MOODY_WORK_MS : WORK_MS);
    }
    world.github.setFaults([]);
    await expectConverged(world, board, expected);
    return { counts: kills.counts(), killed, slow };
  } finally {
    await world.close();
  }
}

async function converge(world: World, expected: readonly Expected[], workMs: number): Promise<void> {
  const startedAt = world.now();
  const unclear = reservedPages(world.memory?.dump() ?? []);
  const clear = expected.filter(({ pageId }) => !unclear.has(pageId));
  await world.start();
  await world.until(() => clear.every((page) => isInStep(world, page)), RECOVERY_MS + workMs);
  await world.until(() => expected.every((page) => isInStep(world, page)), startedAt + UNCLEAR_MS - world.now());
}

/** The pages whose creation was under way. */
export function reservedPages(rows: readonly StoredRow[]): ReadonlySet<string> {
  const reserved = rows.map((row) => JSON.stringify(row)).filter((row) => /\\?"reserved\\?"/.test(row));
  return new Set(reserved.flatMap((row) => /pageId\\?":\\?"([0-9a-f-]{36})/.exec(row)?.[1] ?? []));
}

/** The seed of this run; `CRASH_SEED` gives another one. */
export const CRASH_SEED = Number(process.env["CRASH_SEED"] ?? 1);

function hasUnmadeIssue(world: World): boolean {
  return [...reservedPages(world.memory?.dump() ?? [])].some((pageId) => issuesOfPage(world, pageId).length === 0);
}

/** Counts the operations of a run that is not killed, and picks points of it: all, or a seeded sample. */
export async function planPoints(
  options: CrashOptions,
  kinds: readonly OperationKind[] = ["notion", "github", "storage", "commit"],
  sampleSize = Infinity,
  withSlow = true,
): Promise<readonly KillPoint[]> {
  const { counts, slow } = await runWithKill(undefined, options);
  const points = allKillPoints(counts).filter((point) => kinds.includes(point.kind) && (withSlow || !slow.has(nameOf(point))));
  if (sampleSize === Infinity) return points;
  return shuffled(points, createRandom(options.seed + sampleSize)).slice(0, sampleSize);
}

/**
 * Kills at all points of one kind of run, or at a sample, and asserts that every one converges.
 *
 * @remarks Runs differ a little, and moods are random: where a point is not reached nothing was killed, and the run must be right as well.
 */
export async function expectAllConverge(options: CrashOptions, sampleSize = Infinity): Promise<void> {
  const points = await planPoints(options, undefined, sampleSize);
  const failures: string[] = [];
  let reached = 0;
  for (const [index, point] of points.entries()) {
    tellProgress(`main job, ${describeRun(options)}`, index, points.length, failures.length);
    try {
      if ((await runWithKill(point, options)).killed) reached += 1;
    } catch (error) {
      failures.push(`seed ${options.seed}, killed ${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  expect(failures).toEqual([]);
  expect(reached).toBeGreaterThanOrEqual(points.length * (options.moods ? 0.6 : 0.9));
}
