import { requirePermission } from "../access.ts";
import { closingIssues } from "../closing-references.ts";
import type { Context } from "../context.ts";
import { type ApiError, unprocessable } from "../errors.ts";
import { addCommit, findBranch, mergeFiles } from "../git.ts";
import { computeMergeState, protectionOf, readEnds, reviewDecisionOf } from "../mergeability.ts";
import type { MergeMethod, MergeQueueEntry, PullRequest, Ref, Repository } from "../model.ts";
import { closeIssue } from "./issues.ts";
import { storeItem } from "./item-edits.ts";
import type { Mutations } from "./mutation.ts";
import { afterBranchDeletion, afterPush } from "./pushes.ts";

const NOT_ALLOWED: Readonly<Record<MergeMethod, string>> = {
  MERGE: "Merge commits are not allowed on this repository.",
  SQUASH: "Squash merges are not allowed on this repository.",
  REBASE: "Rebase merges are not allowed on this repository.",
};

const isAllowed = (repository: Repository, method: MergeMethod): boolean =>
  ({ MERGE: repository.mergeCommitAllowed, SQUASH: repository.squashMergeAllowed, REBASE: repository.rebaseMergeAllowed })[
    method
  ];

function obstacle(context: Context, pullRequest: PullRequest): ApiError | undefined {
  if (pullRequest.state === "MERGED") return unprocessable("Pull Request has already been merged");
  if (pullRequest.state === "CLOSED") return unprocessable("Pull Request is closed");
  switch (computeMergeState(context, pullRequest)) {
    case "DIRTY":
      return unprocessable("Pull Request has merge conflicts");
    case "DRAFT":
      return unprocessable("Pull Request is still a draft");
    case "BEHIND":
      return unprocessable("Head branch is out of date. Review and try the merge again.");
    case "BLOCKED": {
      const needsReview = protectionOf(context, pullRequest).reviews && reviewDecisionOf(context, pullRequest) !== "APPROVED";
      return unprocessable(
        needsReview
          ? "At least 1 approving review is required by reviewers with write access."
          : "Required status check is expected.",
      );
    }
    case "UNKNOWN":
      return unprocessable("Base branch was modified. Review and try the merge again.");
    case "CLEAN":
    case "UNSTABLE":
      return undefined;
  }
}

function checkHead(pullRequest: PullRequest, expectedHeadOid: string | null | undefined): void {
  if (expectedHeadOid && expectedHeadOid !== pullRequest.headRefOid)
    throw unprocessable("Head branch was modified. Review and try the merge again.");
}

interface MergeText {
  readonly commitHeadline?: string | null;
  readonly commitBody?: string | null;
}

function merge(context: Context, pullRequest: PullRequest, method: MergeMethod, text: MergeText, actorId: string): PullRequest {
  const { store, events } = context;
  const repository = store.get("Repository", pullRequest.repositoryId);
  const { base, head } = readEnds(store, pullRequest);
  const branch = findBranch(store, repository.id, pullRequest.baseRefName);
  const files = base && head ? mergeFiles(store, base, head) : undefined;
  if (!base || !head || !branch || !files) throw new Error("Unreachable: only what can be merged is merged.");
  const { number, title, headRefName } = pullRequest;
  const headline = method === "MERGE" ? `Merge pull request #${number} from ${headRefName}` : `${title} (#${number})`;
  const commit = addCommit(store, {
    repository,
    authorId: actorId,
    headline: method === "REBASE" ? head.messageHeadline : (text.commitHeadline ?? headline),
    body: text.commitBody ?? "",
    parentOids: method === "MERGE" ? [base.oid, head.oid] : [base.oid],
    files,
  });
  const changes = {
    state: "MERGED",
    mergedAt: store.now(),
    closedAt: store.now(),
    mergedById: actorId,
    closedById: actorId,
  } as const;
  const ends = { mergeCommitId: commit.id, autoMerge: null, queueEntryId: null, baseRefOid: base.oid };
  const merged = storeItem<PullRequest>(context, pullRequest, { ...changes, ...ends }, "state");
  const moved = store.put<Ref>({ ...branch, targetId: commit.id });
  events.item("closed", merged);
  afterPush(context, moved, base.oid);
  if (repository.defaultBranch === pullRequest.baseRefName)
    for (const issue of closingIssues(store, merged)) closeIssue(context, issue, "COMPLETED", null);
  const source = findBranch(store, pullRequest.headRepositoryId, headRefName);
  if (repository.deleteBranchOnMerge && source) {
    store.remove(source.id);
    afterBranchDeletion(context, source);
  }
  return store.get("PullRequest", merged.id);
}

/** Merges what waits with auto-merge, as soon as nothing stands in the way. */
export function mergeWhenReady(context: Context, pullRequest: PullRequest): PullRequest {
  const { autoMerge } = pullRequest;
  if (!autoMerge || obstacle(context, pullRequest)) return pullRequest;
  return merge(context, pullRequest, autoMerge.mergeMethod, autoMerge, autoMerge.enabledById);
}

interface MergeInput extends MergeText {
  readonly pullRequestId: string;
  readonly expectedHeadOid?: string | null;
  readonly mergeMethod: MergeMethod;
}

