// Fields that issues and pull requests share, and those of comments.
import { hasPermission, isAssignable } from "../access.ts";
import { type PageArgs, pageOf, pageOfEntries } from "../connection.ts";
import type { Context } from "../context.ts";
import type { IssueComment, Item, Label, User } from "../model.ts";
import { itemPath } from "../web-addresses.ts";
import { readActor } from "./actors.ts";
import { listProjectItems } from "./project-lists.ts";
import { inOrder } from "./repository.ts";
import type { FieldResolvers } from "./resolver.ts";

const repositoryOf = ({ repositoryId }: { repositoryId: string }, context: Context) =>
  context.store.get("Repository", repositoryId);

const mayChange = (item: Item, context: Context): boolean => {
  const repository = repositoryOf(item, context);
  return !repository.isArchived && (item.authorId === context.viewer.id || hasPermission(repository, context.viewer, "TRIAGE"));
};

const assignees = ({ assigneeIds }: { assigneeIds: readonly string[] }, { store }: Context): User[] =>
  assigneeIds.flatMap((id) => store.findOf("User", id) ?? []);

const people = (item: Item, context: Context): User[] => {
  const comments = context.store.children("IssueComment", item.id);
  const ids = new Set([item.authorId, ...item.assigneeIds, ...comments.map(({ authorId }) => authorId)]);
  return [...ids].flatMap((id) => context.store.findOf("User", id) ?? []);
};

const labelKeys = { NAME: (label: Label) => label.name.toLowerCase(), CREATED_AT: (label: Label) => label.databaseId };

/** Resolvers that issues and pull requests share. */
export const ITEM_FIELDS: FieldResolvers = {
  url: (item: Item, _args, { store, webUrl }) => webUrl + itemPath(store, item),
  resourcePath: (item: Item, _args, { store }) => itemPath(store, item),
  closed: ({ state }: Item) => state !== "OPEN",
  author: ({ authorId }: Item, _args, context) => readActor(context, authorId),
  editor: ({ editorId }: Item, _args, context) => readActor(context, editorId),
  authorAssociation: (item: Item, _args, context) => (repositoryOf(item, context).ownerId === item.authorId ? "OWNER" : "MEMBER"),
  repository: (item: Item, _args, context) => repositoryOf(item, context),
  milestone: ({ milestoneId }: Item, _args, { store }) => store.findOf("Milestone", milestoneId) ?? null,
  labels: ({ labelIds }: Item, args: PageArgs & { orderBy?: { field: string; direction: "ASC" | "DESC" } | null }, { store }) => {
    const labels = labelIds.flatMap((id) => store.findOf("Label", id) ?? []);
    return pageOf(inOrder(labels, args.orderBy, labelKeys), args);
  },
  assignees: (item: Item, args: PageArgs, context) => pageOf(assignees(item, context), args),
  assignedActors: (item: Item, args: PageArgs, context) => pageOf(assignees(item, context), args),
  suggestedActors: (item: Item, args: PageArgs, context) => {
    const repository = repositoryOf(item, context);
    const ids = Object.keys(repository.collaborators).filter((id) => isAssignable(repository, id));
    return pageOf(
      ids.flatMap((id) => context.store.findOf("User", id) ?? []),
      args,
    );
  },
  participants: (item: Item, args: PageArgs, context) => pageOf(people(item, context), args),
  comments: ({ id }: Item, args: PageArgs & { orderBy?: { direction: "ASC" | "DESC" } | null }, { store, asOfMs }) => {
    const listing = store.listing("IssueComment", id, asOfMs);
    const entries = args.orderBy ? listing.updated : listing.created;
    return pageOfEntries(entries, listing.get, args, { descending: args.orderBy?.direction === "DESC" });
  },
  projectItems: (item: Item, args: PageArgs & { includeArchived?: boolean }, context) =>
    listProjectItems(item, args, args.includeArchived !== false, context),
  bodyText: ({ body }: Item) => body,
  createdViaEmail: () => false,
  publishedAt: ({ createdAt }: Item) => createdAt,
  includesCreatedEdit: ({ lastEditedAt }: Item) => lastEditedAt !== null,
  viewerDidAuthor: ({ authorId }: Item, _args, { viewer }) => authorId === viewer.id,
  viewerCanUpdate: (item: Item, _args, context) => mayChange(item, context),
  viewerCanClose: (item: Item, _args, context) => mayChange(item, context),
  viewerCanReopen: (item: Item, _args, context) => mayChange(item, context),
  viewerCanLabel: (item: Item, _args, context) => {
    const repository = repositoryOf(item, context);
    return !repository.isArchived && hasPermission(repository, context.viewer, "TRIAGE");
  },
  viewerCannotUpdateReasons: (item: Item, _args, context) => {
    if (repositoryOf(item, context).isArchived) return ["ARCHIVED"];
    return mayChange(item, context) ? [] : ["INSUFFICIENT_ACCESS"];
  },
};

/** Resolvers of comments. */
export const COMMENT_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  IssueComment: {
    author: ({ authorId }: IssueComment, _args, context) => readActor(context, authorId),
    editor: ({ editorId }: IssueComment, _args, context) => readActor(context, editorId),
    authorAssociation: () => "MEMBER",
    issue: ({ subjectId }: IssueComment, _args, { store }) => store.findOf("Issue", subjectId) ?? store.find(subjectId),
    pullRequest: ({ subjectId }: IssueComment, _args, { store }) => store.findOf("PullRequest", subjectId) ?? null,
    repository: (comment: IssueComment, _args, context) => repositoryOf(comment, context),
    url: ({ subjectId, fullDatabaseId }: IssueComment, _args, { store, webUrl }) =>
      `${webUrl}${itemPath(store, store.find(subjectId) as Item)}#issuecomment-${fullDatabaseId}`,
    resourcePath: ({ subjectId, fullDatabaseId }: IssueComment, _args, { store }) =>
      `${itemPath(store, store.find(subjectId) as Item)}#issuecomment-${fullDatabaseId}`,
    bodyText: ({ body }: IssueComment) => body,
    createdViaEmail: () => false,
    publishedAt: ({ createdAt }: IssueComment) => createdAt,
    includesCreatedEdit: ({ lastEditedAt }: IssueComment) => lastEditedAt !== null,
    minimizedReason: () => null,
    viewerDidAuthor: ({ authorId }: IssueComment, _args, { viewer }) => authorId === viewer.id,
    viewerCanUpdate: ({ authorId, repositoryId }: IssueComment, _args, context) =>
      authorId === context.viewer.id || hasPermission(repositoryOf({ repositoryId }, context), context.viewer, "WRITE"),
    viewerCanDelete: ({ authorId, repositoryId }: IssueComment, _args, context) =>
      authorId === context.viewer.id || hasPermission(repositoryOf({ repositoryId }, context), context.viewer, "WRITE"),
  },
};
