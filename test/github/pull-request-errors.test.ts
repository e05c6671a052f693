import { describe, expect, test } from "vitest";
import { toEntryError } from "../../github/error.ts";
import { PULL_REQUEST_MESSAGES } from "../../github/pull-request-errors.ts";
import { toRemedy } from "../../github/remedy.ts";
import { createVirtualClock } from "../../local/virtual-clock.ts";
import { START } from "./world.ts";

const read = (message: string) => toEntryError({ type: "UNPROCESSABLE", message }, {}, createVirtualClock(START));

const MESSAGES: readonly (readonly [string, string])[] = [
  ["A pull request already exists for acme:topic.", "exists"],
  ["No commits between main and topic", "branch_empty"],
  [
    "Head sha can't be blank, Base sha can't be blank, No commits between main and topic, Head ref must be a branch",
    "branch_missing",
  ],
  ["Base ref must be a branch", "branch_missing"],
  ["Could not open the pull request.", "branch_missing"],
  ["Draft pull requests are not supported in this repository.", "draft_unavailable"],
  ["Base branch was modified. Review and try the merge again.", "base_modified"],
  ["Head branch was modified. Review and try the merge again.", "head_modified"],
  ["Pull Request has already been merged", "already_merged"],
  ["Squash merges are not allowed on this repository.", "method_not_allowed"],
  ["Merge commits are not allowed on this repository.", "method_not_allowed"],
  ["Changes must be made through the merge queue", "merge_queue"],
  ["Pull request Pull request is in clean status", "already_clean"],
  ["Pull request Pull request is in unstable status", "already_unstable"],
  ["Pull request Protected branch rules not configured for this branch", "already_clean"],
  ["Pull request Auto merge is not allowed for this repository", "auto_merge_unavailable"],
  ["Pull request Can't disable auto-merge for this pull request.", "auto_merge_not_enabled"],
];

describe("what GitHub refuses about pull requests", () => {
  test.each(MESSAGES)("%j is told apart, and nothing was done", (message, code) => {
    expect(read(message)).toMatchObject({ code, end: "failed" });
  });

  test("every kind of refusal is held here", () => {
    const codes = new Set(MESSAGES.map(([, code]) => code));

    expect(PULL_REQUEST_MESSAGES.map(([, code]) => code).filter((code) => !codes.has(code))).toEqual([]);
  });

  test("what a person can do names the thing", () => {
    expect(toRemedy(read("Head ref must be a branch"))).toContain("Push the branch");
    expect(toRemedy(read("Squash merges are not allowed on this repository."))).toContain("pullRequest.mergeMethod");
  });
});
