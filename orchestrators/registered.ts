import type { OrchestrationContext, Task } from "durable-functions";
import { MAKE_PLAN, RUN_SLICE, SYNC_CHANGES } from "./instance-id.ts";
import { makePlan } from "./make-plan.ts";
import { runSlice } from "./run-slice.ts";
import { syncChanges } from "./sync-changes.ts";

type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown, unknown>;

/**
 * Every orchestration by its registered name: those of this version, and those of the last release that were changed since.
 *
 * @remarks Instances go on under the name that they were started with. CONTRIBUTING.md tells how one is changed.
 */
export const ORCHESTRATIONS: Readonly<Record<string, Orchestrator>> = {
  [SYNC_CHANGES]: syncChanges,
  [RUN_SLICE]: runSlice,
  [MAKE_PLAN]: makePlan,
};
