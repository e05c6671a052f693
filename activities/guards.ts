import type { GuardKind, MappingState } from "../storage/mappings.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";

const WINDOW_MS = 60 * 60_000; // ms; design: within an hour and a mapping

const WORK: Readonly<Record<GuardKind, string>> = {
  creates: "issues and pull requests would be made",
  merges: "pull requests would be merged",
  removals: "links would be given up because a page or item went away",
};

/**
 * Counts one deed against the mapping's limit for an hour.
 *
 * @returns The outcome `held` when the limit is used up, else `undefined`. What is held waits until a person confirms the hold.
 */
export async function admit(deps: ActivityDeps, mapping: Mapping, kind: GuardKind): Promise<Outcome | undefined> {
  const nowIso = isoNow(deps.clock);
  const holdId = `${kind}-${mapping.name}`;
  const decision = { admitted: false, limit: 0 };
  await deps.storage.mappings.update(mapping.name, (state) => {
    const guard = state.guards[kind];
    const isOpen = guard && deps.clock.now() - Date.parse(guard.startedAt) < WINDOW_MS;
    const window = isOpen ? guard : { startedAt: nowIso, count: 0 };
    const isHeld = state.holds.some((hold) => hold.id === holdId);
    decision.limit = limitOf(mapping, state, kind);
    // A hold stays until it is confirmed, whatever hour it is.
    decision.admitted = window.count < decision.limit && !isHeld;
    if (decision.admitted) return { ...state, guards: { ...state.guards, [kind]: { ...window, count: window.count + 1 } } };
    return isHeld ? state : { ...state, holds: [...state.holds, { id: holdId, kind, since: nowIso }] };
  });
  if (decision.admitted) return undefined;
  const reason = `More than ${decision.limit} ${WORK[kind]} within an hour. Confirm with POST /api/sync {"confirm": "${holdId}"}.`;
  return { status: "held", holdId, reason };
}

/** Takes one deed back that was counted and then not done. */
export async function giveBack(deps: ActivityDeps, mapping: Mapping, kind: GuardKind): Promise<void> {
  await deps.storage.mappings.update(mapping.name, (state) => {
    const guard = state.guards[kind];
    return guard ? { ...state, guards: { ...state.guards, [kind]: { ...guard, count: guard.count - 1 } } } : state;
  });
}

function limitOf({ limits }: Mapping, state: MappingState, kind: GuardKind): number {
  if (kind === "creates") return limits.creates;
  if (kind === "merges") return limits.merges;
  return Math.max(limits.removals, Math.floor(limits.removalsShare * state.totals.links));
}
