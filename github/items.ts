import type { CloseReason } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue, ItemSnapshot, ItemState, PullRequestState } from "../sync/model.ts";
import type { PathError } from "./request.ts";
import { toIncompleteError } from "./error.ts";
import { findMarker } from "./marker.ts";
import { toRemedy } from "./remedy.ts";
import type { ServiceError } from "../sync/error.ts";
import { fromGithubTitle } from "./title.ts";

/** An item with its text, which is never stored. */
export interface ItemContent {
  readonly item: ItemSnapshot;
  /** Markdown as GitHub holds it, with the marker. */
  readonly body: string;
}

/** A list of labels or people; ids are there for comparing an answer with its request. */
export interface Names {
  readonly totalCount: number;
  readonly nodes: readonly ({ readonly id?: string; readonly name?: string; readonly login?: string } | null)[] | null;
}

/** An issue or pull request in the form of the documents' fragments; what may not be read is `null`. */
export interface ItemNode {
  readonly __typename: "Issue" | "PullRequest";
  readonly id: string;
  readonly fullDatabaseId: string | number | bigint | null;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly issueState?: "OPEN" | "CLOSED";
  readonly prState?: "OPEN" | "CLOSED" | "MERGED";
  readonly stateReason?: string | null;
  readonly isDraft?: boolean;
  readonly headRefName?: string;
  readonly headRefOid?: string;
  readonly baseRefName?: string;
  readonly autoMergeRequest?: object | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly repository: { readonly id: string; readonly nameWithOwner: string };
  readonly milestone: { readonly id?: string; readonly title: string } | null;
  readonly issueType?: { readonly id?: string; readonly name: string } | null;
  readonly parent?: {
    readonly id?: string;
    readonly number: number;
    readonly repository: { readonly nameWithOwner: string };
  } | null;
  readonly labels: Names | null;
  readonly assignedActors: Names | null;
  /** Only where pairs are read. */
  readonly closedByPullRequestsReferences?: {
    readonly nodes: readonly ({ readonly id: string; readonly state: string } | null)[] | null;
  } | null;
}

/** Part of the answer → the GitHub field that it fills. */
const FIELDS: Readonly<Record<string, string>> = {
  labels: "labels",
  assignedActors: "assignees",
  milestone: "milestone",
  issueType: "type",
  parent: "parent",
  closedByPullRequestsReferences: "closers",
};

/** What kept an item, or fields of it, from being read. */
export interface ItemErrors {
  readonly whole: ServiceError | undefined;
  readonly byField: ReadonlyMap<string, ServiceError>;
}

/** Sorts out the errors of the item that an answer holds at `path`. */
export function toItemErrors(errors: readonly PathError[], path: readonly (string | number)[]): ItemErrors {
  const byField = new Map<string, ServiceError>();
  let whole: ServiceError | undefined;
  for (const { path: met, error } of errors) {
    if (met.length < path.length || path.some((part, place) => met[place] !== part)) continue;
    const field = FIELDS[String(met[path.length])];
    if (field) byField.set(field, error);
    else whole ??= error;
  }
  return { whole, byField };
}

const REASONS: Readonly<Record<string, CloseReason>> = {
  COMPLETED: "completed",
  NOT_PLANNED: "not_planned",
  DUPLICATE: "duplicate",
};

/** GitHub's name of a reason, in any case, in ours; `null` for what is none, as `REOPENED`. */
export const toCloseReason = (reason: string | null | undefined): CloseReason | null =>
  REASONS[(reason ?? "").toUpperCase()] ?? null;

/** Names in the form of a set: ascending, each once. */
export const toNameSet = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

const isComplete = (names: Names): boolean => names.totalCount <= (names.nodes?.length ?? 0);

function toFields(node: ItemNode): Record<string, FieldValue> {
  const parent = node.parent ? `${node.parent.repository.nameWithOwner}#${node.parent.number}` : null;
  const toSet = (names: Names | null): readonly string[] =>
    toNameSet((names?.nodes ?? []).flatMap((each) => each?.name ?? each?.login ?? []));
  return {
    title: fromGithubTitle(node.title),
    labels: toSet(node.labels),
    assignees: toSet(node.assignedActors),
    milestone: node.milestone?.title ?? null,
    type: node.issueType?.name ?? null,
    parent,
  };
}

/** The open pull requests that say they close the issue; absent without any. */
function toClosers({ closedByPullRequestsReferences: list }: ItemNode): { readonly closers?: readonly string[] } {
  const closers = (list?.nodes ?? []).flatMap((each) => (each?.state === "OPEN" ? [each.id] : []));
  return closers.length > 0 ? { closers } : {};
}

function toPullRequestState(node: ItemNode): PullRequestState | undefined {
  const { headRefName, headRefOid, baseRefName } = node;
  if (headRefName === undefined || headRefOid === undefined || baseRefName === undefined) return undefined;
  return { headRefName, headRefOid, baseRefName, autoMerge: (node.autoMergeRequest ?? null) !== null };
}

function toProblems(node: ItemNode, byField: ReadonlyMap<string, ServiceError>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [field, error] of byField) {
    problems.push({ field, code: error.code, reason: error.message, remedy: toRemedy(error) });
  }
  for (const [field, names] of [["labels", node.labels] as const, ["assignees", node.assignedActors] as const]) {
    if (byField.has(field) || (names && isComplete(names))) continue;
    const error = toIncompleteError(`all ${field} of the item`);
    problems.push({ field, code: error.code, reason: error.message, remedy: toRemedy(error) });
  }
  return problems;
}

/**
 * Reads an item out of an answer.
 *
 * @param readAt ISO-8601 UTC.
 * @param byField what kept fields of it from being read.
 * @throws ServiceError `incomplete_result` when GitHub gives no database id, the key of an item.
 */
export function toItemContent(node: ItemNode, readAt: string, byField: ReadonlyMap<string, ServiceError>): ItemContent {
  const id = node.fullDatabaseId;
  if (id === null) throw toIncompleteError("the database id of the item");
  const problems = toProblems(node, byField);
  const fields = toFields(node);
  for (const { field } of problems) Reflect.deleteProperty(fields, field);
  const isIssue = node.__typename === "Issue";
  const pullRequest = toPullRequestState(node);
  const state: ItemState = STATES[node.issueState ?? node.prState ?? "OPEN"];
  const item: ItemSnapshot = {
    kind: isIssue ? "issue" : "pullRequest",
    itemId: String(id),
    nodeId: node.id,
    repositoryId: node.repository.id,
    repository: node.repository.nameWithOwner,
    number: node.number,
    url: node.url,
    readAt,
    createdAt: node.createdAt,
    updatedAt: node.updatedAt,
    state,
    reason: isIssue && state === "closed" ? toCloseReason(node.stateReason) : null,
    isDraft: node.isDraft ?? false,
    ...(pullRequest ? { pullRequest } : {}),
    ...toClosers(node),
    marker: findMarker(node.body),
    fields,
    problems,
  };
  return { item, body: node.body };
}

/** Whether a part of an answer is an item. */
export const isItemNode = (node: unknown): node is ItemNode =>
  typeof node === "object" &&
  node !== null &&
  "__typename" in node &&
  (node.__typename === "Issue" || node.__typename === "PullRequest");
