import { CHANGED_EVENT, SYNC_CHANGES, syncInstanceId } from "../orchestrators/instance-id.ts";
import type { MappingState } from "../storage/mappings.ts";
import type { FunctionDeps, Log, Starter } from "./deps.ts";

const SILENCE_MS = 60_000; // ms; a run that works says so more often, at each look for changes and after each slice

/**
 * Starts the run of a mapping, or tells the one that runs that there is more.
 *
 * @remarks Only a wake-up: the stored change is the truth, and what is lost here the next tick makes up for. Never throws.
 */
export async function wake(client: Starter, mapping: string, log: Log): Promise<void> {
  const instanceId = syncInstanceId(mapping);
  try {
    await client.startNew(SYNC_CHANGES, { instanceId, input: { mapping } });
    return;
  } catch (error) {
    if (!isTaken(error)) log("warn", "a run could not be started; the next tick tries again", { mapping });
  }
  try {
    await client.raiseEvent(instanceId, CHANGED_EVENT, {});
  } catch {
    log("info", "a run ended before it could be told of a change; the next tick starts it again", { mapping });
  }
}

/**
 * Wakes the run of a mapping unless it is at work: then it looks for changes once more before it rests, and a start or an event
 * for each of a thousand deliveries would only make its history long.
 *
 * @remarks A paused mapping sleeps on: the change is stored and waits. The change must be stored before; a run marks itself as at rest before it looks for the last time.
 */
export async function wakeIfAtRest(client: Starter, mapping: string, deps: FunctionDeps): Promise<void> {
  const state = await deps.storage.mappings.find(mapping);
  if (state && (state.value.paused || isAtWork(state.value, deps.clock.now()))) return;
  await wake(client, mapping, deps.log);
}

function isAtWork({ runStartedAt, heartbeatAt, lastProgressAt }: MappingState, nowMs: number): boolean {
  const saidAtMs = Math.max(Date.parse(heartbeatAt ?? "1970-01-01"), Date.parse(lastProgressAt ?? "1970-01-01"));
  return runStartedAt !== null && nowMs - saidAtMs < SILENCE_MS;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes("409");
}
