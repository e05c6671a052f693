import type { GuardKind, MappingState } from "../storage/mappings.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";

const WINDOW_MS = 60 * 60_000; // ms; design: within an hour and a mapping
const ALLOWANCE_MS = 7 * 24 * 60 * 60_000; // ms; GitHub lets 400 creations an hour through, so that confirmed ones may take days

const WORK: Readonly<Record<GuardKind, string>> = {
  creates: "issues and pull requests would be made",
  merges: "pull requests would be merged",
  removals: "links would be given up because a page or item went away",
  changedMapping: "pairs would be written to because the mapping was changed",
};

/**
 * Counts one deed against the mapping's limit for an hour.
 *
 * @returns The outcome `held` when the limit is used up, else `undefined`. What is held waits until a person confirms the hold.
 */
export async function admit(deps: ActivityDeps, mapping: Mapping, kind: GuardKind): Promise<Outcome | undefined> {
  const nowIso = isoNow(deps.clock);
  const decision = { admitted: false, isNewHold: false, limit: 0, holdId: `${kind}-${mapping.name}` };
  await deps.storage.mappings.update(mapping.name, (state) => {
    const guard = state.guards[kind];
    // Below zero stands what a person confirmed and is not done yet: no hour ends that.
    const lastsMs = (guard?.count ?? 0) < 0 ? ALLOWANCE_MS : WINDOW_MS;
    const isOpen = guard && deps.clock.now() - Date.parse(guard.startedAt) < lastsMs;
    const window = isOpen ? guard : { startedAt: nowIso, count: 0 };
    const hold = state.holds.find((known) => known.kind === kind);
    decision.holdId = hold?.id ?? decision.holdId;
    decision.limit = limitOf(mapping, state, kind);
    // A hold stays until it is confirmed, whatever hour it is.
    decision.admitted = window.count < decision.limit && !hold;
    decision.isNewHold = !decision.admitted && !hold;
    if (decision.admitted) return { ...state, guards: { ...state.guards, [kind]: { ...window, count: window.count + 1 } } };
    return hold ? state : { ...state, holds: [...state.holds, { id: decision.holdId, kind, since: nowIso }] };
  });
  if (decision.admitted) return undefined;
  const { holdId, limit } = decision;
  if (decision.isNewHold) deps.report({ event: "hold", mapping: mapping.name, holdId, kind, limit });
  const reason = `More than ${limit} ${WORK[kind]} within an hour. Confirm with POST /api/sync {"confirm": "${holdId}"}.`;
  return { status: "held", holdId, reason };
}

/** Takes one deed back that was counted and then not done. */
export async function giveBack(deps: ActivityDeps, mapping: Mapping, kind: GuardKind): Promise<void> {
  await deps.storage.mappings.update(mapping.name, (state) => {
    const guard = state.guards[kind];
    return guard ? { ...state, guards: { ...state.guards, [kind]: { ...guard, count: guard.count - 1 } } } : state;
  });
}

/** Tells of what was held whether a person has confirmed it meanwhile: who confirms sees only what is noted by then. */
export async function findReleased(
  deps: ActivityDeps,
  mapping: Mapping,
  outcomes: readonly Outcome[],
): Promise<(outcome: Outcome) => boolean> {
  if (!outcomes.some(({ status }) => status === "held")) return () => false;
  const state = await deps.storage.mappings.find(mapping.name);
  const holds = new Set(state?.value.holds.map(({ id }) => id));
  return (outcome) => outcome.status === "held" && !holds.has(outcome.holdId);
}

function limitOf({ limits }: Mapping, state: MappingState, kind: GuardKind): number {
  if (kind === "creates") return limits.creates;
  if (kind === "merges") return limits.merges;
  if (kind === "changedMapping") return limits.changedMapping;
  return Math.max(limits.removals, Math.floor(limits.removalsShare * state.totals.links));
}
