// As much of git as a pull request needs: commits with whole trees, ancestry, a merge by files.
import type { Commit, Ref, Repository } from "./model.ts";
import type { Store } from "./store.ts";

const BRANCHES = "refs/heads/";

/** Finds a commit by its oid. */
export function findCommit(store: Store, repositoryId: string, oid: string): Commit | undefined {
  return store.findOf("Commit", store.ids.nodeId("Commit", `${repositoryId}:${oid}`));
}

/** Finds a branch by its name, without `refs/heads/`. */
export function findBranch(store: Store, repositoryId: string, name: string): Ref | undefined {
  return store.children("Ref", repositoryId).find((ref) => ref.prefix === BRANCHES && ref.name === name);
}

/** Reads the commit that a branch points to. */
export function readHead(store: Store, ref: Ref): Commit {
  return store.get("Commit", ref.targetId);
}

/** What a new commit says. */
export interface NewCommit {
  readonly repository: Repository;
  readonly authorId: string;
  readonly headline: string;
  readonly body?: string;
  readonly parentOids: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** Adds a commit; its oid follows from its content, time and parents. */
export function addCommit(store: Store, { repository, authorId, headline, body = "", parentOids, files }: NewCommit): Commit {
  const oid = store.ids.oid(JSON.stringify([repository.id, headline, body, parentOids, files, store.nowMs(), authorId]));
  return store.put({
    __typename: "Commit",
    id: store.ids.nodeId("Commit", `${repository.id}:${oid}`),
    oid,
    repositoryId: repository.id,
    authorId,
    parentOids,
    messageHeadline: headline,
    messageBody: body,
    committedDate: store.now(),
    files,
    statuses: {},
  });
}

/** Adds a branch or tag. */
export function addRef(store: Store, repositoryId: string, prefix: string, name: string, commit: Commit): Ref {
  const id = store.ids.nodeId("Ref", store.ids.bigId());
  return store.put({ __typename: "Ref", id, repositoryId, prefix, name, targetId: commit.id });
}

/** Lists a commit and everything before it, newest first. */
export function historyOf(store: Store, commit: Commit): Commit[] {
  const seen = new Map<string, Commit>();
  const waiting = [commit];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (seen.has(next.oid)) continue;
    seen.set(next.oid, next);
    const { repositoryId } = next;
    waiting.push(...next.parentOids.flatMap((oid) => findCommit(store, repositoryId, oid) ?? []));
  }
  return [...seen.values()];
}

/** Says whether `older` is `newer` or comes before it. */
export function commitIsAncestor(store: Store, older: Commit, newer: Commit): boolean {
  return historyOf(store, newer).some(({ oid }) => oid === older.oid);
}

/** Merges two trees over the newest commit they share. `undefined` when both sides changed a file differently. */
export function mergeFiles(store: Store, base: Commit, head: Commit): Record<string, string> | undefined {
  const baseHistory = new Set(historyOf(store, base).map(({ oid }) => oid));
  const shared = historyOf(store, head).find(({ oid }) => baseHistory.has(oid))?.files ?? {};
  const merged: Record<string, string> = {};
  for (const path of new Set([...Object.keys(shared), ...Object.keys(base.files), ...Object.keys(head.files)])) {
    const [before, ours, theirs] = [shared[path], base.files[path], head.files[path]];
    if (ours !== before && theirs !== before && ours !== theirs) return undefined;
    const result = theirs === before ? ours : theirs;
    if (result !== undefined) merged[path] = result;
  }
  return merged;
}
