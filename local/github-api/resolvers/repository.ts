import { hasPermission, permissionOf, requireRead } from "../access.ts";
import { pageOf, type PageArgs } from "../connection.ts";
import { ApiError } from "../errors.ts";
import type { IssueType, Label, Milestone, Repository, User } from "../model.ts";
import { nameWithOwner } from "../web-addresses.ts";
import { readActor } from "./actors.ts";
import { type IssueListArgs, type PullRequestListArgs, listIssues, listPullRequests } from "./item-lists.ts";
import { findProject, listProjects } from "./project-lists.ts";
import type { FieldResolvers } from "./resolver.ts";
import type { Context } from "../context.ts";

interface Order {
  readonly field: string;
  readonly direction: "ASC" | "DESC";
}
type OrderArgs = PageArgs & { readonly orderBy?: Order | null; readonly query?: string | null };

/** Sorts by what the argument `orderBy` says. */
export function inOrder<T>(
  nodes: readonly T[],
  order: Order | null | undefined,
  keys: Readonly<Record<string, (node: T) => string | number>>,
): T[] {
  const key = order ? keys[order.field] : undefined;
  if (!order || !key) return [...nodes];
  const sign = order.direction === "DESC" ? -1 : 1;
  return [...nodes].sort((left, right) => {
    const [first, second] = [key(left), key(right)];
    return first === second ? 0 : first < second ? -sign : sign;
  });
}

const assignable = ({ store }: Context, repository: Repository): User[] =>
  Object.entries(repository.collaborators).flatMap(([userId, permission]) => {
    const user = store.findOf("User", userId);
    return user && permission !== "READ" ? [user] : [];
  });

const labelKeys = { NAME: (label: Label) => label.name.toLowerCase(), CREATED_AT: (label: Label) => label.databaseId };
const milestoneKeys = {
  NUMBER: (milestone: Milestone) => milestone.number,
  CREATED_AT: (milestone: Milestone) => milestone.number,
  UPDATED_AT: (milestone: Milestone) => milestone.updatedAt,
  DUE_DATE: (milestone: Milestone) => milestone.dueOn ?? "9999",
};

const numbered = (type: "Issue" | "PullRequest", words: string) =>
  function find({ id }: Repository, { number }: { number: number }, { store }: Context): unknown {
    const found = store.findByNumber(type, id, number);
    if (!found) throw new ApiError("NOT_FOUND", `Could not resolve to ${words} with the number of ${number}.`);
    return found;
  };

