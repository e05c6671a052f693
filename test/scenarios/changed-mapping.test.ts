import { afterEach, describe, expect, test } from "vitest";
import { issuesOf, severalBoards, statusOf, WEB_REPOSITORY } from "../support/several-boards.ts";
import { createWorld, simpleConfig, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const LONG_MS = 3 * 60 * 60_000;
const TITLE = { notion: "Name", github: "title" };
const LABELS = { notion: "Labels", github: "labels" };
const links = async (): Promise<number> => (await statusOf(world)).mappings[0]?.links ?? -1;

async function linkedPage(title: string, status = "Ready"): Promise<string> {
  const pageId = await world.person.createPage({ title, status });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 120_000);
  await world.settled();
  return pageId;
}

async function linkMany(count: number, name: string): Promise<readonly string[]> {
  const pageIds: string[] = [];
  for (let n = 1; n <= count; n += 1) pageIds.push(await world.person.createPage({ title: `${name} ${n}`, status: "Ready" }));
  await world.until(async () => (await links()) === count, LONG_MS);
  await world.settled(LONG_MS);
  return pageIds;
}

async function change(config: unknown): Promise<void> {
  await world.restartWith(config);
  await world.advance(3 * 60_000);
  await world.settled(LONG_MS);
}

async function labelsOf(title: string): Promise<readonly string[]> {
  const answer = await world.person.github<{
    readonly repository: {
      readonly issues: { readonly nodes: readonly { title: string; labels: { nodes: { name: string }[] } }[] };
    };
  }>(
    `query { repository(owner: "acme", name: "widgets") { issues(first: 100) { nodes { title labels(first: 20) { nodes { name } } } } } }`,
  );
  const issue = answer.repository.issues.nodes.find((node) => node.title === title);
  return (issue?.labels.nodes ?? []).map(({ name }) => name).sort();
}

async function setIssueTitle(title: string, next: string): Promise<void> {
  const [issue] = await world.person.issuesTitled(title);
  await world.person.github(
    "mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }",
    {
      id: issue?.id,
      title: next,
    },
  );
}

const setLabels = (pageId: string, names: readonly string[]): Promise<void> =>
  world.person.setPage(pageId, { Labels: { multi_select: names.map((name) => ({ name })) } });

