import type { ChangeSlice } from "../storage/changes.ts";
import { isoNow } from "../sync/clock.ts";
import { feedPlans } from "./apply-plan.ts";
import type { ActivityDeps } from "./deps.ts";

/** Pairs of a plan that become changes in one cycle: few beside live changes, more when there are none. */
export const FED_BESIDE = 40;
export const FED_ALONE = 200;

/**
 * Finds what a paused mapping does all the same: a plan that a person looked at and applied. All other changes wait.
 *
 * @returns The due changes of plans, in slices.
 */
export async function findPlannedSlices(deps: ActivityDeps, mapping: string, sliceSize: number): Promise<readonly ChangeSlice[]> {
  await feedPlans(deps, mapping, FED_ALONE);
  const { slices } = await deps.storage.changes.dueRanges(mapping, isoNow(deps.clock), {
    sliceSize,
    maxChanges: FED_ALONE,
    onlyPlanned: true,
  });
  return slices;
}
