import { afterEach, describe, expect, test } from "vitest";
import { makeBoardPair, rest } from "../support/board-pair.ts";
import { fullConfig } from "../support/full-config.ts";
import { cardOf } from "../support/project-board.ts";
import { reported } from "../support/reported.ts";
import { createSent } from "../support/sent.ts";
import { tickOnce } from "../support/tick.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const SECONDS = 3_000; // ms; how fast a change on one side is on the other
const sent = createSent(() => world.now());
const reasons = () => reported(world, "webhook").map(({ reason }) => reason);

/** A world whose tick fires once, at first: what comes back comes by a delivery. */
async function start(): Promise<void> {
  world = await createWorld({ config: fullConfig(), timers: false, onRequest: sent.onRequest });
  await tickOnce(world);
}

describe("what a person does on the board of a project", () => {
  test("is on the page within three seconds", async () => {
    await start();
    const { card, shown } = await makeBoardPair(world, "Moved on the board");

    await card.set("Status", "In Progress");

    await world.until(async () => (await shown("Status")) === "In Progress", SECONDS);
  });

  test("takes one read of each side and one write", async () => {
    await start();
    const { card, shown } = await makeBoardPair(world, "Counted");
    // What Notion's properties are is read once.
    await card.set("Estimate", 1);
    await rest(world);
    await world.advance(120_000);
    sent.clear();

    await card.set("Estimate", 8);
    await rest(world);

    expect(await shown("Estimate")).toBe(8);
    expect(sent.count()).toEqual({
      "GET /v1/pages/{id}": 1,
      "PATCH /v1/pages/{id}": 1,
      "query Nodes": 1,
      "query ProjectItems": 1,
    });
  });

  test("comes with the app's own writes, which take no request for their deliveries", async () => {
    await start();
    const { pageId, issue } = await makeBoardPair(world, "Quiet");
    await world.advance(120_000);
    sent.clear();

    await world.person.setPage(pageId, { Estimate: { number: 5 }, Status: { status: { name: "In Progress" } } });
    await rest(world);

    expect(await issue()).toMatchObject({ project: { Estimate: 5, Status: "In Progress" } });
    const told = world.deliveries.filter(({ headers }) => headers.get("x-github-event") === "projects_v2_item");
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(sent.count()).toEqual({
      "GET /v1/pages/{id}": 1,
      "query Nodes": 1,
      "query ProjectItems": 1,
      "mutation 2": 1,
    });
  });
});

describe("what is none of the mapping's", () => {
  test("a field that is not mapped starts nothing", async () => {
    await start();
    const { card } = await makeBoardPair(world, "Notes");
    await world.advance(120_000);
    sent.clear();
    world.host().clearStats();

    await card.set("Notes", "for the board alone");
    await rest(world);

    expect(reasons().at(-1)).toBe("unused_event");
    expect(sent.count()).toEqual({});
    expect(Object.keys(world.host().stats().executions)).not.toContain("syncSlice");
  });

  test("an issue without a page starts nothing", async () => {
    await start();
    const { repository } = await world.person.github<{ repository: { id: string } }>(
      `{ repository(owner: "acme", name: "widgets") { id } }`,
    );
    const { createIssue } = await world.person.github<{ createIssue: { issue: { id: string } } }>(
      `mutation($id: ID!) { createIssue(input: { repositoryId: $id, title: "Only on GitHub" }) { issue { id } } }`,
      { id: repository.id },
    );
    const card = await cardOf(world.person, createIssue.issue.id);
    await card.putIn();
    await card.set("Status", "Done");
    await rest(world);

    expect(reasons().slice(-2)).toEqual(["unlinked", "unlinked"]);
    expect(sent.count()).not.toHaveProperty("query Nodes");
  });
});
