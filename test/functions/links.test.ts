import { describe, expect, test } from "vitest";
import { toFilter, toShownLink } from "../../functions/links.ts";
import { aLink, anItem, PAGE_ID } from "../support/builders.ts";

const companion = anItem({ kind: "pullRequest", number: 15, itemId: "4000000015" });
const failed = aLink({
  companion,
  outcome: { status: "failed", code: "label_missing", reason: "why", remedy: "what to do" },
  syncedAt: "2026-01-01T10:00:00.000Z",
});

describe("toShownLink", () => {
  test("shows what names both sides and how the pair ended, and no value of a field", () => {
    expect(toShownLink(failed)).toEqual({
      mapping: "engineering",
      pageId: PAGE_ID,
      item: "acme/web#12",
      companion: "acme/web#15",
      state: "linked",
      status: "failed",
      code: "label_missing",
      syncedAt: "2026-01-01T10:00:00.000Z",
    });
  });

  test("shows what is noted of a pair in step, and nothing of one that was not worked on", () => {
    expect(toShownLink(aLink({ outcome: { status: "synced" }, noted: "unmatched" }))).toMatchObject({
      status: "synced",
      code: "unmatched",
    });
    expect(toShownLink({ mapping: "engineering", pageId: PAGE_ID, state: "reserved" })).toMatchObject({
      item: null,
      companion: null,
      state: "reserved",
      status: null,
      code: null,
      syncedAt: null,
    });
  });
});

describe("toFilter", () => {
  test.each([
    "",
    PAGE_ID,
    PAGE_ID.replaceAll("-", ""),
    "153104CD",
    "acme/web#12",
    "ACME/WEB#12",
    "acme/web#15",
    "acme/web",
    "web#1",
    "linked",
    "failed",
    "label_missing",
  ])("takes the link by %j", (query) => {
    expect(toFilter(query)(toShownLink(failed))).toBe(true);
  });

  test.each(["acme/web#1", "acme/web#123", "acme/other", "link", "fail", "label", "detached", "98024f3c"])(
    "leaves it out by %j",
    (query) => {
      expect(toFilter(query)(toShownLink(failed))).toBe(false);
    },
  );
});
