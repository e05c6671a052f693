import type { IncomingMessage, ServerResponse } from "node:http";

/** A request as the host handles it, whether it came over a socket or from this process. */
export interface HostRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** The body came in chunks, without a Content-Length: only functions that stream receive it, as in production. */
  readonly chunked: boolean;
}

/** An answer as the host gives it. */
export interface HostResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | string;
}

/** Makes a JSON answer. */
export function jsonResponse(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HostResponse {
  const all = { "Content-Type": "application/json; charset=utf-8", ...headers };
  return { status, headers: Object.entries(all), body: JSON.stringify(value) };
}

/** Makes an answer without a body. */
export function emptyResponse(status: number): HostResponse {
  return { status, headers: [], body: "" };
}

/** Reads a request from a socket. */
export async function fromIncoming(incoming: IncomingMessage): Promise<HostRequest> {
  const host = incoming.headers.host ?? "localhost";
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return {
    method: incoming.method ?? "GET",
    url: new URL(`http://${host}${incoming.url ?? "/"}`),
    headers,
    body: Buffer.concat(chunks),
    chunked: incoming.headers["content-length"] === undefined,
  };
}

/** Sends an answer over a socket. */
export function sendResponse(outgoing: ServerResponse, response: HostResponse): void {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  const body = typeof response.body === "string" ? Buffer.from(response.body) : response.body;
  if (response.status !== 204 && response.status !== 304) outgoing.setHeader("Content-Length", body.byteLength);
  outgoing.end(body.byteLength > 0 ? body : undefined);
}

/** Reads a request of this process. */
export async function fromRequest(request: Request): Promise<HostRequest> {
  const body = new Uint8Array(await request.arrayBuffer());
  const headers = new Headers(request.headers);
  const chunked = headers.get("transfer-encoding")?.includes("chunked") === true;
  if (body.byteLength > 0 && !chunked) headers.set("content-length", String(body.byteLength));
  return { method: request.method, url: new URL(request.url), headers, body, chunked };
}

/** Makes an answer for this process. */
export function toResponse(response: HostResponse): Response {
  const headers = new Headers();
  for (const [name, value] of response.headers) headers.append(name, value);
  const withoutBody = response.status === 204 || response.status === 205 || response.status === 304;
  return new Response(withoutBody ? null : (response.body as BodyInit), { status: response.status, headers });
}
