import type { Mapping, StatusValue } from "./mapping.ts";
import type { FieldProblem, ItemSnapshot, StatusBase } from "./model.ts";
import type { PlanDraft } from "./plan-draft.ts";
import { isMerging, mergeEffect, openOrClose, planDraftState, planPullRequest } from "./plan-pull-request.ts";
import type { PairState } from "./plan.ts";
import { findStatusValue, isAgreeing, mergeStatus } from "./status.ts";
import type { StatusMerge } from "./status.ts";

/** Plans the status of a linked pair, with the project column and the draft state that hang on it. */
export function planStatus(plan: PlanDraft, state: PairState, item: ItemSnapshot, base: StatusBase | undefined): void {
  const { mapping, page } = state;
  if (page.problems.some((problem) => problem.field === "status")) return;
  const byColumn = statusFromColumn(state, item, base);
  const merge = byColumn ?? mergeStatus(mapping.status, base, page.status, item);
  applyMerge(plan, state, item, merge);
  if (byColumn) {
    const value = findStatusValue(mapping.status, byColumn.status);
    // Open or closed follows the column, unless GitHub is only read; a column never merges a pull request.
    const follows = mapping.status.direction === "both" && (item.kind === "issue" || (value && !isMerging(value)));
    if (value && follows && !isAgreeing(mapping.status, value, item)) plan.github(openOrClose(value, item, byColumn.why));
    return;
  }
  const isOnItsWay =
    plan.effects.some((effect) => effect.kind === "merge") || plan.problems.some(({ field }) => field === "status");
  // The column says that something is merged once it is.
  if (!isOnItsWay) planColumn(plan, state, item, base, merge.kind === "toNotion" ? merge.status : page.status);
  planDraftState(plan, state, item, base);
}

function applyMerge(plan: PlanDraft, state: PairState, item: ItemSnapshot, merge: StatusMerge): void {
  const { mapping, page } = state;
  switch (merge.kind) {
    case "agreed":
      // A companion that GitHub did not close is still to be closed: the base has the status only then.
      if (!planCompanionClosing(plan, state, item)) plan.agreed.push("status");
      return;
    case "kept":
      return;
    case "unlisted":
      plan.problems.push(unlistedStatus(mapping, page.status ?? ""));
      return;
    case "firstSight":
      // Listed, and not closed: nobody saw the page being moved there. The base makes the next move a seen one.
      plan.agreed.push("status");
      plan.conflict("status", page.status, stateOf(item), null);
      return;
    case "conflict":
      plan.conflict("status", page.status, stateOf(item), null);
      return;
    case "toGithub":
      planOpenOrClosed(plan, state, item, merge.value, merge.why);
      if (merge.conflict) plan.conflict("status", page.status, stateOf(item), "notion");
      return;
    case "toNotion":
      plan.notion("status", page.status, merge.status, merge.why);
      if (merge.conflict) plan.conflict("status", page.status, stateOf(item), "github");
  }
}

/** What a status set in Notion does to the item, and to the pull request that hangs on it. */
function planOpenOrClosed(plan: PlanDraft, state: PairState, item: ItemSnapshot, value: StatusValue, why: string): void {
  if (item.kind === "pullRequest") {
    planPullRequest(plan, item, value, why);
    return;
  }
  const companion = state.companion?.state === "open" ? state.companion : undefined;
  if (companion && value.item === "closed" && value.pullRequest !== null) {
    const wantsMerge = isMerging(value);
    plan.github({ ...(wantsMerge ? mergeEffect(companion, value, why) : openOrClose(value, companion, why)), on: "companion" });
    // The issue is closed once its pull request is merged.
    if (wantsMerge) return;
  }
  plan.github(openOrClose(value, item, why));
}

/** The issue is closed, as the page asks, and its pull request is not; `false`: there is nothing to close. */
function planCompanionClosing(plan: PlanDraft, { mapping, page, companion, link }: PairState, item: ItemSnapshot): boolean {
  const value = findStatusValue(mapping.status, page.status);
  const base = link?.state === "linked" ? link.base?.status : undefined;
  const isSeen = base !== undefined && base.page !== page.status && mapping.status.direction !== "toNotion";
  if (item.kind !== "issue" || companion?.state !== "open" || !isSeen) return false;
  if (value?.item !== "closed" || value.pullRequest !== "close") return false;
  plan.github({ ...openOrClose(value, companion, `the status is "${page.status ?? ""}"`), on: "companion" });
  return true;
}

/** When only the column was moved, the page takes that column's status. */
function statusFromColumn(
  { mapping, page }: PairState,
  item: ItemSnapshot,
  base: StatusBase | undefined,
): Extract<StatusMerge, { kind: "toNotion" }> | undefined {
  if (!item.project || base?.column === undefined || mapping.status.direction === "toGithub") return undefined;
  const { column } = item.project;
  const onlyColumnMoved =
    column !== base.column && page.status === base.page && item.state === base.state && item.reason === base.reason;
  if (!onlyColumnMoved || findStatusValue(mapping.status, page.status)?.project === column) return undefined;
  const target = mapping.status.values.find(({ value }) => value.project === column && column !== null);
  // What is merged stays so, wherever its card is moved.
  if (!target || (item.state === "merged" && !isAgreeing(mapping.status, target.value, item))) return undefined;
  return { kind: "toNotion", status: target.name, conflict: false, why: "moved in the project" };
}

/** The column follows the page's status, the one that it takes in this plan included. */
function planColumn(
  plan: PlanDraft,
  { mapping }: PairState,
  item: ItemSnapshot,
  base: StatusBase | undefined,
  status: string | null,
): void {
  if (item.project === undefined || mapping.github.project === null || mapping.status.direction === "toNotion") return;
  const value = findStatusValue(mapping.status, status);
  const wanted = value?.project ?? null;
  const column = item.project?.column ?? null;
  if (!value || wanted === null || wanted === column) return;
  const hasMoved = base?.column === undefined || status !== base.page;
  if (!hasMoved) return;
  plan.github({
    side: "github",
    kind: "update",
    field: "column",
    from: column,
    to: wanted,
    why: `the status is "${status ?? ""}"`,
  });
}

/** A state for people: closed items say as what. */
function stateOf({ state, reason }: ItemSnapshot): string {
  return reason === null ? state : `${state} as ${reason}`;
}

/** The status is not in the mapping. */
export function unlistedStatus(mapping: Mapping, status: string): FieldProblem {
  const listed = mapping.status.values.map(({ name }) => `"${name}"`).join(", ");
  return {
    field: "status",
    code: "status_unlisted",
    reason: `The status "${status}" is not in mapping "${mapping.name}".`,
    remedy: `Choose one of ${listed}, or add "${status}" to the mapping.`,
  };
}
