import { afterEach, describe, expect, test } from "vitest";
import { createSent } from "../support/sent.ts";
import { tickOnce } from "../support/tick.ts";
import { createWorld, simpleConfig } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const sent = createSent(() => world.now());

const TITLE = [{ notion: "Name", github: "title" }];

/** A world whose tick fires only when told to, so that its probe is not among what is counted. */
async function start(webhooks = true, changes: Parameters<typeof simpleConfig>[0] = {}): Promise<void> {
  world = await createWorld({ onRequest: sent.onRequest, timers: false, webhooks, config: simpleConfig(changes) });
  await tick();
}

const tick = (): Promise<void> => tickOnce(world);

async function linkedPage(title: string): Promise<{ readonly pageId: string; readonly issueId: string }> {
  const pageId = await world.person.createPage({ title, status: "Ready" });
  await settled();
  await tick();
  const [issue] = await world.person.issuesTitled(title);
  return { pageId, issueId: issue?.id ?? "" };
}

/** Until the work is done and its echoes have come back. */
async function settled(): Promise<void> {
  await world.advance(5_000);
  await world.settled();
  await world.advance(5_000);
  await world.settled();
}

/** Counts what an act takes until all is settled, and that a later tick finds nothing left to do. */
async function countOf(act: () => Promise<unknown>): Promise<{ readonly notion: unknown; readonly github: unknown }> {
  await world.advance(120_000);
  sent.clear();
  await act();
  await settled();
  const counts = { notion: sent.count("notion"), github: sent.count("github") };
  sent.clear();
  world.host().clearStats();
  await tick();
  expect(sent.count()).toEqual({ "POST /v1/data_sources/{id}/query": 1, "query IssuesUpdated": 1 });
  expect(world.host().stats().executions).toEqual({ poll: 1, status: expect.any(Number) as number });
  return counts;
}

describe("one update of a pair", () => {
  test("a title edited in Notion takes one read of the page, one of the issue and one write", async () => {
    await start();
    const { pageId } = await linkedPage("Before");

    const counts = await countOf(() => world.person.setTitle(pageId, "After"));

    expect(counts).toEqual({
      notion: { "GET /v1/pages/{id}": 1 },
      github: { "query Nodes": 1, "mutation updateIssue": 1 },
    });
    expect(await world.person.issuesTitled("After")).toHaveLength(1);
  });

  test("a title edited on GitHub takes one read of the page, one of the issue and one write", async () => {
    await start();
    const { pageId, issueId } = await linkedPage("Before");

    const counts = await countOf(() =>
      world.person.github(`mutation($id: ID!) { updateIssue(input: { id: $id, title: "After" }) { issue { id } } }`, {
        id: issueId,
      }),
    );

    expect(counts).toEqual({
      notion: { "GET /v1/pages/{id}": 1, "PATCH /v1/pages/{id}": 1 },
      github: { "query Nodes": 1 },
    });
    expect(await world.person.textOf(pageId, "Name")).toBe("After");
  });

  test("a status set to Done takes one read of the page, one of the issue and one write", async () => {
    await start();
    const { pageId } = await linkedPage("Done soon");

    const counts = await countOf(() => world.person.setStatus(pageId, "Done"));

    expect(counts).toEqual({
      notion: { "GET /v1/pages/{id}": 1 },
      github: { "query Nodes": 1, "mutation closeIssue": 1 },
    });
    expect((await world.person.issuesTitled("Done soon"))[0]?.state).toBe("CLOSED");
  });

  test("a title edited and a status set to Done at once take one request to GitHub, and its two deliveries none", async () => {
    await start();
    const { pageId } = await linkedPage("Before");

    const counts = await countOf(() =>
      world.person.setPage(pageId, {
        Name: { title: [{ text: { content: "After" } }] },
        Status: { status: { name: "Done" } },
      }),
    );

    expect(counts).toEqual({
      notion: { "GET /v1/pages/{id}": 1 },
      github: { "query Nodes": 1, "mutation 2": 1 },
    });
    expect((await world.person.issuesTitled("After"))[0]?.state).toBe("CLOSED");
  });

  test("labels that take the place of others take one request to GitHub, and their deliveries none", async () => {
    await start(true, { fields: [...TITLE, { notion: "Labels", github: "labels" }] });
    const { pageId } = await linkedPage("Labelled");
    const labels = (...names: readonly string[]) =>
      world.person.setPage(pageId, { Labels: { multi_select: names.map((name) => ({ name })) } });
    await labels("bug", "question");
    await settled();

    const counts = await countOf(() => labels("bug", "documentation"));

    expect(counts).toEqual({
      notion: { "GET /v1/pages/{id}": 1 },
      github: { "query Nodes": 1, "mutation 2": 1 },
    });
  });

  test("an issue closed on GitHub takes one read of the page, one of the issue and one write", async () => {
    await start();
    const { pageId, issueId } = await linkedPage("Closed soon");

    const counts = await countOf(() =>
      world.person.github(`mutation($id: ID!) { closeIssue(input: { issueId: $id }) { issue { id } } }`, { id: issueId }),
    );

    expect(counts).toEqual({
      notion: { "GET /v1/pages/{id}": 1, "PATCH /v1/pages/{id}": 1 },
      github: { "query Nodes": 1 },
    });
    expect(await world.person.textOf(pageId, "Status")).toBe("Done");
  });
});

