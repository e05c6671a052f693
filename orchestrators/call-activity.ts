import { RetryOptions } from "durable-functions";
import type { OrchestrationContext, Task } from "durable-functions";
import type { ActivityInput, ActivityName, ActivityOutput } from "../activities/contract.ts";

const FIRST_RETRY_MS = 5_000; // ms
const ATTEMPTS = 3;

/** Calls an activity by its contract; what it throws is retried by the platform, 3 times in all. */
export function* callActivity<N extends ActivityName>(
  context: OrchestrationContext,
  name: N,
  input: ActivityInput<N>,
): Generator<Task, ActivityOutput<N>, unknown> {
  const retry = new RetryOptions(FIRST_RETRY_MS, ATTEMPTS);
  retry.backoffCoefficient = 2;
  return (yield context.df.callActivityWithRetry(name, retry, input)) as ActivityOutput<N>;
}
