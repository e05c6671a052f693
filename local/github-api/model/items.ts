// Issues, pull requests and their comments.

export type MergeMethod = "MERGE" | "SQUASH" | "REBASE";

/** What an issue and a pull request have in common. */
interface ItemBase {
  readonly id: string;
  /** A string of digits, as BigInt travels in JSON. */
  readonly fullDatabaseId: string;
  readonly repositoryId: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly lastEditedAt: string | null;
  readonly locked: boolean;
  readonly activeLockReason: string | null;
  readonly authorId: string;
  readonly editorId: string | null;
  readonly closedById: string | null;
  readonly milestoneId: string | null;
  readonly labelIds: readonly string[];
  readonly assigneeIds: readonly string[];
  /** The slug of the app that made it, or null. */
  readonly appSlug: string | null;
}

export interface Issue extends ItemBase {
  readonly __typename: "Issue";
  readonly state: "OPEN" | "CLOSED";
  readonly stateReason: "COMPLETED" | "NOT_PLANNED" | "DUPLICATE" | "REOPENED" | null;
  readonly typeId: string | null;
  readonly parentId: string | null;
  readonly subIssueIds: readonly string[];
  readonly duplicateOfId: string | null;
  readonly blockedByIds: readonly string[];
}

export interface AutoMerge {
  readonly enabledAt: string;
  readonly enabledById: string;
  readonly mergeMethod: MergeMethod;
  readonly commitHeadline: string | null;
  readonly commitBody: string | null;
}

export interface PullRequest extends ItemBase {
  readonly __typename: "PullRequest";
  readonly state: "OPEN" | "CLOSED" | "MERGED";
  readonly isDraft: boolean;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly headRepositoryId: string;
  /** The head when the branch was last seen; a deleted branch leaves it here. */
  readonly headRefOid: string;
  readonly baseRefOid: string;
  readonly mergedAt: string | null;
  readonly mergedById: string | null;
  readonly mergeCommitId: string | null;
  readonly autoMerge: AutoMerge | null;
  readonly queueEntryId: string | null;
  readonly maintainerCanModify: boolean;
  /** By user id; the latest opinion of each reviewer. */
  readonly reviews: Readonly<Record<string, "APPROVED" | "CHANGES_REQUESTED">>;
}
export type Item = Issue | PullRequest;

export interface IssueComment {
  readonly __typename: "IssueComment";
  readonly id: string;
  readonly fullDatabaseId: string;
  readonly subjectId: string;
  readonly repositoryId: string;
  readonly authorId: string;
  readonly editorId: string | null;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastEditedAt: string | null;
  readonly isMinimized: boolean;
  readonly appSlug: string | null;
}

export interface LinkedBranch {
  readonly __typename: "LinkedBranch";
  readonly id: string;
  readonly issueId: string;
  readonly refId: string;
}

export interface MergeQueueEntry {
  readonly __typename: "MergeQueueEntry";
  readonly id: string;
  readonly pullRequestId: string;
  readonly enqueuerId: string;
  readonly enqueuedAt: string;
  readonly position: number;
  readonly state: "QUEUED" | "AWAITING_CHECKS" | "MERGEABLE" | "UNMERGEABLE" | "LOCKED";
  readonly jump: boolean;
  readonly solo: boolean;
}