const repository: FieldResolvers = {
  nameWithOwner: (source: Repository, _args, { store }) => nameWithOwner(store, source),
  url: (source: Repository, _args, { store, webUrl }) => `${webUrl}/${nameWithOwner(store, source)}`,
  resourcePath: (source: Repository, _args, { store }) => `/${nameWithOwner(store, source)}`,
  owner: ({ ownerId }: Repository, _args, { store }) => store.find(ownerId),
  isInOrganization: ({ ownerId }: Repository, _args, { store }) => store.find(ownerId)?.__typename === "Organization",
  viewerPermission: (source: Repository, _args, { viewer }) => permissionOf(source, viewer),
  viewerCanAdminister: (source: Repository, _args, { viewer }) => hasPermission(source, viewer, "ADMIN"),
  defaultBranchRef: ({ id, defaultBranch }: Repository, _args, { store }) =>
    store.children("Ref", id).find((ref) => ref.prefix === "refs/heads/" && ref.name === defaultBranch) ?? null,
  ref: ({ id }: Repository, { qualifiedName }: { qualifiedName: string }, { store }) =>
    store.children("Ref", id).find((ref) => [ref.name, `heads/${ref.name}`, ref.prefix + ref.name].includes(qualifiedName)) ??
    null,
  refs: ({ id }: Repository, args: PageArgs & { refPrefix: string; query?: string | null }, { store }) => {
    const refs = store.children("Ref", id).filter((ref) => (ref.prefix + ref.name).startsWith(args.refPrefix));
    return pageOf(
      refs.filter((ref) => ref.name.includes(args.query ?? "")),
      args,
    );
  },
  object: ({ id }: Repository, args: { oid?: string | null; expression?: string | null }, { store }) => {
    const refs = store.children("Ref", id);
    const named = refs.find((ref) => ref.name === args.expression || ref.prefix + ref.name === args.expression);
    const oid = args.oid ?? args.expression;
    return named ? store.find(named.targetId) : (store.children("Commit", id).find((commit) => commit.oid === oid) ?? null);
  },
  labels: ({ id }: Repository, args: OrderArgs, { store }) => {
    const query = args.query?.toLowerCase() ?? "";
    const found = store.children("Label", id).filter((label) => label.name.toLowerCase().includes(query));
    return pageOf(inOrder(found, args.orderBy, labelKeys), args);
  },
  label: ({ id }: Repository, { name }: { name: string }, { store }) =>
    store.children("Label", id).find((label) => label.name.toLowerCase() === name.toLowerCase()) ?? null,
  milestones: ({ id }: Repository, args: OrderArgs & { states?: readonly string[] | null }, { store }) => {
    const found = store.children("Milestone", id).filter(({ state }) => args.states?.includes(state) ?? true);
    return pageOf(inOrder(found, args.orderBy, milestoneKeys), args);
  },
  milestone: ({ id }: Repository, { number }: { number: number }, { store }) =>
    store.children("Milestone", id).find((milestone) => milestone.number === number) ?? null,
  issueTypes: ({ ownerId }: Repository, args: PageArgs, { store }) => pageOf(store.children("IssueType", ownerId), args),
  issueType: ({ ownerId }: Repository, { name }: { name: string }, { store }) =>
    store.children("IssueType", ownerId).find((type: IssueType) => type.name.toLowerCase() === name.toLowerCase()) ?? null,
  assignableUsers: (source: Repository, args: PageArgs & { query?: string | null }, context) =>
    pageOf(
      assignable(context, source).filter(({ login }) => login.includes(args.query ?? "")),
      args,
    ),
  mentionableUsers: (source: Repository, args: PageArgs, context) => pageOf(assignable(context, source), args),
  suggestedActors: (source: Repository, args: PageArgs & { query?: string | null }, context) =>
    pageOf(
      assignable(context, source).filter(({ login }) => login.includes(args.query ?? "")),
      args,
    ),
  issue: numbered("Issue", "an Issue"),
  pullRequest: numbered("PullRequest", "a PullRequest"),
  issueOrPullRequest: (source: Repository, { number }: { number: number }, context) => {
    const { store } = context;
    const found = store.findByNumber("Issue", source.id, number) ?? store.findByNumber("PullRequest", source.id, number);
    if (!found) throw new ApiError("NOT_FOUND", `Could not resolve to an issue or pull request with the number of ${number}.`);
    requireRead(context, "Repository.issueOrPullRequest", found.__typename);
    return found;
  },
  issues: (source: Repository, args: IssueListArgs, context) => listIssues(source, args, context),
  pullRequests: (source: Repository, args: PullRequestListArgs, context) => listPullRequests(source, args, context),
  projectV2: ({ ownerId }: Repository, args: { number: number }, context) =>
    findProject({ id: ownerId } as never, args as never, context),
  projectsV2: ({ ownerId }: Repository, args: PageArgs, context) => listProjects({ id: ownerId } as never, args, context),
};

/** Resolvers of repositories and of what belongs to them. */
export const REPOSITORY_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  Repository: repository,
  Label: {
    repository: ({ repositoryId }: Label, _args, { store }) => store.get("Repository", repositoryId),
    resourcePath: ({ repositoryId, name }: Label, _args, { store }) =>
      `/${nameWithOwner(store, store.get("Repository", repositoryId))}/labels/${encodeURIComponent(name)}`,
    url: ({ repositoryId, name }: Label, _args, { store, webUrl }) =>
      `${webUrl}/${nameWithOwner(store, store.get("Repository", repositoryId))}/labels/${encodeURIComponent(name)}`,
  },
  Milestone: {
    repository: ({ repositoryId }: Milestone, _args, { store }) => store.get("Repository", repositoryId),
    creator: ({ creatorId }: Milestone, _args, context) => readActor(context, creatorId),
    closed: ({ state }: Milestone) => state === "CLOSED",
    resourcePath: ({ repositoryId, number }: Milestone, _args, { store }) =>
      `/${nameWithOwner(store, store.get("Repository", repositoryId))}/milestone/${number}`,
    url: ({ repositoryId, number }: Milestone, _args, { store, webUrl }) =>
      `${webUrl}/${nameWithOwner(store, store.get("Repository", repositoryId))}/milestone/${number}`,
  },
};
