// Kills of a host while everything is compared: what the comparison finds must come right all the same, and it must come to its end.
import { expect } from "vitest";
import { createRandom } from "../../local/host/moods.ts";
import { makeBoardPair } from "./board-pair.ts";
import type { BoardPair } from "./board-pair.ts";
import { shuffled } from "./crash-board.ts";
import { tellProgress } from "./crash-progress.ts";
import { fullConfig } from "./full-config.ts";
import { allKillPoints, createKillSwitch, nameOf } from "./kill-points.ts";
import type { KillPoint, OperationKind } from "./kill-points.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

const LIMIT_MS = 60 * 60_000; // ms; of the world's time: what cannot be read is asked for again after 5 minutes

interface Board {
  readonly moved: BoardPair;
  readonly gone: BoardPair;
  readonly kept: BoardPair;
}

/** Three pairs, of which one card is moved and one page put in the trash while nobody tells. */
async function prepare(world: World): Promise<Board> {
  const moved = await makeBoardPair(world, "Moved");
  const gone = await makeBoardPair(world, "Gone");
  const kept = await makeBoardPair(world, "Kept");
  await moved.card.set("Estimate", 8);
  await world.person.trashPage(gone.pageId);
  await world.advance(30 * 60_000);
  await world.settled();
  return { moved, gone, kept };
}

async function isDone(world: World, { moved, gone, kept }: Board): Promise<boolean> {
  const { body } = await world.call("GET", "status");
  const { idle, mappings } = body as {
    readonly idle: boolean;
    readonly mappings: readonly { readonly reconcile: { readonly endedAt: string | null } }[];
  };
  if (!idle || mappings[0]?.reconcile.endedAt === null) return false;
  const rows = world.memory?.dump("engineering") ?? [];
  if (rows.find(({ rowKey }) => rowKey === `page:${gone.pageId}`)?.["state"] !== "detached") return false;
  return (await moved.shown("Estimate")) === 8 && (await kept.shown("Estimate")) === 3;
}

async function runWithKill(
  point: KillPoint | undefined,
  seed: number,
): Promise<{ readonly counts: Readonly<Record<OperationKind, number>>; readonly killed: boolean }> {
  const kills = createKillSwitch();
  const options = { seed, config: fullConfig(), webhooks: false, inMemory: true };
  const world = await createWorld({ ...options, onRequest: kills.onRequest, onCommit: kills.onCommit });
  try {
    if (world.memory) world.memory.hooks = kills.hooks;
    const board = await prepare(world);
    const before = (await world.person.issues()).length;
    const asked = { isAnswered: false };
    const ask = async (): Promise<void> => {
      asked.isAnswered = (await world.call("POST", "sync", { full: true })).status === 202;
    };
    kills.arm(point, () => world.kill());
    // A person whose connection broke asks once more.
    await ask().catch(() => undefined);
    await world.until(async () => kills.hasKilled() || (await isDone(world, board)), LIMIT_MS);
    const killed = kills.hasKilled();
    kills.disarm();
    if (killed) {
      await world.start();
      if (!asked.isAnswered) await ask();
      await world.until(() => isDone(world, board), LIMIT_MS);
    }
    await world.settled(LIMIT_MS);
    // A kill between a link and its count leaves the count to the next comparison.
    await ask();
    await world.advance(60_000);
    await world.settled(LIMIT_MS);
    expect(await world.person.issues()).toHaveLength(before);
    const { body } = await world.call("GET", "status");
    expect(body).toMatchObject({ failures: [], conflicts: [], holds: [], mappings: [{ links: 2, pendingChanges: 0 }] });
    return { counts: kills.counts(), killed };
  } finally {
    await world.close();
  }
}

/** Kills at all points of a comparison, or at a sample, and asserts that every one comes right. */
export async function expectReconcileConverges(seed: number, sampleSize = Infinity): Promise<void> {
  const { counts } = await runWithKill(undefined, seed);
  const points = shuffled(allKillPoints(counts), createRandom(seed + 11)).slice(0, sampleSize);
  const failures: string[] = [];
  let killed = 0;
  for (const [index, point] of points.entries()) {
    tellProgress("everything is compared", index, points.length, failures.length);
    try {
      if ((await runWithKill(point, seed)).killed) killed += 1;
    } catch (error) {
      failures.push(`seed ${seed}, killed ${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  expect(failures).toEqual([]);
  expect(killed).toBeGreaterThanOrEqual(points.length * 0.75);
}
