// One kill in virtual time: the board is prepared, edited, the host killed at the point, started again, and all must come right.
import { expect } from "vitest";
import { createRandom } from "../../local/host/moods.ts";
import type { Moods } from "../../local/host/moods.ts";
import { editBoard, expectConverged, isInStep, prepareBoard } from "./crash-board.ts";
import type { Expected } from "./crash-board.ts";
import { allKillPoints, createKillSwitch, nameOf } from "./kill-points.ts";
import type { KillPoint, OperationKind } from "./kill-points.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

const RECOVERY_MS = 60_000; // ms; design, section 9, plus the remaining work
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
  /** From the next start (or the last edit) until all was right, in virtual time. */
  readonly tookMs: number;
}

/** Runs without a kill: how many operations there are, and how long the work takes. */
function runWithoutKill(options: CrashOptions): Promise<CrashReport> {
  return runWithKill(undefined, 10 * 60_000, options);
}

/**
 * Runs with one kill and asserts that nothing is lost, doubled or left behind.
 *
 * @param workMs how long the work takes without a kill: the limits are for what comes on top.
 */
export async function runWithKill(point: KillPoint | undefined, workMs: number, options: CrashOptions): Promise<CrashReport> {
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
    if (options.staleLists) staleLists(world);
    kills.arm(point, () => world.kill());
    const beganAt = world.now();
    const expected = await editBoard(world, board, options.seed);
    const isDone = (): boolean => expected.every((page) => isInStep(world, page));
    await world.until(() => kills.hasKilled() || (isDone() && world.isQuiet()), 10 * 60_000);
    const killed = kills.hasKilled();
    kills.disarm();
    let startedAt = beganAt;
    if (killed) {
      await world.advance(Math.floor(createRandom(options.seed + 1)() * LONGEST_OUTAGE_MS));
      startedAt = world.now();
      await converge(world, expected, workMs);
    }
    const tookMs = world.now() - startedAt;
    if (options.staleLists) freshLists(world);
    await expectConverged(world, board, expected);
    return { counts: kills.counts(), killed, tookMs };
  } finally {
    await world.close();
  }
}

async function converge(world: World, expected: readonly Expected[], workMs: number): Promise<void> {
  const startedAt = world.now();
  const unclear = reservedPages(world);
  const clear = expected.filter(({ pageId }) => !unclear.has(pageId));
  await world.start();
  await world.until(() => clear.every((page) => isInStep(world, page)), RECOVERY_MS + workMs);
  await world.until(() => expected.every((page) => isInStep(world, page)), startedAt + UNCLEAR_MS - world.now());
}

/** The pages whose creation was under way. */
function reservedPages(world: World): ReadonlySet<string> {
  const rows = (world.memory?.dump() ?? []).map((row) => JSON.stringify(row)).filter((row) => /\\?"reserved\\?"/.test(row));
  return new Set(rows.flatMap((row) => /pageId\\?":\\?"([0-9a-f-]{36})/.exec(row)?.[1] ?? []));
}

function staleLists(world: World): void {
  world.github.setFaults([{ match: "query", kind: "staleList", ageMs: STALE_MS, times: 1_000_000 }]);
}

function freshLists(world: World): void {
  world.github.setFaults([]);
}

/** The seed of this run; `CRASH_SEED` gives another one. */
export const CRASH_SEED = Number(process.env["CRASH_SEED"] ?? 1);

/** Counts the operations of a run that is not killed, and picks points of it: all, or a seeded sample. */
async function planSweep(options: CrashOptions, sampleSize = Infinity) {
  const { counts, tookMs } = await runWithoutKill(options);
  const random = createRandom(options.seed + sampleSize);
  const points = allKillPoints(counts)
    .map((point) => ({ point, place: sampleSize === Infinity ? 0 : random() }))
    .sort((left, right) => left.place - right.place)
    .slice(0, sampleSize)
    .map(({ point }) => point);
  return { counts, points, workMs: tookMs };
}

/**
 * Kills at all points of one kind of run, or at a sample, and asserts that every one converges.
 *
 * @remarks A mood is random, so a run may end before the point is reached; then nothing was killed, and the run must be right as well.
 */
export async function expectAllConverge(options: CrashOptions, sampleSize = Infinity): Promise<void> {
  const { points, workMs } = await planSweep(options, sampleSize);
  const { failures, reached } = await sweep(points, workMs, options);
  expect(failures).toEqual([]);
  expect(reached).toBeGreaterThanOrEqual(points.length * (options.moods ? 0.6 : 0.9));
}

/** Runs many points one after another; returns what went wrong, by point. */
async function sweep(points: readonly KillPoint[], workMs: number, options: CrashOptions): Promise<Sweep> {
  const failures: string[] = [];
  let reached = 0;
  let slowestMs = 0;
  for (const point of points) {
    try {
      const report = await runWithKill(point, workMs, options);
      if (report.killed) reached += 1;
      slowestMs = Math.max(slowestMs, report.tookMs);
    } catch (error) {
      failures.push(`seed ${options.seed}, killed ${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { failures, reached, slowestMs };
}

interface Sweep {
  readonly failures: readonly string[];
  /** At how many points the host was killed; a run may differ a little from the one that was counted. */
  readonly reached: number;
  readonly slowestMs: number;
}
