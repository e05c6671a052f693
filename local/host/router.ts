import type { DurableApi } from "./durable/http-api.ts";
import { RPC_PATH, WEBHOOK_PATH } from "./durable/management-urls.ts";
import { emptyResponse, jsonResponse, type HostRequest, type HostResponse } from "./http-message.ts";
import { authorize, type Keys } from "./keys.ts";
import { matchRoute, type Route } from "./routes.ts";
import type { RegisteredFunction } from "./functions-core.ts";

/** Answers one request, whichever way it came. */
export type Router = (request: HostRequest) => Promise<HostResponse>;

/** What the router reaches. */
export interface RouterOptions {
  readonly routePrefix: string;
  readonly routes: readonly Route[];
  readonly durable: DurableApi;
  readonly keys: Keys;
  readonly enforceKeys: boolean;
  readonly invokeHttp: (
    target: RegisteredFunction,
    request: HostRequest,
    params: Readonly<Record<string, string>>,
  ) => Promise<HostResponse>;
  /** @returns Whether there is a timer trigger of that name; its run goes on in the background. */
  readonly fireTimer: (name: string) => boolean;
  readonly hostVersion: string;
}

/** Makes the router: the app's routes, the durable client API on both its paths, and the admin routes. */
export function createRouter(options: RouterOptions): Router {
  const guard = (level: string, request: HostRequest): 200 | 401 | 403 =>
    options.enforceKeys ? authorize(options.keys, level, request) : 200;
  const prefix = options.routePrefix ? `/${options.routePrefix.toLowerCase()}/` : "/";

  return async (request) => {
    const path = request.url.pathname;
    const lower = path.toLowerCase();
    if (lower.startsWith(`${RPC_PATH}/`)) return options.durable(path.slice(RPC_PATH.length + 1), request);
    if (lower.startsWith(`${WEBHOOK_PATH}/`)) {
      // Closed also where function keys are not asked for: whoever may call it can start and end everything.
      const verdict = authorize(options.keys, "system", request);
      return verdict === 200 ? options.durable(path.slice(WEBHOOK_PATH.length + 1), request) : emptyResponse(verdict);
    }
    if (lower.startsWith("/admin/")) {
      // The real host wants its master key here; there is none locally.
      const verdict = guard("function", request);
      return verdict === 200 ? admin(options, path, request) : emptyResponse(verdict);
    }
    if (lower === "/")
      return { status: 200, headers: [["Content-Type", "text/html"]], body: "<p>The local host is running.</p>" };
    const match = lower.startsWith(prefix) ? matchRoute(options.routes, request.method, path.slice(prefix.length)) : undefined;
    if (!match) return emptyResponse(404);
    const verdict = guard((match.target.trigger.binding.authLevel ?? "anonymous").toLowerCase(), request);
    return verdict === 200 ? options.invokeHttp(match.target, request, match.params) : emptyResponse(verdict);
  };
}

function admin(options: RouterOptions, path: string, request: HostRequest): HostResponse {
  const [, , area, name, ...more] = path.split("/").map(decodeURIComponent);
  if (area === "host" && name === "status" && request.method === "GET") {
    return jsonResponse(200, { id: "local", state: "Running", version: options.hostVersion });
  }
  if (area === "functions" && name && more.length === 0 && request.method === "POST") {
    return emptyResponse(options.fireTimer(name) ? 202 : 404);
  }
  return emptyResponse(404);
}
