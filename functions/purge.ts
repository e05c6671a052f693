import { OrchestrationRuntimeStatus } from "durable-functions";
import { expiryMs } from "../sync/plan-life.ts";
import type { FunctionDeps, Starter } from "./deps.ts";

const KEPT_DAYS = 7;
const DAY_MS = 86_400_000; // ms
const STEP_MS = 6 * 60 * 60_000; // ms; one step purges what was started in six hours
const STEPS = 12; // three days of backlog in one daily run
const RUNS_AT_ONCE = 500;
const SIGHTINGS_AT_ONCE = 1_000;
const PLAN_ROWS_AT_ONCE = 20_000;

/** Purges finished instances, old reports of runs, expired plans and sightings of pages that are gone, in bounded steps. */
export async function runPurge(client: Starter, deps: FunctionDeps): Promise<void> {
  const endMs = deps.clock.now() - KEPT_DAYS * DAY_MS;
  for (let step = STEPS; step > 0; step -= 1) {
    await client.purgeInstanceHistoryBy({
      // The oldest step reaches back to the beginning, so that nothing older is left over.
      createdTimeFrom: step === STEPS ? new Date(0) : new Date(endMs - step * STEP_MS),
      createdTimeTo: new Date(endMs - (step - 1) * STEP_MS),
      runtimeStatus: [
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
      ],
    });
  }
  const before = new Date(endMs).toISOString();
  await deps.storage.plans.purgeBefore(new Date(expiryMs(deps.clock.now())).toISOString(), PLAN_ROWS_AT_ONCE);
  for (const dataSourceId of new Set(deps.mappings.map(({ notion }) => notion.dataSourceId))) {
    await deps.storage.sightings.purgeBefore(dataSourceId, before, SIGHTINGS_AT_ONCE);
  }
  for (const mapping of deps.mappings) await deps.storage.runs.purgeBefore(mapping.name, before, RUNS_AT_ONCE);
}
