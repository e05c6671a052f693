import { describe, expect, onTestFinished, test } from "vitest";
import { actAsPerson, createWorld, REPOSITORY, type World, type WorldOptions } from "./world.ts";

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const repositoryOf = (world: World): string => world.simulator.store.findRepository("acme", "widgets")?.id ?? "";

const labelsOf = (world: World) => world.simulator.store.children("Label", repositoryOf(world));

const LATER = { deadlineAtMs: Date.parse("2026-11-25T12:05:00Z") };

describe("readDirectory", () => {
  test("tells what names mean, in one read", async () => {
    const world = aWorld({ repositoryFlags: { squashMergeAllowed: false } });

    const directory = await world.run(world.github.readDirectory(REPOSITORY));

    expect(directory).toMatchObject({
      repositoryId: repositoryOf(world),
      isArchived: false,
      merging: {
        ...{ mergeCommitAllowed: true, squashMergeAllowed: false, rebaseMergeAllowed: true },
        ...{ autoMergeAllowed: true, viewerDefaultMergeMethod: "SQUASH" },
      },
    });
    const bug = labelsOf(world).find(({ name }) => name === "bug");
    expect([directory.findLabel("bug"), directory.findLabel("BUG")]).toEqual(Array(2).fill({ id: bug?.id, name: "bug" }));
    expect(directory.findLabel("bugs")).toBeUndefined();
    expect(directory.findMilestone("v1.1")?.id).toMatch(/^MI_/);
    expect(directory.findIssueType("Bug")?.id).toMatch(/^IT_/);
    expect(directory.findAssignableUser("ADA")).toMatchObject({ name: "ada" });
    expect(directory.failures.size).toBe(0);
    expect(world.counts()).toEqual({ "query Directory": 1 });
    expect(world.pacer.acquired).toEqual(["read"]);
  });

  test("reads every page of each list", async () => {
    const people = Array.from({ length: 130 }, (_, place) => `person-${place}`);
    const collaborators = Object.fromEntries(people.map((login) => [login, "WRITE" as const]));
    const world = aWorld({
      users: people.map((login) => ({ login })),
      repositories: [{ nameWithOwner: "acme/large", collaborators: { ...collaborators, ada: "ADMIN" } }],
    });
    const large = world.simulator.store.findRepository("acme", "large")?.id ?? "";
    const create = `mutation ($id: ID!, $name: String!) { createLabel(input: { repositoryId: $id, name: $name, color: "ededed" }) { label { id } } }`;
    for (let place = 0; place < 250; place += 1) await actAsPerson(world, create, { id: large, name: `label ${place}` });

    const directory = await world.run(world.github.readDirectory("acme/large"));

    expect(directory.labels).toHaveLength(259);
    expect(new Set(directory.labels.map(({ id }) => id)).size).toBe(259);
    expect(directory.assignableUsers).toHaveLength(131);
    expect(directory.findLabel("label 249")).toBeDefined();
    expect(directory.findAssignableUser("person-129")).toBeDefined();
    expect(directory.milestones).toEqual([]);
    expect(world.counts()["query Directory"]).toBe(3);
  });

  test("leaves out issue types that are switched off and people who cannot be assigned, and puts closed milestones last", async () => {
    const world = aWorld({ users: [{ login: "stranger" }] });
    const { store } = world.simulator;
    const repository = store.findRepository("acme", "widgets");
    const [type] = store.children("IssueType", repository?.ownerId ?? "");
    if (type) store.put({ ...type, isEnabled: false });
    const milestones = store.children("Milestone", repositoryOf(world));
    const newest = milestones.find(({ title }) => title === "v1.1");
    if (newest) store.put({ ...newest, state: "CLOSED" });

    const directory = await world.run(world.github.readDirectory(REPOSITORY));

    expect(directory.findIssueType(type?.name ?? "")).toBeUndefined();
    expect(directory.findAssignableUser("stranger")).toBeUndefined();
    expect(directory.milestones.map(({ name }) => name)).toEqual(["v1.0", "v1.1"]);
  });

  test("a list that may not be read does not keep the others from being used", async () => {
    const world = aWorld();
    const page = { pageInfo: { hasNextPage: false, endCursor: null } };
    const repository = {
      ...{ id: "R_1", isArchived: false, assignableUsers: null, issueTypes: null },
      ...{ labels: { ...page, nodes: [{ id: "LA_1", name: "bug" }] }, milestones: { ...page, nodes: [] } },
    };
    const errors = [{ type: "FORBIDDEN", path: ["repository", "assignableUsers"], message: "Resource not accessible" }];
    world.simulator.setFaults([
      { match: "query Directory", kind: "status", status: 200, body: { data: { repository }, errors } },
    ]);

    const directory = await world.run(world.github.readDirectory(REPOSITORY));

    expect(directory.findLabel("bug")).toEqual({ id: "LA_1", name: "bug" });
    expect([...directory.failures].map(([list, { code }]) => [list, code])).toEqual([["assignableUsers", "forbidden"]]);
  });

  test("fails for a repository that is not there", async () => {
    const world = aWorld();

    expect(await world.fail(world.github.readDirectory("acme/auto-merge"))).toMatchObject({ code: "not_found" });
  });
});

describe("createLabel", () => {
  test("makes the label and gives its id", async () => {
    const world = aWorld();

    const label = await world.run(world.github.createLabel(repositoryOf(world), "needs paint", LATER));

    expect(labelsOf(world).find(({ name }) => name === "needs paint")?.id).toBe(label.id);
    expect(world.pacer.acquired).toEqual(["write"]);
  });

  test("gives the one that is there already, whatever its case", async () => {
    const world = aWorld();

    const label = await world.run(world.github.createLabel(repositoryOf(world), "BUG", LATER));

    expect(label).toEqual({ id: labelsOf(world).find(({ name }) => name === "bug")?.id, name: "bug" });
    expect(labelsOf(world)).toHaveLength(9);
    expect(world.pacer.acquired).toEqual(["write", "read"]);
  });

  test("fails for a name that GitHub refuses", async () => {
    const world = aWorld();

    expect(await world.fail(world.github.createLabel(repositoryOf(world), "x".repeat(51), LATER))).toMatchObject({
      code: "invalid",
      end: "failed",
    });
  });
});
