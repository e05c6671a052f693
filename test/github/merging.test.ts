import { describe, expect, onTestFinished, test } from "vitest";
import type { MergeOptions } from "../../github/client.ts";
import { toRemedy } from "../../github/remedy.ts";
import type { Profile } from "../../local/github-api/profiles.ts";
import type { ItemSnapshot } from "../../sync/model.ts";
import { aPullRequest, commit, headOf, pushBranch, report, review } from "./a-branch.ts";
import { actAsPerson, createWorld, START, type World, type WorldOptions } from "./world.ts";

const DEADLINE_AT_MS = Date.parse(START) + 60_000;
const CHECKED: WorldOptions = { repositoryFlags: { protection: { checks: true } } };
const REVIEWED: WorldOptions = { repositoryFlags: { protection: { reviews: true } } };

/** May do everything to issues and pull requests, and nothing to contents. */
const NO_CONTENTS: Profile = {
  kind: "fineGrained",
  actor: "sync-bot",
  permissions: { issues: "write", pull_requests: "write", contents: "read" },
};

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const optionsFor = (item: ItemSnapshot, options: Partial<MergeOptions> = {}): MergeOptions => ({
  expectedHeadOid: item.pullRequest?.headRefOid ?? "",
  method: "squash",
  deadlineAtMs: DEADLINE_AT_MS,
  ...options,
});

const merge = (world: World, item: ItemSnapshot, options: Partial<MergeOptions> = {}) =>
  world.github.mergePullRequest(item.nodeId, optionsFor(item, options));

const enable = (world: World, item: ItemSnapshot, options: Partial<MergeOptions> = {}) =>
  world.github.enableAutoMerge(item.nodeId, optionsFor(item, options));

const readMergeability = (world: World, item: ItemSnapshot) => world.run(world.github.readMergeability(item.nodeId));

const refuse = (mutation: string, message: string) =>
  ({ match: `mutation ${mutation}`, kind: "partial", aliases: [mutation], type: "UNPROCESSABLE", message }) as const;

const NOT_THEN = { match: "mutation mergePullRequest" } as const;

describe("readMergeability", () => {
  test("makes GitHub work it out, and says unknown until it has", async () => {
    const world = aWorld();
    const item = await aPullRequest(world);

    expect(await readMergeability(world, item)).toEqual({
      state: "open",
      isDraft: false,
      headRefOid: headOf(world, "topic"),
      isFork: false,
      mergeStateStatus: "unknown",
      reviewDecision: null,
      isMergeQueueEnabled: false,
      isInMergeQueue: false,
      autoMerge: false,
      autoMergeAllowed: true,
      viewerCanEnableAutoMerge: false,
      allowedMethods: ["merge", "squash", "rebase"],
      isArchived: false,
    });
    expect(await readMergeability(world, item)).toMatchObject({ mergeStateStatus: "clean" });
  });

  test.each<[string, WorldOptions, (world: World, item: ItemSnapshot) => Promise<unknown>, object]>([
    ["red optional checks", {}, (world) => report(world, headOf(world, "topic"), "failure"), { mergeStateStatus: "unstable" }],
    [
      "missing checks",
      CHECKED,
      () => Promise.resolve(),
      { mergeStateStatus: "blocked", viewerCanEnableAutoMerge: true, reviewDecision: null },
    ],
    ["a missing review", REVIEWED, () => Promise.resolve(), { mergeStateStatus: "blocked", reviewDecision: "reviewRequired" }],
    [
      "a review that asks for changes",
      REVIEWED,
      (world, item) => review(world, item.nodeId, "REQUEST_CHANGES"),
      { mergeStateStatus: "blocked", reviewDecision: "changesRequested" },
    ],
    [
      "an approval",
      REVIEWED,
      (world, item) => review(world, item.nodeId, "APPROVE"),
      { mergeStateStatus: "clean", reviewDecision: "approved" },
    ],
    [
      "a branch behind its base",
      { repositoryFlags: { protection: { upToDate: true } } },
      (world) => commit(world, "main", "main.txt"),
      { mergeStateStatus: "behind" },
    ],
    ["conflicts", {}, (world) => commit(world, "main", "topic.txt", "other"), { mergeStateStatus: "dirty" }],
    [
      "what the repository allows",
      { repositoryFlags: { squashMergeAllowed: false, autoMergeAllowed: false, mergeQueueEnabled: true } },
      () => Promise.resolve(),
      { allowedMethods: ["merge", "rebase"], autoMergeAllowed: false, isMergeQueueEnabled: true },
    ],
    ["a merged one", {}, (world, item) => world.run(merge(world, item)), { state: "merged" }],
  ])("tells %s", async (_, options, prepare, expected) => {
    const world = aWorld(options);
    const item = await aPullRequest(world);
    await prepare(world, item);

    await readMergeability(world, item);
    expect(await readMergeability(world, item)).toMatchObject(expected);
  });

  test("tells a draft", async () => {
    const world = aWorld();

    expect(await readMergeability(world, await aPullRequest(world, "topic", true))).toMatchObject({ isDraft: true });
  });

  test("fails for what is no pull request", async () => {
    const world = aWorld({ issues: [{ title: "An issue" }] });

    expect(await world.fail(world.github.readMergeability("PR_gone"))).toMatchObject({ code: "not_found" });
    const issue = await world.run(world.github.findIssue("acme/widgets", 1));
    expect(await world.fail(world.github.readMergeability(issue?.nodeId ?? ""))).toMatchObject({ code: "incomplete_result" });
  });
});

