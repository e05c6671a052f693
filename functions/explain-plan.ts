import type { PairPlan } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import { recoverBase } from "../sync/intent.ts";
import type { ItemSnapshot, Link, PageSnapshot } from "../sync/model.ts";
import { isProjectField } from "../sync/project-field.ts";
import { carriesBody } from "../sync/body.ts";
import { planPair } from "../sync/plan.ts";
import { isAtWork } from "./explain-ends.ts";
import type { PairFacts } from "./explain-facts.ts";

/** What more requests than an explanation makes would be needed for. */
function isLeftOut(field: string): boolean {
  return field === "parent" || isProjectField(field);
}

/** Tells whether the plan of an explanation leaves out something that the mapping carries. */
export function isPartialPlan(mapping: Mapping): boolean {
  return mapping.github.project !== null || carriesBody(mapping) || mapping.fields.some(({ github }) => isLeftOut(github));
}

/** What a run would write now, as far as both sides were read; `undefined` when that cannot be told. */
export function planNow(facts: Omit<PairFacts, "plan">): PairPlan | undefined {
  const { mapping, page, item, companion, link, named } = facts;
  const snapshot = page.status === "found" ? page.value.snapshot : undefined;
  // What an attempt is at, and a pair under a changed mapping, only a run can judge.
  if (!mapping || !snapshot || isAtWork(link, facts.nowIso) || link?.state === "reserved" || facts.isOutdated) return undefined;
  // It is another mapping's, which lets it go only by its new name.
  if (facts.formerMapping !== undefined) return undefined;
  // A page that was moved to another mapped data source takes its link along.
  if (snapshot.dataSourceId !== mapping.notion.dataSourceId && facts.sourceMappings.length > 0) return undefined;
  if (link?.item && item.status !== "found") return undefined;
  if (link?.companion && companion.status !== "found") return undefined;
  // Whether a marker is genuine only a run can tell: an item that has one and no page may be taken or not.
  if (named && (named.item.status !== "found" || (named.markedFor !== undefined && !named.owner))) return undefined;
  const own = link?.item ? item : named && !named.owner ? named.item : undefined;
  return planPair({
    mapping: withoutLeftOut(mapping),
    page: {
      ...snapshot,
      problems: snapshot.problems.filter(({ field, code }) => code !== "value_truncated" && !isLeftOut(field)),
    },
    item: valueOf(own),
    companion: valueOf(companion),
    link: withoutOwnWrites(link, snapshot, valueOf(item)),
  });
}

/** What an attempt wrote whose end nobody learned is no edit of a person. */
function withoutOwnWrites(link: Link | undefined, page: PageSnapshot, item: ItemSnapshot | undefined): Link | undefined {
  if (!link?.base || !link.intent || !item) return link;
  return { ...link, base: recoverBase(link.base, link.intent, page, item) };
}

const valueOf = (asked: PairFacts["item"] | undefined): ItemSnapshot | undefined =>
  asked?.status === "found" ? asked.value : undefined;

function withoutLeftOut(mapping: Mapping): Mapping {
  const fields = mapping.fields.filter(({ github }) => !isLeftOut(github));
  return { ...mapping, fields, github: { ...mapping.github, project: null } };
}
