// What a push, a branch that goes or a check means for the pull requests of a branch.
import type { Context } from "../context.ts";
import { commitIsAncestor, findCommit, readHead } from "../git.ts";
import type { Commit, PullRequest, Ref, Repository } from "../model.ts";
import { storeItem } from "./item-edits.ts";
import { mergeWhenReady } from "./merging.ts";
import { closePullRequest } from "./pull-requests.ts";

const openPullRequests = ({ store }: Context): PullRequest[] =>
  store.repositories().flatMap(({ id }) => store.children("PullRequest", id).filter(({ state }) => state === "OPEN"));

const comesFrom = (ref: Ref, { headRepositoryId, headRefName }: PullRequest): boolean =>
  headRepositoryId === ref.repositoryId && headRefName === ref.name;

const goesTo = (ref: Ref, { repositoryId, baseRefName }: PullRequest): boolean =>
  repositoryId === ref.repositoryId && baseRefName === ref.name;

/** A pull request whose commits are all in its base branch counts as merged. */
function landed(context: Context, pullRequest: PullRequest, base: Commit): void {
  const { store, viewer, events } = context;
  const head = findCommit(store, pullRequest.headRepositoryId, pullRequest.headRefOid);
  if (!head || !commitIsAncestor(store, head, base)) {
    store.put<PullRequest>({ ...pullRequest, baseRefOid: base.oid });
    return;
  }
  const changes = { state: "MERGED", mergedAt: store.now(), closedAt: store.now(), mergedById: viewer.id } as const;
  events.item(
    "closed",
    storeItem<PullRequest>(context, pullRequest, { ...changes, mergeCommitId: base.id, autoMerge: null }, "state"),
  );
}

/** Tells of a push, moves the heads of open pull requests along, and sees which of them have landed. */
export function afterPush(context: Context, ref: Ref, before: string): void {
  const { store, events } = context;
  events.push({ ref, before, after: readHead(store, ref) });
  if (ref.prefix !== "refs/heads/") return;
  const commit = readHead(store, ref);
  store.put<Repository>({ ...store.get("Repository", ref.repositoryId), pushedAt: store.now() });
  for (const pullRequest of openPullRequests(context)) {
    if (comesFrom(ref, pullRequest)) {
      const changed = storeItem<PullRequest>(context, pullRequest, { headRefOid: commit.oid }, "state");
      events.item("synchronize", changed, { before: pullRequest.headRefOid, after: commit.oid });
      mergeWhenReady(context, changed);
    } else if (goesTo(ref, pullRequest)) landed(context, pullRequest, commit);
  }
}

/** Tells of a branch that is gone, and closes the open pull requests from or to it. */
export function afterBranchDeletion(context: Context, ref: Ref): void {
  context.events.push({ ref, before: readHead(context.store, ref).oid, after: undefined });
  for (const pullRequest of openPullRequests(context))
    if (comesFrom(ref, pullRequest) || goesTo(ref, pullRequest)) closePullRequest(context, pullRequest);
}

/** Merges what waited for the checks of a commit. */
export function afterStatus(context: Context, { oid }: Commit): void {
  for (const pullRequest of openPullRequests(context)) if (pullRequest.headRefOid === oid) mergeWhenReady(context, pullRequest);
}