describe("mergePullRequest", () => {
  test.each(["merge", "squash", "rebase"] as const)("merges by %s, alone in its request", async (method) => {
    const world = aWorld();
    const item = await aPullRequest(world);
    const before = world.pacer.acquired.length;

    const merged = await world.run(merge(world, item, { method }));

    expect(merged).toMatchObject({ nodeId: item.nodeId, itemId: item.itemId, state: "merged", reason: null, problems: [] });
    expect(world.pacer.acquired.slice(before)).toEqual(["write"]);
    const parents = { merge: 2, squash: 1, rebase: 1 };
    const head = world.simulator.store.get("PullRequest", item.nodeId).mergeCommitId ?? "";
    expect(world.simulator.store.get("Commit", head).parentOids).toHaveLength(parents[method]);
  });

  test("gives the commit the words that it is given", async () => {
    const world = aWorld();
    const item = await aPullRequest(world);

    await world.run(merge(world, item, { headline: "Paint it", body: "Blue." }));

    const head = world.simulator.store.get("PullRequest", item.nodeId).mergeCommitId ?? "";
    expect(world.simulator.store.get("Commit", head)).toMatchObject({ messageHeadline: "Paint it", messageBody: "Blue." });
  });

  test.each<[string, WorldOptions, (world: World, item: ItemSnapshot) => Promise<unknown>, string]>([
    ["whose head moved", {}, (world) => commit(world, "topic", "more.txt"), "head_modified"],
    [
      "by a method that is not allowed",
      { repositoryFlags: { squashMergeAllowed: false } },
      () => Promise.resolve(),
      "method_not_allowed",
    ],
    ["with conflicts", {}, (world) => commit(world, "main", "topic.txt", "other"), "not_mergeable"],
    ["without required checks", CHECKED, () => Promise.resolve(), "not_mergeable"],
    ["without a review", REVIEWED, () => Promise.resolve(), "not_mergeable"],
    [
      "into a branch with a merge queue",
      { repositoryFlags: { mergeQueueEnabled: true } },
      () => Promise.resolve(),
      "merge_queue",
    ],
    ["that is merged", {}, (world, item) => world.run(merge(world, item)), "already_merged"],
    ["of an archived repository", {}, archive, "archived"],
  ])("does not merge one %s", async (_, options, prepare, code) => {
    const world = aWorld(options);
    const item = await aPullRequest(world);
    await prepare(world, item);
    const main = headOf(world, "main");

    expect(await world.fail(merge(world, item))).toMatchObject({ code, end: "failed" });
    expect(headOf(world, "main")).toBe(main);
  });

  test("a base branch that moved under it is told apart, and the second try merges", async () => {
    const world = aWorld();
    const item = await aPullRequest(world);
    world.simulator.setFaults([refuse("mergePullRequest", "Base branch was modified. Review and try the merge again.")]);

    expect(await world.fail(merge(world, item))).toMatchObject({ code: "base_modified", end: "failed" });
    expect(await world.run(merge(world, item))).toMatchObject({ state: "merged" });
  });

  test("a token without Contents: write is told so", async () => {
    const world = aWorld({ token: "narrow", profiles: { narrow: NO_CONTENTS } });
    const item = await aPullRequest(world);

    const error = await world.fail(merge(world, item));

    expect(error).toMatchObject({ code: "merge_forbidden", end: "failed" });
    expect(toRemedy(error)).toContain("Contents: write");
  });

  test("an unclear end is looked up by reading it again", async () => {
    const world = aWorld();
    const item = await aPullRequest(world);
    world.simulator.setFaults([
      { ...NOT_THEN, kind: "status", status: 502 },
      { ...NOT_THEN, kind: "dropAfterEffect" },
    ]);

    expect(await world.fail(merge(world, item))).toMatchObject({ code: "unavailable", end: "unknown" });
    expect(await readMergeability(world, item)).toMatchObject({ state: "open" });
    expect(await world.fail(merge(world, item))).toMatchObject({ code: "unavailable", end: "unknown" });
    expect(await readMergeability(world, item)).toMatchObject({ state: "merged" });
  });

  test("is not sent after the deadline", async () => {
    const world = aWorld();
    const item = await aPullRequest(world);

    expect(await world.fail(merge(world, item, { deadlineAtMs: Date.parse(START) }))).toMatchObject({ code: "deadline_passed" });
    expect(world.counts()).not.toHaveProperty("mutation mergePullRequest");
  });
});

