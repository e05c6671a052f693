import type { Random } from "../simulator/random.ts";
import type { FaultAnswer, ReceivedRequest, RequestContext, SimulatorKit, Vendor } from "../simulator/vendor.ts";
import type { Actors } from "./actors.ts";
import { isObject, type JsonObject } from "./body.ts";
import {
  NotionError,
  capabilityError,
  notSimulatedError,
  rateLimitError,
  shapeError,
  toErrorResponse,
  toStatusError,
  validationError,
} from "./errors.ts";
import { CURRENT_VERSION } from "./page-reads.ts";
import type { RateLimiter } from "./rate-limit.ts";
import { findRoute, toUnknownKind } from "./router.ts";
import type { Call, Services } from "./services.ts";

const VERSIONS = ["2025-09-03", CURRENT_VERSION];

/** How much the workspace and its connections may ask. */
export interface NotionLimits {
  /** Of one token of the bot, in a fixed window of 60 s. 180 on small plans, 600 on large ones. */
  readonly requestsPerMinute: number;
  /** Of one token of a person, who would not use the API at all in the real Notion. */
  readonly personRequestsPerMinute: number;
  /** Of all tokens together. */
  readonly workspaceRequestsPerMinute: number;
  /** Results of one query over all its pages. */
  readonly queryResults: number;
  /** Results in one page of a query, whatever was asked. */
  readonly queryPageSize: number;
  readonly bodyBytes: number;
}

/** What Notion's part of the simulator is made of. */
export interface NotionVendorOptions {
  readonly kit: SimulatorKit;
  readonly services: Services;
  readonly actors: Actors;
  readonly limiter: RateLimiter;
  readonly limits: NotionLimits;
  readonly requestRandom: Random;
  reset(): void;
}

const readJson = (text: string, maxBytes: number): JsonObject => {
  if (Buffer.byteLength(text) > maxBytes)
    throw validationError(`body failed validation: the body is larger than ${maxBytes} bytes.`);
  if (text === "") return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new NotionError(400, "invalid_json", "Error parsing JSON body.");
  }
  if (!isObject(body)) throw shapeError("body", "an object", body);
  return body;
};

const readCommitted = async (effect: Response | undefined): Promise<JsonObject> => {
  const guidance = { retry_guidance: ["Read the object again to see whether the write was saved.", "Do not repeat the write."] };
  if (!effect?.ok) return guidance;
  const saved: unknown = await effect.json();
  if (!isObject(saved)) return guidance;
  if (saved["object"] !== "list") return { ...guidance, committed_resource_id: saved["id"] };
  const children: unknown[] = Array.isArray(saved["results"]) ? saved["results"] : [];
  const parent = children.map((child) => (isObject(child) ? child["parent"] : undefined)).find(isObject);
  return {
    ...guidance,
    committed_resource_id: parent?.["page_id"] ?? parent?.["block_id"],
    committed_child_ids: children.map((child) => (isObject(child) ? child["id"] : undefined)),
  };
};

/** Creates Notion's part of the simulator. */
export function createNotionVendor(options: NotionVendorOptions): Vendor {
  const { kit, services, actors, limiter, limits, requestRandom } = options;

  const admit = (request: ReceivedRequest, needs: "read" | "update" | "insert"): Pick<Call, "actor" | "version"> => {
    const { actor, token } = actors.read(request.headers.get("authorization"));
    const isBot = actor.type === "bot";
    const waitSeconds = limiter.take(token, isBot ? limits.requestsPerMinute : limits.personRequestsPerMinute);
    if (waitSeconds !== undefined) throw rateLimitError("public_api_request_rate_limit", waitSeconds);
    const workspaceSeconds = limiter.take("workspace", limits.workspaceRequestsPerMinute);
    if (workspaceSeconds !== undefined) throw rateLimitError("public_api_space_request_rate_limit", workspaceSeconds);
    const version = request.headers.get("notion-version");
    if (version === null)
      throw new NotionError(400, "missing_version", `Notion-Version header should be defined, instead was \`undefined\`.`);
    if (!VERSIONS.includes(version)) {
      throw notSimulatedError(`version ${version}, only ${VERSIONS.join(" and ")}`);
    }
    const isRefused =
      (needs === "update" && services.profile.canUpdate === false) ||
      (needs === "insert" && services.profile.canInsert === false);
    if (isBot && isRefused) throw capabilityError();
    return { actor, version };
  };

  const answer = (request: ReceivedRequest, context: RequestContext): object => {
    const { method, url } = request;
    const found = findRoute(method, url.pathname);
    if (!found) throw notSimulatedError(toUnknownKind(method, url.pathname));
    const admitted = admit(request, found.route.needs);
    context.note({ as: admitted.actor.type, ...(found.ids.length > 0 ? { ids: found.ids } : {}) });
    const body = readJson(request.bodyText, limits.bodyBytes);
    const call = { ...admitted, ids: found.ids, query: url.searchParams, body, origin: url.origin, asOfMs: context.asOfMs };
    return found.route.handle(services, call);
  };

  return {
    describe({ method, url }) {
      const found = findRoute(method, url.pathname);
      if (!found) return { kind: toUnknownKind(method, url.pathname), write: method !== "GET" };
      return { kind: found.route.kind, write: found.route.needs !== "read" };
    },
    handle(request, context) {
      const requestId = requestRandom.uuid();
      try {
        const body = { ...answer(request, context), request_id: requestId };
        return Response.json(body, { headers: { "x-notion-request-id": requestId } });
      } catch (error) {
        if (!(error instanceof NotionError)) throw error;
        if (error.status === 501) kit.missing(error.message);
        context.note({ error: error.code });
        return toErrorResponse(error, requestId);
      }
    },
    async faultAnswer({ status, effect }: FaultAnswer) {
      const additional = status === 503 && effect ? await readCommitted(effect) : undefined;
      return toErrorResponse(toStatusError(status, additional), requestRandom.uuid());
    },
    reset: () => options.reset(),
    webhookFields: ["handshake"],
    webhooksControlled(body) {
      if (body["handshake"] === true) services.events.sendHandshake();
    },
  };
}
