// The HTTP API that the durable client speaks.
import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { emptyResponse, jsonResponse, type HostRequest, type HostResponse } from "../http-message.ts";
import type { HostSettings } from "../settings.ts";
import type { Engine } from "./engine.ts";
import { toManagementUrls, type Address } from "./management-urls.ts";
import { isTerminal } from "./protocol.ts";
import { listMatching, selectInstances, toOutcome, toStatus } from "./status.ts";
import type { HostStore, Instance } from "./store.ts";

/** Answers one request of the client API; `path` is what follows its base, without a slash at the start. */
export type DurableApi = (path: string, request: HostRequest) => Promise<HostResponse>;

interface ApiOptions {
  readonly engine: Engine;
  readonly store: HostStore;
  readonly clock: Clock;
  readonly settings: HostSettings;
  readonly address: () => Address;
}

const START_RETRY_SECONDS = "10"; // s; what the extension answers to a start
const STATUS_RETRY_SECONDS = "5"; // s; what it answers to a status that is not final
const CONTROLS: Readonly<Record<string, "suspended" | "resumed" | "executionTerminated">> = {
  suspend: "suspended",
  resume: "resumed",
  terminate: "executionTerminated",
};

const NOT_FOUND = emptyResponse(404);
const message = (status: number, text: string): HostResponse => jsonResponse(status, { Message: text });
const unsupported = (what: string): HostResponse => ({
  status: 501,
  headers: [["Content-Type", "text/plain; charset=utf-8"]],
  body: `not supported by the local host: ${what}`,
});

/** Makes the client API over the engine. */
export function createDurableApi(options: ApiOptions): DurableApi {
  const { engine, store } = options;

  return async (path, request) => {
    const [kind = "", ...rest] = path.split("/").map(decodeURIComponent);
    const [id, operation, name] = rest;
    if (kind === "entities") return unsupported("entities");
    if (kind === "orchestrators" && request.method === "POST" && id) return startInstance(options, request, id, operation);
    if (kind !== "instances") return NOT_FOUND;
    if (!id) return manyInstances(options, request);
    const instance = store.findInstance(id);
    if (!operation && request.method === "GET") return readStatus(options, request, instance);
    if (!operation && request.method === "DELETE") return purge(engine, instance);
    if (request.method !== "POST" || !operation) return NOT_FOUND;
    if (!instance) return message(404, `No instance with ID '${id}' found.`);
    const reason = request.url.searchParams.get("reason") ?? "";
    const controlled = CONTROLS[operation.toLowerCase()];
    if (controlled) {
      if (isTerminal(instance.status)) return emptyResponse(410);
      engine.control(id, controlled, reason);
      return emptyResponse(202);
    }
    switch (operation.toLowerCase()) {
      case "raiseevent":
        return raise(engine, request, instance, name ?? "");
      case "rewind":
        return rewind(instance);
      case "restart":
        return restart(options, request, instance);
      default:
        return NOT_FOUND;
    }
  };
}

/** @returns The JSON text again, as it is stored; undefined when it is not JSON. */
function readJson(request: HostRequest): string | undefined {
  try {
    return JSON.stringify(JSON.parse(new TextDecoder().decode(request.body)));
  } catch {
    return undefined;
  }
}

async function startInstance(options: ApiOptions, request: HostRequest, name: string, id?: string): Promise<HostResponse> {
  const input = request.body.byteLength === 0 ? null : readJson(request);
  if (input === undefined) return message(400, "Invalid JSON content");
  const instanceId = id ?? randomUUID().replaceAll("-", "");
  const obstacle = options.engine.start(instanceId, name, input);
  if (obstacle) return message(409, `An Orchestration instance with the status ${obstacle} already exists.`);
  const timeoutSeconds = Number(request.url.searchParams.get("timeout") ?? 0);
  if (timeoutSeconds > 0) {
    const pollSeconds = Number(request.url.searchParams.get("pollingInterval") ?? 1);
    const ended = await waitForEnd(options, instanceId, timeoutSeconds * 1000, Math.max(0.01, pollSeconds) * 1000);
    if (ended) return jsonResponse(ended.status === "Failed" ? 500 : 200, toOutcome(ended));
  }
  return started(options, instanceId);
}

