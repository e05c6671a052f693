import type { Clock } from "../sync/clock.ts";
import type { Mergeability, MergeMethod, MergeStateStatus } from "../sync/merge-step.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { isRecord, toAbsence } from "./answer.ts";
import { MERGEABILITY } from "./documents-pull-requests.ts";
import { toNotAppliedError } from "./error.ts";
import { sendLone } from "./lone-write.ts";
import type { GithubClient } from "./request.ts";

/** How a pull request is to be merged. */
export interface MergeOptions {
  /** The commit that was looked at; GitHub refuses when the head is another one by now. */
  readonly expectedHeadOid: string;
  readonly method: MergeMethod;
  /** Milliseconds since 1970. */
  readonly deadlineAtMs: number;
  /** The first line of the merge commit; absent: GitHub's own words. */
  readonly headline?: string;
  /** The rest of it; absent: GitHub's own words. */
  readonly body?: string;
}

/** A pull request in the form of `MERGEABILITY`. */
interface MergeabilityNode {
  readonly state: keyof typeof STATES;
  readonly isDraft: boolean;
  readonly headRefOid: string;
  readonly isCrossRepository: boolean;
  readonly mergeable: "MERGEABLE" | "CONFLICTING" | "UNKNOWN";
  readonly mergeStateStatus: string;
  readonly reviewDecision: string | null;
  readonly isMergeQueueEnabled: boolean;
  readonly isInMergeQueue: boolean;
  readonly autoMergeRequest: object | null;
  readonly viewerCanEnableAutoMerge: boolean;
  readonly repository: {
    readonly isArchived: boolean;
    readonly mergeCommitAllowed: boolean;
    readonly squashMergeAllowed: boolean;
    readonly rebaseMergeAllowed: boolean;
    readonly autoMergeAllowed: boolean;
  };
}

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

const MERGE_STATES: Readonly<Record<string, MergeStateStatus>> = {
  CLEAN: "clean",
  HAS_HOOKS: "hasHooks",
  UNSTABLE: "unstable",
  BLOCKED: "blocked",
  BEHIND: "behind",
  DIRTY: "dirty",
  DRAFT: "draft",
};

const DECISIONS: Readonly<Record<string, Mergeability["reviewDecision"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changesRequested",
  REVIEW_REQUIRED: "reviewRequired",
};

const isPullRequest = (node: unknown): node is MergeabilityNode => isRecord(node) && node["__typename"] === "PullRequest";

function toMergeability(node: MergeabilityNode): Mergeability {
  const { mergeCommitAllowed, squashMergeAllowed, rebaseMergeAllowed, autoMergeAllowed, isArchived } = node.repository;
  const methods = [
    ["merge", mergeCommitAllowed],
    ["squash", squashMergeAllowed],
    ["rebase", rebaseMergeAllowed],
  ] as const;
  return {
    state: STATES[node.state],
    isDraft: node.isDraft,
    headRefOid: node.headRefOid,
    isFork: node.isCrossRepository,
    mergeStateStatus: node.mergeable === "CONFLICTING" ? "dirty" : (MERGE_STATES[node.mergeStateStatus] ?? "unknown"),
    reviewDecision: DECISIONS[node.reviewDecision ?? ""] ?? null,
    isMergeQueueEnabled: node.isMergeQueueEnabled,
    isInMergeQueue: node.isInMergeQueue,
    autoMerge: node.autoMergeRequest !== null,
    autoMergeAllowed,
    viewerCanEnableAutoMerge: node.viewerCanEnableAutoMerge,
    allowedMethods: methods.flatMap(([method, isAllowed]) => (isAllowed ? [method] : [])),
    isArchived,
  };
}

/** Creates the merging of pull requests; see `GithubAdapter`. */
export function createMerging(client: GithubClient, clock: Clock) {
  return {
    async readMergeability(nodeId: string): Promise<Mergeability> {
      const answer = await client.read(MERGEABILITY, { id: nodeId });
      const { node } = answer.data;
      if (!isPullRequest(node)) throw toAbsence(answer, "the pull request");
      return toMergeability(node);
    },

    async mergePullRequest(nodeId: string, options: MergeOptions): Promise<ItemSnapshot> {
      const { expectedHeadOid, method, headline, body, deadlineAtMs } = options;
      const { item } = await sendLone(client, clock, {
        name: "mergePullRequest",
        kind: "write",
        input: {
          pullRequestId: nodeId,
          expectedHeadOid,
          mergeMethod: method.toUpperCase(),
          ...(headline === undefined ? {} : { commitHeadline: headline }),
          ...(body === undefined ? {} : { commitBody: body }),
        },
        deadlineAtMs,
        codes: { forbidden: "merge_forbidden", invalid: "not_mergeable" },
      });
      if (item.state !== "merged") throw toNotAppliedError("the pull request is not merged");
      return item;
    },

    async enableAutoMerge(nodeId: string, options: Omit<MergeOptions, "headline" | "body">): Promise<ItemSnapshot> {
      const { expectedHeadOid, method, deadlineAtMs } = options;
      const { item } = await sendLone(client, clock, {
        name: "enablePullRequestAutoMerge",
        kind: "write",
        input: { pullRequestId: nodeId, expectedHeadOid, mergeMethod: method.toUpperCase() },
        deadlineAtMs,
        codes: { forbidden: "merge_forbidden", invalid: "auto_merge_unavailable" },
      });
      // What became ready in between is merged at once.
      if (item.state !== "merged" && item.pullRequest?.autoMerge !== true) {
        throw toNotAppliedError("auto-merge is not enabled");
      }
      return item;
    },

    async disableAutoMerge(nodeId: string, { deadlineAtMs }: { readonly deadlineAtMs: number }): Promise<ItemSnapshot> {
      const input = { pullRequestId: nodeId };
      const codes = { forbidden: "merge_forbidden" };
      const { item } = await sendLone(client, clock, {
        name: "disablePullRequestAutoMerge",
        kind: "write",
        input,
        deadlineAtMs,
        codes,
      });
      if (item.pullRequest?.autoMerge === true) throw toNotAppliedError("auto-merge is still enabled");
      return item;
    },
  };
}
