import { describe, expect, test } from "vitest";
import { type Mergeability, type MergeWish, planMerge } from "../../sync/merge-step.ts";

const HEAD = "a".repeat(40);

const READY: Mergeability = {
  state: "open",
  isDraft: false,
  headRefOid: HEAD,
  isFork: false,
  mergeStateStatus: "clean",
  reviewDecision: null,
  isMergeQueueEnabled: false,
  isInMergeQueue: false,
  autoMerge: false,
  autoMergeAllowed: true,
  viewerCanEnableAutoMerge: true,
  allowedMethods: ["merge", "squash", "rebase"],
  isArchived: false,
};

const WISH: MergeWish = { method: "squash", auto: false, mergeUnstable: false };
const AUTO: Partial<MergeWish> = { auto: true };
const BLOCKED: Partial<Mergeability> = { mergeStateStatus: "blocked" };

const plan = (now: Partial<Mergeability>, wish: Partial<MergeWish> = {}) => planMerge({ ...READY, ...now }, { ...WISH, ...wish });

const MERGE = { do: "merge", expectedHeadOid: HEAD, method: "squash" };

describe("planMerge", () => {
  test.each<[string, Partial<Mergeability>, Partial<MergeWish>]>([
    ["what is clean", {}, {}],
    ["what is clean, with auto-merge wished for", {}, AUTO],
    ["what is clean, with auto-merge enabled by somebody", { autoMerge: true }, {}],
    ["what has hooks on the server", { mergeStateStatus: "hasHooks" }, {}],
    ["what has red optional checks, when the mapping says so", { mergeStateStatus: "unstable" }, { mergeUnstable: true }],
    ["what is clean though auto-merge is switched off", { autoMergeAllowed: false }, AUTO],
  ])("merges %s", (_, now, wish) => {
    expect(plan(now, wish)).toEqual(MERGE);
  });

  test.each(["merge", "squash", "rebase"] as const)("merges by the method %s of the mapping and no other", (method) => {
    expect(plan({ allowedMethods: [method] }, { method })).toEqual({ ...MERGE, method });
  });

  test.each<[string, Partial<Mergeability>]>([
    ["required checks", BLOCKED],
    ["a review", { ...BLOCKED, reviewDecision: "reviewRequired" }],
    ["an update of the branch", { mergeStateStatus: "behind" }],
  ])("enables auto-merge while %s is missing", (_, now) => {
    expect(plan(now, AUTO)).toEqual({ do: "enableAutoMerge", expectedHeadOid: HEAD, method: "squash" });
  });

  test.each<[string, Partial<Mergeability>, Partial<MergeWish>, string, RegExp]>([
    ["red optional checks", { mergeStateStatus: "unstable" }, {}, "checks_unstable", /not required/],
    [
      "red optional checks, with auto-merge wished for",
      { mergeStateStatus: "unstable" },
      AUTO,
      "checks_unstable",
      /not required/,
    ],
    ["conflicts", { mergeStateStatus: "dirty" }, AUTO, "merge_conflicts", /conflicts/],
    ["a draft", { isDraft: true, mergeStateStatus: "blocked" }, AUTO, "draft", /draft/],
    ["a draft in GitHub's older words", { mergeStateStatus: "draft" }, {}, "draft", /draft/],
    ["required checks", BLOCKED, {}, "checks_pending", /^Required checks.*met yet\.$/],
    ["a review", { ...BLOCKED, reviewDecision: "reviewRequired" }, {}, "review_required", /review/],
    ["changes that a reviewer asked for", { ...BLOCKED, reviewDecision: "changesRequested" }, {}, "changes_requested", /changes/],
    ["a branch behind its base", { mergeStateStatus: "behind" }, {}, "behind", /behind/],
    ["GitHub, where auto-merge is enabled", { ...BLOCKED, autoMerge: true }, AUTO, "checks_pending", /auto-merge is enabled/],
    ["checks, where auto-merge is off", { ...BLOCKED, autoMergeAllowed: false }, AUTO, "checks_pending", /switched off/],
    ["checks, where it may not be enabled", { ...BLOCKED, viewerCanEnableAutoMerge: false }, AUTO, "checks_pending", /may not/],
    ["the merge queue", { isMergeQueueEnabled: true, isInMergeQueue: true }, {}, "in_merge_queue", /queue/],
  ])("waits for %s and says so", (_, now, wish, code, reason) => {
    expect(plan(now, wish)).toEqual({ do: "wait", code, reason: expect.stringMatching(reason) as string });
  });

  test("asks again soon while GitHub works it out", () => {
    expect(plan({ mergeStateStatus: "unknown" }, AUTO)).toMatchObject({ do: "wait", code: "mergeability_unknown", soon: true });
  });

  test.each<[string, Partial<Mergeability>, Partial<MergeWish>, string, string]>([
    ["a merge queue", { isMergeQueueEnabled: true }, {}, "merge_queue", "merge queue on GitHub"],
    ["a closed pull request", { state: "closed" }, {}, "closed_unmerged", "Reopen it"],
    ["an archived repository", { isArchived: true }, {}, "archived", "Unarchive"],
    ["a method that is not allowed", { allowedMethods: ["merge", "rebase"] }, {}, "method_not_allowed", '"merge" or "rebase"'],
    ["no method that is allowed", { allowedMethods: [] }, {}, "method_not_allowed", 'Allow "squash"'],
    [
      "a method that is not allowed, before GitHub knows more",
      { allowedMethods: ["merge"], mergeStateStatus: "unknown" },
      AUTO,
      "method_not_allowed",
      "pullRequest.mergeMethod",
    ],
  ])("fails at %s, with the remedy", (_, now, wish, code, remedy) => {
    expect(plan(now, wish)).toMatchObject({ do: "fail", code, remedy: expect.stringContaining(remedy) as string });
  });

  test("a merged one is done, whatever else is read of it", () => {
    expect(plan({ state: "merged", mergeStateStatus: "unknown", allowedMethods: [], isArchived: true })).toEqual({ do: "done" });
  });
});
