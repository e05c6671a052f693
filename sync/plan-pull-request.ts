import type { GithubEffect } from "./effect.ts";
import type { StatusValue } from "./mapping.ts";
import type { FieldProblem, ItemSnapshot, StatusBase } from "./model.ts";
import type { PlanDraft } from "./plan-draft.ts";
import type { PairState } from "./plan.ts";
import { findStatusValue } from "./status.ts";

/** Plans what a status set in Notion does to a pull request that is the pair's item. */
export function planPullRequest(plan: PlanDraft, item: ItemSnapshot, value: StatusValue, why: string): void {
  const wantsMerge = isMerging(value);
  if (item.state === "merged") plan.problems.push(alreadyMerged(item));
  else if (wantsMerge && item.state === "closed") plan.problems.push(closedUnmerged(item));
  else plan.github(wantsMerge ? mergeEffect(item, value, why) : openOrClose(value, item, why));
}

/** Tells whether a status asks for a merge. */
export function isMerging(value: StatusValue): boolean {
  return value.item === "closed" && (value.pullRequest === "merge" || value.pullRequest === "autoMerge");
}

/** The write that opens or closes an item. */
export function openOrClose(value: StatusValue, item: ItemSnapshot, why: string): GithubEffect {
  if (value.item === "closed") {
    return { side: "github", kind: "close", field: "status", from: item.state, to: "closed", reason: value.reason, why };
  }
  return { side: "github", kind: "reopen", field: "status", from: item.state, to: "open", why };
}

/** The step towards a merge. */
export function mergeEffect(item: ItemSnapshot, value: StatusValue, why: string): GithubEffect {
  return {
    side: "github",
    kind: "merge",
    field: "status",
    from: item.state,
    to: "merged",
    auto: value.pullRequest === "autoMerge",
    why,
  };
}

/** A page that leaves the status takes back the auto-merge that we enabled for it; one that a person enabled stays. */
export function planAutoMerge(plan: PlanDraft, state: PairState, item: ItemSnapshot): void {
  const { mapping, page } = state;
  if (page.problems.some((problem) => problem.field === "status")) return;
  if (findStatusValue(mapping.status, page.status)?.pullRequest === "autoMerge") return;
  plan.effects.unshift(...cancelAutoMerge(state, item, `the status is "${page.status ?? ""}"`));
}

/** Takes back an auto-merge that we enabled for a page, as far as it stands. */
export function cancelAutoMerge(state: PairState, item: ItemSnapshot | undefined, why: string): readonly GithubEffect[] {
  const pullRequest = item && pullRequestOf(state, item);
  if (state.link?.autoMerge !== true || pullRequest?.state !== "open" || pullRequest.pullRequest?.autoMerge === false) return [];
  const on = item?.kind === "issue" ? ({ on: "companion" } as const) : {};
  return [{ side: "github", kind: "cancelAutoMerge", field: "status", from: "auto-merge", to: "none", why, ...on }];
}

/**
 * Plans the draft state that a status asks for: once, so that people may change it afterwards.
 *
 * @remarks One that was refused is asked for again: the base does not have it then.
 */
export function planDraftState(plan: PlanDraft, state: PairState, item: ItemSnapshot, base: StatusBase | undefined): void {
  const { mapping, page } = state;
  const pullRequest = pullRequestOf(state, item);
  const wanted = findStatusValue(mapping.status, page.status)?.draft ?? null;
  if (pullRequest?.state !== "open" || wanted === null || wanted === pullRequest.isDraft) return;
  if (mapping.status.direction === "toNotion" || (base && base.page === page.status && base.draft === true)) return;
  const name = (isDraft: boolean): string => (isDraft ? "draft" : "ready");
  plan.github({
    side: "github",
    kind: "update",
    field: "draft",
    from: name(pullRequest.isDraft),
    to: name(wanted),
    why: `the status is "${page.status ?? ""}"`,
    ...(item.kind === "issue" ? { on: "companion" } : {}),
  });
}

/** The pull request of a pair: its item, or what hangs on it. */
export function pullRequestOf({ companion }: PairState, item: ItemSnapshot): ItemSnapshot | undefined {
  return item.kind === "pullRequest" ? item : companion;
}

function alreadyMerged(item: ItemSnapshot): FieldProblem {
  return {
    field: "status",
    code: "already_merged",
    reason: `Pull request ${item.repository}#${item.number} is merged, and cannot be opened or closed any more.`,
    remedy: "Move the page to a status that means merged, or plan the further work on a new page.",
  };
}

function closedUnmerged(item: ItemSnapshot): FieldProblem {
  return {
    field: "status",
    code: "closed_unmerged",
    reason: `Pull request ${item.repository}#${item.number} was closed without being merged, so it cannot be merged.`,
    remedy: "Reopen it on GitHub, or move the page to a status that means closed.",
  };
}
