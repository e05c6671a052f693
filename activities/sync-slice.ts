import { isoNow } from "../sync/clock.ts";
import { keepPlanned } from "./apply-plan.ts";
import { applyEffects } from "./apply-effects.ts";
import { readBodies } from "./bodies.ts";
import { giveBackChanged } from "./changed-mapping.ts";
import type { OutcomeCounts } from "../sync/model.ts";
import type { SyncSliceInput } from "./contract.ts";
import { readMapping } from "./deps.ts";
import type { ActivityDeps } from "./deps.ts";
import { establishPairs } from "./establish-pairs.ts";
import { noteRoutes } from "./notes.ts";
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
    // A pause that came after the slice was cut holds it as well.
    const onlyPlanned = (await deps.storage.mappings.find(name))?.value.paused;
    const range = { from, to, limit: SLICE_PAIRS, onlyPlanned };
    const changes = await deps.storage.changes.listDue(name, isoNow(deps.clock), range);
    const pairs = await keepPlanned(deps, mapping, await readPairs(deps, mapping, changes, "conclude"));
    await establishPairs(deps, mapping, pairs);
    await readBodies(deps, mapping, pairs);
    await applyEffects(deps, mapping, pairs);
    await giveBackChanged(deps, mapping, pairs);
    await noteRoutes(deps, mapping, pairs);
    const counts = await rememberPairs(deps, mapping, pairs);
    await noteProgress(deps, name, counts);
    return counts;
  };
}

/** A run that makes progress is not stuck, and status shows what it did. */
async function noteProgress(deps: ActivityDeps, mapping: string, counts: OutcomeCounts): Promise<void> {
  await deps.storage.mappings.update(mapping, (state) => {
    const runCounts: Record<string, number> = { ...state.runCounts };
    for (const [status, count] of Object.entries<number>({ ...counts }))
      if (count > 0) runCounts[status] = (runCounts[status] ?? 0) + count;
    return { ...state, runCounts, lastProgressAt: isoNow(deps.clock) };
  });
}
