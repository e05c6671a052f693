import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { syncInstanceId } from "../orchestrators/instance-id.ts";
import { isoNow } from "../sync/clock.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { findPlan, noSuchPlan } from "./plan.ts";
import { parseCommand, problem, readText } from "./respond.ts";
import { wake } from "./wake.ts";

const MAX_BYTES = 64 * 1024;

/**
 * `POST /api/apply`: asks the runs of a plan's mappings to carry it out, live changes first.
 *
 * @remarks Asking twice is the same as once. A paused mapping does what its plan says all the same, and nothing else.
 */
export async function handleApply(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  const text = await readText(request, MAX_BYTES);
  if (text === undefined) return problem(413, `The body may have at most ${MAX_BYTES} bytes.`);
  const { planId, ...rest } = parseCommand(text) ?? {};
  if (typeof planId !== "string" || Object.keys(rest).length > 0) return problem(400, 'The body must be {"planId": "<id>"}.');
  const header = await findPlan(deps, planId);
  if (!header) return noSuchPlan(planId);
  if (header.state === "running") return problem(409, `The plan is not ready yet; GET /api/plan/${planId} tells when it is.`);
  if (header.state === "failed") return problem(409, "The plan could not be made, so there is nothing to apply. Make a new one.");
  await noteAsked(deps, planId);
  const names = header.mappings.filter((name) => deps.mappings.some((mapping) => mapping.name === name));
  for (const name of names) {
    await deps.storage.mappings.update(name, (state) => {
      if (state.applies.some((command) => command.planId === planId)) return state;
      return { ...state, applies: [...state.applies, { planId, from: null }] };
    });
  }
  for (const name of names) await wake(client, name, deps.log);
  return { status: 202, headers: { location: `/api/plan/${planId}` }, jsonBody: { instanceIds: names.map(syncInstanceId) } };
}

/** A plan that is being applied is kept for as long as a new one. */
async function noteAsked(deps: FunctionDeps, planId: string): Promise<void> {
  const stored = await deps.storage.plans.find(planId);
  if (stored && stored.value.appliedAt === undefined) {
    await deps.storage.plans.save({ ...stored.value, appliedAt: isoNow(deps.clock) }, stored.etag);
  }
}
