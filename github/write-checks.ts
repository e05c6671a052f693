// GitHub leaves out in silence what it cannot or may not do, so what comes back is compared with what was asked for.
import type { FieldProblem, ItemSnapshot } from "../sync/model.ts";
import type { ItemNode, Names } from "./items.ts";
import { findMarker } from "./marker.ts";
import { fromGithubTitle } from "./title.ts";

/** What a request set on an issue or pull request; `undefined` leaves alone, `null` clears. */
export interface SentValues {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly baseRefName?: string | undefined;
  readonly milestoneId?: string | null | undefined;
  readonly issueTypeId?: string | null | undefined;
  readonly parentIssueId?: string | undefined;
  readonly formerParentId?: string | undefined;
  readonly labelIds?: readonly string[] | undefined;
  readonly removedLabelIds?: readonly string[] | undefined;
  readonly assigneeIds?: readonly string[] | undefined;
  readonly removedAssigneeIds?: readonly string[] | undefined;
  readonly names?: Readonly<Record<string, string>> | undefined;
}

const CHANGED = "Look at the item on GitHub: somebody or a rule of the repository may have changed it at the same time.";
const MAY_NOT = "Give the token or GitHub App at least triage access to the repository, or set it on GitHub by hand.";
const ASSIGNABLE =
  "Choose at most 10 people who have access to the repository, and give the token or GitHub App at least triage access to it.";

/** The problem for a value that GitHub acknowledged and did not take. */
export const toNotAppliedProblem = (field: string, what: string, remedy = CHANGED): FieldProblem => ({
  field,
  code: "not_applied",
  reason: `GitHub acknowledged the request, but ${what}.`,
  remedy,
});

interface Member {
  readonly field: string;
  readonly noun: string;
  readonly remedy: string;
  readonly found: Names | null;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

function checkMembers({ field, noun, remedy, found, added, removed }: Member, name: (id: string) => string): FieldProblem[] {
  // What could not be read has a problem of its own.
  if (!found) return [];
  const ids = new Set((found.nodes ?? []).flatMap((each) => each?.id ?? []));
  const missing = added.filter((id) => !ids.has(id)).map((id) => `the ${noun} ${name(id)} was not added`);
  const left = removed.filter((id) => ids.has(id)).map((id) => `the ${noun} ${name(id)} was not removed`);
  return missing.length + left.length === 0 ? [] : [toNotAppliedProblem(field, [...missing, ...left].join(", "), remedy)];
}

function checkOne(
  [field, noun]: readonly [string, string],
  sent: string | null | undefined,
  found: { readonly id?: string } | null | undefined,
  name: (id: string) => string,
): FieldProblem[] {
  if (sent === undefined || sent === (found?.id ?? null)) return [];
  return [
    toNotAppliedProblem(field, sent === null ? `the ${noun} was not cleared` : `the ${noun} ${name(sent)} was not set`, MAY_NOT),
  ];
}

/** Compares what was sent with the item that came back, and gives a problem for each value that was not taken as it was. */
export function checkValues(sent: SentValues, item: ItemSnapshot, node: ItemNode): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const name = (id: string): string => `"${sent.names?.[id] ?? id}"`;
  // GitHub trims titles.
  if (sent.title !== undefined && fromGithubTitle(node.title).trim() !== sent.title.trim()) {
    problems.push(toNotAppliedProblem("title", "the item has another title"));
  }
  if (sent.body !== undefined && findMarker(sent.body) !== item.marker) {
    problems.push(toNotAppliedProblem("body", "the marker in the body is missing or another one"));
  }
  if (sent.baseRefName !== undefined && node.baseRefName !== sent.baseRefName) {
    problems.push(toNotAppliedProblem("branch", `the base branch is not "${sent.baseRefName}"`));
  }
  const labels = { found: node.labels, added: sent.labelIds ?? [], removed: sent.removedLabelIds ?? [] };
  const assignees = { found: node.assignedActors, added: sent.assigneeIds ?? [], removed: sent.removedAssigneeIds ?? [] };
  problems.push(
    ...checkMembers({ field: "labels", noun: "label", remedy: MAY_NOT, ...labels }, name),
    ...checkMembers({ field: "assignees", noun: "assignee", remedy: ASSIGNABLE, ...assignees }, name),
    ...checkOne(["milestone", "milestone"], sent.milestoneId, node.milestone, name),
    ...checkOne(["type", "issue type"], sent.issueTypeId, node.issueType, name),
    ...checkOne(["parent", "parent"], sent.parentIssueId, node.parent, name),
  );
  if (sent.formerParentId !== undefined && node.parent?.id === sent.formerParentId) {
    problems.push(toNotAppliedProblem("parent", `the parent ${name(sent.formerParentId)} was not removed`, MAY_NOT));
  }
  // A part that could not be read is null as well, and has its own problem already.
  const unread = new Set(item.problems.map(({ field }) => field));
  return problems.filter(({ field }) => !unread.has(field));
}