function readForMerge(context: Context, pullRequestId: string, mutation: string): [PullRequest, Repository] {
  const pullRequest = context.store.get("PullRequest", pullRequestId);
  const repository = context.store.get("Repository", pullRequest.repositoryId);
  requirePermission(context, repository, "WRITE", mutation);
  return [pullRequest, repository];
}

const WAITING: ReadonlySet<string> = new Set(["BLOCKED", "BEHIND"]);

function enableAutoMerge(input: MergeInput, context: Context): { pullRequest: PullRequest; actor: unknown } {
  const { store, viewer, events } = context;
  const [pullRequest, repository] = readForMerge(context, input.pullRequestId, "enablePullRequestAutoMerge");
  checkHead(pullRequest, input.expectedHeadOid);
  if (!repository.autoMergeAllowed) throw unprocessable("Auto merge is not allowed for this repository");
  if (!isAllowed(repository, input.mergeMethod)) throw unprocessable(NOT_ALLOWED[input.mergeMethod]);
  const state = computeMergeState(context, pullRequest);
  if (!WAITING.has(state)) throw unprocessable(`Pull request is in ${state.toLowerCase()} status`);
  const autoMerge = {
    enabledAt: store.now(),
    enabledById: viewer.id,
    mergeMethod: input.mergeMethod,
    commitHeadline: input.commitHeadline ?? null,
    commitBody: input.commitBody ?? null,
  };
  const changed = storeItem<PullRequest>(context, pullRequest, { autoMerge }, "state");
  events.item("auto_merge_enabled", changed);
  return { pullRequest: changed, actor: viewer };
}

function enqueue(
  input: { readonly pullRequestId: string; readonly expectedHeadOid?: string | null; readonly jump?: boolean | null },
  context: Context,
): { mergeQueueEntry: MergeQueueEntry } {
  const { store, viewer, events, clock, knobs } = context;
  const [pullRequest, repository] = readForMerge(context, input.pullRequestId, "enqueuePullRequest");
  if (!repository.mergeQueueEnabled) throw unprocessable("Merge queue is not enabled for this branch");
  checkHead(pullRequest, input.expectedHeadOid);
  const refusal = obstacle(context, pullRequest);
  if (refusal) throw refusal;
  const present = store.findOf("MergeQueueEntry", pullRequest.queueEntryId);
  if (present) return { mergeQueueEntry: present };
  const waiting = store.children("PullRequest", repository.id).filter(({ queueEntryId }) => queueEntryId !== null);
  const entry = store.put<MergeQueueEntry>({
    __typename: "MergeQueueEntry",
    id: store.ids.nodeId("MergeQueueEntry", store.ids.bigId()),
    pullRequestId: pullRequest.id,
    enqueuerId: viewer.id,
    enqueuedAt: store.now(),
    position: waiting.length + 1,
    state: "AWAITING_CHECKS",
    jump: input.jump ?? false,
    solo: false,
  });
  events.item("enqueued", storeItem<PullRequest>(context, pullRequest, { queueEntryId: entry.id }, "state"));
  clock.setTimer(knobs.mergeQueueMs, () => {
    const queued = store.findOf("PullRequest", pullRequest.id);
    if (queued?.queueEntryId !== entry.id) return;
    if (!obstacle(context, queued)) merge(context, queued, repository.viewerDefaultMergeMethod, {}, viewer.id);
  });
  return { mergeQueueEntry: entry };
}

/** Mutations that merge, now or later. */
export const MERGE_MUTATIONS: Mutations = {
  mergePullRequest: (input: MergeInput, context) => {
    const [pullRequest, repository] = readForMerge(context, input.pullRequestId, "mergePullRequest");
    if (!isAllowed(repository, input.mergeMethod)) throw unprocessable(NOT_ALLOWED[input.mergeMethod]);
    checkHead(pullRequest, input.expectedHeadOid);
    const refusal = obstacle(context, pullRequest);
    if (refusal) throw refusal;
    if (repository.mergeQueueEnabled) throw unprocessable("Changes must be made through the merge queue");
    return { pullRequest: merge(context, pullRequest, input.mergeMethod, input, context.viewer.id), actor: context.viewer };
  },
  enablePullRequestAutoMerge: enableAutoMerge,
  disablePullRequestAutoMerge: ({ pullRequestId }: { pullRequestId: string }, context) => {
    const [pullRequest] = readForMerge(context, pullRequestId, "disablePullRequestAutoMerge");
    if (!pullRequest.autoMerge) throw unprocessable("Can't disable auto-merge for this pull request.");
    const changed = storeItem<PullRequest>(context, pullRequest, { autoMerge: null }, "state");
    context.events.item("auto_merge_disabled", changed, { reason: "Manually disabled by user" });
    return { pullRequest: changed, actor: context.viewer };
  },
  enqueuePullRequest: enqueue,
  dequeuePullRequest: ({ id }: { id: string }, context) => {
    const [pullRequest] = readForMerge(context, id, "dequeuePullRequest");
    const entry = context.store.findOf("MergeQueueEntry", pullRequest.queueEntryId);
    if (!entry) throw unprocessable("Pull request is not in the merge queue");
    const changed = storeItem<PullRequest>(context, pullRequest, { queueEntryId: null }, "state");
    context.events.item("dequeued", changed, { reason: "MANUAL" });
    return { mergeQueueEntry: entry };
  },
};
