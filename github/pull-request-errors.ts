// What GitHub refuses about pull requests, by its words, and what a person can do about it.

interface Refusal {
  readonly code: string;
  readonly pattern?: RegExp;
  readonly remedy: string;
}

const AGAIN = "Nothing needs to be done: it is tried again.";

// In this order: GitHub says "No commits between" of a branch that is not there, too.
const REFUSALS: readonly Refusal[] = [
  {
    code: "exists",
    pattern: /a pull request already exists/i,
    remedy: "Nothing needs to be done: the pull request that exists is linked.",
  },
  {
    code: "branch_missing",
    pattern: /(head|base) (ref must be a branch|sha can.?t be blank)|branch has been deleted|could not open the pull request/i,
    remedy: "Push the branch, and check its name on the page and the name of the base branch in the mapping.",
  },
  {
    code: "branch_empty",
    pattern: /no commits between/i,
    remedy: "Push a commit to the branch; then the pull request is made.",
  },
  {
    code: "draft_unavailable",
    pattern: /draft pull requests? .*(not supported|not available|not allowed|unavailable)|convert.* to (a )?draft/i,
    remedy: "Take `draft` out of the mapping: GitHub has no drafts for private repositories on the plan of the owner.",
  },
  { code: "base_modified", pattern: /base branch was modified/i, remedy: AGAIN },
  { code: "head_modified", pattern: /head (branch|sha) (was|has been|didn.?t)/i, remedy: AGAIN },
  { code: "already_merged", pattern: /already (been )?merged/i, remedy: "Nothing needs to be done: it is merged." },
  {
    code: "method_not_allowed",
    pattern: /(merge commits|squash merges|rebase merges|merge method).* not allowed/i,
    remedy: "Set `pullRequest.mergeMethod` of the mapping to a method that the repository allows, or allow this one on GitHub.",
  },
  { code: "merge_queue", pattern: /merge queue/i, remedy: "Add the pull request to the merge queue on GitHub." },
  {
    code: "already_clean",
    pattern: /is in (clean|has_hooks) status|protected branch rules not configured/i,
    remedy: "Nothing needs to be done: it can be merged at once.",
  },
  {
    code: "already_unstable",
    pattern: /is in unstable status/i,
    remedy: "Set `pullRequest.mergeUnstable` of the mapping, or wait for the checks that are not required.",
  },
  {
    code: "auto_merge_not_enabled",
    pattern: /can.?t disable auto.?merge/i,
    remedy: "Nothing needs to be done: it is not enabled.",
  },
  {
    code: "auto_merge_unavailable",
    pattern: /auto.?merge/i,
    remedy: "Switch on auto-merge in the settings of the repository on GitHub, or use `merge` in place of `autoMerge`.",
  },
  {
    code: "merge_forbidden",
    remedy:
      "Give the token or GitHub App write access to the contents of the repository (Contents: write), and to workflows when the pull request changes them.",
  },
  {
    code: "not_mergeable",
    remedy: "Look at the pull request on GitHub: it says what stands in the way of the merge.",
  },
];

/** Message → code. */
export const PULL_REQUEST_MESSAGES: readonly (readonly [RegExp, string])[] = REFUSALS.flatMap(({ pattern, code }) =>
  pattern ? [[pattern, code] as const] : [],
);

/** Code → remedy. */
export const PULL_REQUEST_REMEDIES: Readonly<Record<string, string>> = Object.fromEntries(
  REFUSALS.map(({ code, remedy }) => [code, remedy]),
);
