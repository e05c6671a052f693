import { describe, expect, onTestFinished, test } from "vitest";
import type { ItemSnapshot } from "../../sync/model.ts";
import type { ItemWrite, NewIssue, RepositoryDirectory, WriteResult } from "../../github/client.ts";
import type { Profile } from "../../local/github-api/profiles.ts";
import { aPullRequest, repositoryOf } from "./a-branch.ts";
import { LATER, nodeIdsOf, readRoadmap } from "./a-project.ts";
import { createWorld, REPOSITORY, someIssues, type World, type WorldOptions } from "./world.ts";

/** A person who may see the repository and no more: GitHub leaves out in silence what they set beside the text. */
const OUTSIDER: Profile = { kind: "classic", actor: "outsider", scopes: ["repo", "project"] };

function aWorld(options: WorldOptions = {}): World {
  const world = createWorld({ issues: someIssues(3), users: [{ login: "outsider" }], ...options });
  onTestFinished(() => world.simulator.verify());
  return world;
}

const readDirectory = (world: World): Promise<RepositoryDirectory> => world.run(world.github.readDirectory(REPOSITORY));

const write = (world: World, ...writes: ItemWrite[]): Promise<readonly WriteResult[]> =>
  world.run(world.github.applyWrites(writes, LATER));

const fieldsOf = (results: readonly WriteResult[]) => results.map((result) => result.end === "succeeded" && result.item?.fields);

const problemsOf = (item: ItemSnapshot | undefined) => item?.problems.map(({ field, code, reason }) => [field, code, reason]);

const itemOf = (result: WriteResult | undefined): ItemSnapshot | undefined =>
  result?.end === "succeeded" ? result.item : undefined;

const idOf = (found: { readonly id: string } | undefined): string => found?.id ?? "";

const userIdOf = (world: World, login: string): string => idOf(world.simulator.store.findActor(login));

describe("writes of fields", () => {
  test("add and remove labels and people, and leave alone what others added", async () => {
    const world = aWorld({ issues: [{ title: "One", labels: ["bug", "invalid"], assignees: ["ada"] }] });
    const [nodeId = ""] = nodeIdsOf(world);
    const directory = await readDirectory(world);
    const [bug, question] = [idOf(directory.findLabel("bug")), idOf(directory.findLabel("question"))];

    const results = await write(
      world,
      { nodeId, kind: "addLabels", labelIds: [question] },
      { nodeId, kind: "removeLabels", labelIds: [bug] },
      { nodeId, kind: "addAssignees", assigneeIds: [idOf(directory.findAssignableUser("grace"))] },
      { nodeId, kind: "removeAssignees", assigneeIds: [idOf(directory.findAssignableUser("ada"))] },
    );

    expect(fieldsOf(results)).toMatchObject([
      { labels: ["bug", "invalid", "question"], assignees: ["ada"] },
      { labels: ["invalid", "question"] },
      { assignees: ["ada", "grace"] },
      { labels: ["invalid", "question"], assignees: ["grace"] },
    ]);
    expect(results.flatMap((result) => problemsOf(itemOf(result)))).toEqual([]);
    expect(world.pacer.acquired).toEqual(["read", "write"]);
  });

  test("set and clear milestone and type together with the title", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const directory = await readDirectory(world);
    const milestoneId = idOf(directory.findMilestone("v1.0"));
    const issueTypeId = idOf(directory.findIssueType("Bug"));

    const results = await write(
      world,
      { nodeId, kind: "updateIssue", title: "New", milestoneId, issueTypeId },
      { nodeId, kind: "updateIssue", milestoneId: null },
      { nodeId, kind: "updateIssue", issueTypeId: null },
    );

    expect(fieldsOf(results)).toMatchObject([
      { title: "New", milestone: "v1.0", type: "Bug" },
      { title: "New", milestone: null, type: "Bug" },
      { title: "New", milestone: null, type: null },
    ]);
    expect(results.flatMap((result) => problemsOf(itemOf(result)))).toEqual([]);
  });

  test("change a pull request", async () => {
    const world = aWorld();
    const { nodeId } = await aPullRequest(world);
    const directory = await readDirectory(world);

    const results = await write(
      world,
      { nodeId, kind: "updatePullRequest", title: "Other", milestoneId: idOf(directory.findMilestone("v1.1")) },
      { nodeId, kind: "addLabels", labelIds: [idOf(directory.findLabel("bug"))] },
      { nodeId, kind: "addAssignees", assigneeIds: [idOf(directory.findAssignableUser("ada"))] },
    );

    expect(itemOf(results[2])).toMatchObject({
      kind: "pullRequest",
      fields: { title: "Other", milestone: "v1.1", labels: ["bug"], assignees: ["ada"] },
      problems: [],
    });
  });

  test("a person who cannot be assigned is named, and the others are assigned", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const outsider = userIdOf(world, "outsider");

    const [result] = await write(world, {
      nodeId,
      kind: "addAssignees",
      assigneeIds: [userIdOf(world, "ada"), outsider],
      names: { [outsider]: "outsider" },
    });

    expect(itemOf(result)?.fields["assignees"]).toEqual(["ada"]);
    expect(problemsOf(itemOf(result))).toEqual([
      ["assignees", "not_applied", `GitHub acknowledged the request, but the assignee "outsider" was not added.`],
    ]);
    expect(itemOf(result)?.problems[0]?.remedy).toMatch(/at most 10 people who have access/);
  });

  test("what the token may not set is said of each field, and the title is written", async () => {
    const world = aWorld({ token: "out", profiles: { out: OUTSIDER }, issues: [{ title: "Mine", author: "outsider" }] });
    const [nodeId = ""] = nodeIdsOf(world);
    const directory = await readDirectory(world);
    const [milestoneId, issueTypeId] = [idOf(directory.findMilestone("v1.0")), idOf(directory.findIssueType("Bug"))];

    const [result] = await write(world, {
      ...{ nodeId, kind: "updateIssue", title: "New", milestoneId, issueTypeId },
      names: { [milestoneId]: "v1.0", [issueTypeId]: "Bug" },
    });

    expect(itemOf(result)?.fields["title"]).toBe("New");
    expect(problemsOf(itemOf(result))).toEqual([
      ["milestone", "not_applied", `GitHub acknowledged the request, but the milestone "v1.0" was not set.`],
      ["type", "not_applied", `GitHub acknowledged the request, but the issue type "Bug" was not set.`],
    ]);
  });

  test("one refused field never stops the others", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const directory = await readDirectory(world);

    const results = await write(
      world,
      { nodeId, kind: "updateIssue", milestoneId: "MI_gone" },
      { nodeId, kind: "addLabels", labelIds: ["LA_gone"] },
      { nodeId, kind: "addLabels", labelIds: [idOf(directory.findLabel("bug"))] },
    );

    expect(results.map((result) => (result.end === "succeeded" ? result.end : result.error.code))).toEqual([
      "not_found",
      "not_found",
      "succeeded",
    ]);
  });
});

