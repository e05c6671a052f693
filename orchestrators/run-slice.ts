import type { OrchestrationContext, Task } from "durable-functions";
import type { SyncSliceInput } from "../activities/contract.ts";
import type { OutcomeCounts } from "../sync/model.ts";
import { callActivity } from "./call-activity.ts";

/** What one slice came to; a slice that failed leaves its changes due. */
export interface RunSliceResult {
  readonly ok: boolean;
  readonly counts?: OutcomeCounts;
}

/**
 * Works one slice in a child of its own, which retries, catches and returns.
 *
 * @remarks A retried call that throws beside others in `Task.all` makes the ids of the tasks diverge; a child that always returns is safe.
 */
export function* runSlice(context: OrchestrationContext): Generator<Task, RunSliceResult, unknown> {
  const input = context.df.getInput<SyncSliceInput>();
  try {
    return { ok: true, counts: yield* callActivity(context, "syncSlice", input) };
  } catch {
    return { ok: false };
  }
}
