import type { CloseReason } from "../sync/mapping.ts";
import type { UpdateName } from "./documents-writes.ts";
import type { ProjectView } from "./project-items.ts";
import type { ProjectValue } from "./project-values.ts";
import { toGithubTitle } from "./title.ts";

/** A change of an issue or pull request. Ids are node ids; what is left out of an update stays, `null` clears. */
export type ItemChange =
  | {
      readonly kind: "updateIssue";
      readonly title?: string;
      readonly body?: string;
      readonly milestoneId?: string | null;
      readonly issueTypeId?: string | null;
    }
  | {
      readonly kind: "updatePullRequest";
      readonly title?: string;
      readonly body?: string;
      readonly baseRefName?: string;
      readonly milestoneId?: string | null;
    }
  | { readonly kind: "closeIssue"; readonly reason: CloseReason }
  | { readonly kind: "reopenIssue" | "closePullRequest" | "reopenPullRequest" | "convertToDraft" | "markReady" }
  | { readonly kind: "addLabels" | "removeLabels"; readonly labelIds: readonly string[] }
  | { readonly kind: "addAssignees" | "removeAssignees"; readonly assigneeIds: readonly string[] }
  /** Adding takes the issue away from another parent; both may be repeated. */
  | { readonly kind: "addSubIssue" | "removeSubIssue"; readonly parentNodeId: string };

/** A change of an item's place in a project. */
export type ProjectChange =
  /** An item that is there already is given back as it is. */
  | { readonly kind: "addToProject" }
  | {
      readonly kind: "setProjectField";
      readonly projectItemId: string;
      readonly fieldId: string;
      readonly value: ProjectValue;
    }
  | { readonly kind: "clearProjectField"; readonly projectItemId: string; readonly fieldId: string }
  | { readonly kind: "unarchiveProjectItem"; readonly projectItemId: string };

/** One write about the issue or pull request `nodeId`; carrying it out twice does no harm. */
export type ItemWrite =
  | (ItemChange & {
      readonly nodeId: string;
      /** Node id → what people call it, for problems that name what GitHub left out. */
      readonly names?: Readonly<Record<string, string>>;
    })
  | ProjectWrite;

/** One write about a project; in a request it comes behind the writes of items. */
export type ProjectWrite = ProjectChange & { readonly nodeId: string; readonly project: ProjectView };

/** A mutation with its input. */
export interface Update {
  readonly name: UpdateName;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Whether a write is about a project. */
export const isProjectWrite = (write: ItemWrite): write is ProjectWrite => "project" in write;

/** Leaves out what is `undefined`, which a request would carry as `null`: that clears. */
const given = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const guarded = (title: string | undefined): string | undefined => (title === undefined ? undefined : toGithubTitle(title));

/** Puts a write in GitHub's words. */
export function toUpdate(write: ItemWrite): Update {
  return isProjectWrite(write) ? toProjectUpdate(write) : toItemUpdate(write);
}

function toItemUpdate(write: Exclude<ItemWrite, ProjectWrite>): Update {
  const { nodeId } = write;
  switch (write.kind) {
    case "updateIssue": {
      const { title, body, milestoneId, issueTypeId } = write;
      return { name: "updateIssue", input: { id: nodeId, ...given({ title: guarded(title), body, milestoneId, issueTypeId }) } };
    }
    case "updatePullRequest": {
      const { title, body, milestoneId, baseRefName } = write;
      const input = { pullRequestId: nodeId, ...given({ title: guarded(title), body, milestoneId, baseRefName }) };
      return { name: "updatePullRequest", input };
    }
    case "closeIssue":
      return { name: "closeIssue", input: { issueId: nodeId, stateReason: write.reason.toUpperCase() } };
    case "reopenIssue":
      return { name: "reopenIssue", input: { issueId: nodeId } };
    case "closePullRequest":
      return { name: "closePullRequest", input: { pullRequestId: nodeId } };
    case "reopenPullRequest":
      return { name: "reopenPullRequest", input: { pullRequestId: nodeId } };
    case "convertToDraft":
      return { name: "convertPullRequestToDraft", input: { pullRequestId: nodeId } };
    case "markReady":
      return { name: "markPullRequestReadyForReview", input: { pullRequestId: nodeId } };
    case "addLabels":
      return { name: "addLabelsToLabelable", input: { labelableId: nodeId, labelIds: write.labelIds } };
    case "removeLabels":
      return { name: "removeLabelsFromLabelable", input: { labelableId: nodeId, labelIds: write.labelIds } };
    case "addAssignees":
      return { name: "addAssigneesToAssignable", input: { assignableId: nodeId, assigneeIds: write.assigneeIds } };
    case "removeAssignees":
      return { name: "removeAssigneesFromAssignable", input: { assignableId: nodeId, assigneeIds: write.assigneeIds } };
    case "addSubIssue":
      return { name: "addSubIssue", input: { issueId: write.parentNodeId, subIssueId: nodeId, replaceParent: true } };
    case "removeSubIssue":
      return { name: "removeSubIssue", input: { issueId: write.parentNodeId, subIssueId: nodeId } };
  }
}

function toProjectUpdate(write: ProjectWrite): Update {
  const { projectId } = write.project;
  switch (write.kind) {
    case "addToProject":
      return { name: "addProjectV2ItemById", input: { projectId, contentId: write.nodeId } };
    case "setProjectField": {
      const { projectItemId: itemId, fieldId, value } = write;
      return { name: "updateProjectV2ItemFieldValue", input: { projectId, itemId, fieldId, value } };
    }
    case "clearProjectField": {
      const { projectItemId: itemId, fieldId } = write;
      return { name: "clearProjectV2ItemFieldValue", input: { projectId, itemId, fieldId } };
    }
    case "unarchiveProjectItem":
      return { name: "unarchiveProjectV2Item", input: { projectId, itemId: write.projectItemId } };
  }
}
