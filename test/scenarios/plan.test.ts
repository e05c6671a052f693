import { afterEach, describe, expect, test } from "vitest";
import { closeIssue, createPlanBoard, linkPages } from "../support/plan-board.ts";
import { askPlan, callAndWait, readPairs } from "../support/plans.ts";
import type { PlanSeen } from "../support/plans.ts";
import { DEMO_DATA_SOURCE_ID, DEMO_SEED, toSeedPageId } from "../../local/notion-api/seed.ts";
import { createBigBoard } from "../support/big-board.ts";
import type { World } from "../support/world.ts";

const DAY_MS = 24 * 60 * 60_000;

let world: World;
afterEach(async () => world.close());

describe("a plan", () => {
  test("shows the very effects that the run then makes, and writes nothing itself", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [renamed, closedThere, doneHere, untouched] = await linkPages(world, [
      "Rename me",
      "Close me there",
      "Done here",
      "Same",
    ]);
    const newPage = await world.person.createPage({ title: "New one", status: "In Progress" });
    await world.person.setTitle(renamed?.pageId ?? "", "Renamed");
    await closeIssue(world, closedThere?.issueId ?? "");
    await world.person.setStatus(doneHere?.pageId ?? "", "Won't do");
    board.sent.clear();

    const plan = await askPlan(world);

    expect(board.sent.writes()).toBe(0);
    const effects = new Map(
      plan.pairs.map(({ pageId, effects }) => [
        pageId,
        effects.map(({ side, kind, field, from, to }) => [side, kind, field, from, to]),
      ]),
    );
    expect(effects.get(newPage)).toEqual([
      ["github", "create", "item", null, "issue"],
      ["notion", "update", "reference", null, "acme/widgets#(new)"],
    ]);
    expect(effects.get(renamed?.pageId ?? "")).toEqual([["github", "update", "title", "Rename me", "Renamed"]]);
    expect(effects.get(closedThere?.pageId ?? "")).toEqual([["notion", "update", "status", "Ready", "Done"]]);
    expect(effects.get(doneHere?.pageId ?? "")).toEqual([["github", "close", "status", "open", "closed"]]);
    expect(effects.has(untouched?.pageId ?? "")).toBe(false);
    expect(plan.totals).toMatchObject({ pairs: 4, effects: 5, conflicts: 0, complete: true });

    await world.host().fireTimer("poll");
    await world.settled();

    // The update and the closing go in one request; the two pages are written to once each.
    expect(
      board.sent
        .list()
        .filter(({ isWrite }) => isWrite)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(["PATCH /v1/pages/{id}", "PATCH /v1/pages/{id}", "mutation 2", "mutation createIssue"]);
    const issues = await world.person.issues();
    expect(issues.find(({ number }) => number === renamed?.number)?.title).toBe("Renamed");
    expect(issues.find(({ number }) => number === doneHere?.number)).toMatchObject({
      state: "CLOSED",
      stateReason: "NOT_PLANNED",
    });
    expect(await world.person.textOf(closedThere?.pageId ?? "", "Status")).toBe("Done");
    expect((await askPlan(world)).pairs).toEqual([]);
  });

  test("names a clash, both values, and whose stands", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair] = await linkPages(world, ["Clash"]);
    await world.person.setTitle(pair?.pageId ?? "", "Clash in Notion");
    await world.person.github(
      `mutation($id: ID!) { updateIssue(input: { id: $id, title: "Clash on GitHub" }) { issue { id } } }`,
      {
        id: pair?.issueId,
      },
    );
    board.sent.clear();

    const plan = await askPlan(world, { mapping: "engineering" });

    expect(plan.pairs).toHaveLength(1);
    expect(plan.pairs[0]).toMatchObject({
      mapping: "engineering",
      item: `acme/widgets#${pair?.number}`,
      effects: [{ side: "github", field: "title", from: "Clash on GitHub", to: "Clash in Notion" }],
      conflicts: [{ field: "title", page: "Clash in Notion", item: "Clash on GitHub", taken: "notion" }],
    });
    expect(board.sent.writes()).toBe(0);
  });

  test("of 250 pages is read a hundred at a time, each page once, with small payloads in Durable", async () => {
    const board = await createBigBoard(250, { webhooks: false, timers: false, moods: { smallPayloads: true } });
    world = board.world;
    for (const [index, pageId] of board.pageIds.entries())
      await world.person.setTitle(pageId, `${"Much longer ".repeat(20)}${index}`);
    const writesBefore = world.github.journal().writes;

    const plan = await askPlan(world);
    const pages = await readPairs(world, plan.planId);

    expect(plan.totals).toMatchObject({ pages: 250, pairs: 250, effects: 250 });
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(new Set(pages.flat().map(({ pageId }) => pageId))).toEqual(new Set(board.pageIds));
    expect(world.github.journal().writes).toBe(writesBefore);
  });

  test("reads a data source of more pages than Notion lists in one query", async () => {
    const count = 10_050;
    const pages = Array.from({ length: count }, (_, index) => ({
      id: toSeedPageId(1_000 + index),
      dataSourceId: DEMO_DATA_SOURCE_ID,
      properties: {
        Name: { title: [{ text: { content: `Task ${index}` } }] },
        Status: { status: { name: index % 10 === 0 ? "Ready" : "Backlog" } },
      },
      editedAt: new Date(Date.parse("2026-11-01T00:00:00Z") + index * 60_000).toISOString(),
    }));
    const board = await createPlanBoard({ notion: { seedData: { ...DEMO_SEED, pages } }, moods: { smallPayloads: true } });
    world = board.world;

    const { planId, totals } = await askPlan(world);

    expect(totals).toMatchObject({ pairs: 1_005, effects: 2_010, complete: true });
    expect(new Set((await readPairs(world, planId)).flat().map(({ pageId }) => pageId)).size).toBe(1_005);
  });

  test("waits out a limit of Notion, answers 202 with its own address until then, and sends nothing meanwhile", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const pageId = await world.person.createPage({ title: "Later", status: "Ready" });
    world.notion.setFaults([{ match: "query", kind: "status", status: 429, headers: { "retry-after": "120" }, times: 1 }]);

    const answer = await callAndWait(world, "POST", "plan", {});
    const { planId } = answer.body as PlanSeen;
    const limitedAt = board.sent.list("notion").find(({ status }) => status === 429)?.answeredAtMs ?? 0;

    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/api/plan/${planId}`);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    await world.until(async () => (await world.call("GET", `plan/${planId}`)).status === 200, 5 * 60_000);
    expect((await readPairs(world, planId)).flat().map((pair) => pair.pageId)).toEqual([pageId]);
    const later = board.sent.list("notion").filter(({ atMs }) => atMs > limitedAt);
    expect(later[0]?.atMs).toBeGreaterThanOrEqual(limitedAt + 120_000);
  });

  test("waits out a limit of GitHub, and lists no pair as troubled by it", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair] = await linkPages(world, ["Limited"]);
    await world.person.setTitle(pair?.pageId ?? "", "Limited, renamed");
    await world.advance(120_000);
    world.github.setFaults([{ match: "query", kind: "status", status: 429, headers: { "retry-after": "90" }, times: 1 }]);
    board.sent.clear();
    const startedAt = world.now();

    const plan = await askPlan(world);

    expect(world.now() - startedAt).toBeGreaterThanOrEqual(90_000);
    expect(plan.pairs).toMatchObject([{ pageId: pair?.pageId, problems: [], effects: [{ field: "title" }] }]);
    expect(board.sent.writes()).toBe(0);
  });

  test("says why it cannot be made when the token is refused", async () => {
    const board = await createPlanBoard();
    world = board.world;
    world.notion.setFaults([{ match: "query", kind: "status", status: 401, times: 2 }]);

    const answer = await callAndWait(world, "POST", "plan", {});

    expect(answer.status).toBe(502);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(JSON.stringify(answer.body)).toContain("token");
  });

  test("is gone after a day, from the tables too, and nothing else is known under a wrong name", async () => {
    const board = await createPlanBoard();
    world = board.world;
    await world.person.createPage({ title: "Only planned", status: "Ready" });
    const { planId } = await askPlan(world);
    const planRows = () => (world.memory?.dump() ?? []).filter((row) => row.partitionKey.startsWith("plan"));
    expect(planRows()).toHaveLength(2);

    await world.advance(DAY_MS - 60_000);
    expect((await world.call("GET", `plan/${planId}`)).status).toBe(200);
    await world.advance(2 * 60_000);

    expect((await world.call("GET", `plan/${planId}`)).status).toBe(404);
    expect((await world.call("POST", "apply", { planId })).status).toBe(404);
    expect((await world.call("GET", "plan/none-such-plan")).status).toBe(404);
    expect((await world.call("POST", "plan", { mapping: "nobody" })).status).toBe(404);
    expect((await world.call("POST", "plan", { maping: "engineering" })).status).toBe(400);
    await world.host().fireTimer("purge");
    await world.until(() => planRows().length === 0, 60_000);
  });
});
