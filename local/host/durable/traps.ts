import type { EngineContext } from "./context.ts";
import { ACTION, EVENT, type Action, type HistoryEvent, type TurnOutput } from "./protocol.ts";
import type { Replayed } from "./replay.ts";
import type { Instance } from "./store.ts";

/** Warns of what goes wrong in production too, when it is seen to happen. */
export function warnOfTraps(
  context: EngineContext,
  instance: Instance,
  output: TurnOutput,
  history: readonly HistoryEvent[],
  replayed: Replayed,
): void {
  const warn = (message: string): void => context.log("warning", "Durable", `${instance.name} (${instance.id}): ${message}`);
  const actions = flatten(output.actions[0] ?? []);
  if (replayed.keptOpenBy.length > 0) {
    warn(
      `the orchestrator has ended, but the instance stays Running until what is open ends (id ${replayed.keptOpenBy.join(", ")})`,
    );
  }
  if (replayed.isBehind) {
    warn("the orchestrator went on at a failure while others of the same Task.all still run; results may reach the wrong task");
  }
  if (actions.some((action) => action.retryOptions?.retryTimeoutInMilliseconds !== undefined)) {
    warn("retryTimeoutInMilliseconds is set; when it is exceeded the instance hangs. Bound it with maxNumberOfAttempts");
  }
  if (output.error?.startsWith("false\n\n")) {
    warn("an error with an empty message was thrown; on older extensions the instance hangs");
  }
  const awaited = actions
    .filter((action) => action.actionType === ACTION.waitForEvent)
    .map((action) => action.externalEventName ?? "");
  for (const event of history) {
    if (event.EventType !== EVENT.eventRaised) continue;
    const name = event.Name ?? "";
    const other = awaited.find((each) => each !== name && each.toLowerCase() === name.toLowerCase());
    if (other && !awaited.includes(name)) warn(`the event '${name}' differs from '${other}' only by case, and is never received`);
  }
}

function flatten(actions: readonly Action[]): Action[] {
  return actions.flatMap((action) => [action, ...flatten(action.compoundActions ?? [])]);
}
