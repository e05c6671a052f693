import type { OrchestrationContext, Task } from "durable-functions";
import type { PlanPagesInput, PlanPagesResult } from "../activities/contract.ts";
import { callActivity } from "./call-activity.ts";

const STEPS_AT_ONCE = 20; // of 100 pages each; then it continues as new, so that its history stays short
const OUTAGE_MS = 60_000; // ms; a step that failed three times is tried again after that

/**
 * Makes a plan step by step: reads and compares until there are no more pages, and sleeps while a limit is in the way.
 *
 * @remarks How far it has come is stored with the plan; a plan that expired ends by itself.
 */
export function* makePlan(context: OrchestrationContext): Generator<Task, void, unknown> {
  const input = context.df.getInput<PlanPagesInput>();
  for (let step = 0; step < STEPS_AT_ONCE; step += 1) {
    const result = yield* planStep(context, input);
    if (result.next === "done") return;
    if (result.next === "wait") {
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + result.waitMs));
    }
  }
  context.df.continueAsNew(input);
}

function* planStep(context: OrchestrationContext, input: PlanPagesInput): Generator<Task, PlanPagesResult, unknown> {
  try {
    return yield* callActivity(context, "planPages", input);
  } catch {
    return { next: "wait", waitMs: OUTAGE_MS };
  }
}