describe("writes of a parent", () => {
  const parentOf = (results: readonly WriteResult[]) => fieldsOf(results).map((fields) => fields && fields["parent"]);

  test("make a sub-issue, move it to another parent and take it away", async () => {
    const world = aWorld();
    const [child = "", first = "", second = ""] = nodeIdsOf(world);

    const results = await write(
      world,
      { nodeId: child, kind: "addSubIssue", parentNodeId: first },
      { nodeId: child, kind: "addSubIssue", parentNodeId: second },
      { nodeId: child, kind: "removeSubIssue", parentNodeId: second },
    );

    expect(parentOf(results)).toEqual([`${REPOSITORY}#2`, `${REPOSITORY}#3`, null]);
    expect(results.flatMap((result) => problemsOf(itemOf(result)))).toEqual([]);
  });

  test("may be repeated", async () => {
    const world = aWorld();
    const [child = "", parent = ""] = nodeIdsOf(world);
    const add: ItemWrite = { nodeId: child, kind: "addSubIssue", parentNodeId: parent };
    const remove: ItemWrite = { nodeId: child, kind: "removeSubIssue", parentNodeId: parent };

    const added = [...(await write(world, add)), ...(await write(world, add))];
    const removed = [...(await write(world, remove)), ...(await write(world, remove))];

    expect(parentOf(added)).toEqual([`${REPOSITORY}#2`, `${REPOSITORY}#2`]);
    expect(parentOf(removed)).toEqual([null, null]);
  });

  test("an issue cannot be below itself", async () => {
    const world = aWorld();
    const [child = "", parent = ""] = nodeIdsOf(world);
    await write(world, { nodeId: child, kind: "addSubIssue", parentNodeId: parent });

    const [result] = await write(world, { nodeId: parent, kind: "addSubIssue", parentNodeId: child });

    expect(result).toMatchObject({ end: "failed", error: { code: "invalid" } });
  });
});