describe("a mapping changed over existing links", () => {
  test("a field added is carried for pages linked before, without being edited, as at first sight", async () => {
    world = await createWorld();
    const pageId = await linkedPage("Gets labels");
    await setLabels(pageId, ["bug"]);
    await world.advance(60_000);
    await change(simpleConfig({ fields: [TITLE, LABELS] }));
    expect(await labelsOf("Gets labels")).toEqual(["bug"]);
  });

  test("a field removed is left alone on both sides, and begins as a new one when it is mapped again", async () => {
    world = await createWorld({ config: simpleConfig({ fields: [TITLE, LABELS] }) });
    const pageId = await linkedPage("Loses labels");
    await setLabels(pageId, ["bug", "question"]);
    await world.advance(60_000);
    await world.settled();
    expect(await labelsOf("Loses labels")).toEqual(["bug", "question"]);

    await change(simpleConfig());
    await setLabels(pageId, ["bug"]);
    await world.person.setTitle(pageId, "Lost labels");
    await world.advance(60_000);
    await world.settled();
    expect(await labelsOf("Lost labels")).toEqual(["bug", "question"]);

    // Nobody knows any more who removed the question: the sets are united, and nothing is lost.
    await change(simpleConfig({ fields: [TITLE, LABELS] }));
    expect(await labelsOf("Lost labels")).toEqual(["bug", "question"]);
  });

  test("a field turned from one way to both ways brings over what was edited on GitHub meanwhile", async () => {
    world = await createWorld({ config: simpleConfig({ fields: [{ ...TITLE, direction: "toGithub" }] }) });
    const pageId = await linkedPage("One way");
    await setIssueTitle("One way", "Both ways");
    await world.advance(2 * 60_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "Name")).toBe("One way");
    await change(simpleConfig());
    expect(await world.person.textOf(pageId, "Name")).toBe("Both ways");
  });

  test("a status value added makes issues of the pages that have it", async () => {
    const { status } = simpleMapping() as { status: { values: Record<string, unknown> } };
    const { "In Progress": inProgress, ...values } = status.values;
    world = await createWorld({ config: simpleConfig({ status: { ...status, values } }) });
    const pageId = await world.person.createPage({ title: "Not listed yet", status: "In Progress" });
    await world.until(async () => (await statusOf(world)).failures.length > 0, 120_000);
    expect((await statusOf(world)).failures).toMatchObject([{ pageId, code: "status_unlisted" }]);
    await change(simpleConfig({ status: { ...status, values: { ...values, "In Progress": inProgress } } }));
    expect(await world.person.issuesTitled("Not listed yet")).toHaveLength(1);
    expect((await statusOf(world)).failures).toEqual([]);
  });

  test("a status value that now means closed closes no issue that nobody moved: it is listed", async () => {
    world = await createWorld();
    const pageId = await linkedPage("Not moved", "In Progress");
    const { status } = simpleMapping() as { status: { values: object } };
    await change(simpleConfig({ status: { ...status, values: { ...status.values, "In Progress": { item: "closed" } } } }));
    expect(await world.person.issuesTitled("Not moved")).toMatchObject([{ state: "OPEN" }]);
    const { body } = await world.call("GET", "status");
    expect(body).toMatchObject({ conflicts: [{ pageId }] });
  });

  test("another repository: linked pages keep their issues, and new ones go to the new repository", async () => {
    world = await createWorld(severalBoards(simpleConfig()));
    const pageId = await linkedPage("Stays put");
    const before = await world.person.textOf(pageId, "GitHub");
    await change(simpleConfig({ github: { repository: WEB_REPOSITORY } }));
    await world.person.setTitle(pageId, "Stayed put");
    await world.person.createPage({ title: "Goes west", status: "Ready" });
    await world.advance(2 * 60_000);
    await world.settled();
    expect(await world.person.textOf(pageId, "GitHub")).toBe(before);
    expect(await world.person.issuesTitled("Stayed put")).toHaveLength(1);
    expect((await issuesOf(world, WEB_REPOSITORY)).map(({ title }) => title)).toEqual(["Goes west"]);

    await setIssueTitle("Stayed put", "Still heard of");
    await world.until(async () => (await world.person.textOf(pageId, "Name")) === "Still heard of", 300_000);
  });

  test("a mapping removed: its links stay, unused, and status lists them until it is back", async () => {
    world = await createWorld(severalBoards({ mappings: [simpleMapping()] }));
    const pageId = await linkedPage("Orphan");
    await change({
      mappings: [simpleMapping({ name: "other", notion: { dataSourceId: "1f0de70a-0000-4000-8000-0000000050c6" } })],
    });
    expect((await statusOf(world)).unused).toEqual([{ name: "engineering", links: 1 }]);
    await world.person.setTitle(pageId, "Orphan no more");
    await world.advance(60_000);
    expect(await world.person.issuesTitled("Orphan")).toHaveLength(1);

    await change({ mappings: [simpleMapping()] });
    expect((await statusOf(world)).unused).toEqual([]);
    expect(await world.person.issuesTitled("Orphan no more")).toHaveLength(1);
  });

  test("a change that would touch more pairs than the limit is held, other work goes on, and confirmed it is done", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 100 } }) });
    const pageIds = await linkMany(12, "Wide");
    for (const pageId of pageIds) await setLabels(pageId, ["bug"]);
    await world.advance(2 * 60_000);
    const limits = { creates: 100, changedMapping: 5 };
    await change(simpleConfig({ fields: [TITLE, LABELS], limits }));
    const labelled = async (): Promise<number> =>
      (await Promise.all(pageIds.map((_, index) => labelsOf(`Wide ${index + 1}`)))).filter((names) => names.includes("bug"))
        .length;
    const done = await labelled();
    // What is begun twice on a bad day may count twice, never too little.
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThanOrEqual(5);
    const [hold] = (await statusOf(world)).holds;
    expect(hold).toMatchObject({ kind: "changedMapping", count: 12 - done });

    await world.person.createPage({ title: "Beside the hold", status: "Ready" });
    await world.advance(2 * 60_000);
    expect(await world.person.issuesTitled("Beside the hold")).toHaveLength(1);

    await world.call("POST", "sync", { confirm: hold?.id });
    await world.advance(5 * 60_000);
    await world.settled(LONG_MS);
    expect(await labelled()).toBe(12);
    expect((await statusOf(world)).holds).toEqual([]);
  });
});

