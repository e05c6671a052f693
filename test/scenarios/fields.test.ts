import { afterEach, describe, expect, test } from "vitest";
import { DEMO_ADA_ID, DEMO_DATA_SOURCE_ID, DEMO_GRACE_ID } from "../../local/notion-api/seed.ts";
import { date, FILLED, names, people, select } from "../support/feature-board.ts";
import { fullConfig, fullMapping } from "../support/full-config.ts";
import { readBoardIssue } from "../support/issue-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

async function makePage(
  title: string,
  properties: Readonly<Record<string, unknown>>,
  status = "Ready",
): Promise<{ readonly pageId: string; readonly number: number }> {
  const pageId = await world.person.createPage({ title, status: "Backlog" });
  await world.person.setPage(pageId, { ...properties, Status: { status: { name: status } } });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 180_000);
  await world.settled();
  return { pageId, number: Number((await world.person.textOf(pageId, "GitHub")).split("#")[1]) };
}

describe("the fields of a page", () => {
  test("are on the issue and in the project from the start", async () => {
    world = await createWorld({ config: fullConfig() });

    const { pageId, number } = await makePage("Everything", FILLED);

    expect(await readBoardIssue(world.person, number)).toMatchObject({
      labels: ["bug"],
      assignees: ["ada"],
      milestone: "v1.0",
      type: "Bug",
      project: { Status: "Todo", Estimate: 3, Iteration: "Sprint 2", Due: "2026-12-24" },
    });
    expect(await world.person.textOf(pageId, "Sync")).toBe("");
    world.github.verify();
    world.notion.verify();
  });

  test("follow every edit, and are cleared when they are emptied", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await makePage("Edit me", FILLED);

    await world.person.setPage(pageId, {
      Labels: names("documentation", "bug"),
      Milestone: select("v1.1"),
      Type: select("Task"),
      Estimate: { number: 5 },
      Sprint: select("Sprint 3"),
      Due: date("2027-01-02"),
      Status: { status: { name: "In Progress" } },
    });
    await world.settled();
    expect(await readBoardIssue(world.person, number)).toMatchObject({
      labels: ["bug", "documentation"],
      milestone: "v1.1",
      type: "Task",
      project: { Status: "In Progress", Estimate: 5, Iteration: "Sprint 3", Due: "2027-01-02" },
    });

    await world.person.setPage(pageId, {
      Labels: names(),
      Owner: people(),
      Milestone: select(null),
      Type: select(null),
      Estimate: { number: null },
      Sprint: select(null),
      Due: date(null),
    });
    await world.settled();
    expect(await readBoardIssue(world.person, number)).toMatchObject({
      labels: [],
      assignees: [],
      milestone: null,
      type: null,
      project: { Status: "In Progress" },
    });
    expect(Object.keys((await readBoardIssue(world.person, number)).project ?? {})).toEqual(["Status"]);
  });

  test("that people set on GitHub besides stay, and sets are never overwritten", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await makePage("Shared labels", { Labels: names("bug") });
    const { id } = await readBoardIssue(world.person, number);
    const { repository } = await world.person.github<{ repository: { label: { id: string } } }>(
      `{ repository(owner: "acme", name: "widgets") { label(name: "question") { id } } }`,
    );
    await world.person.github(
      `mutation($id: ID!, $label: ID!) { addLabelsToLabelable(input: { labelableId: $id, labelIds: [$label] }) { clientMutationId } }`,
      { id, label: repository.label.id },
    );

    await world.person.setPage(pageId, { Labels: names("bug", "documentation") });
    await world.settled();

    expect((await readBoardIssue(world.person, number)).labels).toEqual(["bug", "documentation", "question"]);
  });

  test("that GitHub does not have are named on the page, and do not stop the others", async () => {
    world = await createWorld({ config: fullConfig() });

    const { pageId, number } = await makePage("Unknown names", {
      Labels: names("bug", "no such label"),
      Owner: people(DEMO_ADA_ID, DEMO_GRACE_ID),
      Milestone: select("v1.0"),
      Sprint: select("Sprint 99"),
      Estimate: { number: 8 },
    });

    expect(await readBoardIssue(world.person, number)).toMatchObject({
      labels: ["bug"],
      assignees: ["ada"],
      milestone: "v1.0",
      project: { Status: "Todo", Estimate: 8 },
    });
    const { body } = await world.call("GET", "status");
    expect(body).toMatchObject({ failures: [{ pageId, status: "failed" }] });
    for (const name of ["no such label", "Sprint 99", "Grace"]) {
      expect(await world.person.textOf(pageId, "Sync")).toContain(name);
      expect(JSON.stringify(body)).toContain(name);
    }

    await world.person.setPage(pageId, { Labels: names("bug"), Owner: people(DEMO_ADA_ID), Sprint: select("Sprint 1") });
    await world.settled();
    expect(await world.person.textOf(pageId, "Sync")).toBe("");
    expect((await world.call("GET", "status")).body).toMatchObject({ failures: [] });
    expect((await readBoardIssue(world.person, number)).project).toMatchObject({ Iteration: "Sprint 1" });
  });

  test("that are wrong hide no clash: the losing value of another field is shown beside them", async () => {
    world = await createWorld({ config: fullConfig(), webhooks: false });
    const { pageId, number } = await makePage("Clash", {});
    const { id } = await readBoardIssue(world.person, number);

    await world.person.setPage(pageId, {
      Labels: names("no such label"),
      Name: { title: [{ text: { content: "Clash in Notion" } }] },
    });
    await world.person.github(
      `mutation($id: ID!) { updateIssue(input: { id: $id, title: "Clash on GitHub" }) { issue { id } } }`,
      { id },
    );
    await world.until(async () => (await readBoardIssue(world.person, number)).title === "Clash in Notion", 120_000);
    await world.settled();
    const clash = { pageId, conflicts: [{ field: "title", item: "Clash on GitHub", taken: "notion" }] };
    expect((await world.call("GET", "status")).body).toMatchObject({
      failures: [{ pageId, code: "label_missing" }],
      conflicts: [clash],
    });

    await world.person.setPage(pageId, { Labels: names() });
    await world.advance(130_000);
    await world.settled();
    expect((await world.call("GET", "status")).body).toMatchObject({ failures: [], conflicts: [clash] });
  });

  test("make missing labels only when the mapping says so", async () => {
    world = await createWorld({ config: fullConfig({ createLabels: true }) });

    const { number } = await makePage("New label", { Labels: names("brand new") });

    expect((await readBoardIssue(world.person, number)).labels).toEqual(["brand new"]);
  });

  test("with a label that GitHub does not take: the issue is made with all the rest, and the label is named", async () => {
    world = await createWorld({ config: fullConfig({ createLabels: true }) });
    const tooLong = "x".repeat(60);

    const { pageId, number } = await makePage("Long label", { Labels: names(tooLong, "fresh"), Milestone: select("v1.0") });

    expect(await readBoardIssue(world.person, number)).toMatchObject({ labels: ["fresh"], milestone: "v1.0" });
    expect(await world.person.textOf(pageId, "Sync")).toContain(`Label "${tooLong}" is longer than the 50 characters`);
  });

  test("carry the parent: the parent's issue comes first, and the child is its sub-issue", async () => {
    world = await createWorld({ config: fullConfig() });
    const parentId = await world.person.createPage({ title: "Parent", status: "Backlog" });
    const childId = await world.person.createPage({ title: "Child", status: "Backlog" });
    await world.person.setPage(childId, { Parent: { relation: [{ id: parentId }] } });
    await world.settled();

    await world.person.setStatus(childId, "Ready");
    await world.person.setStatus(parentId, "Ready");
    await world.until(async () => (await world.person.textOf(childId, "GitHub")) !== "", 180_000);
    await world.settled();
    await world.advance(130_000);
    await world.settled();

    const [parent] = await world.person.issuesTitled("Parent");
    const [child] = await world.person.issuesTitled("Child");
    expect((await readBoardIssue(world.person, child?.number ?? 0)).parent).toBe(parent?.number);

    await world.person.setPage(childId, { Parent: { relation: [] } });
    await world.settled();
    expect((await readBoardIssue(world.person, child?.number ?? 0)).parent).toBeNull();
  });

  test("with a parent whose issue was deleted: the issue is made all the same, and the parent is named", async () => {
    world = await createWorld({ config: fullConfig() });
    const parent = await makePage("Parent", {});
    const { id } = await readBoardIssue(world.person, parent.number);
    await world.person.github("mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }", { id });
    await world.settled();

    const child = await makePage("Child", { Parent: { relation: [{ id: parent.pageId }] }, Labels: names("bug") });

    expect(await readBoardIssue(world.person, child.number)).toMatchObject({ title: "Child", labels: ["bug"], parent: null });
    expect(await world.person.textOf(child.pageId, "Sync")).toContain("parent");
    expect((await world.call("GET", "status")).body).toMatchObject({ failures: [{}, {}] });
    expect(await world.person.issuesTitled("Child")).toHaveLength(1);
  });

  test("carry a parent that belongs to another mapping of the same data source", async () => {
    const notion = (filter: object) => ({ notion: { dataSourceId: DEMO_DATA_SOURCE_ID, errorProperty: "Sync", filter } });
    const features = { name: "features", ...notion({ property: "Type", select: { equals: "Feature" } }) };
    const others = { name: "others", ...notion({ property: "Type", select: { does_not_equal: "Feature" } }) };
    world = await createWorld({ config: { mappings: [fullMapping(features), fullMapping(others)] } });

    const parent = await makePage("A feature", { Type: select("Feature") });
    const child = await makePage("A part of it", { Type: select("Task"), Parent: { relation: [{ id: parent.pageId }] } });

    expect((await readBoardIssue(world.person, child.number)).parent).toBe(parent.number);
    expect(await world.person.textOf(child.pageId, "Sync")).toBe("");
  });

  test("an archived item is taken out of the archive only while the page is open", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await makePage("Archive me", { Estimate: { number: 1 } });
    const { node } = await world.person.github<{ node: { projectItems: { nodes: { id: string; project: { id: string } }[] } } }>(
      `query($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 5) { nodes { id project { id } } } } } }`,
      { id: (await readBoardIssue(world.person, number)).id },
    );
    const place = node.projectItems.nodes[0];
    const archive = () =>
      world.person.github(
        `mutation($p: ID!, $i: ID!) { archiveProjectV2Item(input: { projectId: $p, itemId: $i }) { clientMutationId } }`,
        { p: place?.project.id, i: place?.id },
      );

    await archive();
    await world.person.setPage(pageId, { Estimate: { number: 2 } });
    await world.settled();
    expect(await readBoardIssue(world.person, number)).toMatchObject({ isArchived: false, project: { Estimate: 2 } });

    await world.person.setStatus(pageId, "Done");
    await world.settled();
    await archive();
    await world.person.setPage(pageId, { Estimate: { number: 3 } });
    await world.settled();
    expect(await readBoardIssue(world.person, number)).toMatchObject({ isArchived: true, project: { Estimate: 2 } });
  });

  test("stay quiet: after convergence nothing is written again", async () => {
    world = await createWorld({ config: fullConfig() });
    await makePage("Quiet", FILLED);
    world.notion.clearJournal();
    world.github.clearJournal();

    for (let run = 0; run < 5; run += 1) {
      await world.call("POST", "sync", { full: true });
      await world.settled();
    }

    expect(world.notion.journal().writes).toBe(0);
    expect(world.github.journal().writes).toBe(0);
  });
});

