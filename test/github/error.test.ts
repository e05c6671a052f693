import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { findUnsentError, toEntryError, toLeadingError, toNoAnswerError, toStatusError } from "../../github/error.ts";
import { GITHUB_ERROR_CODES, toRemedy } from "../../github/remedy.ts";
import { createVirtualClock } from "../../local/virtual-clock.ts";

const START = "2026-11-25T12:00:00.000Z";
const clock = createVirtualClock(START);
const resetAt = String(Date.parse(START) / 1_000 + 1_200);

describe("toEntryError", () => {
  test.each([
    [
      "a missing object",
      { type: "NOT_FOUND", message: "Could not resolve to a node with the global id of 'X'" },
      "not_found",
      "failed",
    ],
    ["a missing permission", { type: "FORBIDDEN", message: "Resource not accessible by integration" }, "forbidden", "failed"],
    [
      "a token without single sign-on",
      { type: "FORBIDDEN", message: "Resource protected by organization SAML enforcement.", extensions: { saml_failure: true } },
      "sso_required",
      "failed",
    ],
    [
      "a missing scope",
      { type: "INSUFFICIENT_SCOPES", message: "Your token has not been granted" },
      "insufficient_scopes",
      "failed",
    ],
    [
      "an archived repository",
      { type: "UNPROCESSABLE", message: "Repository was archived so is read-only" },
      "archived",
      "failed",
    ],
    [
      "disabled issues",
      { type: "UNPROCESSABLE", message: "Issues has been disabled in this repository" },
      "issues_disabled",
      "failed",
    ],
    [
      "a long body",
      { type: "UNPROCESSABLE", message: "Body is too long (maximum is 65536 characters)" },
      "body_too_long",
      "failed",
    ],
    [
      "a long title",
      { type: "UNPROCESSABLE", message: "Title is too long (maximum is 256 characters)" },
      "title_too_long",
      "failed",
    ],
    ["an empty title", { type: "UNPROCESSABLE", message: "Title can't be blank" }, "title_missing", "failed"],
    ["another bad value", { type: "UNPROCESSABLE", message: "Could not close the issue." }, "invalid", "failed"],
    ["an unknown type", { type: "STALE_DATA", message: "Head branch was modified" }, "invalid", "failed"],
    ["too many nodes", { type: "MAX_NODE_LIMIT_EXCEEDED", message: "…" }, "query_limits", "failed"],
    ["too many ids", { type: "ARGUMENT_LIMIT", message: "You may not provide more than 100 node ids" }, "query_limits", "failed"],
    [
      "too much work",
      { type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits for this query exceeded." },
      "resource_limits",
      "unknown",
    ],
    ["an error of GitHub's own", { type: "INTERNAL", message: "…" }, "unavailable", "unknown"],
    [
      "a bad document",
      { message: "Field 'x' doesn't exist on type 'Issue'", extensions: { code: "undefinedField" } },
      "bad_request",
      "failed",
    ],
    ["an unexplained failure", { message: "Something went wrong while executing your query." }, "unavailable", "unknown"],
    ["an untyped failure on the way", { message: "boom", path: ["w0"] }, "unavailable", "unknown"],
    ["the hourly limit", { type: "RATE_LIMITED", message: "API rate limit exceeded for user ID 1." }, "rate_limited", "limited"],
    ["the hourly limit, newer", { type: "RATE_LIMIT", message: "API rate limit already exceeded" }, "rate_limited", "limited"],
    ["a secondary limit", { message: "You have exceeded a secondary rate limit." }, "rate_limited", "limited"],
    ["content made too quickly", { type: "UNPROCESSABLE", message: "was submitted too quickly" }, "rate_limited", "limited"],
  ] as const)("reads %s", (_, entry, code, end) => {
    const error = toEntryError(entry, {}, clock);

    expect(error).toMatchObject({ service: "github", code, end });
    expect(GITHUB_ERROR_CODES).toContain(code);
    expect(toRemedy(error)).toMatch(/\.$/);
  });

  test("never repeats what was sent, nor a token or an address", () => {
    const document = toEntryError({ message: `Variable "$input" got invalid value "My title"` }, {}, clock);
    const value = toEntryError({ type: "FORBIDDEN", message: "ghp_abc123 of ada@example.com\nmay not" }, {}, clock);

    expect(inspect(document)).not.toContain("My title");
    expect(value.message).toBe("GitHub: … of … may not");
  });

  test.each(["a", "@", "a@", "eyJa", "ghp_", "."])("is not kept busy by a long message of nothing but %j", (part) => {
    const startedMs = performance.now();

    expect(toEntryError({ type: "FORBIDDEN", message: part.repeat(100_000) }, {}, clock).message.length).toBeLessThan(400);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  test.each(["constructor", "__proto__", "toString"])("takes the unknown type %s for a refusal", (type) => {
    expect(toEntryError({ type, message: "No." }, {}, clock)).toMatchObject({ code: "invalid", end: "failed" });
  });
});

describe("toStatusError", () => {
  const secondary = { message: "You have exceeded a secondary rate limit. Please wait a few minutes." };

  test.each([
    ["with retry-after", 403, { "retry-after": "30" }, secondary, 30_000],
    ["with a date in retry-after", 429, { "retry-after": "Wed, 25 Nov 2026 12:01:30 GMT" }, secondary, 90_000],
    ["without a time", 403, {}, secondary, 60_000],
    ["by status alone", 429, {}, undefined, 60_000],
    [
      "of the hour",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": resetAt },
      { message: "API rate limit exceeded" },
      1_200_000,
    ],
    ["of the hour that is over", 403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" }, undefined, 1_000],
    ["with some of the hour left", 403, { "x-ratelimit-remaining": "9", "x-ratelimit-reset": resetAt }, secondary, 60_000],
  ])("a limit %s is waited for", (_, status, headers, body, retryAfterMs) => {
    expect(toStatusError(status, headers, body, clock)).toMatchObject({
      code: "rate_limited",
      end: "limited",
      status,
      retryAfterMs,
    });
  });

  test.each([
    [400, {}, "bad_request", "failed"],
    [401, {}, "unauthorized", "failed"],
    [403, {}, "forbidden", "failed"],
    [403, { "x-github-sso": "required; url=https://github.com/orgs/o/sso" }, "sso_required", "failed"],
    [404, {}, "not_found", "failed"],
    [408, {}, "unavailable", "unknown"],
    [500, {}, "unavailable", "unknown"],
    [502, {}, "unavailable", "unknown"],
    [504, {}, "unavailable", "unknown"],
  ])("status %i %o", (status, headers, code, end) => {
    expect(toStatusError(status, headers, "<html>", clock)).toMatchObject({ code, end, status });
    expect(GITHUB_ERROR_CODES).toContain(code);
  });
});

test("a request that never left is told from one that may have arrived", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  const wrap = (cause: Error): Error => new Error("HttpError", { cause: new TypeError("fetch failed", { cause }) });

  expect(findUnsentError(wrap(refused))).toMatchObject({ code: "unreachable", end: "failed" });
  expect(findUnsentError(wrap(reset))).toBeUndefined();
});

test("of several errors a limit leads", () => {
  const limit = toEntryError({ type: "RATE_LIMITED", message: "" }, {}, clock);

  expect(toLeadingError([toNoAnswerError(true), limit])).toBe(limit);
  expect(toLeadingError([])).toBeUndefined();
});
