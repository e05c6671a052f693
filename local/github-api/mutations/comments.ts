import { hasPermission, requireAuthorOr, requirePermission } from "../access.ts";
import type { Context } from "../context.ts";
import { forbidden, unprocessable } from "../errors.ts";
import type { IssueComment } from "../model.ts";
import { checkBody, readItem, storeItem } from "./item-edits.ts";
import type { Mutations } from "./mutation.ts";

function checkComment(body: string): void {
  if (body.trim() === "") throw unprocessable("Body can't be blank");
  checkBody(body);
}

function readComment(context: Context, id: string, mutation: string): IssueComment {
  const comment = context.store.get("IssueComment", id);
  const repository = context.store.get("Repository", comment.repositoryId);
  requirePermission(context, repository, comment.authorId === context.viewer.id ? "READ" : "WRITE", mutation);
  return comment;
}

/** Mutations of comments. */
export const COMMENT_MUTATIONS: Mutations = {
  addComment: ({ subjectId, body }: { subjectId: string; body: string }, context) => {
    const { store, viewer, events } = context;
    const item = readItem(context, subjectId);
    const repository = requireAuthorOr(context, item, "READ", "addComment");
    if (item.locked && !hasPermission(repository, viewer, "WRITE"))
      throw forbidden("Unable to create comment because issue is locked.");
    checkComment(body);
    const databaseId = store.ids.bigId();
    const comment = store.put<IssueComment>({
      __typename: "IssueComment",
      id: store.ids.nodeId("IssueComment", databaseId),
      fullDatabaseId: String(databaseId),
      subjectId: item.id,
      repositoryId: item.repositoryId,
      authorId: viewer.id,
      editorId: null,
      body,
      createdAt: store.now(),
      updatedAt: store.now(),
      lastEditedAt: null,
      isMinimized: false,
      appSlug: viewer.__typename === "Bot" ? viewer.login : null,
    });
    const subject = storeItem(context, item, {}, "comment");
    events.comment("created", comment);
    return { subject, commentEdge: { node: comment, cursor: Buffer.from(comment.id).toString("base64") } };
  },
  updateIssueComment: ({ id, body }: { id: string; body: string }, context) => {
    const { store, viewer, events } = context;
    const comment = readComment(context, id, "updateIssueComment");
    checkComment(body);
    if (comment.body === body) return { issueComment: comment };
    const edited = { body, editorId: viewer.id, updatedAt: store.now(), lastEditedAt: store.now() };
    const issueComment = store.put<IssueComment>({ ...comment, ...edited });
    storeItem(context, readItem(context, comment.subjectId), {}, "comment");
    events.comment("edited", issueComment, { changes: { body: { from: comment.body } } });
    return { issueComment };
  },
  deleteIssueComment: ({ id }: { id: string }, context) => {
    const { store, events } = context;
    const comment = readComment(context, id, "deleteIssueComment");
    store.remove(comment.id);
    storeItem(context, readItem(context, comment.subjectId), {}, "comment");
    events.comment("deleted", comment);
    return {};
  },
};
