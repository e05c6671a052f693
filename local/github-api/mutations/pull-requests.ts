import { requireAuthorOr, requirePermission } from "../access.ts";
import type { Context } from "../context.ts";
import { unprocessable } from "../errors.ts";
import { commitIsAncestor, findBranch, readHead } from "../git.ts";
import type { PullRequest, Ref, Repository } from "../model.ts";
import { type ItemInput, checkBody, checkTitle, editItem, storeItem } from "./item-edits.ts";
import { mergeWhenReady } from "./merging.ts";
import type { Mutations } from "./mutation.ts";
import { newItem } from "./new-item.ts";

interface CreateInput {
  readonly repositoryId: string;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly headRepositoryId?: string | null;
  readonly title: string;
  readonly body?: string | null;
  readonly draft?: boolean | null;
  readonly maintainerCanModify?: boolean | null;
}

const shortName = (name: string): string => name.replace(/^refs\/heads\//, "");

/** Finds the branch that a pull request comes from: of the same repository, of a named one, or of a fork by `owner:branch`. */
function findHead(
  { store }: Context,
  repository: Repository,
  input: CreateInput,
): { branch: Ref | undefined; name: string; from: Repository } {
  const [, owner, name = ""] = /^(?:([^:]+):)?(.+)$/.exec(shortName(input.headRefName)) ?? [];
  const fork = owner ? store.findRepository(owner, repository.name) : undefined;
  const from = input.headRepositoryId ? store.get("Repository", input.headRepositoryId) : (fork ?? repository);
  return { branch: findBranch(store, from.id, name), name, from };
}

const ownerLogin = ({ store }: Context, { ownerId }: Repository): string => {
  const owner = store.find(ownerId);
  return owner && "login" in owner ? owner.login : "";
};

function refuseSecond(
  context: Context,
  repository: Repository,
  head: { from: Repository; name: string },
  base: string,
  own?: string,
): void {
  const isTaken = context.store
    .children("PullRequest", repository.id)
    .some(
      ({ id, state, headRefName, headRepositoryId, baseRefName }) =>
        id !== own && state === "OPEN" && headRefName === head.name && headRepositoryId === head.from.id && baseRefName === base,
    );
  if (isTaken) throw unprocessable(`A pull request already exists for ${ownerLogin(context, head.from)}:${head.name}.`);
}

function createPullRequest(input: CreateInput, context: Context): { pullRequest: PullRequest } {
  const { store, events } = context;
  const repository = store.get("Repository", input.repositoryId);
  requirePermission(context, repository, "READ", "createPullRequest");
  checkTitle(input.title);
  checkBody(input.body ?? "");
  const baseName = shortName(input.baseRefName);
  const base = findBranch(store, repository.id, baseName);
  const head = findHead(context, repository, input);
  if (!base) throw unprocessable("Base ref must be a branch");
  const noCommits = `No commits between ${baseName} and ${head.name}`;
  if (!head.branch)
    throw unprocessable(`Head sha can't be blank, Base sha can't be blank, ${noCommits}, Head ref must be a branch`);
  refuseSecond(context, repository, head, baseName);
  const [baseCommit, headCommit] = [readHead(store, base), readHead(store, head.branch)];
  if (commitIsAncestor(store, headCommit, baseCommit)) throw unprocessable(noCommits);

  const pullRequest = store.put<PullRequest>({
    __typename: "PullRequest",
    ...newItem(context, "PullRequest", repository, input),
    isDraft: input.draft ?? false,
    baseRefName: baseName,
    headRefName: head.name,
    headRepositoryId: head.from.id,
    headRefOid: headCommit.oid,
    baseRefOid: baseCommit.oid,
    mergedAt: null,
    mergedById: null,
    mergeCommitId: null,
    autoMerge: null,
    queueEntryId: null,
    maintainerCanModify: input.maintainerCanModify ?? true,
    reviews: {},
  });
  events.item("opened", pullRequest);
  return { pullRequest };
}

/** Closes an open pull request without merging it; any other stays as it is. */
export function closePullRequest(context: Context, pullRequest: PullRequest): PullRequest {
  const { store, viewer, events } = context;
  if (pullRequest.state !== "OPEN") return pullRequest;
  const changes = { state: "CLOSED", closedAt: store.now(), closedById: viewer.id, autoMerge: null, queueEntryId: null } as const;
  const changed = storeItem<PullRequest>(context, pullRequest, changes, "state");
  events.item("closed", changed);
  return changed;
}

function reopenPullRequest(context: Context, pullRequest: PullRequest): PullRequest {
  const { store, events } = context;
  if (pullRequest.state === "OPEN") return pullRequest;
  const branch = findBranch(store, pullRequest.headRepositoryId, pullRequest.headRefName);
  if (pullRequest.state === "MERGED" || !branch) throw unprocessable("Could not open the pull request.");
  const from = store.get("Repository", pullRequest.headRepositoryId);
  const repository = store.get("Repository", pullRequest.repositoryId);
  refuseSecond(context, repository, { from, name: pullRequest.headRefName }, pullRequest.baseRefName, pullRequest.id);
  const changes = { state: "OPEN", closedAt: null, closedById: null, headRefOid: readHead(store, branch).oid } as const;
  const changed = storeItem<PullRequest>(context, pullRequest, changes, "state");
  events.item("reopened", changed);
  return changed;
}

function setBase(context: Context, pullRequest: PullRequest, baseRefName: string): PullRequest {
  const { store, events } = context;
  const base = findBranch(store, pullRequest.repositoryId, baseRefName);
  if (!base) throw unprocessable("Base ref must be a branch");
  const former = { ref: { from: pullRequest.baseRefName }, sha: { from: pullRequest.baseRefOid } };
  const changes = { baseRefName, baseRefOid: readHead(store, base).oid };
  const changed = storeItem<PullRequest>(context, pullRequest, changes, "text");
  events.item("edited", changed, { changes: { base: former } });
  return changed;
}

function updatePullRequest(
  input: ItemInput & {
    readonly pullRequestId: string;
    readonly baseRefName?: string | null;
    readonly state?: "OPEN" | "CLOSED" | null;
  },
  context: Context,
): { pullRequest: PullRequest; actor: unknown } {
  const pullRequest = context.store.get("PullRequest", input.pullRequestId);
  requireAuthorOr(context, pullRequest, "TRIAGE", "updatePullRequest");
  let changed: PullRequest = editItem(context, pullRequest, input);
  if (input.baseRefName && input.baseRefName !== changed.baseRefName) changed = setBase(context, changed, input.baseRefName);
  if (input.state === "CLOSED") changed = closePullRequest(context, changed);
  if (input.state === "OPEN") changed = reopenPullRequest(context, changed);
  return { pullRequest: changed, actor: context.viewer };
}

function setDraft(context: Context, pullRequest: PullRequest, isDraft: boolean): PullRequest {
  if (pullRequest.state !== "OPEN") throw unprocessable("Pull request is closed");
  if (pullRequest.isDraft === isDraft) return pullRequest;
  const changed = storeItem<PullRequest>(context, pullRequest, { isDraft, ...(isDraft ? { autoMerge: null } : {}) }, "state");
  context.events.item(isDraft ? "converted_to_draft" : "ready_for_review", changed);
  return isDraft ? changed : mergeWhenReady(context, changed);
}

const byId = (context: Context, { pullRequestId }: { pullRequestId: string }, mutation: string): PullRequest => {
  const pullRequest = context.store.get("PullRequest", pullRequestId);
  requireAuthorOr(context, pullRequest, "TRIAGE", mutation);
  return pullRequest;
};

type ById = Readonly<{ pullRequestId: string }>;

/** Mutations of pull requests, except merging. */
export const PULL_REQUEST_MUTATIONS: Mutations = {
  createPullRequest,
  updatePullRequest,
  closePullRequest: (input: ById, context) => ({
    pullRequest: closePullRequest(context, byId(context, input, "closePullRequest")),
  }),
  reopenPullRequest: (input: ById, context) => ({
    pullRequest: reopenPullRequest(context, byId(context, input, "reopenPullRequest")),
  }),
  convertPullRequestToDraft: (input: ById, context) => ({
    pullRequest: setDraft(context, byId(context, input, "convertPullRequestToDraft"), true),
  }),
  markPullRequestReadyForReview: (input: ById, context) => ({
    pullRequest: setDraft(context, byId(context, input, "markPullRequestReadyForReview"), false),
  }),
  addPullRequestReview: (input: ById & { event?: string | null; body?: string | null }, context) => {
    const { store, viewer, events } = context;
    const pullRequest = store.get("PullRequest", input.pullRequestId);
    requirePermission(context, store.get("Repository", pullRequest.repositoryId), "READ", "addPullRequestReview");
    const state = input.event === "APPROVE" ? "APPROVED" : input.event === "REQUEST_CHANGES" ? "CHANGES_REQUESTED" : undefined;
    if (state && pullRequest.authorId === viewer.id) throw unprocessable("Can not approve your own pull request");
    const reviews: PullRequest["reviews"] = state ? { ...pullRequest.reviews, [viewer.id]: state } : pullRequest.reviews;
    const changed = storeItem<PullRequest>(context, pullRequest, { reviews }, "state");
    const review = {
      id: `PRR_${store.ids.oid(`${changed.id}:${viewer.id}:${store.nowMs()}`).slice(0, 16)}`,
      databaseId: store.ids.bigId(),
      state: state ?? "COMMENTED",
      body: input.body ?? "",
      author: viewer,
      createdAt: store.now(),
    } as const;
    events.review(changed, review);
    mergeWhenReady(context, changed);
    return { pullRequestReview: { ...review, pullRequest: changed } };
  },
};
