import { type PageArgs, pageOf } from "../connection.ts";
import type { Issue } from "../model.ts";
import { ITEM_FIELDS } from "./items.ts";
import type { FieldResolvers } from "./resolver.ts";
import type { Store } from "../store.ts";

const subIssues = (issue: Issue, store: Store): Issue[] => issue.subIssueIds.flatMap((id) => store.findOf("Issue", id) ?? []);

/** Counts the sub-issues of an issue and how many of them are closed. */
export function summarizeSubIssues(issue: Issue, store: Store): { total: number; completed: number; percentCompleted: number } {
  const children = subIssues(issue, store);
  const completed = children.filter(({ state }) => state === "CLOSED").length;
  const percentCompleted = children.length === 0 ? 0 : Math.floor((completed / children.length) * 100);
  return { total: children.length, completed, percentCompleted };
}

/** Resolvers of issues. */
export const ISSUE_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  Issue: {
    ...ITEM_FIELDS,
    bodyUrl: (issue: Issue, args, context, info) =>
      `${String(ITEM_FIELDS["url"]?.(issue as never, args, context, info))}#issue-${issue.fullDatabaseId}`,
    bodyResourcePath: (issue: Issue, args, context, info) =>
      `${String(ITEM_FIELDS["resourcePath"]?.(issue as never, args, context, info))}#issue-${issue.fullDatabaseId}`,
    issueType: ({ typeId }: Issue, _args, { store }) => store.findOf("IssueType", typeId) ?? null,
    parent: ({ parentId }: Issue, _args, { store }) => store.findOf("Issue", parentId) ?? null,
    subIssues: (issue: Issue, args: PageArgs, { store }) => pageOf(subIssues(issue, store), args),
    subIssuesSummary: (issue: Issue, _args, { store }) => summarizeSubIssues(issue, store),
    duplicateOf: ({ duplicateOfId }: Issue, _args, { store }) => store.findOf("Issue", duplicateOfId) ?? null,
    blockedBy: ({ blockedByIds }: Issue, args: PageArgs, { store }) =>
      pageOf(
        blockedByIds.flatMap((id) => store.findOf("Issue", id) ?? []),
        args,
      ),
    isPinned: () => false,
    linkedBranches: ({ id }: Issue, args: PageArgs, { store }) => pageOf(store.children("LinkedBranch", id), args),
  },
  LinkedBranch: {
    ref: ({ refId }: { refId: string }, _args, { store }) => store.findOf("Ref", refId) ?? null,
  },
};
