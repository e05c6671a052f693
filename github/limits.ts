import type { Clock } from "../sync/clock.ts";

/** Headers of an answer, by lower-case name. */
export type Headers = Readonly<Record<string, string | number | undefined>>;

const SECONDARY_WAIT_MS = 60_000; // ms; GitHub asks for at least a minute when it sends no retry-after
const TOO_QUICK_WAIT_MS = 5 * 60_000; // ms; GitHub publishes no figure, the block lasts from minutes to an hour
const LEAST_WAIT_MS = 1_000; // ms; both headers have whole seconds

/** Whether a message says that content was made faster than GitHub allows. */
export const isTooQuick = (message: string): boolean => /was submitted too quickly/i.test(message);

/** Whether a message says that a rate limit was met. */
export const isRateLimit = (message: string): boolean => /secondary rate limit|API rate limit|abuse detection/i.test(message);

function parseRetryAfter(value: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : atMs - nowMs;
}

/**
 * Reads when the hourly budget comes back, if it is used up.
 *
 * @returns milliseconds since 1970, or `undefined` while some of it is left.
 */
export function findResetMs(headers: Headers): number | undefined {
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  return String(headers["x-ratelimit-remaining"]) === "0" && Number.isFinite(reset) ? reset * 1_000 : undefined;
}

/**
 * How long to send nothing after an answer that says a limit was met, in milliseconds.
 *
 * @see https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function toWaitMs(headers: Headers, message: string, clock: Clock): number {
  const nowMs = clock.now();
  const retryAfter = headers["retry-after"];
  const resetMs = findResetMs(headers);
  const fallbackMs = isTooQuick(message) ? TOO_QUICK_WAIT_MS : SECONDARY_WAIT_MS;
  const askedMs =
    (retryAfter === undefined ? undefined : parseRetryAfter(String(retryAfter), nowMs)) ??
    (resetMs === undefined ? fallbackMs : resetMs - nowMs);
  return Math.max(LEAST_WAIT_MS, askedMs);
}
