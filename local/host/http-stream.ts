// HTTP triggers of an app that set `enableHttpStream`: the library serves the request itself, on a port that it names as a capability.
import { randomUUID } from "node:crypto";
import type { RegisteredFunction } from "./functions-core.ts";
import { emptyResponse, type HostRequest, type HostResponse } from "./http-message.ts";
import type { Invoke } from "./invoke.ts";
import type { Log } from "./log.ts";

const NOT_FORWARDED = ["connection", "content-length", "transfer-encoding", "host", "keep-alive", "expect"];

/**
 * Forwards a request to the library's own server while the function is invoked. Bodies are handed over whole.
 *
 * @param streamUri The capability `HttpUri`.
 */
export async function invokeStreaming(
  invoke: Invoke,
  log: Log,
  streamUri: string,
  target: RegisteredFunction,
  request: HostRequest,
  params: Readonly<Record<string, string>>,
): Promise<HostResponse> {
  const invocationId = randomUUID();
  const metadata = {
    Headers: { json: JSON.stringify(Object.fromEntries(request.headers)) },
    Query: { json: JSON.stringify(Object.fromEntries(request.url.searchParams)) },
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { string: value }])),
  };
  const stop = new AbortController();
  try {
    const forwarded = forward(streamUri, request, invocationId, stop.signal);
    const invoked = invoke(target, { data: {}, metadata, invocationId });
    // A function that throws never answers its request: whichever comes first decides.
    invoked.catch((error: unknown) => stop.abort(error));
    const response = await forwarded;
    await invoked;
    return response;
  } catch (error) {
    log("error", `Function.${target.name}`, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return emptyResponse(500);
  }
}

async function forward(
  streamUri: string,
  request: HostRequest,
  invocationId: string,
  signal: AbortSignal,
): Promise<HostResponse> {
  const headers = new Headers(request.headers);
  for (const name of NOT_FORWARDED) headers.delete(name);
  headers.set("x-ms-invocation-id", invocationId);
  headers.set("x-forwarded-host", request.url.host);
  headers.set("x-forwarded-proto", request.url.protocol.replace(":", ""));
  const withBody = request.method !== "GET" && request.method !== "HEAD";
  const response = await fetch(new URL(`${request.url.pathname}${request.url.search}`, streamUri), {
    method: request.method,
    headers,
    redirect: "manual",
    signal,
    ...(withBody ? { body: request.body as BodyInit } : {}),
  });
  const cookies = response.headers.getSetCookie().map((value): [string, string] => ["Set-Cookie", value]);
  const plain = [...response.headers].filter(([name]) => name !== "set-cookie" && !NOT_FORWARDED.includes(name));
  return { status: response.status, headers: [...plain, ...cookies], body: new Uint8Array(await response.arrayBuffer()) };
}
