import { afterEach, describe, expect, test } from "vitest";
import { closeIssue, createPlanBoard, linkPages } from "../support/plan-board.ts";
import { askPlan, readPairs } from "../support/plans.ts";
import type { PairSeen, PlanSeen } from "../support/plans.ts";
import { createBigBoard } from "../support/big-board.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

async function apply(planId: string): Promise<void> {
  const answer = await world.call("POST", "apply", { planId });
  expect(answer).toMatchObject({ status: 202, body: { instanceIds: ["sync-engineering"] } });
  await world.settled();
}

async function readResults(planId: string): Promise<ReadonlyMap<string, PairSeen["result"]>> {
  const pairs = (await readPairs(world, planId)).flat();
  return new Map(pairs.map(({ pageId, result }) => [pageId, result]));
}

describe("a plan that is applied", () => {
  test("leaves out and lists what was edited since, on either side, and does the rest", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [first, second, third] = await linkPages(world, ["First", "Second", "Third"]);
    const newPage = await world.person.createPage({ title: "New one", status: "Ready" });
    for (const pair of [first, second, third]) await world.person.setTitle(pair?.pageId ?? "", `Planned ${pair?.number}`);
    const { planId } = await askPlan(world);
    await world.person.setTitle(second?.pageId ?? "", "Edited after the plan");
    await closeIssue(world, third?.issueId ?? "");

    await apply(planId);

    const titles = new Map((await world.person.issues()).map(({ number, title }) => [number, title]));
    expect(titles.get(first?.number ?? 0)).toBe(`Planned ${first?.number}`);
    expect(titles.get(second?.number ?? 0)).toBe("Second");
    expect(titles.get(third?.number ?? 0)).toBe("Third");
    expect(await world.person.issuesTitled("New one")).toHaveLength(1);
    const results = await readResults(planId);
    expect(results.get(first?.pageId ?? "")).toEqual({ status: "applied" });
    expect(results.get(newPage)).toEqual({ status: "applied" });
    expect(results.get(second?.pageId ?? "")).toEqual({ status: "skipped", reason: "The page changed after the plan was made." });
    expect(results.get(third?.pageId ?? "")).toEqual({ status: "skipped", reason: "The item changed after the plan was made." });
    const { totals } = (await world.call("GET", `plan/${planId}`)).body as PlanSeen;
    expect(totals["results"]).toEqual({ applied: 2, skipped: 2, failed: 0, held: 0, waiting: 0 });
  });

  test("is done once, however often it is asked for, and what was skipped is synced by the next poll", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair, moved] = await linkPages(world, ["Once", "Moved"]);
    await world.person.setTitle(pair?.pageId ?? "", "Once, renamed");
    await world.person.setTitle(moved?.pageId ?? "", "Moved, renamed");
    const { planId } = await askPlan(world);
    await world.person.setTitle(moved?.pageId ?? "", "Moved again");
    await apply(planId);
    board.sent.clear();

    await apply(planId);
    expect(board.sent.writes()).toBe(0);

    await world.host().fireTimer("poll");
    await world.settled();
    expect(await world.person.issuesTitled("Moved again")).toHaveLength(1);
    expect((await readResults(planId)).get(moved?.pageId ?? "")).toMatchObject({ status: "skipped" });
  });

  test("is carried out while its mapping is paused, and nothing else is", async () => {
    const board = await createPlanBoard({ webhooks: true, timers: true });
    world = board.world;
    const [planned, edited] = await linkPages(world, ["Planned", "Edited"]);
    expect(await world.call("POST", "mappings/engineering/pause")).toEqual({
      status: 200,
      body: { name: "engineering", paused: true },
    });
    await world.person.setTitle(planned?.pageId ?? "", "Planned, renamed");
    const { planId } = await askPlan(world);
    await world.person.setTitle(edited?.pageId ?? "", "Edited while paused");
    await world.advance(120_000);
    board.sent.clear();

    await apply(planId);
    await world.advance(120_000);

    expect(await world.person.issuesTitled("Planned, renamed")).toHaveLength(1);
    expect(await world.person.issuesTitled("Edited")).toHaveLength(1);
    expect(board.sent.writes()).toBe(1);

    await world.call("POST", "mappings/engineering/resume");
    await world.settled();
    expect(await world.person.issuesTitled("Edited while paused")).toHaveLength(1);
  });

  test.each([1, 2])("is carried out once on a bad day of the platform (seed %i)", async (seed) => {
    const names = ["keys", "earlyTimers", "doubleActivities", "busyEnd", "doubleStart", "lateActivities", "smallPayloads"];
    const moods = Object.fromEntries(names.map((name) => [name, true]));
    const board = await createPlanBoard({ moods, seed, timers: true });
    world = board.world;
    const linked = await linkPages(world, ["Task 1", "Task 2", "Task 3"]);
    await world.call("POST", "mappings/engineering/pause");
    for (const { pageId, number } of linked) await world.person.setTitle(pageId, `Renamed ${number}`);
    await world.person.createPage({ title: "New one", status: "Ready" });
    board.sent.clear();

    const { planId } = await askPlan(world);
    expect(board.sent.writes()).toBe(0);
    await world.call("POST", "apply", { planId });
    await world.until(async () => [...(await readResults(planId)).values()].every((result) => result?.status === "applied"));

    const titles = (await world.person.issues()).map(({ title }) => title);
    for (const { number } of linked) expect(titles).toContain(`Renamed ${number}`);
    expect(titles.filter((title) => title === "New one")).toHaveLength(1);
  });

  test("of 250 pages is carried out in full, with small payloads in Durable", async () => {
    const board = await createBigBoard(250, { webhooks: false, timers: false, moods: { smallPayloads: true } });
    world = board.world;
    for (const [index, pageId] of board.pageIds.entries()) await world.person.setTitle(pageId, `Renamed ${index}`);
    const { planId } = await askPlan(world);

    await world.call("POST", "apply", { planId });
    await world.until(async () => (await world.call("GET", "status")).body !== undefined && world.isQuiet(), 60 * 60_000);
    await world.settled(60 * 60_000);

    const { totals } = (await world.call("GET", `plan/${planId}`)).body as PlanSeen;
    expect(totals["results"]).toEqual({ applied: 250, skipped: 0, failed: 0, held: 0, waiting: 0 });
    const titles = new Set((await world.person.issues()).map(({ title }) => title));
    expect(board.pageIds.filter((_, index) => !titles.has(`Renamed ${index}`))).toEqual([]);
  });
});
