import { planAhead } from "./plan-ahead.ts";
import type { BranchPlan, CreateEffect, Effect, LinkStep, PairPlan } from "./effect.ts";
import { fingerprint, itemFingerprint } from "./fingerprint.ts";
import type { CloseReason } from "./mapping.ts";
import type { Conflict, FieldProblem, FieldValue, Outcome } from "./model.ts";
import type { PairState } from "./plan.ts";
import { formatReference } from "./reference.ts";

/** One write of a saved plan, as people read it; long texts are cut. */
export type PlannedEffect = Pick<Effect, "side" | "kind" | "field" | "from" | "to" | "why"> & {
  /** Only when something new is made: what it is called, and what it gets at once. */
  readonly title?: string;
  readonly fields?: Readonly<Record<string, FieldValue>>;
  readonly branch?: BranchPlan;
  /** Only for a closing. */
  readonly reason?: CloseReason;
  readonly on?: "companion";
};

/** What both sides said and what was to be done when the plan was made. */
export interface Expectation {
  readonly page: string;
  readonly item: string | null;
  readonly plan: string;
  /** When the page was last edited: the only trace of an edit of its text. */
  readonly text: string;
}

/** How a pair of a plan ended once the plan was applied; `begun`: its writes are under way, or wait. */
export type PlannedResult =
  | { readonly status: "begun" }
  | { readonly status: "applied" }
  | { readonly status: "skipped"; readonly reason: string }
  | { readonly status: "failed"; readonly code: string; readonly reason: string; readonly remedy: string }
  | { readonly status: "held"; readonly holdId: string; readonly reason: string };

/** One pair of a saved plan. */
export interface PlannedPair {
  readonly mapping: string;
  readonly pageId: string;
  readonly title: string | null;
  /** `owner/name#12`; `null`: there is none yet. */
  readonly item: string | null;
  /** What becomes of the link itself. */
  readonly link: LinkStep;
  readonly effects: readonly PlannedEffect[];
  readonly conflicts: readonly Conflict[];
  readonly problems: readonly FieldProblem[];
  /** Absent when the pair could not be read. */
  readonly expect?: Expectation;
  readonly result?: PlannedResult;
}

const LONGEST_TEXT = 2_000; // characters; a pair must fit into one row, whatever is in it

/**
 * Makes the pair of a saved plan; `undefined` when there is nothing to do and nothing to say.
 *
 * @param expect What is to be found when the plan is applied.
 */
export function toPlannedPair(state: PairState, plan: PairPlan, expect: Expectation): PlannedPair | undefined {
  const { mapping, page, item } = state;
  const problems = [...plan.problems, ...waitingProblems(plan.stop)];
  const effects = planAhead(state, plan);
  if (effects.length + plan.conflicts.length + problems.length === 0 && plan.step === "none") return undefined;
  const { title } = page.fields;
  return {
    mapping: mapping.name,
    pageId: page.pageId,
    title: typeof title === "string" ? cut(title) : null,
    item: item ? formatReference(item) : null,
    link: plan.step,
    effects: effects.map(toPlannedEffect),
    conflicts: plan.conflicts.map((conflict) => ({ ...conflict, page: shorten(conflict.page), item: shorten(conflict.item) })),
    problems,
    expect,
  };
}

/** Makes the pair of a saved plan that could not be read; nothing of it can be applied. */
export function toUnreadPair(mapping: string, pageId: string, outcome: Outcome): PlannedPair {
  const problems = outcome.status === "failed" ? [{ ...toProblem(outcome), remedy: outcome.remedy }] : waitingProblems(outcome);
  return { mapping, pageId, title: null, item: null, link: "none", effects: [], conflicts: [], problems };
}

/**
 * Condenses what a plan was made from, and the plan.
 *
 * @param print The fingerprint of the page as it was read.
 */
export function toExpectation(
  { mapping, page, item }: PairState,
  { step, effects, conflicts }: PairPlan,
  print: string,
): Expectation {
  return {
    page: print,
    item: item ? itemFingerprint(item, mapping) : null,
    plan: fingerprint({ step, effects: effects.flatMap(withoutOthers), conflicts }),
    text: page.editedAt,
  };
}

/** What hangs on other pairs of the same plan may turn out otherwise: a parent that is made first, and what is said of it. */
function withoutOthers(effect: Effect): readonly unknown[] {
  if (effect.field === "parent" || effect.field === "notice") return [];
  if (effect.kind !== "create") return [effect];
  const { parent: _parent, ...fields } = effect.fields ?? {};
  return [{ ...effect, fields }];
}

/**
 * Says why a pair of a plan is not applied: what moved since the plan was made; `undefined` when nothing did.
 *
 * @remarks An edit of the page's text counts only where the plan carries it, and within the minute of an earlier edit leaves no trace.
 */
export function explainMove({ expect: planned, effects }: PlannedPair, present: Expectation): string | undefined {
  if (!planned) return "It could not be read when the plan was made.";
  if (planned.page !== present.page && planned.item !== present.item)
    return "The page and the item changed after the plan was made.";
  if (planned.page !== present.page) return "The page changed after the plan was made.";
  if (planned.item !== present.item) return "The item changed after the plan was made.";
  const carriesText = effects.some(({ field }) => field === "body");
  if (carriesText && planned.text !== present.text) return "The page changed after the plan was made.";
  return planned.plan === present.plan ? undefined : "The pair was synced after the plan was made, and needs something else now.";
}

function toPlannedEffect(effect: Effect): PlannedEffect {
  const { side, kind, field, from, to, why } = effect;
  return {
    side,
    kind,
    field,
    from: shorten(from),
    to: shorten(to),
    why: cut(why),
    ...(effect.kind === "create" ? toPlannedCreation(effect) : {}),
    ...(effect.kind === "close" ? { reason: effect.reason } : {}),
    ...(effect.side === "github" && effect.on ? { on: effect.on } : {}),
  };
}

function toPlannedCreation({ title, fields, branch }: CreateEffect): Pick<PlannedEffect, "title" | "fields" | "branch"> {
  const shown = Object.entries(fields ?? {}).map(([name, value]) => [name, shorten(value)] as const);
  return {
    title: cut(title),
    ...(fields ? { fields: Object.fromEntries(shown) } : {}),
    ...(branch ? { branch: { head: cut(branch.head), base: cut(branch.base), draft: branch.draft } } : {}),
  };
}

function waitingProblems(outcome: Outcome | undefined): readonly FieldProblem[] {
  if (outcome?.status !== "waiting") return [];
  return [{ ...toProblem(outcome), remedy: outcome.remedy ?? "It is tried again by itself; nothing is done until then." }];
}

function toProblem({ code, reason }: { readonly code: string; readonly reason: string }) {
  return { field: "item", code, reason };
}

function shorten(value: FieldValue): FieldValue {
  if (typeof value === "string") return cut(value);
  if (typeof value === "number" || value === null) return value;
  const members: string[] = [];
  let chars = 0;
  for (const member of value) {
    chars += member.length;
    if (chars > LONGEST_TEXT) return [...members, `… (${value.length} in all)`];
    members.push(member);
  }
  return members;
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT).toWellFormed()}… (${text.length} characters)`;
}
