import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { isInvalidContinuation } from "../storage/row-error.ts";

/** What the pages on errors of RFC 9457 are found under. */
const TITLES: Readonly<Record<number, string>> = {
  400: "The request is malformed",
  401: "The signature does not match",
  404: "There is no such thing",
  409: "It is not possible now",
  413: "The request is too large",
  502: "A service refused",
  503: "The service is not ready",
};

const SHOWN_CHARS = 60;

/** An error as `application/problem+json` (RFC 9457). */
export function problem(status: number, detail: string): HttpResponseInit {
  const body = { type: "about:blank", title: TITLES[status] ?? "Something went wrong", status, detail };
  return { status, body: JSON.stringify(body), headers: { "content-type": "application/problem+json" } };
}

/** The body of a request as text; `undefined` when it is over `maxBytes`. */
export async function readText(request: HttpRequest, maxBytes: number): Promise<string | undefined> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) return undefined;
  const text = await request.text();
  return Buffer.byteLength(text) > maxBytes ? undefined : text;
}

/** Parses the body of a command: a JSON object, or nothing at all; `undefined` when it is neither. */
export function parseCommand(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What was asked for, as an answer may repeat it: its beginning. */
export function shown(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** Answers 400 to a continuation that no answer gave. */
export async function withContinuation(answer: () => Promise<HttpResponseInit>): Promise<HttpResponseInit> {
  try {
    return await answer();
  } catch (error) {
    if (!isInvalidContinuation(error)) throw error;
    return problem(400, "The continuation is none that an earlier answer gave.");
  }
}