describe("one creation", () => {
  test("by webhook takes one read of the repository, one creation, and a read and a write of the page", async () => {
    await start();

    const counts = await countOf(() => world.person.createPage({ title: "New", status: "Ready" }));

    expect(counts).toEqual({
      notion: { "GET /v1/pages/{id}": 1, "PATCH /v1/pages/{id}": 1 },
      github: { "query Repository": 1, "mutation createIssue": 1 },
    });
  });

  test("found by the poll takes no more", async () => {
    await start(false);

    const counts = await countOf(async () => {
      await world.person.createPage({ title: "New", status: "Ready" });
      await world.advance(60_000);
      await tick();
    });

    expect(counts).toEqual({
      notion: { "POST /v1/data_sources/{id}/query": 1, "GET /v1/pages/{id}": 1, "PATCH /v1/pages/{id}": 1 },
      github: { "query IssuesUpdated": 1, "query Repository": 1, "mutation createIssue": 1 },
    });
  });
});

describe("after convergence", () => {
  test("five more full runs and every delivery once more write nothing, on both sides", async () => {
    world = await createWorld({ onRequest: sent.onRequest, config: simpleConfig({ limits: { creates: 1_000 } }) });
    const pages = [];
    for (const status of ["Backlog", "Ready", "In Progress", "Ready", "Ready", "Done", "Won't do"]) {
      pages.push({ status, pageId: await world.person.createPage({ title: `A page in ${status}`, status }) });
    }
    await world.advance(120_000);
    await world.settled();
    const [, first, second, third, fourth] = pages;
    if (!first || !second || !third || !fourth) throw new Error("Unreachable: seven pages were made.");
    await world.person.setTitle(first.pageId, "Renamed in Notion");
    await world.person.setStatus(second.pageId, "Done");
    await world.person.setPage(third.pageId, { GitHub: { rich_text: [] } });
    await world.person.trashPage(fourth.pageId);
    const issue = (await world.person.issues()).find(({ title }) => title === "A page in Ready");
    await world.person.github(
      `mutation($id: ID!) { updateIssue(input: { id: $id, title: "Renamed on GitHub" }) { issue { id } } }`,
      { id: issue?.id ?? "" },
    );
    await world.advance(15 * 60_000);
    await world.settled();
    const delivered = world.deliveries.map((request) => request.clone());
    expect(delivered.length).toBeGreaterThan(10);
    sent.clear();

    for (let run = 0; run < 5; run += 1) {
      expect((await world.call("POST", "sync", { full: true })).status).toBe(202);
      await world.advance(60_000);
      await world.settled();
    }
    for (const delivery of delivered) expect((await world.host().fetch(delivery)).status).toBeLessThan(300);
    await world.advance(5 * 60_000);
    await world.settled();

    expect(sent.list().length).toBeGreaterThan(20);
    expect(sent.list().filter((request) => request.isWrite)).toEqual([]);
  });
});