describe("createIssue with fields", () => {
  const create = (world: World, issue: Partial<NewIssue>): Promise<ItemSnapshot> =>
    world.run(world.github.createIssue({ repositoryId: repositoryOf(world), title: "New", body: "", ...issue }, LATER));

  test("sets everything in the creating request", async () => {
    const world = aWorld();
    const [parentIssueId = ""] = nodeIdsOf(world);
    const directory = await readDirectory(world);
    const { view } = await readRoadmap(world);

    const item = await create(world, {
      labelIds: [idOf(directory.findLabel("bug")), idOf(directory.findLabel("question"))],
      assigneeIds: [idOf(directory.findAssignableUser("ada"))],
      milestoneId: idOf(directory.findMilestone("v1.0")),
      issueTypeId: idOf(directory.findIssueType("Task")),
      parentIssueId,
      projectIds: [view.projectId],
    });

    expect(item).toMatchObject({
      fields: { labels: ["bug", "question"], assignees: ["ada"], milestone: "v1.0", type: "Task", parent: `${REPOSITORY}#1` },
      problems: [],
    });
    const place = await world.run(world.github.readProjectItems([item.nodeId], view));
    expect(place.get(item.nodeId)).toMatchObject({ place: { isArchived: false } });
    expect(world.counts()["mutation createIssue"]).toBe(1);
  });

  test("names everything that GitHub left out in silence", async () => {
    const world = aWorld({ token: "out", profiles: { out: OUTSIDER } });
    const directory = await readDirectory(world);
    const [label, person] = [idOf(directory.findLabel("bug")), idOf(directory.findAssignableUser("ada"))];
    const milestoneId = idOf(directory.findMilestone("v1.0"));
    const names = { [label]: "bug", [person]: "ada", [milestoneId]: "v1.0" };

    const item = await create(world, { labelIds: [label], assigneeIds: [person], milestoneId, names });

    expect(item.fields).toMatchObject({ title: "New", labels: [], assignees: [], milestone: null });
    expect(problemsOf(item)?.map(([field, , reason]) => [field, /"(.*)"/.exec(reason ?? "")?.[1]])).toEqual([
      ["labels", "bug"],
      ["assignees", "ada"],
      ["milestone", "v1.0"],
    ]);
    expect(item.problems.every(({ code }) => code === "not_applied")).toBe(true);
  });

  test("fails as a whole for a project that the token may only look at, and makes no issue", async () => {
    const permissions = { issues: "write", organization_projects: "read" } as const;
    const world = aWorld({ token: "app", profiles: { app: { kind: "app", actor: "notion-sync", permissions } } });
    const { view } = await readRoadmap(world);

    const input = { repositoryId: repositoryOf(world), title: "New", body: "", projectIds: [view.projectId] };
    const error = await world.fail(world.github.createIssue(input, LATER));

    expect(error).toMatchObject({ code: "forbidden", end: "failed" });
    expect(nodeIdsOf(world)).toHaveLength(3);
  });

  test("an eleventh person is named, and ten are assigned", async () => {
    const logins = Array.from({ length: 11 }, (_, place) => `person-${String(place).padStart(2, "0")}`);
    const collaborators = {
      ...Object.fromEntries(logins.map((login) => [login, "WRITE" as const])),
      "sync-bot": "WRITE" as const,
    };
    const world = aWorld({
      users: logins.map((login) => ({ login })),
      repositories: [{ nameWithOwner: "acme/crowd", collaborators }],
    });
    const repositoryId = idOf(world.simulator.store.findRepository("acme", "crowd"));
    const ids = logins.map((login) => userIdOf(world, login));

    const item = await create(world, {
      repositoryId,
      assigneeIds: ids,
      names: Object.fromEntries(ids.map((id, place) => [id, logins[place] ?? ""])),
    });

    expect(item.fields["assignees"]).toEqual(logins.slice(0, 10));
    expect(problemsOf(item)).toEqual([["assignees", "not_applied", expect.stringContaining(`"person-10"`)]]);
  });

  test("sends nothing that was not given", async () => {
    const world = aWorld();

    await create(world, {});

    const sent = (await world.sent[0]?.json()) as { variables: { input: object } };
    expect(Object.keys(sent.variables.input).sort()).toEqual(["body", "repositoryId", "title"]);
  });
});

test("values travel in variables only", async () => {
  const world = aWorld();
  const [nodeId = ""] = nodeIdsOf(world);
  const title = `"}) { x } # ${"é".repeat(3)}`;

  const [result] = await write(world, { nodeId, kind: "updateIssue", title });

  expect(itemOf(result)?.fields["title"]).toBe(title);
  const sent = (await world.sent[0]?.json()) as { query: string };
  expect(sent.query).not.toContain("x }");
});
