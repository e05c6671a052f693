import { syncInstanceId } from "../orchestrators/instance-id.ts";
import type { MappingState } from "../storage/mappings.ts";
import { isoNow } from "../sync/clock.ts";
import { toRunEvent } from "../sync/event.ts";
import type { FunctionDeps, Starter } from "./deps.ts";

const STUCK_MS = 10 * 60_000; // ms; a run that has due changes makes progress more often than that

/**
 * Ends the run of a mapping that made no progress for 10 minutes, and reports it; the caller starts it again.
 *
 * @param oldestDueAt Since when a change is due, ISO-8601 UTC.
 */
export async function endStuckRun(client: Starter, deps: FunctionDeps, state: MappingState, oldestDueAt: string): Promise<void> {
  const nowMs = deps.clock.now();
  const progressAt = state.lastProgressAt ?? state.runStartedAt;
  const isOld = (at: string): boolean => nowMs - Date.parse(at) > STUCK_MS;
  if (progressAt === null || !isOld(oldestDueAt) || !isOld(progressAt)) return;
  if (isConfirmed(state, progressAt, nowMs)) return endRun(client, deps, state);
  if (isAfter(state.suspectedAt, progressAt)) return;
  await deps.storage.mappings.update(state.name, (known) => ({ ...known, suspectedAt: isoNow(deps.clock) }));
}

/**
 * A tick that was away itself, with the host or with storage, finds everything old, though no run was there to make progress. So the
 * first tick that finds it only remembers that it did, and starts or wakes the run as ever; one that looks for changes then is alive.
 */
function isConfirmed({ suspectedAt, heartbeatAt }: MappingState, progressAt: string, nowMs: number): boolean {
  if (suspectedAt === null || !isAfter(suspectedAt, progressAt)) return false;
  return !isAfter(heartbeatAt, suspectedAt) || nowMs - Date.parse(suspectedAt) > STUCK_MS;
}

function isAfter(at: string | null, other: string): boolean {
  return at !== null && Date.parse(at) > Date.parse(other);
}

async function endRun(client: Starter, deps: FunctionDeps, { name: mapping, runStartedAt }: MappingState): Promise<void> {
  const instanceId = syncInstanceId(mapping);
  deps.log("error", "a run with due changes made no progress for 10 minutes and is started again", { mapping });
  try {
    await client.terminate(instanceId, "no progress for 10 minutes");
  } catch {
    deps.log("info", "there was no run to end", { mapping });
  }
  const endedAt = isoNow(deps.clock);
  const run = { mapping, instanceId, startedAt: runStartedAt ?? endedAt, endedAt, status: "terminated", counts: {} } as const;
  await deps.storage.runs.record(run);
  await deps.storage.mappings.update(mapping, (state) => ({ ...state, lastProgressAt: endedAt, runStartedAt: null }));
  deps.report(toRunEvent(run));
}
