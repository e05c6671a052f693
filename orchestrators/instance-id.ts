// Registered names of the orchestrations: persisted data, never renamed. The first version of one has the bare name, the next ones
// have their number behind it: `syncChanges2`. These are the names under which new instances are started.
export const SYNC_CHANGES = "syncChanges";
export const RUN_SLICE = "runSlice";
export const MAKE_PLAN = "makePlan";

/** The event that tells a running sync that a change was stored; only a wake-up, it may be lost. */
export const CHANGED_EVENT = "changed";

/** The id of the one sync run of a mapping. */
export function syncInstanceId(mapping: string): string {
  return `sync-${mapping}`;
}

/** The id of the instance that makes a plan. */
export function planInstanceId(planId: string): string {
  return `plan-${planId}`;
}
