import { isTakenOut, standingBase } from "./base.ts";
import type { GithubEffect, LinkStep, PairPlan } from "./effect.ts";
import type { FieldMapping, Mapping } from "./mapping.ts";
import type { FieldProblem, ItemSnapshot, Link, Outcome, PageSnapshot } from "./model.ts";
import { isProjectField } from "./project-field.ts";
import { planCompanion, planCreate } from "./plan-create.ts";
import { PlanDraft } from "./plan-draft.ts";
import { planField } from "./plan-fields.ts";
import { planNotice } from "./plan-notice.ts";
import { planProject } from "./plan-project.ts";
import { cancelAutoMerge, planAutoMerge, pullRequestOf } from "./plan-pull-request.ts";
import { planStatus, unlistedStatus } from "./plan-status.ts";
import { formatReference, isSameReference } from "./reference.ts";
import { findStatusValue, isAgreeing } from "./status.ts";
import { findTitleProblem } from "./title.ts";

export { planNotice } from "./plan-notice.ts";

/** Both sides of a pair as read now, and what is remembered of it. */
export interface PairState {
  readonly mapping: Mapping;
  readonly page: PageSnapshot;
  /** The linked item, or for a page without a link the item that its "GitHub" property names, if it may be taken. */
  readonly item: ItemSnapshot | undefined;
  /** The pull request that hangs on a pair whose item is an issue. */
  readonly companion?: ItemSnapshot | undefined;
  readonly link: Link | undefined;
}

/**
 * Plans one pair: compares both sides with the base and says what is to be written, and why.
 *
 * @remarks Pure: the same state gives the same plan, and a plan that was carried out plans nothing more.
 */
export function planPair(state: PairState): PairPlan {
  const { mapping, page, item, link } = state;
  if (page.inTrash) return planGone(state, "the page is in the trash");
  if (page.dataSourceId !== mapping.notion.dataSourceId) return planGone(state, "the page was moved out of the data source");
  if (link?.state !== "linked") {
    const unclear = page.problems.find((problem) => problem.field === "filter");
    if (unclear) return stopped(state, failed(unclear));
    if (page.unmatched) return nothing(state, "the mapping's filter leaves the page out");
  }
  if (link?.state === "linked" || item) return item ? planLinked(state, item) : stopped(state, missingItem(link));
  return planUnlinked(state);
}

/** The link is given up; nothing is written to a page that is in the trash or elsewhere. */
function planGone(state: PairState, why: string): PairPlan {
  const step: LinkStep = state.link?.state === "linked" ? "detach" : "none";
  const effects = step === "detach" ? [...cancelAutoMerge(state, state.item, why), ...planClosing(state, why)] : [];
  return { step, effects, agreed: [], conflicts: [], problems: [], stop: { status: "unchanged", why } };
}

/** What a page in the trash closes, if its mapping says so. */
function planClosing({ mapping, page, item, companion }: PairState, why: string): readonly GithubEffect[] {
  if (!page.inTrash || mapping.onTrash !== "close") return [];
  const close = (open: ItemSnapshot): GithubEffect => ({
    side: "github",
    kind: "close",
    field: "status",
    from: open.state,
    to: "closed",
    reason: "not_planned",
    why,
  });
  return [
    ...(companion?.state === "open" ? [{ ...close(companion), on: "companion" } as const] : []),
    ...(item?.state === "open" ? [close(item)] : []),
  ];
}

const BLOCKING_FIELDS: readonly string[] = ["title", "status", "reference", "branch", "repository", "filter"];

function planUnlinked(state: PairState): PairPlan {
  const { mapping, page } = state;
  const blocking = page.problems.find((problem) => BLOCKING_FIELDS.includes(problem.field));
  if (blocking) return stopped(state, failed(blocking));
  const status = page.status;
  if (status === null) return nothing(state, "the page has no status");
  const value = findStatusValue(mapping.status, status);
  if (!value) return stopped(state, failed(unlistedStatus(mapping, status)));
  if (mapping.status.direction === "toNotion") return nothing(state, "the status goes from GitHub to Notion only");
  if (value.item === "none") return nothing(state, `"${status}" makes no item`);
  if (value.item === "closed") return nothing(state, `"${status}" means closed, and there is no item to close`);
  const title = titleOf(page);
  if (title === undefined) {
    return stopped(state, { status: "waiting", until: "", code: "title_empty", reason: "The page has no title yet." });
  }
  const tooLong = findTitleProblem(title);
  if (tooLong) return stopped(state, failed(tooLong));
  return {
    step: "create",
    effects: [planCreate(mapping, page, value, title), ...planNotice(state, page.problems)],
    agreed: [],
    conflicts: [],
    problems: page.problems,
  };
}

