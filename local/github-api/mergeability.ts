// Whether a pull request can be merged, and what stands in its way.
import type { Context } from "./context.ts";
import { commitIsAncestor, findBranch, findCommit, mergeFiles, readHead } from "./git.ts";
import type { Commit, Protection, PullRequest } from "./model.ts";
import { rollUp } from "./resolvers/git.ts";
import type { Store } from "./store.ts";

/** `mergeStateStatus` of GitHub's schema, as far as the simulator has it. */
export type MergeState = "BEHIND" | "BLOCKED" | "CLEAN" | "DIRTY" | "DRAFT" | "UNKNOWN" | "UNSTABLE";

/** What GitHub has worked out about a pull request at one head and base. */
interface Computation {
  reads: number;
  lastReader: Context | undefined;
}

const computations = new WeakMap<Store, Map<string, Computation>>();

/** The commits between which a pull request stands now. */
export function readEnds(store: Store, pullRequest: PullRequest): { base: Commit | undefined; head: Commit | undefined } {
  const branch = findBranch(store, pullRequest.repositoryId, pullRequest.baseRefName);
  const head = findCommit(store, pullRequest.headRepositoryId, pullRequest.headRefOid);
  return { base: branch && readHead(store, branch), head };
}

/** The rules for the branch that a pull request goes to; only the default branch has any. */
export function protectionOf({ store }: Context, pullRequest: PullRequest): Protection {
  const repository = store.get("Repository", pullRequest.repositoryId);
  return (repository.defaultBranch === pullRequest.baseRefName ? repository.protection : null) ?? {};
}

/** The decision of the reviewers; null when none is needed and none was given. */
export function reviewDecisionOf(context: Context, pullRequest: PullRequest): string | null {
  const opinions = Object.values(pullRequest.reviews);
  if (opinions.includes("CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  if (opinions.includes("APPROVED")) return "APPROVED";
  return protectionOf(context, pullRequest).reviews ? "REVIEW_REQUIRED" : null;
}

/** Works out the state of an open pull request at once, as the merge itself does. */
export function computeMergeState(context: Context, pullRequest: PullRequest): MergeState {
  const { base, head } = readEnds(context.store, pullRequest);
  if (pullRequest.state !== "OPEN" || !base || !head) return "UNKNOWN";
  if (!mergeFiles(context.store, base, head)) return "DIRTY";
  if (pullRequest.isDraft) return "DRAFT";
  const rules = protectionOf(context, pullRequest);
  const checks = rollUp(head);
  if (rules.reviews && reviewDecisionOf(context, pullRequest) !== "APPROVED") return "BLOCKED";
  if (rules.checks && checks !== "SUCCESS") return "BLOCKED";
  if (rules.upToDate && !commitIsAncestor(context.store, base, head)) return "BEHIND";
  return checks === "FAILURE" || checks === "PENDING" ? "UNSTABLE" : "CLEAN";
}

function computationOf({ store }: Context, pullRequest: PullRequest): Computation {
  const all = computations.get(store) ?? new Map<string, Computation>();
  computations.set(store, all);
  const { base } = readEnds(store, pullRequest);
  const key = [pullRequest.id, pullRequest.headRefOid, base?.oid].join(":");
  const found = all.get(key) ?? { reads: 0, lastReader: undefined };
  all.set(key, found);
  return found;
}

const isKnown = (context: Context, { reads, lastReader }: Computation): boolean => {
  const needed = context.knobs.mergeableUnknownReads;
  return reads > needed || (reads === needed && lastReader !== context);
};

/** Answers `mergeable`: asking starts the computation, a later request sees its result. */
export function readMergeable(context: Context, pullRequest: PullRequest): "MERGEABLE" | "CONFLICTING" | "UNKNOWN" {
  if (pullRequest.state !== "OPEN") return "UNKNOWN";
  const computation = computationOf(context, pullRequest);
  if (isKnown(context, computation)) return computeMergeState(context, pullRequest) === "DIRTY" ? "CONFLICTING" : "MERGEABLE";
  if (computation.lastReader !== context) {
    computation.reads += 1;
    computation.lastReader = context;
  }
  return "UNKNOWN";
}

/** Answers `mergeStateStatus`: alone it does not start the computation. */
export function readMergeState(context: Context, pullRequest: PullRequest): MergeState {
  const isComputed = isKnown(context, computationOf(context, pullRequest));
  return isComputed ? computeMergeState(context, pullRequest) : "UNKNOWN";
}
