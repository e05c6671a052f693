import { CHANGED_EVENT, SYNC_CHANGES, syncInstanceId } from "../orchestrators/instance-id.ts";
import type { Log, Starter } from "./deps.ts";

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

function isTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes("409");
}
