// Kills of a host while a person asks for every kind of effect at once; each run begins from a board that was prepared once.
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Moods } from "../../local/host/host.ts";
import { createRandom } from "../../local/host/moods.ts";
import type { StoredRow } from "../../storage/table.ts";
import { shuffled } from "./crash-board.ts";
import { editFeatures, featureConfig, FEATURE_SEED, prepareFeatures, reportWhenAsked } from "./feature-board.ts";
import type { ExpectedPage, FeatureBoard } from "./feature-board.ts";
import { countAll, faultsOf, isFaultless } from "./feature-faults.ts";
import type { Counts } from "./feature-faults.ts";
import { allKillPoints, createKillSwitch, nameOf } from "./kill-points.ts";
import type { KillPoint, OperationKind } from "./kill-points.ts";
import { describeRun, tellProgress } from "./crash-progress.ts";
import { createMemoryTable } from "./memory-table.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

const LIMIT_MS = 15 * 60_000; // ms; of the world's time, for everything that was edited
const RECOVERY_MS = 5 * 60_000; // ms; design, section 9: a create whose end is unknown
const MOODY_RECOVERY_MS = 10 * 60_000; // ms; each activity begins up to 10 s late
const LONGEST_OUTAGE_MS = 3_000; // ms between the kill and the next start
const LATER_MS = 30 * 60_000; // ms; by then no budget remembers the preparation

export interface FeatureCrashOptions {
  readonly seed: number;
  /** Off: the poll alone finds what was edited. */
  readonly webhooks?: boolean;
  readonly moods?: Partial<Moods>;
}

/** The board as it was prepared, which every run begins from. */
interface Prepared {
  readonly board: FeatureBoard;
  readonly rows: readonly StoredRow[];
  readonly files: Files;
  readonly endedMs: number;
  /** How many issues, pull requests and labels there were. */
  readonly before: Counts;
}

interface Files {
  readonly notion: string;
  readonly github: string;
}

const newFiles = (): Files => {
  const folder = mkdtempSync(join(tmpdir(), "notion-sync-features-"));
  return { notion: join(folder, "notion.json"), github: join(folder, "github.json") };
};

async function prepare(seed: number): Promise<Prepared> {
  const files = newFiles();
  const world = await createWorld({
    seed,
    config: featureConfig(),
    notion: { dataFile: files.notion, seedData: FEATURE_SEED },
    github: { dataFile: files.github },
  });
  try {
    const board = await prepareFeatures(world);
    await world.advance(60_000);
    await world.settled();
    return { board, rows: world.memory?.dump() ?? [], files, endedMs: world.now(), before: countAll(world) };
  } finally {
    await world.close();
  }
}

interface Report {
  readonly counts: Readonly<Record<OperationKind, number>>;
  readonly killed: boolean;
}

/** Runs with one kill, or none, and asserts that nothing is lost, doubled or left behind. */
async function runWithKill(prepared: Prepared, point: KillPoint | undefined, options: FeatureCrashOptions): Promise<Report> {
  const kills = createKillSwitch();
  const files = newFiles();
  copyFileSync(prepared.files.notion, files.notion);
  copyFileSync(prepared.files.github, files.github);
  const memory = createMemoryTable();
  for (const { etag: _etag, ...row } of prepared.rows) await memory.upsert(row);
  const started = await createWorld({
    seed: options.seed,
    startAt: new Date(prepared.endedMs + LATER_MS).toISOString(),
    config: featureConfig(),
    webhooks: options.webhooks ?? true,
    moods: options.moods ?? {},
    table: memory,
    notion: { dataFile: files.notion, seedData: FEATURE_SEED },
    github: { dataFile: files.github },
    onRequest: kills.onRequest,
    onCommit: kills.onCommit,
  });
  const world: World = { ...started, memory };
  try {
    memory.hooks = kills.hooks;
    await world.settled();
    kills.arm(point, () => world.kill());
    const expected = await editFeatures(world, prepared.board, options.seed, options.webhooks ?? true);
    const isDone = async (): Promise<boolean> => {
      if (kills.hasKilled()) return true;
      if (!world.isQuiet()) return false;
      await reportWhenAsked(world);
      return isFaultless(world, expected);
    };
    await untilOrFaults(world, expected, isDone, LIMIT_MS);
    const killed = kills.hasKilled();
    kills.disarm();
    if (killed) {
      await world.advance(Math.floor(createRandom(options.seed + 1)() * LONGEST_OUTAGE_MS));
      await world.start();
      const isMended = async (): Promise<boolean> => {
        if (!world.isQuiet()) return false;
        await reportWhenAsked(world);
        return isFaultless(world, expected);
      };
      await untilOrFaults(world, expected, isMended, options.moods ? MOODY_RECOVERY_MS : RECOVERY_MS);
    }
    await expectConverged(world, prepared, expected);
    return { counts: kills.counts(), killed };
  } finally {
    await world.close();
  }
}

