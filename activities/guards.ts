import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";

const WINDOW_MS = 60 * 60_000; // ms; design: within an hour and a mapping

/** The id of the one hold on creations of a mapping. */
export function creationHoldId(mapping: string): string {
  return `creates-${mapping}`;
}

/**
 * Counts one creation against the mapping's limit for an hour.
 *
 * @returns The outcome `held` when the limit is used up, else `undefined`. What is held waits until a person confirms the hold.
 */
export async function admitCreation(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<Outcome | undefined> {
  // Repeating a creation whose end stayed unknown is not a further one.
  if (pair.link?.value.state === "reserved") return undefined;
  const nowMs = deps.clock.now();
  const holdId = creationHoldId(mapping.name);
  const decision = { admitted: false };
  await deps.storage.mappings.update(mapping.name, (state) => {
    const open =
      state.guard && nowMs - Date.parse(state.guard.startedAt) < WINDOW_MS
        ? state.guard
        : { startedAt: isoNow(deps.clock), creates: 0 };
    // A hold stays until it is confirmed, whatever hour it is.
    decision.admitted = open.creates < mapping.limits.creates && !state.hold;
    if (decision.admitted) return { ...state, guard: { ...open, creates: open.creates + 1 } };
    const since = state.hold?.since ?? isoNow(deps.clock);
    return { ...state, hold: { id: holdId, kind: "creates", since } };
  });
  if (decision.admitted) return undefined;
  return {
    status: "held",
    holdId,
    reason: `More than ${mapping.limits.creates} issues would be made within an hour. Confirm with POST /api/sync {"confirm": "${holdId}"}.`,
  };
}
