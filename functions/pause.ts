import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { isoNow } from "../sync/clock.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { problem, shown } from "./respond.ts";
import { wake } from "./wake.ts";

/** `POST /api/mappings/{name}/pause`: nothing is synced from now on; changes are stored and wait. */
export async function handlePause(request: HttpRequest, deps: FunctionDeps): Promise<HttpResponseInit> {
  const name = findName(request, deps);
  if (name === undefined) return noSuchMapping(request, deps);
  await deps.storage.mappings.update(name, (state) => (state.paused ? state : { ...state, paused: true }));
  return { status: 200, jsonBody: { name, paused: true } };
}

/** `POST /api/mappings/{name}/resume`: works on what was stored meanwhile, and goes on. */
export async function handleResume(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  const name = findName(request, deps);
  if (name === undefined) return noSuchMapping(request, deps);
  await deps.storage.mappings.update(name, (state) => {
    // What is due has waited for long, and its run is not stuck for that.
    return state.paused ? { ...state, paused: false, lastProgressAt: isoNow(deps.clock) } : state;
  });
  await wake(client, name, deps.log);
  return { status: 200, jsonBody: { name, paused: false } };
}

function findName(request: HttpRequest, deps: FunctionDeps): string | undefined {
  return deps.mappings.find(({ name }) => name === request.params["name"])?.name;
}

function noSuchMapping(request: HttpRequest, deps: FunctionDeps): HttpResponseInit {
  const names = deps.mappings.map(({ name }) => `"${name}"`).join(", ");
  return problem(404, `There is no mapping "${shown(request.params["name"] ?? "")}". The mappings are: ${names}.`);
}