function started(options: ApiOptions, id: string): HostResponse {
  const urls = toManagementUrls(options.address(), options.settings, id);
  return jsonResponse(202, urls, { Location: urls["statusQueryGetUri"] ?? "", "Retry-After": START_RETRY_SECONDS });
}

async function waitForEnd(options: ApiOptions, id: string, timeoutMs: number, pollMs: number): Promise<Instance | undefined> {
  const until = options.clock.now() + timeoutMs;
  for (;;) {
    const instance = options.store.findInstance(id);
    if (instance && isTerminal(instance.status)) return instance;
    if (options.clock.now() >= until) return undefined;
    await new Promise<void>((resolve) => options.clock.setTimer(pollMs, resolve));
  }
}

function readStatus(options: ApiOptions, request: HostRequest, instance: Instance | undefined): HostResponse {
  if (!instance) return NOT_FOUND;
  const body = toStatus(options.store, instance, request.url.searchParams);
  if (!isTerminal(instance.status)) {
    const urls = toManagementUrls(options.address(), options.settings, instance.id);
    return jsonResponse(202, body, { Location: urls["statusQueryGetUri"] ?? "", "Retry-After": STATUS_RETRY_SECONDS });
  }
  const asError = request.url.searchParams.get("returnInternalServerErrorOnFailure")?.toLowerCase() === "true";
  return jsonResponse(asError && instance.status === "Failed" ? 500 : 200, body);
}

function manyInstances(options: ApiOptions, request: HostRequest): HostResponse {
  const { store } = options;
  const query = request.url.searchParams;
  if (request.method === "GET") {
    const page = selectInstances(store, query, request.headers.get("x-ms-continuation-token"));
    const headers: Record<string, string> = page.token ? { "x-ms-continuation-token": page.token } : {};
    return jsonResponse(
      200,
      page.instances.map((instance) => toStatus(store, instance, query)),
      headers,
    );
  }
  if (request.method !== "DELETE") return NOT_FOUND;
  if (!query.get("createdTimeFrom")) return message(400, "Please provide value for 'createdTimeFrom' parameter.");
  const ended = listMatching(store, query).filter((instance) => isTerminal(instance.status));
  for (const instance of ended) options.engine.purge(instance.id);
  return ended.length === 0 ? NOT_FOUND : jsonResponse(200, { instancesDeleted: ended.length });
}

function purge(engine: Engine, instance: Instance | undefined): HostResponse {
  if (!instance) return NOT_FOUND;
  if (!isTerminal(instance.status)) {
    return message(
      412,
      `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instance.id} has status ${instance.status}`,
    );
  }
  engine.purge(instance.id);
  return jsonResponse(200, { instancesDeleted: 1 });
}

function raise(engine: Engine, request: HostRequest, instance: Instance, name: string): HostResponse {
  if (isTerminal(instance.status)) return emptyResponse(410);
  if (!request.headers.get("content-type")?.includes("json"))
    return message(400, "Only application/json request content is supported");
  const input = readJson(request);
  if (input === undefined) return message(400, "Invalid JSON content");
  engine.raise(instance.id, name, input);
  return emptyResponse(202);
}

function rewind(instance: Instance): HostResponse {
  if (instance.status === "Failed") return unsupported("rewind");
  const text = `This orchestration has status ${instance.status}, but only orchestrations in the "Failed" state can be rewound.`;
  return { status: 412, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: text };
}

function restart(options: ApiOptions, request: HostRequest, instance: Instance): HostResponse {
  const fresh = request.url.searchParams.get("restartWithNewInstanceId")?.toLowerCase() !== "false";
  const id = fresh ? randomUUID().replaceAll("-", "") : instance.id;
  const obstacle = options.engine.start(id, instance.name, instance.input);
  if (obstacle) return message(409, `An Orchestration instance with the status ${obstacle} already exists.`);
  return started(options, id);
}
