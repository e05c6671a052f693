// GitHub's errors, translated once. The client's own errors carry the request with its variables, so they never become a `cause`.
import type { Clock } from "../sync/clock.ts";
import { ServiceError, type ServiceErrorEnd } from "../sync/error.ts";
import { type Headers, isRateLimit, isTooQuick, toWaitMs } from "./limits.ts";
import { PULL_REQUEST_MESSAGES } from "./pull-request-errors.ts";

/** One entry of `errors` in a GraphQL answer. */
export interface ErrorEntry {
  readonly type?: string;
  readonly message?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

interface Meaning {
  readonly code: string;
  readonly end: ServiceErrorEnd;
}

const QUERY_LIMIT: Meaning = { code: "query_limits", end: "failed" };
const RATE_LIMITED: Meaning = { code: "rate_limited", end: "limited" };

const BY_TYPE: Readonly<Record<string, Meaning>> = {
  RATE_LIMITED,
  RATE_LIMIT: RATE_LIMITED,
  NOT_FOUND: { code: "not_found", end: "failed" },
  FORBIDDEN: { code: "forbidden", end: "failed" },
  INSUFFICIENT_SCOPES: { code: "insufficient_scopes", end: "failed" },
  UNPROCESSABLE: { code: "invalid", end: "failed" },
  MAX_NODE_LIMIT_EXCEEDED: QUERY_LIMIT,
  EXCESSIVE_PAGINATION: QUERY_LIMIT,
  MISSING_PAGINATION_BOUNDARIES: QUERY_LIMIT,
  ARGUMENT_LIMIT: QUERY_LIMIT,
  RESOURCE_LIMITS_EXCEEDED: { code: "resource_limits", end: "unknown" },
};

/** What a refusal of a value is about, by GitHub's words. */
const BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/archived so is read-only/i, "archived"],
  [/issues (has been|have been|are) disabled/i, "issues_disabled"],
  [/body is too long/i, "body_too_long"],
  [/title is too long/i, "title_too_long"],
  [/title can.?t be blank/i, "title_missing"],
  [/(option|iteration) id does not belong to the field/i, "option_stale"],
  [/item is archived/i, "item_archived"],
  [/projects cannot have more than/i, "project_full"],
  [/cannot be assigned|could not resolve to assignable/i, "not_assignable"],
  [/name has already been taken/i, "label_taken"],
  ...PULL_REQUEST_MESSAGES,
];

/** What is said of sub-issues; by some of it as of something that is not there. */
const BY_SUB_ISSUE_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/duplicate sub-issues/i, "sub_issue_present"],
  [/sub-issue does not belong/i, "sub_issue_absent"],
];

const SECRET = /\b(gh[a-z]_\w+|github_pat_\w+|eyJ[\w-]+\.[\w-]+\.[\w-]*)|[^\s@]+@[^\s@]+\.[^\s@]+/g;
const MAX_MESSAGE_CHARS = 300;
const MAX_READ_CHARS = 1_000; // a search for secrets in more of it would take too long

const toSafeText = (message: string): string =>
  message.slice(0, MAX_READ_CHARS).replace(SECRET, "…").replace(/\s+/g, " ").slice(0, MAX_MESSAGE_CHARS);

/** What GitHub said, without the token: something in between may say back what it was sent. */
export function hideToken<T>(said: T, token: string): T {
  if (typeof said !== "object" || said === null || !("message" in said) || typeof said.message !== "string") return said;
  return { ...said, message: said.message.replaceAll(token, "…") };
}

const serviceError = (meaning: Meaning, message: string, status?: number, retryAfterMs?: number): ServiceError =>
  new ServiceError({ service: "github", ...meaning, message, status, retryAfterMs });

/** An error by another code, where its place says more than GitHub does. */
export const withCode = ({ service, end, message, status, retryAfterMs }: ServiceError, code: string): ServiceError =>
  new ServiceError({ service, code, end, message, status, retryAfterMs });

/** The error for a request that was not sent because its time was over. */
export const toDeadlineError = (): ServiceError =>
  serviceError(
    { code: "deadline_passed", end: "limited" },
    "The request to GitHub was not sent: its time was over.",
    undefined,
    0,
  );

/** The error for an answer that lacks what was asked for. */
export const toIncompleteError = (what: string): ServiceError =>
  serviceError({ code: "incomplete_result", end: "unknown" }, `GitHub's answer was incomplete: expected ${what}.`);

/** The error for a change that GitHub acknowledged and did not make. */
export const toNotAppliedError = (what: string): ServiceError =>
  serviceError({ code: "not_applied", end: "failed" }, `GitHub acknowledged the request, but ${what}.`);

/** The error for a token that could not be had; nothing was sent with it. */
export const toTokenError = (message: string): ServiceError =>
  serviceError({ code: "token_unavailable", end: "failed" }, message);