/** Waits, and tells what is wrong when the time is up. */
async function untilOrFaults(
  world: World,
  expected: readonly ExpectedPage[],
  condition: () => Promise<boolean>,
  limitMs: number,
): Promise<void> {
  try {
    await world.until(condition, limitMs);
  } catch (error) {
    throw new Error(`after ${limitMs / 1_000} s: ${faultsOf(world, expected).join("; ")}`, { cause: error });
  }
}

/** Nothing is lost, doubled or left behind, and everything is quiet from now on. */
async function expectConverged(world: World, { before }: Prepared, expected: readonly ExpectedPage[]): Promise<void> {
  await world.until(async () => (await pendingChanges(world)) === 0, LIMIT_MS);
  await world.settled();
  expect(faultsOf(world, expected)).toEqual([]);
  const made = { issues: before.issues + 2, pullRequests: before.pullRequests + 2, labels: before.labels + 1 };
  expect(countAll(world)).toEqual(made);
  const { body } = await world.call("GET", "status");
  expect(body).toMatchObject({ idle: true, failures: [], conflicts: [], holds: [], mappings: [{ pendingChanges: 0 }] });
  world.notion.clearJournal();
  world.github.clearJournal();
  await Promise.all(world.deliveries.map((delivery) => world.redeliver(delivery)));
  for (let ticks = 0; ticks < 5; ticks += 1) {
    await world.advance(60_000);
    await world.settled();
  }
  const writes = [...world.notion.journal().requests, ...world.github.journal().requests].filter(({ write }) => write);
  expect(writes).toEqual([]);
  expect(faultsOf(world, expected)).toEqual([]);
  expect(countAll(world)).toEqual(made);
}

async function pendingChanges(world: World): Promise<number> {
  const { body } = await world.call("GET", "status");
  const { mappings } = body as { readonly mappings: readonly { readonly pendingChanges: number }[] };
  return mappings.reduce((sum, mapping) => sum + mapping.pendingChanges, 0);
}

/**
 * Kills at all points of a run with every kind of effect, or at a sample, and asserts that every one converges.
 *
 * @remarks Runs differ a little: where a point is not reached nothing was killed, and the run must be right as well.
 */
export async function expectFeaturesConverge(options: FeatureCrashOptions, sampleSize = Infinity): Promise<void> {
  const prepared = await prepare(options.seed);
  const { counts } = await runWithKill(prepared, undefined, options);
  const all = shuffled(allKillPoints(counts), createRandom(options.seed + 7));
  const points = all.slice(0, sampleSize);
  const failures: string[] = [];
  let killed = 0;
  for (const [index, point] of points.entries()) {
    tellProgress(`every kind of effect, ${describeRun(options)}`, index, points.length, failures.length);
    try {
      if ((await runWithKill(prepared, point, options)).killed) killed += 1;
    } catch (error) {
      failures.push(`seed ${options.seed}, killed ${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  expect(failures).toEqual([]);
  expect(killed).toBeGreaterThanOrEqual(points.length * (options.moods ? 0.5 : 0.75));
}
