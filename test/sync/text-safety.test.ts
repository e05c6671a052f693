import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neutralise, neutraliseUrl, restore, restoreUrl } from "../../sync/text-safety.ts";

const none = { allowedMentions: [] };
const shown = (text: string): string => text.replaceAll("\u200b", "·");

/** Pieces that meet in every way, U+200B of the text's own among them. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom("@", "#", "GH-", "gh-", "\u200b", "\u200b\u200b", "1", "42", "ada", "a1b2c3d", "deadbeef", "1234567"),
      fc.constantFrom("/", "/issues/", "/pull/", "https://github.com/o/r", "closes ", " ", ".", "-", "_", "é", "😀", "\n"),
      fc.constantFrom("a".repeat(40), "0".repeat(41), "x@example.com", "`"),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

const LIVE = [
  /(?<![0-9A-Za-z_])@[0-9a-z]/i,
  /#\d/,
  /(?<![0-9A-Za-z_])GH-\d/i,
  /\/(issues|pull|pulls|discussions)\/\d/i,
  /(close[sd]?|fix(es|ed)?|resolve[sd]?):?\s+(#|GH-)\d/i,
];
const LIVE_HASH = /(?<![0-9A-Za-z_])[0-9a-f]{7,40}(?![0-9A-Za-z_])/i;
const withoutEmails = (text: string): string => text.replaceAll(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "");

describe("neutralise", () => {
  test.each([
    ["a mention", "ask @ada and @Grace-h", "ask @·ada and @·Grace-h"],
    ["a mention of a team", "cc @octo-org/reviewers", "cc @·octo-org/reviewers"],
    ["a mention after a dot", ".@ada", ".@·ada"],
    ["a reference", "see #12", "see #·12"],
    ["a reference to another repository", "see octo/hello#12", "see octo/hello#·12"],
    ["GH-1", "GH-1, gh-22", "GH-·1, gh-·22"],
    ["a closing keyword", "Fixes #3 and closes: octo/hello#4", "Fixes #·3 and closes: octo/hello#·4"],
    ["the address of an issue", "https://github.com/o/r/issues/7#note", "https://github.com/o/r/issues/·7#note"],
    ["the address of a pull request", "http://github.com/o/r/pull/7/files", "http://github.com/o/r/pull/·7/files"],
    ["a short hash", "since a1b2c3d", "since a1b2c3·d"],
    ["a hash of a repository", "octo/hello@a1b2c3d4", "octo/hello@a1b2c3·d4"],
    ["a range of hashes", "abcdef1..abcdef2", "abcdef·1..abcdef·2"],
  ])("%s is guarded, and comes back", (_, text, guarded) => {
    expect(shown(neutralise(text, none))).toBe(guarded);
    expect(restore(neutralise(text, none))).toBe(text);
  });

  test.each([
    "mail ada@example.com",
    "mail deadbee@example.com",
    "user.name+tag@sub.example.org",
    "C# and F#",
    "@ noon",
    "# heading",
    "abcdef",
    "a".repeat(41),
    "v1a2b3c4d5",
    "price 3@5",
    "\u200b",
  ])("%j is left as it is", (text) => {
    expect(neutralise(text, none)).toBe(text);
  });

  test("an allowed person stays live, in any case of letters; others and teams do not", () => {
    const options = { allowedMentions: ["Ada"] };

    expect(shown(neutralise("@ada @ADA @adam @ada/team @grace", options))).toBe("@ada @ADA @·adam @·ada/team @·grace");
    expect(restore(neutralise("@\u200bada", options))).toBe("@\u200bada");
  });

  test("every text comes back exactly, also one with U+200B of its own", () => {
    fc.assert(
      fc.property(tricky, fc.subarray(["ada", "Ada", "42"]), (text, allowedMentions) => {
        expect(restore(neutralise(text, { allowedMentions }))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  test("nothing grows from run to run", () => {
    fc.assert(
      fc.property(tricky, (text) => {
        const once = neutralise(text, none);
        expect(neutralise(restore(once), none)).toBe(once);
      }),
    );
  });

  test("nothing in the result is live", () => {
    fc.assert(
      fc.property(tricky, (text) => {
        const result = neutralise(text, none);
        for (const live of LIVE) expect(result).not.toMatch(live);
        expect(withoutEmails(result)).not.toMatch(LIVE_HASH);
      }),
      { numRuns: 1_000 },
    );
  });

  test("only U+200B is added", () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string({ unit: "binary" })), (text) => {
        expect(neutralise(text, none).replaceAll("\u200b", "")).toBe(text.replaceAll("\u200b", ""));
      }),
    );
  });
});

describe("neutraliseUrl", () => {
  test.each([
    "https://github.com/o/r/issues/1",
    "https://github.com/o/r/pull/1/files#diff",
    "http://github.com/o/r/commit/a1b2c3d",
    "https://github.com/orgs/o/discussions/5",
  ])("%s leads to the same place without a cross-reference", (url) => {
    expect(neutraliseUrl(url)).toMatch(/^https?:\/\/redirect\.github\.com\//);
    expect(restoreUrl(neutraliseUrl(url))).toBe(url);
  });

  test.each(["https://github.com/o/r", "https://github.com/o/r/blob/main/a.ts", "https://example.com/o/r/issues/1", "/issues/1"])(
    "%s is left as it is",
    (url) => expect(neutraliseUrl(url)).toBe(url),
  );
});
