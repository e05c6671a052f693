import { isoNow } from "../sync/clock.ts";
import { rebase } from "../sync/base.ts";
import { recoverBase } from "../sync/intent.ts";
import type { Mapping } from "../sync/mapping.ts";
import { planPair } from "../sync/plan.ts";
import { applyEffects } from "./apply-effects.ts";
import type { OutcomeCounts, SyncSliceInput } from "./contract.ts";
import { createTurns } from "./creation-turns.ts";
import { belongsTo, completeLink, createOnce } from "./create-item.ts";
import { detachPair } from "./detach.ts";
import { readMapping } from "./deps.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";
import { readPairs } from "./read-pairs.ts";
import { rememberPairs } from "./remember.ts";

/** At most this many pairs are worked on in one slice. */
export const SLICE_PAIRS = 40;

/**
 * Creates the activity that brings one slice of changed pairs into step: read both sides, plan, apply, remember.
 *
 * @remarks May run twice, also overlapping: whoever comes second finds nothing left to do or another attempt's stamp.
 */
export function createSyncSlice(deps: ActivityDeps): (input: SyncSliceInput) => Promise<OutcomeCounts> {
  return async ({ mapping: name, from, to }) => {
    const mapping = readMapping(deps, name);
    const changes = await deps.storage.changes.listDue(name, isoNow(deps.clock), { from, to, limit: SLICE_PAIRS });
    const pairs = await readPairs(deps, mapping, changes);
    for (const pair of pairs) plan(mapping, pair);
    const create = createTurns(deps, mapping, (pair) => createOnce(deps, mapping, pair));
    for (const pair of pairs) {
      if (needsCreation(pair)) await create(pair);
      else if (pair.plan?.step === "adopt" && !pair.outcome) await adopt(deps, mapping, pair);
      else if (pair.plan?.step === "detach" && !pair.outcome) await detachPair(deps, mapping, pair);
      if (pair.link?.value.state === "linked" && pair.item && !pair.outcome) plan(mapping, pair);
    }
    await applyEffects(deps, mapping, pairs);
    const counts = await rememberPairs(deps, mapping, pairs);
    await noteProgress(deps, name, counts);
    return counts;
  };
}

function plan(mapping: Mapping, pair: PairWork): void {
  if (!pair.page || pair.outcome) return;
  const { link, page, item } = pair;
  if (link?.value.base && link.value.intent && item) {
    const base = recoverBase(link.value.base, link.value.intent, page, item);
    pair.link = { ...link, value: { ...link.value, base } };
  }
  pair.plan = planPair({ mapping, page: pair.page, item: pair.item, link: pair.link?.value });
}

function needsCreation(pair: PairWork): boolean {
  if (pair.outcome || !pair.plan) return false;
  return pair.plan.step === "create" || pair.link?.value.state === "reserved";
}

/** Links a page to the item that it names, once page and item are claimed. */
async function adopt(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  const { item, page } = pair;
  if (!item || !page) return;
  const pageClaim = await deps.storage.claims.claim("page", pair.pageId, mapping.name, pair.pageId);
  const itemClaim = await deps.storage.claims.claim("item", item.itemId, mapping.name, pair.pageId);
  if (!pageClaim.claimed || !itemClaim.claimed) {
    pair.outcome = belongsTo(pageClaim.claimed ? (itemClaim.claimed ? "" : itemClaim.mapping) : pageClaim.mapping);
    return;
  }
  await completeLink(deps, mapping, pair, item, rebase(pair.link?.value.base, pair.plan?.agreed ?? [], page, item));
}

/** A run that makes progress is not stuck, and status shows what it did. */
async function noteProgress(deps: ActivityDeps, mapping: string, counts: OutcomeCounts): Promise<void> {
  await deps.storage.mappings.update(mapping, (state) => {
    const runCounts = { ...state.runCounts };
    for (const [status, count] of Object.entries(counts)) if (count > 0) runCounts[status] = (runCounts[status] ?? 0) + count;
    return { ...state, runCounts, lastProgressAt: isoNow(deps.clock) };
  });
}
