import { describe, expect, onTestFinished, test } from "vitest";
import type { NewPullRequest } from "../../github/client.ts";
import { appendMarker, createMarkerSigner } from "../../github/marker.ts";
import { aPullRequest, commit, deleteBranch, headOf, pushBranch, repositoryOf, startBranch } from "./a-branch.ts";
import { actAsPerson, createWorld, REPOSITORY, READER, START, type World, type WorldOptions } from "./world.ts";

const MARKER = createMarkerSigner(["k".repeat(32)]).format("1f0c2a34-5b6d-4e7f-8091-a2b3c4d5e6f7");
const DEADLINE_MS = 12_000; // ms after the start
const TOPIC = { head: "topic", base: "main" };

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const create = (world: World, wanted: Partial<NewPullRequest> = {}) =>
  world.github.createPullRequest(
    {
      repositoryId: repositoryOf(world),
      repository: REPOSITORY,
      ...TOPIC,
      title: "Paint the widget",
      body: appendMarker("Text of the page.", MARKER),
      draft: false,
      ...wanted,
    },
    { deadlineAtMs: Date.parse(START) + DEADLINE_MS },
  );

const find = (world: World, branches = TOPIC) => world.run(world.github.findPullRequest(REPOSITORY, branches));

const pullRequestsOf = (world: World) => world.simulator.store.children("PullRequest", repositoryOf(world));

const refuse = (message: string) =>
  ({
    match: "mutation createPullRequest",
    kind: "partial",
    aliases: ["createPullRequest"],
    type: "UNPROCESSABLE",
    message,
  }) as const;

describe("createPullRequest", () => {
  test.each([false, true])("makes it alone in its request, a draft: %s", async (draft) => {
    const world = aWorld();
    const oid = await pushBranch(world);
    await world.run(world.github.readViewer());
    const before = world.pacer.acquired.length;

    const item = await world.run(create(world, { draft }));

    expect(item).toMatchObject({
      kind: "pullRequest",
      repository: REPOSITORY,
      number: 1,
      state: "open",
      isDraft: draft,
      pullRequest: { headRefName: "topic", headRefOid: oid, baseRefName: "main", autoMerge: false },
      marker: MARKER,
      fields: { title: "Paint the widget" },
      problems: [],
    });
    expect(world.counts()).toMatchObject({ "mutation createPullRequest": 1 });
    expect(world.pacer.acquired.slice(before)).toEqual(["create"]);
  });

  test.each<[string, (world: World) => Promise<unknown>, Partial<NewPullRequest>, string]>([
    ["for which there is one already", (world) => aPullRequest(world), {}, "exists"],
    ["without commits", (world) => startBranch(world, "topic"), {}, "branch_empty"],
    ["that is not there", () => Promise.resolve(), {}, "branch_missing"],
    ["to a base that is not there", (world) => pushBranch(world), { base: "release" }, "branch_missing"],
    ["with too long a title", (world) => pushBranch(world), { title: "x".repeat(257) }, "title_too_long"],
  ])("a branch %s is told apart", async (_, prepare, wanted, code) => {
    const world = aWorld();
    await prepare(world);
    const before = pullRequestsOf(world).length;

    expect(await world.fail(create(world, wanted))).toMatchObject({ code, end: "failed" });
    expect(pullRequestsOf(world)).toHaveLength(before);
  });

  test("drafts that the plan does not have are told apart", async () => {
    const world = aWorld();
    world.simulator.setFaults([refuse("Draft pull requests are not supported in this repository.")]);

    expect(await world.fail(create(world, { draft: true }))).toMatchObject({ code: "draft_unavailable", end: "failed" });
  });

  test("a token that may only read fails for good", async () => {
    const world = aWorld({ token: "reader", profiles: { reader: READER } });
    await pushBranch(world);

    expect(await world.fail(create(world))).toMatchObject({ code: "pull_requests_forbidden", end: "failed" });
  });

  test.each([false, true])("an unclear end is looked up by branch, with the pull request made: %s", async (wasMade) => {
    const world = aWorld();
    await pushBranch(world);
    world.simulator.setFaults([{ match: "mutation createPullRequest", kind: "hang", afterEffect: wasMade }]);

    expect(await world.fail(create(world))).toMatchObject({ code: "timeout", end: "unknown" });
    const { pullRequests } = await find(world);

    expect(pullRequests.map(({ marker }) => marker)).toEqual(wasMade ? [MARKER] : []);
  });

  test("one that was made and may not be read is unclear too", async () => {
    const world = aWorld();
    const body = {
      data: { createPullRequest: { pullRequest: null } },
      errors: [{ type: "FORBIDDEN", path: ["createPullRequest", "pullRequest"], message: "Resource not accessible" }],
    };
    world.simulator.setFaults([{ match: "mutation createPullRequest", kind: "status", status: 200, body }]);

    expect(await world.fail(create(world))).toMatchObject({ code: "incomplete_result", end: "unknown" });
  });
});

