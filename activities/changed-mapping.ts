import type { Effect } from "../sync/effect.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import { isOutdated, mappingPrint } from "../sync/mapping-print.ts";
import type { Base, Link, Outcome } from "../sync/model.ts";
import { notionSourceKey } from "../sync/source-key.ts";
import type { ActivityDeps } from "./deps.ts";
import { admit, giveBack } from "./guards.ts";
import type { PairWork } from "./pair-work.ts";

/**
 * Sees that the mapping says something else than in the runs before, and has its whole data source read: each linked page is then
 * looked at once under the new mapping.
 *
 * @remarks The reading is stored before the new fingerprint is: killed in between, it is only asked for again.
 */
export async function noticeChangedMapping(deps: ActivityDeps, mapping: Mapping): Promise<void> {
  const { mappings, sources } = deps.storage;
  const print = mappingPrint(mapping);
  const known = await mappings.find(mapping.name);
  const before = known?.value.configFingerprint ?? null;
  if (before === print) return;
  if (before !== null) {
    await sources.wantWhole(notionSourceKey(mapping), isoNow(deps.clock));
    deps.log("info", "the mapping was changed; all of its pages are looked at", { mapping: mapping.name });
  }
  await mappings.update(mapping.name, (state) => ({ ...state, configFingerprint: print }));
}

/** Tells whether the pair has not been brought into step since the mapping was changed. */
export function isUnderChange(mapping: Mapping, { link }: PairWork): boolean {
  return link?.value.state === "linked" && isOutdated(mapping, link.value.config);
}

/**
 * The link from which a pair is planned under a changed mapping: what closes or merges needs a seen change, and whether the page
 * or the mapping moved cannot be told.
 */
export function asFirstSight(link: Link, effects: readonly Effect[]): Link {
  const ends = effects.some((effect) => effect.kind === "close" || effect.kind === "merge");
  return ends && link.base ? { ...link, base: { fields: link.base.fields } } : link;
}

/** Lets a changed mapping write to as many pairs as its limit allows, and holds the others until a person confirms. */
export async function holdChanged(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  for (const pair of pairs) {
    if (pair.outcome || pair.again || !isUnderChange(mapping, pair) || !pair.plan?.effects.length) continue;
    // Who applies a plan has seen what it does.
    if (pair.changes.some(({ value }) => value.planId !== undefined)) continue;
    pair.outcome = await admit(deps, mapping, "changedMapping");
    pair.isAdmitted = pair.outcome === undefined;
  }
}

/** Takes back what was let through and not written, as when another attempt was at work on the pair. */
export async function giveBackChanged(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  for (const pair of pairs) {
    if (!pair.isAdmitted || pair.wrote) continue;
    pair.isAdmitted = false;
    await giveBack(deps, mapping, "changedMapping");
  }
}

/** Under which mapping a pair is in step now. A pair that is held, or that nothing was let through for yet, is in step with the former. */
export function printOf(mapping: Mapping, pair: PairWork, link: Link, outcome: Outcome): string {
  const isPending = pair.again || outcome.status === "waiting" || outcome.status === "held";
  return isPending && !pair.isAdmitted && link.config !== undefined ? link.config : mappingPrint(mapping);
}

/** The base without fields that are mapped no more: mapped again later, they begin as new ones. */
export function withoutUnmapped(mapping: Mapping, base: Base): Base {
  const mapped = new Set(mapping.fields.map(({ github }) => github));
  const fields = Object.fromEntries(Object.entries(base.fields).filter(([field]) => mapped.has(field)));
  return { ...base, fields };
}