function toLimitError(headers: Headers, message: string, clock: Clock, status?: number): ServiceError {
  const text = isTooQuick(message) ? "GitHub says that content was made too quickly." : "GitHub's rate limit was met.";
  return serviceError(RATE_LIMITED, text, status, toWaitMs(headers, message, clock));
}

function toMeaning(entry: ErrorEntry, message: string): Meaning {
  const { type } = entry;
  if (type === undefined) {
    // Without a type, only an error in the document has no path; everything else met it on the way, when something may have been done.
    const isDocument = entry.path === undefined && !/something went wrong|timeout|in time/i.test(message);
    return isDocument ? { code: "bad_request", end: "failed" } : { code: "unavailable", end: "unknown" };
  }
  if (type === "FORBIDDEN" && entry.extensions?.["saml_failure"] === true) return { code: "sso_required", end: "failed" };
  if (type === "UNPROCESSABLE" || type === "NOT_FOUND") {
    // Names that GitHub quotes when something is not there are no words of its own.
    const patterns = type === "NOT_FOUND" ? BY_SUB_ISSUE_MESSAGE : [...BY_SUB_ISSUE_MESSAGE, ...BY_MESSAGE];
    const found = patterns.find(([pattern]) => pattern.test(message));
    if (found) return { code: found[1], end: "failed" };
  }
  if (/INTERNAL|TIMEOUT|UNAVAILABLE/.test(type)) return { code: "unavailable", end: "unknown" };
  return (Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined) ?? { code: "invalid", end: "failed" };
}

/** Translates one entry of `errors`. */
export function toEntryError(entry: ErrorEntry, headers: Headers, clock: Clock): ServiceError {
  const message = entry.message ?? "";
  const meaning = toMeaning(entry, message);
  if (meaning.end === "limited" || isTooQuick(message) || isRateLimit(message)) return toLimitError(headers, message, clock, 200);
  // What GitHub says about a document it could not read may quote the variables.
  const text = meaning.code === "bad_request" ? "GitHub did not understand the request." : `GitHub: ${toSafeText(message)}`;
  return serviceError(meaning, text, 200);
}

/** Translates an answer with an HTTP status of 400 or more. */
export function toStatusError(status: number, headers: Headers, body: unknown, clock: Clock): ServiceError {
  const given = typeof body === "object" && body !== null && "message" in body ? body.message : undefined;
  const message = typeof given === "string" ? given : "";
  const hasLimit =
    isRateLimit(message) || headers["retry-after"] !== undefined || String(headers["x-ratelimit-remaining"]) === "0";
  if (status === 429 || (status === 403 && hasLimit)) return toLimitError(headers, message, clock, status);
  if (status >= 300 && status < 400) {
    return serviceError(
      { code: "redirected", end: "failed" },
      "GitHub's address sends to another one, where no token is sent.",
      status,
    );
  }
  if (status === 401) return serviceError({ code: "unauthorized", end: "failed" }, "GitHub does not accept the token.", status);
  if (status === 403 && /suspended/i.test(message)) {
    return serviceError(
      { code: "suspended", end: "failed" },
      "The installation of the GitHub App, or its owner, is suspended.",
      status,
    );
  }
  if (status === 403) {
    const code = headers["x-github-sso"] === undefined ? "forbidden" : "sso_required";
    return serviceError({ code, end: "failed" }, `GitHub: ${toSafeText(message || "Forbidden")}`, status);
  }
  if (status === 404) {
    return serviceError({ code: "not_found", end: "failed" }, "GitHub's API was not found at the address that is set.", status);
  }
  if (status >= 500 || status === 408) {
    return serviceError({ code: "unavailable", end: "unknown" }, `GitHub answered with status ${status}.`, status);
  }
  return serviceError({ code: "bad_request", end: "failed" }, `GitHub refused the request with status ${status}.`, status);
}

/** Codes of Node's fetch for a request that never left this machine. */
const NEVER_SENT: readonly unknown[] = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];

/** The error for a request that could not be sent, or `undefined` when it may have arrived. */
export function findUnsentError(error: unknown): ServiceError | undefined {
  for (let cause = error; typeof cause === "object" && cause !== null; cause = "cause" in cause ? cause.cause : undefined) {
    const code = "code" in cause ? cause.code : undefined;
    if (typeof code === "string" && NEVER_SENT.includes(code)) {
      return serviceError({ code: "unreachable", end: "failed" }, `GitHub cannot be reached (${code}).`);
    }
  }
  return undefined;
}

/** The error for a request that got no answer. */
export function toNoAnswerError(timedOut: boolean): ServiceError {
  return timedOut
    ? serviceError({ code: "timeout", end: "unknown" }, "GitHub did not answer in time.")
    : serviceError({ code: "unavailable", end: "unknown" }, "The connection to GitHub failed.");
}

/** Of several errors of one answer the one to act on: a limit, else the first. */
export const toLeadingError = (errors: readonly ServiceError[]): ServiceError | undefined =>
  errors.find((error) => error.end === "limited") ?? errors[0];
