import type { MappingState } from "../storage/mappings.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import { notionSourceKey } from "../sync/source-key.ts";
import type { FunctionDeps, Starter } from "./deps.ts";

const DAY_MS = 86_400_000; // ms

/**
 * The timer of `RECONCILE_SCHEDULE`: wants everything of each mapping to be compared, one mapping after the other over the day; the tick starts
 * them. One that is still under way goes on.
 */
export async function runReconcile(_client: Starter, deps: FunctionDeps): Promise<void> {
  for (const [place, { name }] of deps.mappings.entries()) {
    const dueAt = new Date(deps.clock.now() + Math.floor((place * DAY_MS) / deps.mappings.length)).toISOString();
    const wanted = { dueAt, startedAt: null, read: null, after: null, compared: 0 };
    await deps.storage.mappings.update(name, (state) => (state.reconcile ? state : { ...state, reconcile: wanted }));
  }
}

/** Has everything of some mappings compared now, from the beginning. */
export async function askToReconcile(deps: FunctionDeps, mappings: readonly Mapping[]): Promise<void> {
  const startedAt = isoNow(deps.clock);
  for (const key of new Set(mappings.map(notionSourceKey))) await deps.storage.sources.wantWhole(key, startedAt);
  const reconcile = { dueAt: startedAt, startedAt, read: null, after: null, compared: 0 };
  for (const { name } of mappings) await deps.storage.mappings.update(name, (state) => ({ ...state, reconcile }));
}

/** Whether a comparison of everything is to go on now; it waits while its mapping is paused. */
export function isReconcileDue(state: MappingState | undefined, nowIso: string): boolean {
  const dueAt = state?.reconcile?.dueAt;
  return dueAt !== undefined && dueAt <= nowIso && state?.paused === false;
}
