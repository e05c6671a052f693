// What the simulator holds. Fields that GitHub's schema has too carry the schema's names and forms: a resolver is only needed where they differ.
// Every record is immutable; a change puts a new one in its place, so that a list can show the past.

/** A person, an app's bot or an organisation. */
interface Account {
  readonly id: string;
  readonly databaseId: number;
  /** Without the `[bot]` that REST and webhooks add. */
  readonly login: string;
  readonly name: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
export interface User extends Account {
  readonly __typename: "User";
  readonly email: string;
}
export interface Bot extends Account {
  readonly __typename: "Bot";
}
export interface Organization extends Account {
  readonly __typename: "Organization";
  readonly description: string | null;
}
/** Who acts, writes or is assigned. */
export type Actor = User | Bot;
export type Owner = User | Organization;

/** Rising order of what a person may do in a repository. */
export const PERMISSIONS = ["READ", "TRIAGE", "WRITE", "MAINTAIN", "ADMIN"] as const;
export type Permission = (typeof PERMISSIONS)[number];

export type MergeMethod = "MERGE" | "SQUASH" | "REBASE";

/** What must hold before a pull request into the default branch can be merged. */
export interface Protection {
  readonly checks?: boolean;
  readonly reviews?: boolean;
  readonly upToDate?: boolean;
}

export interface Repository {
  readonly __typename: "Repository";
  readonly id: string;
  readonly databaseId: number;
  readonly ownerId: string;
  readonly name: string;
  readonly description: string | null;
  readonly defaultBranch: string;
  readonly isArchived: boolean;
  readonly archivedAt: string | null;
  readonly isDisabled: boolean;
  readonly isLocked: boolean;
  readonly lockReason: string | null;
  readonly isFork: boolean;
  readonly isPrivate: boolean;
  readonly visibility: "PUBLIC" | "PRIVATE";
  readonly hasIssuesEnabled: boolean;
  readonly hasProjectsEnabled: boolean;
  readonly mergeCommitAllowed: boolean;
  readonly squashMergeAllowed: boolean;
  readonly rebaseMergeAllowed: boolean;
  readonly autoMergeAllowed: boolean;
  readonly deleteBranchOnMerge: boolean;
  readonly viewerDefaultMergeMethod: MergeMethod;
  readonly mergeQueueEnabled: boolean;
  readonly protection: Protection | null;
  /** By user id; who is not named has READ. */
  readonly collaborators: Readonly<Record<string, Permission>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
}

export interface Label {
  readonly __typename: "Label";
  readonly id: string;
  readonly databaseId: number;
  readonly repositoryId: string;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
  readonly isDefault: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Milestone {
  readonly __typename: "Milestone";
  readonly id: string;
  readonly databaseId: number;
  readonly repositoryId: string;
  readonly creatorId: string;
  readonly number: number;
  readonly title: string;
  readonly description: string | null;
  readonly dueOn: string | null;
  readonly state: "OPEN" | "CLOSED";
  readonly closedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface IssueType {
  readonly __typename: "IssueType";
  readonly id: string;
  readonly databaseId: number;
  readonly ownerId: string;
  readonly name: string;
  readonly description: string | null;
  readonly color: string;
  readonly isEnabled: boolean;
  readonly isPrivate: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

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

export interface Ref {
  readonly __typename: "Ref";
  readonly id: string;
  readonly repositoryId: string;
  readonly prefix: string;
  /** Without the prefix. */
  readonly name: string;
  readonly targetId: string;
}

export interface Commit {
  readonly __typename: "Commit";
  readonly id: string;
  readonly oid: string;
  readonly repositoryId: string;
  readonly authorId: string;
  readonly parentOids: readonly string[];
  readonly messageHeadline: string;
  readonly messageBody: string;
  readonly committedDate: string;
  /** The whole tree: path to a digest of the content. */
  readonly files: Readonly<Record<string, string>>;
  /** State of each required or optional check that was reported, by context. */
  readonly statuses: Readonly<Record<string, "PENDING" | "SUCCESS" | "FAILURE" | "ERROR">>;
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

export interface Project {
  readonly __typename: "ProjectV2";
  readonly id: string;
  readonly fullDatabaseId: string;
  readonly ownerId: string;
  readonly creatorId: string;
  readonly number: number;
  readonly title: string;
  readonly shortDescription: string | null;
  readonly readme: string | null;
  readonly closed: boolean;
  readonly closedAt: string | null;
  readonly public: boolean;
  readonly template: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly fieldIds: readonly string[];
}

export interface SelectOption {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

export interface Iteration {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD`. */
  readonly startDate: string;
  /** Days. */
  readonly duration: number;
}

interface FieldBase {
  readonly id: string;
  readonly databaseId: number;
  readonly projectId: string;
  readonly name: string;
  readonly dataType: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
export interface PlainField extends FieldBase {
  readonly __typename: "ProjectV2Field";
}
export interface SelectField extends FieldBase {
  readonly __typename: "ProjectV2SingleSelectField";
  readonly selectOptions: readonly SelectOption[];
}
export interface IterationField extends FieldBase {
  readonly __typename: "ProjectV2IterationField";
  readonly iterations: readonly Iteration[];
  readonly duration: number;
  readonly startDay: number;
}
export type ProjectField = PlainField | SelectField | IterationField;

/** One value of one field of an item; exactly one of the last five is set. */
export interface FieldValue {
  readonly id: string;
  readonly databaseId: number;
  readonly fieldId: string;
  readonly creatorId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly text?: string;
  readonly number?: number;
  readonly date?: string;
  readonly optionId?: string;
  readonly iterationId?: string;
}

export interface ProjectItem {
  readonly __typename: "ProjectV2Item";
  readonly id: string;
  readonly fullDatabaseId: string;
  readonly projectId: string;
  readonly contentId: string;
  readonly creatorId: string;
  readonly isArchived: boolean;
  readonly archivedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** By field id. */
  readonly values: Readonly<Record<string, FieldValue>>;
}

export interface DraftIssue {
  readonly __typename: "DraftIssue";
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly creatorId: string;
  readonly assigneeIds: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Everything that has a node id. */
export type Node =
  | User
  | Bot
  | Organization
  | Repository
  | Label
  | Milestone
  | IssueType
  | Issue
  | PullRequest
  | IssueComment
  | Ref
  | Commit
  | LinkedBranch
  | MergeQueueEntry
  | Project
  | ProjectField
  | ProjectItem
  | DraftIssue;

export type TypeName = Node["__typename"];
export type NodeOf<T extends TypeName> = Extract<Node, { readonly __typename: T }>;
