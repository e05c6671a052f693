// Commits as pushes and statuses show them, in REST's form.
import { findCommit, historyOf } from "../git.ts";
import type { Commit, Ref } from "../model.ts";
import { nameWithOwner } from "../web-addresses.ts";
import { type Shape, type ShapeSource, accountShapeOf } from "./shapes.ts";

/** In the place of a commit that is not there: before a branch was made, and after it is gone. */
export const NO_COMMIT = "0".repeat(40);

/** What a push did to a branch or tag. */
export interface Push {
  readonly ref: Ref;
  /** `NO_COMMIT`: it was made. */
  readonly before: string;
  /** `undefined`: it is gone. */
  readonly after: Commit | undefined;
}

/** What was reported of a commit. */
export interface StatusReport {
  readonly id: number;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

/** An author as git has it, with the login beside it. */
function gitAuthor({ store }: ShapeSource, { authorId, committedDate }: Commit): Shape {
  const author = store.findOf("User", authorId) ?? store.findOf("Bot", authorId);
  const login = author?.login ?? "ghost";
  return { name: author?.name ?? login, email: `${login}@example.com`, date: committedDate, username: login };
}

const messageOf = ({ messageHeadline, messageBody }: Commit): string =>
  messageBody ? `${messageHeadline}\n\n${messageBody}` : messageHeadline;

const treeIdOf = ({ store }: ShapeSource, { files }: Commit): string => store.ids.oid(JSON.stringify(files));

/** A commit as pushes and check suites tell of it. */
export function plainCommitShape(source: ShapeSource, commit: Commit): Shape {
  const { name, email, username } = gitAuthor(source, commit);
  return {
    id: commit.oid,
    tree_id: treeIdOf(source, commit),
    message: messageOf(commit),
    timestamp: commit.committedDate,
    author: { name, email, username },
    committer: { name, email, username },
  };
}

function pushedCommitShape(source: ShapeSource, commit: Commit, htmlUrl: string): Shape {
  const { store } = source;
  const before = findCommit(store, commit.repositoryId, commit.parentOids[0] ?? "")?.files ?? {};
  const paths = Object.keys(commit.files);
  return {
    ...plainCommitShape(source, commit),
    distinct: true,
    url: `${htmlUrl}/commit/${commit.oid}`,
    added: paths.filter((path) => !(path in before)),
    removed: Object.keys(before).filter((path) => !(path in commit.files)),
    modified: paths.filter((path) => path in before && before[path] !== commit.files[path]),
  };
}

/** The commits of a push that the branch did not have before, oldest first. */
function pushedCommits({ store }: ShapeSource, { before, after, ref }: Push): Commit[] {
  const former = findCommit(store, ref.repositoryId, before);
  if (!after || !former) return [];
  const known = new Set(historyOf(store, former).map(({ oid }) => oid));
  return historyOf(store, after)
    .filter(({ oid }) => !known.has(oid))
    .reverse();
}

/** The payload of `push`, without what all events have. */
export function pushShape(source: ShapeSource, push: Push, pusher: { readonly login: string }): Shape {
  const { store, webUrl } = source;
  const { ref, before, after } = push;
  const htmlUrl = `${webUrl}/${nameWithOwner(store, store.get("Repository", ref.repositoryId))}`;
  const afterOid = after?.oid ?? NO_COMMIT;
  return {
    ref: ref.prefix + ref.name,
    before,
    after: afterOid,
    base_ref: null,
    created: before === NO_COMMIT,
    deleted: after === undefined,
    forced: false,
    compare: `${htmlUrl}/compare/${before.slice(0, 12)}...${afterOid.slice(0, 12)}`,
    commits: pushedCommits(source, push).map((commit) => pushedCommitShape(source, commit, htmlUrl)),
    head_commit: after ? pushedCommitShape(source, after, htmlUrl) : null,
    pusher: { name: pusher.login, email: `${pusher.login}@example.com` },
  };
}

/** The branches that stand at a commit. */
export function branchesAt({ store }: ShapeSource, commit: Commit): Ref[] {
  return store.children("Ref", commit.repositoryId).filter((ref) => ref.prefix === "refs/heads/" && ref.targetId === commit.id);
}

/** The payload of `status`, without what all events have. */
export function statusShape(source: ShapeSource, commit: Commit, report: StatusReport): Shape {
  const { store, apiUrl, webUrl } = source;
  const fullName = nameWithOwner(store, store.get("Repository", commit.repositoryId));
  const [url, htmlUrl] = [`${apiUrl}/repos/${fullName}`, `${webUrl}/${fullName}`];
  const treeId = treeIdOf(source, commit);
  const author = gitAuthor(source, commit);
  const unsigned = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
  return {
    id: report.id,
    sha: commit.oid,
    name: fullName,
    target_url: report.targetUrl,
    avatar_url: accountShapeOf(source, commit.authorId)?.["avatar_url"] ?? null,
    context: report.context,
    description: report.description,
    state: report.state,
    commit: {
      sha: commit.oid,
      node_id: commit.id,
      url: `${url}/commits/${commit.oid}`,
      html_url: `${htmlUrl}/commit/${commit.oid}`,
      comments_url: `${url}/commits/${commit.oid}/comments`,
      author: accountShapeOf(source, commit.authorId),
      committer: accountShapeOf(source, commit.authorId),
      parents: commit.parentOids.map((oid) => ({
        sha: oid,
        url: `${url}/commits/${oid}`,
        html_url: `${htmlUrl}/commit/${oid}`,
      })),
      commit: {
        author,
        committer: author,
        message: messageOf(commit),
        tree: { sha: treeId, url: `${url}/git/trees/${treeId}` },
        url: `${url}/git/commits/${commit.oid}`,
        comment_count: 0,
        verification: unsigned,
      },
    },
    branches: branchesAt(source, commit).map(({ name }) => ({
      name,
      commit: { sha: commit.oid, url: `${url}/commits/${commit.oid}` },
      protected: false,
    })),
    created_at: store.now(),
    updated_at: store.now(),
  };
}