describe("an issue whose creation was answered to nobody", () => {
  test("has what people did to its page until it was found: a value that they took away stays away", async () => {
    world = await createWorld({ config: fullConfig() });
    world.github.setFaults([{ match: "mutation createIssue", kind: "dropAfterEffect" }]);
    const pageId = await world.person.createPage({ title: "Not that", status: "Backlog" });
    await world.person.setPage(pageId, {
      ...FILLED,
      Labels: names("bug", "question", "no such label"),
      Status: { status: { name: "Ready" } },
    });
    await world.until(async () => (await world.person.issuesTitled("Not that")).length === 1, 60_000);
    expect(await world.person.textOf(pageId, "GitHub")).toBe("");

    await world.person.setPage(pageId, { Owner: people(), Milestone: select("v1.1"), Type: select(null) });
    await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 5 * 60_000);
    await world.settled();

    const [issue] = await world.person.issuesTitled("Not that");
    const fields = { milestone: "v1.1", type: null, assignees: [], labels: ["bug", "question"] };
    expect(await readBoardIssue(world.person, issue?.number ?? 0)).toMatchObject(fields);
    expect(await world.person.textOf(pageId, "Sync")).toContain("no such label");
    const { properties } = await world.person.readPage(pageId);
    expect(properties["Type"]).toMatchObject({ select: null });
    expect((await world.call("GET", "status")).body).toMatchObject({ conflicts: [], failures: [{ code: "label_missing" }] });
  });
});

