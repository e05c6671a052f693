import { isoNow } from "../sync/clock.ts";
import { toRunEvent } from "../sync/event.ts";
import type { RunEvent } from "../sync/event.ts";
import { noticeChangedMapping } from "./changed-mapping.ts";
import type { FindChangesInput, FindChangesResult } from "./contract.ts";
import { readMapping } from "./deps.ts";
import type { ActivityDeps } from "./deps.ts";
import { feedPlans } from "./apply-plan.ts";
import { FED_ALONE, FED_BESIDE, findPlannedSlices } from "./find-planned.ts";
import { reconcile } from "./reconcile.ts";
import { scanPages, scanSources } from "./scan-sources.ts";
import { SLICE_PAIRS } from "./sync-slice.ts";
import { takeOverRows } from "./take-over-rows.ts";

const MAX_CHANGES = 1_000; // in one cycle of a run; then it continues as new
const BULK = 100; // pages told by deliveries; from here on one query of 100 costs less than to look for each of them
const LONGEST_WAIT_MS = 5_000; // ms; for a change that falls due within moments it is not worth ending the activity

/**
 * Creates the activity that reads the sources as far as a scan is wanted, and cuts the due changes into slices.
 *
 * @remarks May run twice: hits are stored before the watermark moves, and storing one again changes nothing.
 */
export function createFindChanges(deps: ActivityDeps): (input: FindChangesInput) => Promise<FindChangesResult> {
  return async ({ mapping: name, instanceId }) => {
    const mapping = readMapping(deps, name);
    const { changes, mappings } = deps.storage;
    if (await takeOverRows(deps, mapping)) return { slices: [], nextDueAt: isoNow(deps.clock) };
    await noticeChangedMapping(deps, mapping);
    const state = await mappings.update(name, (known) => {
      return { ...known, heartbeatAt: isoNow(deps.clock), runStartedAt: known.runStartedAt ?? isoNow(deps.clock) };
    });
    if (state.value.paused) {
      const slices = await findPlannedSlices(deps, name, SLICE_PAIRS);
      if (slices.length === 0) await endRun(deps, name, instanceId);
      return { slices, nextDueAt: null };
    }
    await scanSources(deps, mapping);
    let survey = await changes.survey(name, isoNow(deps.clock));
    if (state.value.applies.length > 0) {
      const fed = await feedPlans(deps, name, survey.due > 0 ? FED_BESIDE : FED_ALONE);
      if (fed > 0) survey = await changes.survey(name, isoNow(deps.clock));
    }
    if (survey.unread >= BULK) await scanPages(deps, mapping);
    if (survey.due === 0 && survey.nextDueAt !== undefined) {
      const waitMs = Date.parse(survey.nextDueAt) - deps.clock.now();
      if (waitMs <= LONGEST_WAIT_MS) {
        await deps.clock.sleep(Math.max(0, waitMs));
        survey = await changes.survey(name, isoNow(deps.clock));
      }
    }
    if (survey.due === 0 && (await reconcile(deps, mapping))) {
      survey = await changes.survey(name, isoNow(deps.clock));
      if (survey.due === 0) return { slices: [], nextDueAt: isoNow(deps.clock) };
    }
    if (survey.due === 0) {
      await endRun(deps, name, instanceId);
      // Who stored a change before this run was at rest did not wake it.
      survey = await changes.survey(name, isoNow(deps.clock));
      if (survey.due === 0) return { slices: [], nextDueAt: survey.nextDueAt ?? null };
      await mappings.update(name, (known) => ({ ...known, runStartedAt: isoNow(deps.clock) }));
    }
    const { slices } = await changes.dueRanges(name, isoNow(deps.clock), { sliceSize: SLICE_PAIRS, maxChanges: MAX_CHANGES });
    return { slices, nextDueAt: null };
  };
}

/** Reports the run, if it looked at any pairs, and marks the mapping as at rest. */
async function endRun(deps: ActivityDeps, mapping: string, instanceId: string): Promise<void> {
  const endedAt = isoNow(deps.clock);
  const known = await deps.storage.mappings.find(mapping);
  const { runStartedAt = null, runCounts = {} } = known?.value ?? {};
  const run = {
    mapping,
    instanceId,
    startedAt: runStartedAt ?? endedAt,
    endedAt,
    status: "completed",
    counts: runCounts,
  } as const;
  if (runStartedAt !== null && Object.keys(runCounts).length > 0) await deps.storage.runs.record(run);
  const ended: { run?: RunEvent | undefined } = {};
  await deps.storage.mappings.update(mapping, (state) => {
    const { runStartedAt: startedAt, runCounts: counts } = state;
    const isReported = startedAt === null || Object.keys(counts).length === 0;
    ended.run = isReported ? undefined : toRunEvent({ ...run, startedAt, counts });
    return {
      ...state,
      runStartedAt: null,
      runCounts: {},
      // What a paused mapping does not look at is not synced.
      ...(state.paused ? {} : { lastSyncAt: endedAt }),
    };
  });
  // Whoever puts the mapping at rest reports the run: another attempt finds none under way.
  if (ended.run) deps.report(ended.run);
}