describe("a mapping renamed", () => {
  const RENAMED = simpleConfig({ name: "platform", previousName: "engineering" });

  test("links, holds and failures go along, and edits on both sides go on as before", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 2 } }) });
    const pageId = await linkedPage("Keeps going");
    const unlisted = await linkedPage("Then unlisted");
    await world.person.createPage({ title: "Held one", status: "Ready" });
    await world.advance(2 * 60_000);
    await world.person.setTitle(unlisted, "");
    await world.advance(2 * 60_000);

    await change(simpleConfig({ name: "platform", previousName: "engineering", limits: { creates: 2 } }));
    const status = await statusOf(world);
    expect(status.mappings).toMatchObject([{ name: "platform", links: 2 }]);
    expect(status.unused).toEqual([]);
    expect(status.holds).toMatchObject([{ kind: "creates", mapping: "platform", count: 1 }]);
    expect(status.failures).toMatchObject([{ mapping: "platform", pageId: unlisted }]);

    await world.person.setTitle(pageId, "Kept going");
    await world.advance(60_000);
    await world.settled();
    await setIssueTitle("Kept going", "And comes back");
    await world.until(async () => (await world.person.textOf(pageId, "Name")) === "And comes back", 300_000);
    await world.call("POST", "sync", { confirm: status.holds[0]?.id });
    await world.advance(2 * 60_000);
    await world.settled();
    expect(await world.person.issuesTitled("Held one")).toHaveLength(1);
    expect((await world.table.list({ partitionKey: "engineering" })).rows).toEqual([]);
  });

  test("killed anywhere on the way, nothing is made twice and nothing is lost", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 100 } }), inMemory: true });
    const pageIds = await linkMany(8, "Moving");
    // Edited while nobody runs: the changes are still to come.
    await world.restartWith(RENAMED);
    const deaths = { count: 0 };
    for (let writes = 0; writes < 60; writes += 1) {
      const before = deaths.count;
      const { memory } = world;
      if (!memory) throw new Error("The table is in memory.");
      let left = writes;
      memory.hooks = {
        after: (operation) => {
          if (!operation.isWrite || (left -= 1) !== -1) return undefined;
          deaths.count += 1;
          world.kill();
          return new Promise<void>(() => undefined);
        },
      };
      await world.advance(70_000);
      memory.hooks = {};
      if (deaths.count === before) break;
      await world.start();
    }
    expect(deaths.count).toBeGreaterThan(5);
    for (const [index, pageId] of pageIds.entries()) await world.person.setTitle(pageId, `Moved ${index + 1}`);
    await world.advance(3 * 60_000);
    await world.settled(LONG_MS);

    const titles = (await world.person.issues()).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith("Moved")).sort()).toEqual(pageIds.map((_, n) => `Moved ${n + 1}`).sort());
    expect(titles.filter((title) => title.startsWith("Moving"))).toEqual([]);
    expect((await statusOf(world)).mappings).toMatchObject([{ name: "platform", links: 8 }]);
    expect((await statusOf(world)).failures).toEqual([]);
    expect((await world.table.list({ partitionKey: "engineering" })).rows).toEqual([]);
  });
});