async function archive(world: World, item: ItemSnapshot): Promise<void> {
  await actAsPerson(world, "mutation ($id: ID!) { archiveRepository(input: { repositoryId: $id }) { clientMutationId } }", {
    id: item.repositoryId,
  });
}

describe("auto-merge", () => {
  test("waits on GitHub's side, merges when the checks are green, and can be taken back before", async () => {
    const world = aWorld(CHECKED);
    const item = await aPullRequest(world);

    expect(await world.run(enable(world, item))).toMatchObject({ state: "open", pullRequest: { autoMerge: true } });
    const taken = await world.run(world.github.disableAutoMerge(item.nodeId, { deadlineAtMs: DEADLINE_AT_MS }));
    expect(taken).toMatchObject({ state: "open", pullRequest: { autoMerge: false } });
    await world.run(enable(world, item));
    await report(world, headOf(world, "topic"), "success");

    expect(await readMergeability(world, item)).toMatchObject({ state: "merged" });
    expect(world.pacer.acquired.slice(-4)).toEqual(["write", "write", "write", "read"]);
  });

  test.each<[string, WorldOptions, Partial<MergeOptions>, string]>([
    ["of what can be merged at once", {}, {}, "already_clean"],
    ["that is switched off", { repositoryFlags: { autoMergeAllowed: false } }, {}, "auto_merge_unavailable"],
    ["at another head", CHECKED, { expectedHeadOid: "b".repeat(40) }, "head_modified"],
    [
      "by a method that is not allowed",
      { repositoryFlags: { protection: { checks: true }, squashMergeAllowed: false } },
      {},
      "method_not_allowed",
    ],
  ])("%s is refused", async (_, options, wanted, code) => {
    const world = aWorld(options);
    const item = await aPullRequest(world);

    expect(await world.fail(enable(world, item, wanted))).toMatchObject({ code, end: "failed" });
  });

  test.each([
    ["Protected branch rules not configured for this branch", "already_clean"],
    ["Pull request is in unstable status", "already_unstable"],
    ["Pull request is in draft status", "auto_merge_unavailable"],
    ["Something that nobody has seen yet", "auto_merge_unavailable"],
  ])("refused with %j, is %s", async (message, code) => {
    const world = aWorld(CHECKED);
    const item = await aPullRequest(world);
    world.simulator.setFaults([refuse("enablePullRequestAutoMerge", message)]);

    expect(await world.fail(enable(world, item))).toMatchObject({ code, end: "failed" });
  });

  test("taking back what is not enabled is told apart", async () => {
    const world = aWorld();
    const item = await aPullRequest(world);

    const error = await world.fail(world.github.disableAutoMerge(item.nodeId, { deadlineAtMs: DEADLINE_AT_MS }));

    expect(error).toMatchObject({ code: "auto_merge_not_enabled", end: "failed" });
  });

  test("an unclear end may have enabled it", async () => {
    const world = aWorld(CHECKED);
    const item = await aPullRequest(world);
    await pushBranch(world, "elsewhere");
    world.simulator.setFaults([{ match: "mutation enablePullRequestAutoMerge", kind: "dropAfterEffect" }]);

    expect(await world.fail(enable(world, item))).toMatchObject({ end: "unknown" });
    expect(await readMergeability(world, item)).toMatchObject({ autoMerge: true });
  });
});
