import { hasPermission, requireAuthorOr, requirePermission, requireProject } from "../access.ts";
import type { Context } from "../context.ts";
import { unprocessable } from "../errors.ts";
import type { Issue } from "../model.ts";
import { issueTypeShape } from "../webhooks/shapes.ts";
import { checkBody, checkTitle, editItem, type ItemInput, readAssigneeIds, readLabelIds, storeItem } from "./item-edits.ts";
import type { Mutations } from "./mutation.ts";
import { newItem } from "./new-item.ts";
import { addToProject } from "./project-items.ts";
import { linkSubIssue } from "./sub-issues.ts";
import { accountShapeOf, labelShape, milestoneShape } from "../webhooks/shapes.ts";

interface CreateInput extends ItemInput {
  readonly repositoryId: string;
  readonly title: string;
  readonly issueTypeId?: string | null;
  readonly parentIssueId?: string | null;
  readonly projectV2Ids?: readonly string[] | null;
}

/** Creates an issue and tells of it. */
export function createIssue(input: CreateInput, context: Context): { issue: Issue } {
  const { store, viewer } = context;
  const repository = store.get("Repository", input.repositoryId);
  requirePermission(context, repository, "READ", "createIssue");
  if (!repository.hasIssuesEnabled) throw unprocessable("Issues are disabled for this repo");
  checkTitle(input.title);
  checkBody(input.body ?? "");
  // Who may not triage can create an issue, but what they set beside the text is left out.
  const mayTriage = hasPermission(repository, viewer, "TRIAGE");
  const labelIds = readLabelIds(context, repository, input.labelIds ?? []);
  const assigneeIds = readAssigneeIds(context, repository, input.assigneeIds ?? []);
  const milestone = input.milestoneId ? store.get("Milestone", input.milestoneId) : undefined;
  const type = input.issueTypeId ? store.get("IssueType", input.issueTypeId) : undefined;
  const parent = input.parentIssueId ? store.get("Issue", input.parentIssueId) : undefined;
  const projects = (input.projectV2Ids ?? []).map((id) => requireProject(context, id, "createIssue"));

  const issue = store.put<Issue>({
    __typename: "Issue",
    ...newItem(context, "Issue", repository, input),
    milestoneId: mayTriage ? (milestone?.id ?? null) : null,
    labelIds: mayTriage ? labelIds : [],
    assigneeIds: mayTriage ? assigneeIds : [],
    stateReason: null,
    typeId: mayTriage ? (type?.id ?? null) : null,
    parentId: null,
    subIssueIds: [],
    duplicateOfId: null,
    blockedByIds: [],
  });
  tellOfNewIssue(context, issue);
  if (parent) linkSubIssue(context, parent, issue);
  for (const project of projects) addToProject(context, project, issue);
  return { issue: store.get("Issue", issue.id) };
}

/** Tells of a new issue, and of each thing that it was made with, as GitHub does. */
export function tellOfNewIssue({ store, events }: Context, issue: Issue): void {
  events.item("opened", issue);
  for (const id of issue.labelIds) {
    const label = store.findOf("Label", id);
    if (label) events.item("labeled", issue, { label: labelShape(events.shapes, label) });
  }
  for (const id of issue.assigneeIds) events.item("assigned", issue, { assignee: accountShapeOf(events.shapes, id) });
  const milestone = store.findOf("Milestone", issue.milestoneId);
  if (milestone) events.item("milestoned", issue, { milestone: milestoneShape(events.shapes, milestone) });
  const type = store.findOf("IssueType", issue.typeId);
  if (type) events.item("typed", issue, { type: issueTypeShape(events.shapes, type) });
}

function setType(context: Context, issue: Issue, typeId: string | null): Issue {
  const { store, events } = context;
  if (issue.typeId === typeId) return issue;
  const before = store.findOf("IssueType", issue.typeId);
  const after = store.findOf("IssueType", typeId);
  const changed = storeItem(context, issue, { typeId }, "type");
  if (after) events.item("typed", changed, { type: issueTypeShape(events.shapes, after) });
  else if (before) events.item("untyped", changed, { type: issueTypeShape(events.shapes, before) });
  return changed;
}

