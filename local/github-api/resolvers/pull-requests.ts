import { hasPermission } from "../access.ts";
import { closingIssues, closingPullRequests } from "../closing-references.ts";
import { type PageArgs, pageOf } from "../connection.ts";
import { forbidden } from "../errors.ts";
import { findBranch, historyOf } from "../git.ts";
import { computeMergeState, protectionOf, readEnds, readMergeState, readMergeable, reviewDecisionOf } from "../mergeability.ts";
import type { Issue, MergeQueueEntry, PullRequest } from "../model.ts";
import { mayRead, refusal } from "../profiles.ts";
import { readActor } from "./actors.ts";
import { rollUp } from "./git.ts";
import { ITEM_FIELDS } from "./items.ts";
import type { FieldResolvers } from "./resolver.ts";

/** Resolvers of pull requests. */
export const PULL_REQUEST_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  PullRequest: {
    ...ITEM_FIELDS,
    permalink: (source: PullRequest, args, context, info) => ITEM_FIELDS["url"]?.(source as never, args, context, info),
    merged: ({ state }: PullRequest) => state === "MERGED",
    mergedBy: ({ mergedById }: PullRequest, _args, context) => readActor(context, mergedById),
    mergeCommit: ({ mergeCommitId }: PullRequest, _args, { store }) => store.findOf("Commit", mergeCommitId) ?? null,
    baseRef: ({ repositoryId, baseRefName }: PullRequest, _args, { store }) =>
      findBranch(store, repositoryId, baseRefName) ?? null,
    headRef: ({ headRepositoryId, headRefName }: PullRequest, _args, { store }) =>
      findBranch(store, headRepositoryId, headRefName) ?? null,
    baseRepository: ({ repositoryId }: PullRequest, _args, { store }) => store.get("Repository", repositoryId),
    headRepository: ({ headRepositoryId }: PullRequest, _args, { store }) => store.findOf("Repository", headRepositoryId) ?? null,
    headRepositoryOwner: ({ headRepositoryId }: PullRequest, _args, { store }) =>
      store.find(store.findOf("Repository", headRepositoryId)?.ownerId ?? "") ?? null,
    isCrossRepository: ({ repositoryId, headRepositoryId }: PullRequest) => repositoryId !== headRepositoryId,
    mergeable: (source: PullRequest, _args, context) => readMergeable(context, source),
    mergeStateStatus: (source: PullRequest, _args, context) => readMergeState(context, source),
    canBeRebased: (source: PullRequest, _args, context) => readMergeState(context, source) === "CLEAN",
    reviewDecision: (source: PullRequest, _args, context) => reviewDecisionOf(context, source),
    autoMergeRequest: (source: PullRequest, _args, context) => {
      const { autoMerge } = source;
      if (!autoMerge) return null;
      return { ...autoMerge, authorEmail: null, enabledBy: readActor(context, autoMerge.enabledById), pullRequest: source };
    },
    isInMergeQueue: ({ queueEntryId }: PullRequest) => queueEntryId !== null,
    mergeQueueEntry: ({ queueEntryId }: PullRequest, _args, { store }) => store.findOf("MergeQueueEntry", queueEntryId) ?? null,
    isMergeQueueEnabled: ({ repositoryId }: PullRequest, _args, { store }) =>
      store.get("Repository", repositoryId).mergeQueueEnabled,
    viewerCanEnableAutoMerge: (source: PullRequest, _args, context) => {
      const repository = context.store.get("Repository", source.repositoryId);
      const waits = ["BLOCKED", "BEHIND"].includes(computeMergeState(context, source));
      const mayMerge = hasPermission(repository, context.viewer, "WRITE");
      return repository.autoMergeAllowed && waits && mayMerge && !source.autoMerge && source.state === "OPEN";
    },
    viewerCanDisableAutoMerge: ({ autoMerge }: PullRequest) => autoMerge !== null,
    viewerCanMergeAsAdmin: (source: PullRequest, _args, context) =>
      hasPermission(context.store.get("Repository", source.repositoryId), context.viewer, "ADMIN") &&
      Object.keys(protectionOf(context, source)).length > 0,
    statusCheckRollup: (source: PullRequest, _args, { profile, store }) => {
      if (!mayRead(profile, "checks")) throw forbidden(refusal(profile));
      const { head } = readEnds(store, source);
      const state = head ? rollUp(head) : null;
      return head && state ? { id: `SCR_${head.oid.slice(0, 12)}`, state, commit: head } : null;
    },
    commits: (source: PullRequest, args: PageArgs, { store }) => {
      const { base, head } = readEnds(store, source);
      const known = new Set(base ? historyOf(store, base).map(({ oid }) => oid) : []);
      const commits = head ? historyOf(store, head).filter(({ oid }) => !known.has(oid)) : [];
      return pageOf(
        commits.reverse().map((commit) => ({ id: `PURC_${commit.oid.slice(0, 16)}`, commit, pullRequest: source })),
        args,
      );
    },
    closingIssuesReferences: (source: PullRequest, args: PageArgs, { store }) => pageOf(closingIssues(store, source), args),
  },
  Issue: {
    closedByPullRequestsReferences: (issue: Issue, args: PageArgs & { includeClosedPrs?: boolean }, { store }) =>
      pageOf(closingPullRequests(store, issue, args.includeClosedPrs ?? false), args),
  },
  MergeQueueEntry: {
    enqueuer: ({ enqueuerId }: MergeQueueEntry, _args, context) => readActor(context, enqueuerId),
    pullRequest: ({ pullRequestId }: MergeQueueEntry, _args, { store }) => store.findOf("PullRequest", pullRequestId) ?? null,
  },
};
