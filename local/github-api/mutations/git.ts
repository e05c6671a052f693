import { createHash } from "node:crypto";
import { requirePermission } from "../access.ts";
import type { Context } from "../context.ts";
import { ApiError, unprocessable, unresolvedNode } from "../errors.ts";
import { addCommit, addRef, commitIsAncestor, findBranch, findCommit, readHead } from "../git.ts";
import type { Commit, LinkedBranch, Ref, Repository } from "../model.ts";
import { NO_COMMIT } from "../webhooks/commit-shapes.ts";
import { afterPush, afterBranchDeletion } from "./pushes.ts";
import type { Mutations } from "./mutation.ts";

interface CommitInput {
  readonly branch: {
    readonly id?: string | null;
    readonly repositoryNameWithOwner?: string | null;
    readonly branchName?: string | null;
  };
  readonly expectedHeadOid: string;
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly fileChanges?: {
    readonly additions: readonly { readonly path: string; readonly contents: string }[];
    readonly deletions: readonly { readonly path: string }[];
  } | null;
}

const digest = (contents: string): string => createHash("sha1").update(Buffer.from(contents, "base64")).digest("hex");

function readCommit({ store }: Context, repository: Repository, oid: string): Commit {
  const commit = findCommit(store, repository.id, oid);
  if (!commit) throw unprocessable(`No commit found for SHA: ${oid}`);
  return commit;
}

function readBranch(context: Context, { id, repositoryNameWithOwner, branchName }: CommitInput["branch"]): Ref {
  const { store } = context;
  if (id) return store.get("Ref", id);
  const [owner = "", name = ""] = (repositoryNameWithOwner ?? "").split("/");
  const repository = store.findRepository(owner, name);
  if (!repository)
    throw new ApiError("NOT_FOUND", `Could not resolve to a Repository with the name '${repositoryNameWithOwner ?? ""}'.`);
  const branch = findBranch(store, repository.id, (branchName ?? "").replace(/^refs\/heads\//, ""));
  if (!branch) throw new ApiError("NOT_FOUND", `No such branch: "${branchName ?? ""}"`);
  return branch;
}

function createRef(context: Context, repository: Repository, name: string, commit: Commit): Ref {
  const [, prefix, short] = /^(refs\/(?:heads|tags)\/)(.+)$/.exec(name) ?? [];
  if (!prefix || !short || /\s|\.\.|[~^:?*[\\]|\/$|\.lock$/.test(short)) throw unprocessable(`${name} is not a valid ref name.`);
  const isTaken = context.store.children("Ref", repository.id).some((ref) => ref.prefix === prefix && ref.name === short);
  if (isTaken) throw unprocessable(`A ref named "${name}" already exists in the repository.`);
  const ref = addRef(context.store, repository.id, prefix, short, commit);
  context.events.push({ ref, before: NO_COMMIT, after: commit });
  return ref;
}

function writableRepository(context: Context, repositoryId: string, mutation: string): Repository {
  const repository = context.store.get("Repository", repositoryId);
  requirePermission(context, repository, "WRITE", mutation);
  return repository;
}

/** Mutations of branches and commits. */
export const GIT_MUTATIONS: Mutations = {
  createRef: (input: { repositoryId: string; name: string; oid: string }, context) => {
    const repository = writableRepository(context, input.repositoryId, "createRef");
    return { ref: createRef(context, repository, input.name, readCommit(context, repository, input.oid)) };
  },
  updateRef: (input: { refId: string; oid: string; force: boolean }, context) => {
    const { store } = context;
    const ref = store.get("Ref", input.refId);
    const repository = writableRepository(context, ref.repositoryId, "updateRef");
    const commit = readCommit(context, repository, input.oid);
    const head = readHead(store, ref);
    if (!input.force && !commitIsAncestor(store, head, commit)) throw unprocessable("Update is not a fast forward");
    const changed = store.put<Ref>({ ...ref, targetId: commit.id });
    afterPush(context, changed, head.oid);
    return { ref: changed };
  },
  deleteRef: ({ refId }: { refId: string }, context) => {
    const ref = context.store.get("Ref", refId);
    const repository = writableRepository(context, ref.repositoryId, "deleteRef");
    if (ref.name === repository.defaultBranch) throw unprocessable("Cannot delete the default branch");
    context.store.remove(ref.id);
    afterBranchDeletion(context, ref);
    return {};
  },
  createCommitOnBranch: (input: CommitInput, context) => {
    const { store, viewer } = context;
    const ref = readBranch(context, input.branch);
    const repository = writableRepository(context, ref.repositoryId, "createCommitOnBranch");
    const head = readHead(store, ref);
    if (head.oid !== input.expectedHeadOid)
      throw new ApiError(
        "STALE_DATA",
        `Expected branch to point to "${input.expectedHeadOid}" but it did not.  Pull and try again.`,
      );
    const files = new Map(Object.entries(head.files));
    for (const { path } of input.fileChanges?.deletions ?? []) {
      if (!files.has(path))
        throw unprocessable(`A path was requested for deletion which does not exist as of commit oid \`${head.oid}\``);
      files.delete(path);
    }
    for (const { path, contents } of input.fileChanges?.additions ?? []) files.set(path, digest(contents));
    const { headline, body } = input.message;
    const commit = addCommit(store, {
      repository,
      authorId: viewer.id,
      headline,
      body: body ?? "",
      parentOids: [head.oid],
      files: Object.fromEntries(files),
    });
    const changed = store.put<Ref>({ ...ref, targetId: commit.id });
    afterPush(context, changed, head.oid);
    return { commit, ref: changed };
  },
  createLinkedBranch: (input: { issueId: string; oid: string; name?: string | null; repositoryId?: string | null }, context) => {
    const { store } = context;
    const issue = store.findOf("Issue", input.issueId);
    if (!issue) throw unresolvedNode(input.issueId);
    const repository = writableRepository(context, input.repositoryId ?? issue.repositoryId, "createLinkedBranch");
    const slug = issue.title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");
    const name = `refs/heads/${input.name ?? `${issue.number}-${slug}`}`;
    const ref = createRef(context, repository, name, readCommit(context, repository, input.oid));
    const id = store.ids.nodeId("LinkedBranch", store.ids.bigId());
    return { issue, linkedBranch: store.put<LinkedBranch>({ __typename: "LinkedBranch", id, issueId: issue.id, refId: ref.id }) };
  },
};
