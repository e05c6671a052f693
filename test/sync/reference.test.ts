import { describe, expect, test } from "vitest";
import { formatReference, isSameReference, parseReference } from "../../sync/reference.ts";

describe("parseReference", () => {
  test.each([
    { text: "acme/web#12", repository: "acme/web", number: 12 },
    { text: "  acme/web#12\n", repository: "acme/web", number: 12 },
    { text: "acme/web#12 · PR #15", repository: "acme/web", number: 12 },
    { text: "acme-inc/web.site_2#7", repository: "acme-inc/web.site_2", number: 7 },
    { text: "acme/web#999999999", repository: "acme/web", number: 999_999_999 },
  ])("reads $text", ({ text, repository, number }) => {
    expect(parseReference(text)).toEqual({ repository, number });
  });

  test.each([
    null,
    "",
    "see below",
    "#12",
    "web#12",
    "acme/web",
    "acme/web#",
    "acme/web#x",
    "acme/web#0",
    "acme/web#12abc",
    // GitHub refuses a whole request that asks for a number beyond its integers.
    "acme/web#99999999999999999999",
    "a/b/c#12",
  ])("takes %j for no reference", (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  test("reads what formatReference writes", () => {
    const reference = { repository: "acme/web", number: 12 };

    expect(parseReference(formatReference(reference))).toEqual(reference);
  });
});

test.each([
  { text: "acme/web#12", same: true },
  { text: " acme/web#12 ", same: true },
  { text: "acme/web#1", same: false },
  { text: "acme/web#123", same: false },
  { text: "acme/web#12 · PR #15", same: false },
  { text: null, same: false },
])("$text names acme/web#12: $same", ({ text, same }) => {
  expect(isSameReference(text, { repository: "acme/web", number: 12 })).toBe(same);
});
