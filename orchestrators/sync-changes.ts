import type { OrchestrationContext, Task } from "durable-functions";
import type { Slice } from "../activities/contract.ts";
import { callActivity } from "./call-activity.ts";
import { CHANGED_EVENT, RUN_SLICE } from "./instance-id.ts";
import type { RunSliceResult } from "./run-slice.ts";

export interface SyncChangesInput {
  readonly mapping: string;
}

const SLICES_AT_ONCE = 4;
const LONGEST_SLEEP_MS = 5 * 60_000; // ms; for a later change the run ends and the tick takes over

/**
 * Works all due changes of one mapping in slices, again while anything is due, and sleeps while something falls due soon.
 *
 * @remarks One instance for each mapping. The stored changes are the truth: whatever event or start is lost, the tick starts it again.
 */
export function* syncChanges(context: OrchestrationContext): Generator<Task, void, unknown> {
  const input = context.df.getInput<SyncChangesInput | "">();
  if (input === "" || !input.mapping) throw new Error('Expected the input { "mapping": <name> }.');
  const { mapping } = input;
  const found = yield* callActivity(context, "findChanges", { mapping, instanceId: context.df.instanceId });
  if (found.slices.length > 0) {
    const allOk = yield* workSlices(context, mapping, found.slices);
    // A slice that failed three times leaves its changes due: the tick starts the mapping again, at its own pace.
    if (allOk) context.df.continueAsNew(input);
    return;
  }
  if (found.nextDueAt === null) return;
  const dueMs = Date.parse(found.nextDueAt);
  if (dueMs - context.df.currentUtcDateTime.getTime() > LONGEST_SLEEP_MS) return;
  yield* sleepUntil(context, new Date(dueMs));
  context.df.continueAsNew(input);
}

function* workSlices(
  context: OrchestrationContext,
  mapping: string,
  slices: readonly Slice[],
): Generator<Task, boolean, unknown> {
  let allOk = true;
  for (let first = 0; first < slices.length; first += SLICES_AT_ONCE) {
    const wave = slices.slice(first, first + SLICES_AT_ONCE);
    const tasks = wave.map((slice) => context.df.callSubOrchestrator(RUN_SLICE, { mapping, ...slice }));
    const results = (yield context.df.Task.all(tasks)) as readonly RunSliceResult[];
    if (results.some((result) => !result.ok)) allOk = false;
  }
  return allOk;
}

/** Sleeps until a time or the next hint, whichever comes first; a losing timer is cancelled, else the instance would stay open. */
function* sleepUntil(context: OrchestrationContext, due: Date): Generator<Task, void, unknown> {
  const timer = context.df.createTimer(due);
  const event = context.df.waitForExternalEvent(CHANGED_EVENT);
  yield context.df.Task.any([timer, event]);
  if (!timer.isCompleted) timer.cancel();
}
