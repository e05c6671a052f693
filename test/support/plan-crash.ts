// One kill while a plan is made, or while it is applied to a paused mapping: it is asked for again, and all must come right.
import { expect } from "vitest";
import { createRandom } from "../../local/host/moods.ts";
import { allKillPoints, createKillSwitch, nameOf } from "./kill-points.ts";
import type { KillPoint, OperationKind } from "./kill-points.ts";
import { closeIssue, createPlanBoard, linkPages } from "./plan-board.ts";
import type { PlanBoard } from "./plan-board.ts";
import { askPlan, readPairs } from "./plans.ts";
import type { PairSeen } from "./plans.ts";
import type { World } from "./world.ts";

const SOON_MS = 10 * 60_000; // ms; a create whose end is unknown takes minutes

/** What is interrupted. */
export type Phase = "make" | "apply";

interface Report {
  readonly counts: Readonly<Record<OperationKind, number>>;
  readonly killed: boolean;
}

/** Kills at a seeded sample of all moments of a phase; each must end with the plan carried out whole, and once. */
export async function expectPlanSurvives(phase: Phase, seed: number, sampleSize: number): Promise<void> {
  const { counts } = await runWithKill(phase, undefined, seed);
  const random = createRandom(seed);
  const points = allKillPoints(counts)
    .map((point) => ({ point, place: random() }))
    .sort((left, right) => left.place - right.place)
    .slice(0, sampleSize)
    .map(({ point }) => point);
  const failures: string[] = [];
  let killed = 0;
  for (const point of points) {
    try {
      if ((await runWithKill(phase, point, seed)).killed) killed += 1;
    } catch (error) {
      failures.push(`seed ${seed}, killed ${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  expect(failures).toEqual([]);
  expect(killed).toBeGreaterThanOrEqual(points.length * 0.8);
}

async function runWithKill(phase: Phase, point: KillPoint | undefined, seed: number): Promise<Report> {
  const kills = createKillSwitch();
  const board = await createPlanBoard({ seed, timers: true, onCommit: kills.onCommit }, kills.onRequest);
  const { world } = board;
  try {
    if (world.memory) world.memory.hooks = kills.hooks;
    await prepare(world);
    const made = phase === "make" ? undefined : await askPlan(world);
    board.sent.clear();
    kills.arm(point, () => world.kill());
    if (made) await askOnce(world, "apply", { planId: made.planId });
    else await askOnce(world, "plan", {});
    await world.until(() => kills.hasKilled() || world.isQuiet(), SOON_MS);
    kills.disarm();
    const killed = kills.hasKilled();
    if (killed) await world.start();
    if (phase === "make") expect(board.sent.writes()).toBe(0);
    const planId = made?.planId ?? (await findPlan(world)) ?? (await askPlan(world)).planId;
    await expectCarriedOut(board, planId);
    return { counts: kills.counts(), killed };
  } finally {
    await world.close();
  }
}

/** Two renamed pages, a new one, a closed one and one whose issue was closed, in a paused mapping: nothing happens by itself. */
async function prepare(world: World): Promise<void> {
  const [first, second, third, fourth] = await linkPages(world, ["Task 1", "Task 2", "Task 3", "Task 4"]);
  await world.call("POST", "mappings/engineering/pause");
  await world.person.setTitle(first?.pageId ?? "", "Task 1, renamed");
  await world.person.setTitle(second?.pageId ?? "", "Task 2, renamed");
  await world.person.setStatus(third?.pageId ?? "", "Done");
  await closeIssue(world, fourth?.issueId ?? "");
  await world.person.createPage({ title: "Task 5", status: "Ready" });
}

/** Sends a command whose answer may never come. */
async function askOnce(world: World, path: string, body: unknown): Promise<void> {
  const text = JSON.stringify(body);
  const headers = { "x-functions-key": world.host().functionKey, "content-length": String(Buffer.byteLength(text)) };
  let isAnswered = false;
  void world
    .host()
    .fetch(new Request(`http://app.test/api/${path}`, { method: "POST", headers, body: text }))
    .finally(() => (isAnswered = true));
  await world.until(() => isAnswered || isKilled(world), SOON_MS);
}

function isKilled(world: World): boolean {
  try {
    world.host();
    return false;
  } catch {
    return true;
  }
}

/** The plan whose making was interrupted; `undefined` when it was not even begun. */
async function findPlan(world: World): Promise<string | undefined> {
  const planId = world.memory?.dump("plans:").at(0)?.rowKey;
  if (planId === undefined) return undefined;
  const isStarted = await isReady(world, planId);
  return isStarted ? planId : undefined;
}

/** A plan whose start was lost before it was stored never gets ready: a person asks for another one. */
async function isReady(world: World, planId: string): Promise<boolean> {
  try {
    await world.until(async () => (await world.call("GET", `plan/${planId}`)).status === 200, SOON_MS);
    return true;
  } catch {
    return false;
  }
}

async function expectCarriedOut({ world, sent }: PlanBoard, planId: string): Promise<void> {
  expect((await world.call("POST", "apply", { planId })).status).toBe(202);
  await world.until(async () => {
    const results = (await readPairs(world, planId)).flat().map(({ result }) => result?.status);
    return results.length > 0 && results.every((status) => status !== "waiting");
  }, SOON_MS);
  const pairs = (await readPairs(world, planId)).flat();
  expect(pairs.map(({ result }: PairSeen) => result?.status)).toEqual(Array.from({ length: 5 }, () => "applied"));
  const issues = (await world.person.issues()).filter(({ title }) => title.startsWith("Task "));
  expect(issues.map(({ title, state }) => `${title} ${state}`).sort()).toEqual([
    "Task 1, renamed OPEN",
    "Task 2, renamed OPEN",
    "Task 3 CLOSED",
    "Task 4 CLOSED",
    "Task 5 OPEN",
  ]);
  await world.call("POST", "mappings/engineering/resume");
  await world.settled();
  sent.clear();
  await world.advance(5 * 60_000);
  await world.settled();
  expect(sent.writes()).toBe(0);
  expect((await world.call("GET", "status")).body).toMatchObject({
    failures: [],
    conflicts: [],
    mappings: [{ pendingChanges: 0 }],
  });
}
