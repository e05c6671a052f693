// What the simulator holds. Fields that GitHub's schema has too carry the schema's names and forms: a resolver is only needed where they differ.
// Every record is immutable; a change puts a new one in its place, so that a list can show the past.
import type { Commit, Ref } from "./model/git.ts";
import type { Issue, IssueComment, LinkedBranch, MergeMethod, MergeQueueEntry, PullRequest } from "./model/items.ts";
import type { DraftIssue, Project, ProjectField, ProjectItem } from "./model/projects.ts";

export type * from "./model/git.ts";
export type * from "./model/items.ts";
export type * from "./model/projects.ts";

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
