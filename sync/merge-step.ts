import type { PullRequestMapping } from "./mapping.ts";
import type { ItemState } from "./model.ts";

export type MergeMethod = PullRequestMapping["mergeMethod"];

/** GitHub's `mergeStateStatus`; `unknown`: it is being worked out. */
export type MergeStateStatus = "clean" | "hasHooks" | "unstable" | "blocked" | "behind" | "dirty" | "draft" | "unknown";

/** Whether a pull request can be merged, as read now. */
export interface Mergeability {
  readonly state: ItemState;
  readonly isDraft: boolean;
  readonly headRefOid: string;
  /** Its branch is in another repository. */
  readonly isFork: boolean;
  readonly mergeStateStatus: MergeStateStatus;
  /** `null` when no review is needed and none was given. */
  readonly reviewDecision: "approved" | "changesRequested" | "reviewRequired" | null;
  /** The base branch takes changes through a merge queue only. */
  readonly isMergeQueueEnabled: boolean;
  readonly isInMergeQueue: boolean;
  /** Auto-merge is enabled, by whomever. */
  readonly autoMerge: boolean;
  /** The repository has auto-merge switched on. */
  readonly autoMergeAllowed: boolean;
  readonly viewerCanEnableAutoMerge: boolean;
  /** The methods that the repository allows. */
  readonly allowedMethods: readonly MergeMethod[];
  readonly isArchived: boolean;
}

/** What a mapping says about merging; `auto` comes from the status. */
export interface MergeWish {
  readonly method: MergeMethod;
  /** Let GitHub merge as soon as checks and reviews allow it. */
  readonly auto: boolean;
  /** Merge although checks that are not required have failed or are still running. */
  readonly mergeUnstable: boolean;
}

/** What is to be done now about a pull request that is to be merged. */
export type MergeStep =
  | { readonly do: "merge" | "enableAutoMerge"; readonly expectedHeadOid: string; readonly method: MergeMethod }
  /** `soon`: GitHub knows in seconds; else as waiting pairs do. */
  | { readonly do: "wait"; readonly code: string; readonly reason: string; readonly soon?: true }
  /** Only a person can help. */
  | { readonly do: "fail"; readonly code: string; readonly reason: string; readonly remedy: string }
  /** It is merged. */
  | { readonly do: "done" };

const wait = (code: string, reason: string): MergeStep => ({ do: "wait", code, reason });
const fail = (code: string, reason: string, remedy: string): MergeStep => ({ do: "fail", code, reason, remedy });

/** Decides the next step towards a merge. */
export function planMerge(now: Mergeability, wish: MergeWish): MergeStep {
  if (now.state === "merged") return { do: "done" };
  const impossible = findObstacle(now, wish);
  if (impossible) return impossible;
  if (now.isInMergeQueue) return wait("in_merge_queue", "The pull request is in the merge queue.");
  if (now.isMergeQueueEnabled) {
    return fail(
      "merge_queue",
      "The base branch takes changes through a merge queue only.",
      "Add the pull request to the merge queue on GitHub.",
    );
  }
  if (now.isDraft || now.mergeStateStatus === "draft") return wait("draft", "The pull request is still a draft.");
  const { headRefOid: expectedHeadOid } = now;
  const { method } = wish;
  switch (now.mergeStateStatus) {
    case "clean":
    case "hasHooks":
      return { do: "merge", expectedHeadOid, method };
    case "unstable":
      if (wish.mergeUnstable) return { do: "merge", expectedHeadOid, method };
      return wait("checks_unstable", "Checks that are not required have failed or are still running.");
    case "dirty":
      return wait("merge_conflicts", "The pull request has conflicts with its base branch.");
    case "unknown":
      return { do: "wait", code: "mergeability_unknown", reason: "GitHub is working out whether it can be merged.", soon: true };
    case "blocked":
    case "behind":
      return stepBlocked(now, wish);
  }
}

function findObstacle(now: Mergeability, { method }: MergeWish): MergeStep | undefined {
  if (now.state === "closed") {
    return fail(
      "closed_unmerged",
      "The pull request was closed without being merged, so it cannot be merged.",
      "Reopen it on GitHub, or move the page to a status that means closed.",
    );
  }
  if (now.isArchived) {
    return fail("archived", "The repository is archived.", "Unarchive it on GitHub, or map the page to another one.");
  }
  if (now.allowedMethods.includes(method)) return undefined;
  const allowed = now.allowedMethods.map((each) => `"${each}"`).join(" or ");
  return fail(
    "method_not_allowed",
    `The repository does not allow the merge method "${method}".`,
    allowed === ""
      ? `Allow "${method}" in the settings of the repository on GitHub.`
      : `Set \`pullRequest.mergeMethod\` of the mapping to ${allowed}, or allow "${method}" in the settings of the repository on GitHub.`,
  );
}

/** Checks or reviews are pending: auto-merge waits for them on GitHub's side, if it may. */
function stepBlocked(now: Mergeability, { auto, method }: MergeWish): MergeStep {
  const { code, reason } = toBlockage(now);
  if (now.autoMerge) return wait(code, `${reason} GitHub merges it then: auto-merge is enabled.`);
  if (!auto) return wait(code, reason);
  if (!now.autoMergeAllowed) return wait(code, `${reason} Auto-merge is switched off in the settings of the repository.`);
  if (!now.viewerCanEnableAutoMerge) return wait(code, `${reason} The token may not enable auto-merge for it.`);
  return { do: "enableAutoMerge", expectedHeadOid: now.headRefOid, method };
}

function toBlockage(now: Mergeability): { readonly code: string; readonly reason: string } {
  if (now.reviewDecision === "changesRequested")
    return { code: "changes_requested", reason: "A reviewer has requested changes." };
  if (now.reviewDecision === "reviewRequired") return { code: "review_required", reason: "A review is required." };
  if (now.mergeStateStatus === "behind") return { code: "behind", reason: "The branch is behind its base branch." };
  return { code: "checks_pending", reason: "Required checks, or another rule of the base branch, are not met yet." };
}
