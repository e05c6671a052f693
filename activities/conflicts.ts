import type { Mapping } from "../sync/mapping.ts";
import type { Conflict } from "../sync/model.ts";
import { isInStep } from "../sync/plan.ts";
import type { PairWork } from "./pair-work.ts";

/**
 * The clashes of a pair that people should see: those of this run, and earlier ones whose field was not written since.
 *
 * @remarks A losing value stays shown until its field is edited again; a page that was only listed, until both sides agree.
 */
export function standingConflicts(mapping: Mapping, pair: PairWork): readonly Conflict[] {
  const made = pair.plan?.conflicts ?? [];
  const settled = new Set([...made.map(({ field }) => field), ...(pair.plan?.effects ?? []).map(({ field }) => field)]);
  const earlier = pair.link?.value.conflicts ?? [];
  return [...earlier.filter((conflict) => !settled.has(conflict.field) && isStanding(mapping, pair, conflict)), ...made];
}

function isStanding(mapping: Mapping, { page, item }: PairWork, { field, taken }: Conflict): boolean {
  return field !== "status" || taken !== null || !page || !item || !isInStep(mapping, page, item);
}
