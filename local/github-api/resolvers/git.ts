import { type PageArgs, pageOf } from "../connection.ts";
import { ApiError } from "../errors.ts";
import { commitIsAncestor, findCommit, historyOf } from "../git.ts";
import type { Commit, Ref } from "../model.ts";
import { mayRead, refusal } from "../profiles.ts";
import { nameWithOwner } from "../web-addresses.ts";
import { readActor } from "./actors.ts";
import type { FieldResolvers } from "./resolver.ts";
import type { Store } from "../store.ts";

const commitPath = (store: Store, { repositoryId, oid }: Commit): string =>
  `/${nameWithOwner(store, store.get("Repository", repositoryId))}/commit/${oid}`;

/** Adds up the reported checks of a commit; null when none was. */
export function rollUp(commit: Commit): "PENDING" | "SUCCESS" | "FAILURE" | null {
  const states = Object.values(commit.statuses);
  if (states.length === 0) return null;
  if (states.some((state) => state === "FAILURE" || state === "ERROR")) return "FAILURE";
  return states.includes("PENDING") ? "PENDING" : "SUCCESS";
}

/** Resolvers of branches and commits. */
export const GIT_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  Ref: {
    target: ({ targetId }: Ref, _args, { store }) => store.findOf("Commit", targetId) ?? null,
    repository: ({ repositoryId }: Ref, _args, { store }) => store.get("Repository", repositoryId),
    associatedPullRequests: ({ name, repositoryId }: Ref, args: PageArgs & { states?: readonly string[] | null }, { store }) =>
      pageOf(
        store
          .children("PullRequest", repositoryId)
          .filter(({ headRefName, state }) => headRefName === name && (args.states?.includes(state) ?? true)),
        args,
      ),
    compare: ({ targetId, repositoryId }: Ref, { headRef }: { headRef: string }, { store }) => {
      const base = store.get("Commit", targetId);
      const ref = store.children("Ref", repositoryId).find(({ name }) => name === headRef);
      const head = findCommit(store, repositoryId, headRef) ?? (ref && store.findOf("Commit", ref.targetId));
      if (!head) throw new ApiError("NOT_FOUND", `Could not resolve to a ref with the name of '${headRef}'.`);
      const baseOids = new Set(historyOf(store, base).map(({ oid }) => oid));
      const headOids = new Set(historyOf(store, head).map(({ oid }) => oid));
      const aheadBy = [...headOids].filter((oid) => !baseOids.has(oid)).length;
      const behindBy = [...baseOids].filter((oid) => !headOids.has(oid)).length;
      const status = aheadBy > 0 ? (behindBy > 0 ? "DIVERGED" : "AHEAD") : behindBy > 0 ? "BEHIND" : "IDENTICAL";
      return { aheadBy, behindBy, status, baseTarget: base, headTarget: head };
    },
  },
  Commit: {
    abbreviatedOid: ({ oid }: Commit) => oid.slice(0, 7),
    url: (commit: Commit, _args, { store, webUrl }) => webUrl + commitPath(store, commit),
    commitUrl: (commit: Commit, _args, { store, webUrl }) => webUrl + commitPath(store, commit),
    resourcePath: (commit: Commit, _args, { store }) => commitPath(store, commit),
    repository: ({ repositoryId }: Commit, _args, { store }) => store.get("Repository", repositoryId),
    message: ({ messageHeadline, messageBody }: Commit) =>
      messageBody ? `${messageHeadline}\n\n${messageBody}` : messageHeadline,
    authoredDate: ({ committedDate }: Commit) => committedDate,
    author: ({ authorId, committedDate }: Commit, _args, context) => {
      const user = readActor(context, authorId);
      return {
        name: user?.name ?? user?.login ?? "ghost",
        email: `${user?.login ?? "ghost"}@example.com`,
        date: committedDate,
        user,
      };
    },
    parents: ({ parentOids, repositoryId }: Commit, args: PageArgs, { store }) =>
      pageOf(
        parentOids.flatMap((oid) => findCommit(store, repositoryId, oid) ?? []),
        args,
      ),
    history: (commit: Commit, args: PageArgs, { store }) => pageOf(historyOf(store, commit), args),
    associatedPullRequests: (commit: Commit, args: PageArgs, { store }) =>
      pageOf(
        store.children("PullRequest", commit.repositoryId).filter((pullRequest) => {
          const head = findCommit(store, commit.repositoryId, pullRequest.headRefOid);
          return pullRequest.mergeCommitId === commit.id || (head !== undefined && commitIsAncestor(store, commit, head));
        }),
        args,
      ),
    statusCheckRollup: (commit: Commit, _args, { profile }) => {
      if (!mayRead(profile, "checks")) throw new ApiError("FORBIDDEN", refusal(profile), { saml_failure: false });
      const state = rollUp(commit);
      return state ? { id: `SCR_${commit.oid.slice(0, 12)}`, state, commit } : null;
    },
  },
};