describe("findPullRequest", () => {
  test("finds the branch when nothing was made of it", async () => {
    const world = aWorld();
    const oid = await pushBranch(world);

    expect(await find(world)).toEqual({ branch: { oid }, pullRequests: [] });
    expect(world.pacer.acquired).toEqual(["read"]);
  });

  test("says that there is no such branch", async () => {
    expect(await find(aWorld())).toEqual({ branch: null, pullRequests: [] });
  });

  test("fails when the repository cannot be read, which says nothing about the branch", async () => {
    const world = aWorld();

    expect(await world.fail(world.github.findPullRequest("acme/nothing", TOPIC))).toMatchObject({ code: "not_found" });
  });

  test("fails when the branch could not be read", async () => {
    const world = aWorld();
    const body = {
      data: { repository: { id: "R", ref: null, open: { nodes: [] }, ended: { nodes: [] } } },
      errors: [{ type: "FORBIDDEN", path: ["repository", "ref"], message: "Resource not accessible" }],
    };
    world.simulator.setFaults([{ match: "query FindPullRequest", kind: "status", status: 200, body }]);

    expect(await world.fail(world.github.findPullRequest(REPOSITORY, TOPIC))).toMatchObject({ code: "contents_forbidden" });
  });

  test("puts the open one before newer ones that have ended, and those newest first", async () => {
    const world = aWorld();
    const first = await aPullRequest(world);
    const close = (id: string) =>
      actAsPerson(world, "mutation ($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { clientMutationId } }", { id });
    await close(first.nodeId);
    const second = await world.run(create(world));
    await close(second.nodeId);
    const third = await world.run(create(world));
    await close(third.nodeId);
    await actAsPerson(world, "mutation ($id: ID!) { reopenPullRequest(input: { pullRequestId: $id }) { clientMutationId } }", {
      id: first.nodeId,
    });

    const { pullRequests } = await find(world);

    expect(pullRequests.map(({ number, state }) => [number, state])).toEqual([
      [first.number, "open"],
      [third.number, "closed"],
      [second.number, "closed"],
    ]);
  });

  test("knows one whose branch is gone", async () => {
    const world = aWorld();
    await aPullRequest(world);
    await deleteBranch(world, "topic");

    expect(await find(world)).toMatchObject({ branch: null, pullRequests: [{ number: 1, state: "closed" }] });
  });

  test("leaves out another base, another branch, and a fork's branch of the same name", async () => {
    const world = aWorld({ users: [{ login: "linus" }], repositories: [{ nameWithOwner: "linus/widgets" }] });
    await aPullRequest(world, "other");
    const item = await aPullRequest(world);
    const { store } = world.simulator;
    const own = store.get("PullRequest", item.nodeId);
    const fork = store.findRepository("linus", "widgets");
    store.put({ ...own, headRepositoryId: fork?.id ?? "" });

    expect((await find(world)).pullRequests).toEqual([]);
    store.put(own);
    expect((await find(world, { head: "topic", base: "release" })).pullRequests).toEqual([]);
    expect((await find(world)).pullRequests).toMatchObject([{ nodeId: item.nodeId }]);
  });

  test("follows the head of the branch", async () => {
    const world = aWorld();
    await aPullRequest(world);
    const oid = await commit(world, "topic", "more.txt");

    expect(await find(world)).toMatchObject({ branch: { oid }, pullRequests: [{ pullRequest: { headRefOid: oid } }] });
    expect(headOf(world, "topic")).toBe(oid);
  });
});
