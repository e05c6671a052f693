import { isoNow } from "../sync/clock.ts";
import type { FindChangesInput, FindChangesResult } from "./contract.ts";
import { readMapping } from "./deps.ts";
import type { ActivityDeps } from "./deps.ts";
import { scanSources } from "./scan-sources.ts";
import { SLICE_PAIRS } from "./sync-slice.ts";

const MAX_CHANGES = 1_000; // in one cycle of a run; then it continues as new
const LONGEST_WAIT_MS = 5_000; // ms; for a change that falls due within moments it is not worth ending the activity

/**
 * Creates the activity that reads the sources as far as a scan is wanted, and cuts the due changes into slices.
 *
 * @remarks May run twice: hits are stored before the watermark moves, and storing one again changes nothing.
 */
export function createFindChanges(deps: ActivityDeps): (input: FindChangesInput) => Promise<FindChangesResult> {
  return async ({ mapping: name }) => {
    const mapping = readMapping(deps, name);
    const { changes, mappings } = deps.storage;
    const state = await mappings.update(name, (known) => ({
      ...known,
      heartbeatAt: isoNow(deps.clock),
      runStartedAt: known.runStartedAt ?? isoNow(deps.clock),
    }));
    if (state.value.paused) return { slices: [], nextDueAt: null };
    await scanSources(deps, mapping);
    let survey = await changes.survey(name, isoNow(deps.clock));
    if (survey.due === 0 && survey.nextDueAt !== undefined) {
      const waitMs = Date.parse(survey.nextDueAt) - deps.clock.now();
      if (waitMs <= LONGEST_WAIT_MS) {
        await deps.clock.sleep(Math.max(0, waitMs));
        survey = await changes.survey(name, isoNow(deps.clock));
      }
    }
    if (survey.due === 0) {
      await mappings.update(name, (known) => ({ ...known, runStartedAt: null, lastSyncAt: isoNow(deps.clock) }));
      return { slices: [], nextDueAt: survey.nextDueAt ?? null };
    }
    const { slices } = await changes.dueRanges(name, isoNow(deps.clock), { sliceSize: SLICE_PAIRS, maxChanges: MAX_CHANGES });
    return { slices, nextDueAt: null };
  };
}
