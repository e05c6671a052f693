import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fingerprint, itemFingerprint, pageFingerprint } from "../../sync/fingerprint.ts";
import type { ItemSnapshot, PageSnapshot } from "../../sync/model.ts";
import { aField, aMapping, anItem, aPage } from "../support/builders.ts";

const json = fc.jsonValue();

describe("fingerprint", () => {
  test("has 28 hexadecimal digits, whatever the value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(fingerprint(value)).toMatch(/^[0-9a-f]{28}$/);
      }),
    );
  });

  test("is the same whatever the order of the keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (value) => {
        expect(fingerprint(Object.fromEntries(Object.entries(value).reverse()))).toBe(fingerprint(value));
      }),
    );
  });

  test("differs where the values differ", () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        fc.pre(JSON.stringify(sortKeys(left)) !== JSON.stringify(sortKeys(right)));
        expect(fingerprint(left)).not.toBe(fingerprint(right));
      }),
    );
  });

  test("takes a key without a value for no key", () => {
    expect(fingerprint({ title: "x", status: undefined })).toBe(fingerprint({ title: "x" }));
  });
});

describe("pageFingerprint", () => {
  test.each<Partial<PageSnapshot>>([
    { status: "Done" },
    { reference: null },
    { notice: "wrong" },
    { branch: "fix" },
    { fields: { title: "Other" } },
    { fields: {} },
    { inTrash: true },
    { dataSourceId: "elsewhere" },
    { problems: [{ field: "status", code: "property_missing", reason: "", remedy: "" }] },
  ])("differs when a page has %j", (changes) => {
    expect(pageFingerprint(aPage(changes))).not.toBe(pageFingerprint(aPage()));
  });

  test.each<Partial<PageSnapshot>>([{ readAt: "2026-02-01T00:00:00.000Z" }, { editedAt: "2026-02-01T00:00:00.000Z" }])(
    "is the same when a page has %j: nothing mapped changed",
    (changes) => {
      expect(pageFingerprint(aPage(changes))).toBe(pageFingerprint(aPage()));
    },
  );
});

describe("itemFingerprint", () => {
  const mapping = aMapping({ fields: [aField(), aField({ github: "labels" })] });

  test.each<Partial<ItemSnapshot>>([
    { state: "closed" },
    { reason: "duplicate" },
    { fields: { title: "Other" } },
    { fields: { title: "Fix the door", labels: ["bug"] } },
    { number: 13 },
    { repository: "acme/other" },
    { isDraft: true },
  ])("differs when an item has %j", (changes) => {
    expect(itemFingerprint(anItem(changes), mapping)).not.toBe(itemFingerprint(anItem(), mapping));
  });

  test.each<Partial<ItemSnapshot>>([
    { updatedAt: "2026-02-01T00:00:00Z" },
    { readAt: "2026-02-01T00:00:00.000Z" },
    { fields: { title: "Fix the door", milestone: "not mapped" } },
  ])("is the same when an item has %j: nothing mapped changed", (changes) => {
    expect(itemFingerprint(anItem(changes), mapping)).toBe(itemFingerprint(anItem(), mapping));
  });
});

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, held]) => ({ key, held: sortKeys(held) }));
}
