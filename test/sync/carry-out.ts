// Carries plans out on plain snapshots, the way the services and the activities would, so that laws can be told of whole runs.
import { rebase, settledFields } from "../../sync/base.ts";
import type { Effect, PairPlan } from "../../sync/effect.ts";
import type { Mapping } from "../../sync/mapping.ts";
import type { Base, FieldValue, ItemSnapshot, PageSnapshot } from "../../sync/model.ts";
import { planPair } from "../../sync/plan.ts";
import { aLink } from "../support/builders.ts";

/** A pair in the world: both sides as they are, and what is stored of it. */
export interface Pair {
  readonly page: PageSnapshot;
  readonly item: ItemSnapshot;
  /** `undefined`: not linked yet, the page names its item. */
  readonly base: Base | undefined;
}

/** Plans a pair as it stands. */
export function planOf(mapping: Mapping, { page, item, base }: Pair): PairPlan {
  const { base: _, ...link } = aLink();
  return planPair({ mapping, page, item, link: base && { ...link, base } });
}

type Step = (pair: Pair) => Pair;

/**
 * The steps in which a plan is carried out: each write on GitHub, the base, the write to the page, the base again. The link of a page
 * that is only now linked is written first.
 */
export function stepsOf(plan: PairPlan): readonly Step[] {
  const github = plan.effects.filter((effect) => effect.side === "github");
  const notion = plan.effects.filter((effect) => effect.side === "notion");
  return [
    save(plan.agreed),
    ...github.map((effect) => toItem(effect)),
    save(settledFields(github, notion)),
    (pair) => notion.reduce((written, effect) => toPage(effect)(written), pair),
    save(settledFields(notion)),
  ];
}

/** Carries a plan out, whole or only its first steps. */
export function carryOut(pair: Pair, plan: PairPlan, steps = Infinity): Pair {
  return stepsOf(plan)
    .slice(0, steps)
    .reduce((now, step) => step(now), pair);
}

function save(fields: readonly string[]): Step {
  return (pair) => ({ ...pair, base: rebase(pair.base, fields, pair.page, pair.item) });
}

function toItem(effect: Effect): Step {
  return ({ item, ...pair }) => {
    if (effect.kind === "close") return { ...pair, item: { ...item, state: "closed", reason: effect.reason } };
    if (effect.kind === "reopen") return { ...pair, item: { ...item, state: "open", reason: null } };
    if (effect.kind !== "update") throw new Error(`Expected no effect "${effect.kind}" on a linked issue.`);
    return { ...pair, item: { ...item, fields: { ...item.fields, [effect.field]: normalised(effect.to) } } };
  };
}

/** GitHub trims the ends of titles. */
function normalised(value: FieldValue): FieldValue {
  return typeof value === "string" ? value.trim() : value;
}

function toPage(effect: Effect): Step {
  return ({ page, ...pair }) => {
    if (effect.field === "notice") return { ...pair, page: { ...page, notice: textOf(effect.to) ?? "" } };
    if (effect.field === "reference") return { ...pair, page: { ...page, reference: textOf(effect.to) } };
    if (effect.field === "status") return { ...pair, page: { ...page, status: textOf(effect.to) } };
    return { ...pair, page: { ...page, fields: { ...page.fields, [effect.field]: effect.to } } };
  };
}

function textOf(value: FieldValue): string | null {
  if (value === null || typeof value === "string") return value;
  throw new Error(`Expected a text, found ${JSON.stringify(value)}.`);
}