describe("labels that people add on both sides at once", () => {
  test("are united, and one that GitHub does not have stays said until it is there", async () => {
    world = await createWorld({ config: fullConfig(), webhooks: false });
    const { pageId, number } = await makePage("Both", {});
    const { id } = await readBoardIssue(world.person, number);
    await addLabel(id, "bug");
    await world.until(async () => (await labelsOf(pageId)).includes("bug"), 120_000);
    await world.settled();

    await world.person.setPage(pageId, { Labels: names("bug", "no such label") });
    await addLabel(id, "question");
    await world.until(async () => (await labelsOf(pageId)).includes("question"), 120_000);
    expect(await labelsOf(pageId)).toEqual(["bug", "no such label", "question"]);
    expect(await world.person.textOf(pageId, "Sync")).toBe(
      'The repository has no label "no such label". Make it on GitHub, or choose another: there are "bug", "documentation", ' +
        '"duplicate", "enhancement", "good first issue", "help wanted", "invalid", "question", "wontfix".',
    );
    await world.advance(90 * 60_000);
    expect(await world.person.textOf(pageId, "Sync")).toContain("no such label");

    const repositoryId = world.github.store.findRepository("acme", "widgets")?.id;
    await world.person.github(`mutation ($input: CreateLabelInput!) { createLabel(input: $input) { clientMutationId } }`, {
      input: { repositoryId, name: "no such label", color: "ededed" },
    });
    await world.advance(90 * 60_000);
    expect((await readBoardIssue(world.person, number)).labels).toEqual(["bug", "no such label", "question"]);
    expect(await world.person.textOf(pageId, "Sync")).toBe("");
  });

  const labelsOf = async (pageId: string): Promise<readonly string[]> => {
    const labels = (await world.person.readPage(pageId)).properties["Labels"];
    return labels?.type === "multi_select" ? labels.multi_select.map(({ name }) => name).sort() : [];
  };

  const addLabel = async (id: string, name: string): Promise<void> => {
    const { repository } = await world.person.github<{ repository: { label: { id: string } } }>(
      `query ($name: String!) { repository(owner: "acme", name: "widgets") { label(name: $name) { id } } }`,
      { name },
    );
    await world.person.github(
      `mutation($id: ID!, $label: ID!) { addLabelsToLabelable(input: { labelableId: $id, labelIds: [$label] }) { clientMutationId } }`,
      { id, label: repository.label.id },
    );
  };
});