function planLinked(given: PairState, item: ItemSnapshot): PairPlan {
  const isReplaced = namesAnotherBranch(given);
  // A pull request of another branch than the page names is not meant any more: nothing is merged or closed there.
  const state = isReplaced ? { ...given, companion: undefined } : given;
  const { mapping, page, link } = state;
  const plan = new PlanDraft();
  const base = standingBase(link, item);
  for (const field of mapping.fields) if (hasField(state, item, field)) planField(plan, field, base, page, item);
  planStatus(plan, state, item, base?.status);
  if (isReplaced) plan.effects.push(...cancelAutoMerge(given, item, "the page names another branch"));
  else planAutoMerge(plan, state, item);
  planProject(plan, state, item);
  if (isReplaced || !(link?.companion ?? state.companion)) planHangingPullRequest(plan, state, item);
  plan.problems.push(
    ...page.problems,
    ...item.problems.filter(({ field }) => field === "status" || mapping.fields.some(({ github }) => github === field)),
  );
  const companion = given.companion ?? link?.companion;
  const referenceText = page.referenceText ?? page.reference;
  if (!isSameReference(referenceText, item, companion) && !page.problems.some((problem) => problem.field === "reference")) {
    plan.notion("reference", referenceText, formatReference(item, companion), "names the item");
  }
  plan.effects.push(...planNotice(state, plan.problems));
  return {
    step: link?.state === "linked" ? "none" : "adopt",
    effects: plan.effects,
    agreed: withDraft(plan, state, item, withColumn(plan, item)),
    conflicts: plan.conflicts,
    problems: plan.problems,
  };
}

/** The project column agrees with a status that does, unless it is still to be written. */
function withColumn({ agreed, effects }: PlanDraft, item: ItemSnapshot): readonly string[] {
  const isPending = effects.some((effect) => effect.side === "github" && effect.field === "column");
  return !item.project || isPending || !agreed.includes("status") ? agreed : [...agreed, "column"];
}

/** So does the draft state that the status asks for. */
function withDraft({ effects }: PlanDraft, state: PairState, item: ItemSnapshot, agreed: readonly string[]): readonly string[] {
  const isPending = effects.some((effect) => effect.side === "github" && effect.field === "draft");
  return !pullRequestOf(state, item) || isPending || !agreed.includes("status") ? agreed : [...agreed, "draft"];
}

/** Pull requests have neither a type nor a parent: such fields of their pages stand for themselves, as do those of a card that is gone. */
function hasField({ link }: PairState, item: ItemSnapshot, { github }: FieldMapping): boolean {
  if (isProjectField(github) && isTakenOut(link, item)) return false;
  return item.kind === "issue" || (github !== "type" && github !== "parent");
}

/** An empty branch says nothing: what hangs on the pair stays. */
function namesAnotherBranch({ page, companion }: PairState): boolean {
  const branch = page.branch?.trim() ?? "";
  const head = companion?.pullRequest?.headRefName;
  return branch !== "" && head !== undefined && head !== branch;
}

function planHangingPullRequest(plan: PlanDraft, { mapping, page }: PairState, item: ItemSnapshot): void {
  const value = findStatusValue(mapping.status, page.status);
  const title = titleOf(page);
  if (item.kind !== "issue" || !value || title === undefined) return;
  const create = planCompanion(mapping, page, value, title);
  // It hangs on the issue, wherever the page would have its item made now.
  if (create) plan.github({ ...create, repository: item.repository });
}

function titleOf(page: PageSnapshot): string | undefined {
  const title = page.fields["title"];
  return typeof title === "string" && title.trim() !== "" ? title.trim() : undefined;
}

function stopped(state: PairState, stop: Outcome): PairPlan {
  const problems = stop.status === "failed" ? [{ field: "item", code: stop.code, reason: stop.reason, remedy: stop.remedy }] : [];
  return { step: "none", effects: planNotice(state, problems), agreed: [], conflicts: [], problems, stop };
}

function nothing(state: PairState, why: string): PairPlan {
  return stopped(state, { status: "unchanged", why });
}

function failed(problem: FieldProblem): Outcome {
  return { status: "failed", code: problem.code, reason: problem.reason, remedy: problem.remedy };
}

function missingItem(link: Link | undefined): Outcome {
  const name = link?.item ? `${link.item.repository}#${link.item.number}` : "The item";
  return {
    status: "failed",
    code: "item_missing",
    reason: `${name} cannot be read: it is deleted, moved, or out of the token's reach.`,
    remedy: "Restore it or give the token access to its repository; to start anew, unlink the page.",
  };
}

/** Tells whether a page and its item agree on what is open and closed; used to explain a pair. */
export function isInStep(mapping: Mapping, page: PageSnapshot, item: ItemSnapshot): boolean {
  const value = findStatusValue(mapping.status, page.status);
  return value !== undefined && isAgreeing(mapping.status, value, item);
}