type CloseReason = "COMPLETED" | "NOT_PLANNED" | "DUPLICATE";

/** Closes an issue and tells of it; a closed one at most takes another reason. */
export function closeIssue(context: Context, issue: Issue, reason: CloseReason, duplicateOfId: string | null): Issue {
  const { store, viewer, events, knobs } = context;
  if (issue.state === "CLOSED") {
    const isSame = issue.stateReason === reason && issue.duplicateOfId === duplicateOfId;
    if (isSame || !knobs.closeAgainChangesReason) return issue;
    return storeItem(context, issue, { stateReason: reason, duplicateOfId }, "state");
  }
  const changes = { state: "CLOSED", stateReason: reason, closedAt: store.now(), closedById: viewer.id, duplicateOfId } as const;
  const changed = storeItem(context, issue, changes, "state");
  events.item("closed", changed);
  return changed;
}

function reopen(context: Context, issue: Issue): Issue {
  if (issue.state === "OPEN") return issue;
  const changes = { state: "OPEN", stateReason: "REOPENED", closedAt: null, closedById: null, duplicateOfId: null } as const;
  const changed = storeItem(context, issue, changes, "state");
  context.events.item("reopened", changed);
  return changed;
}

function updateIssue(
  input: ItemInput & { readonly id: string; readonly issueTypeId?: string | null; readonly state?: "OPEN" | "CLOSED" | null },
  context: Context,
): { issue: Issue; actor: unknown } {
  const issue = context.store.get("Issue", input.id);
  const repository = requireAuthorOr(context, issue, "TRIAGE", "updateIssue");
  if (input.issueTypeId) context.store.get("IssueType", input.issueTypeId);
  const mayTriage = hasPermission(repository, context.viewer, "TRIAGE");
  const { title, body } = input;
  const text = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) };
  let changed = editItem(context, issue, mayTriage ? input : text);
  if (input.issueTypeId !== undefined && mayTriage) changed = setType(context, changed, input.issueTypeId);
  if (input.state === "CLOSED") changed = closeIssue(context, changed, "COMPLETED", null);
  if (input.state === "OPEN") changed = reopen(context, changed);
  return { issue: changed, actor: context.viewer };
}

/** Mutations of issues. */
export const ISSUE_MUTATIONS: Mutations = {
  createIssue,
  updateIssue,
  closeIssue: (input: { issueId: string; stateReason?: CloseReason | null; duplicateIssueId?: string | null }, context) => {
    const issue = context.store.get("Issue", input.issueId);
    requireAuthorOr(context, issue, "TRIAGE", "closeIssue");
    const original = input.duplicateIssueId ? context.store.get("Issue", input.duplicateIssueId) : undefined;
    if (original?.id === issue.id) throw unprocessable("Issue cannot be marked as a duplicate of itself");
    return { issue: closeIssue(context, issue, input.stateReason ?? "COMPLETED", original?.id ?? null) };
  },
  reopenIssue: ({ issueId }: { issueId: string }, context) => {
    const issue = context.store.get("Issue", issueId);
    requireAuthorOr(context, issue, "TRIAGE", "reopenIssue");
    return { issue: reopen(context, issue) };
  },
  updateIssueIssueType: ({ issueId, issueTypeId }: { issueId: string; issueTypeId?: string | null }, context) => {
    const issue = context.store.get("Issue", issueId);
    requireAuthorOr(context, issue, "TRIAGE", "updateIssueIssueType");
    if (issueTypeId) context.store.get("IssueType", issueTypeId);
    return { issue: setType(context, issue, issueTypeId ?? null) };
  },
  addBlockedBy: ({ issueId, blockingIssueId }: { issueId: string; blockingIssueId: string }, context) => {
    const issue = context.store.get("Issue", issueId);
    const blockingIssue = context.store.get("Issue", blockingIssueId);
    requireAuthorOr(context, issue, "TRIAGE", "addBlockedBy");
    const blockedByIds = [...new Set([...issue.blockedByIds, blockingIssue.id])];
    return { issue: storeItem(context, issue, { blockedByIds }, "dependency"), blockingIssue };
  },
};
