import { requireAuthorOr } from "../access.ts";
import type { Context } from "../context.ts";
import { ApiError, unprocessable } from "../errors.ts";
import type { Issue } from "../model.ts";
import { findByAddress } from "../web-addresses.ts";
import { storeItem } from "./item-edits.ts";
import type { Mutations } from "./mutation.ts";

const MAX_SUB_ISSUES = 100; // of one parent; documented
const MAX_LEVELS = 8; // of nesting; documented

function ancestors({ store }: Context, issue: Issue): string[] {
  const ids: string[] = [];
  for (let next: Issue | undefined = issue; next && !ids.includes(next.id); next = store.findOf("Issue", next.parentId))
    ids.push(next.id);
  return ids;
}

function depthBelow(context: Context, issue: Issue): number {
  const children = issue.subIssueIds.flatMap((id) => context.store.findOf("Issue", id) ?? []);
  return 1 + Math.max(0, ...children.map((child) => depthBelow(context, child)));
}

/** Makes one issue the sub-issue of another and tells of it. Returns both as they are then. */
export function linkSubIssue(context: Context, parent: Issue, child: Issue): { issue: Issue; subIssue: Issue } {
  const { store, events } = context;
  const issue = storeItem(context, parent, { subIssueIds: [...parent.subIssueIds, child.id] }, "parent");
  const subIssue = storeItem(context, store.get("Issue", child.id), { parentId: parent.id }, "parent");
  events.subIssue("added", issue, subIssue);
  return { issue, subIssue };
}

function unlink(context: Context, parent: Issue, child: Issue): { issue: Issue; subIssue: Issue } {
  const subIssueIds = parent.subIssueIds.filter((id) => id !== child.id);
  const issue = storeItem(context, parent, { subIssueIds }, "parent");
  const subIssue = storeItem(context, child, { parentId: null }, "parent");
  context.events.subIssue("removed", issue, subIssue);
  return { issue, subIssue };
}

function findChild(context: Context, input: { subIssueId?: string | null; subIssueUrl?: string | null }): Issue {
  if (input.subIssueId) return context.store.get("Issue", input.subIssueId);
  const found = findByAddress(context.store, input.subIssueUrl ?? "");
  if (found?.__typename === "Issue") return found;
  throw new ApiError("NOT_FOUND", `Could not resolve to an Issue with the URL '${input.subIssueUrl ?? ""}'.`);
}

/** Mutations of sub-issues. */
export const SUB_ISSUE_MUTATIONS: Mutations = {
  addSubIssue: (
    input: { issueId: string; subIssueId?: string | null; subIssueUrl?: string | null; replaceParent?: boolean | null },
    context,
  ) => {
    const { store } = context;
    const parent = store.get("Issue", input.issueId);
    const child = findChild(context, input);
    requireAuthorOr(context, parent, "TRIAGE", "addSubIssue");
    if (child.parentId === parent.id) throw unprocessable("Issue may not contain duplicate sub-issues");
    const former = store.findOf("Issue", child.parentId);
    if (former && !input.replaceParent) throw unprocessable("Sub issue may only have one parent");
    const above = ancestors(context, parent);
    if (above.includes(child.id)) throw unprocessable("Sub issue may not create a circular reference");
    if (parent.subIssueIds.length >= MAX_SUB_ISSUES)
      throw unprocessable(`Parent cannot have more than ${MAX_SUB_ISSUES} sub-issues`);
    if (above.length + depthBelow(context, child) > MAX_LEVELS)
      throw unprocessable(`Sub-issues cannot be nested more than ${MAX_LEVELS} levels deep`);
    if (former) unlink(context, former, child);
    return linkSubIssue(context, store.get("Issue", parent.id), store.get("Issue", child.id));
  },
  removeSubIssue: (input: { issueId: string; subIssueId: string }, context) => {
    const parent = context.store.get("Issue", input.issueId);
    const child = context.store.get("Issue", input.subIssueId);
    requireAuthorOr(context, parent, "TRIAGE", "removeSubIssue");
    if (child.parentId !== parent.id) throw new ApiError("NOT_FOUND", "The provided sub-issue does not belong to the issue");
    return unlink(context, parent, child);
  },
};
