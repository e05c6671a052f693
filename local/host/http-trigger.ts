import type { RegisteredFunction } from "./functions-core.ts";
import { emptyResponse, type HostRequest, type HostResponse } from "./http-message.ts";
import type { Invoke } from "./invoke.ts";
import type { Log } from "./log.ts";
import type { RpcCookie, RpcHttp } from "./typed-data.ts";

const SAME_SITE: Readonly<Record<string, string>> = { lax: "Lax", strict: "Strict", explicitNone: "None" };

/** Runs an HTTP-triggered function. An error in it is an empty 500, as in production. */
export async function invokeHttp(
  invoke: Invoke,
  log: Log,
  target: RegisteredFunction,
  request: HostRequest,
  params: Readonly<Record<string, string>>,
): Promise<HostResponse> {
  try {
    const returned = await invoke(target, { data: { http: toRpc(request, params) } });
    return returned?.http ? fromRpc(returned.http) : emptyResponse(204);
  } catch (error) {
    log("error", `Function.${target.name}`, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return emptyResponse(500);
  }
}

type Wrapped = Record<string, { readonly value: string }>;

function wrap(entries: Iterable<readonly [string, string]>): Wrapped {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}

function toRpc(request: HostRequest, params: Readonly<Record<string, string>>): RpcHttp {
  return {
    method: request.method,
    url: request.url.href,
    nullableHeaders: wrap(request.headers),
    nullableQuery: wrap(request.url.searchParams),
    nullableParams: wrap(Object.entries(params)),
    ...(request.body.byteLength > 0 && !request.chunked ? { body: { bytes: request.body } } : {}),
  };
}

function fromRpc(http: RpcHttp): HostResponse {
  const cookies = (http.cookies ?? []).map((cookie): [string, string] => ["Set-Cookie", formatCookie(cookie)]);
  const bytes = http.body?.bytes;
  return {
    status: Number(http.statusCode ?? 200),
    headers: [...Object.entries(http.headers ?? {}), ...cookies],
    body: bytes ?? http.body?.string ?? "",
  };
}

function formatCookie(cookie: RpcCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (cookie.maxAge) parts.push(`Max-Age=${cookie.maxAge.value}`);
  if (cookie.domain) parts.push(`Domain=${cookie.domain.value}`);
  if (cookie.path) parts.push(`Path=${cookie.path.value}`);
  if (cookie.expires) parts.push(`Expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`);
  if (cookie.httpOnly?.value) parts.push("HttpOnly");
  if (cookie.secure?.value) parts.push("Secure");
  const sameSite = SAME_SITE[cookie.sameSite ?? ""];
  if (sameSite) parts.push(`SameSite=${sameSite}`);
  return parts.join("; ");
}
