import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromJsonRow, toJsonRow } from "../../storage/json-row.ts";
import { decodeKeyPart, encodeKeyPart, fromKey, keyAfter, keyRange, toKey } from "../../storage/key.ts";
import { fromLongValue, toLongValue } from "../../storage/long-value.ts";

const wellFormed = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed());

describe("keys", () => {
  test("leave ids as they are and encode what is not allowed in keys", () => {
    expect(toKey("page", "1f0c-9")).toBe("page:1f0c-9");
    expect(encodeKeyPart("a/b\\c#d?e:f\u0007~ü")).toBe("a~2fb~5cc~23d~3fe~3af~07~7e~c3~bc");
  });

  test("come back as they were, whatever a name holds", () => {
    fc.assert(
      fc.property(fc.array(wellFormed, { minLength: 1 }), (parts) => {
        expect(fromKey(toKey(...parts))).toEqual(parts);
      }),
    );
  });

  test("of two names are equal only if the names are", () => {
    fc.assert(fc.property(wellFormed, wellFormed, (a, b) => (encodeKeyPart(a) === encodeKeyPart(b)) === (a === b)));
  });

  test("lie in the range of their first parts, and those of others do not", () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, wellFormed, (first, other, last) => {
        const { from, to } = keyRange(first);
        const isIn = (key: string) => key >= from && key < to;
        expect(isIn(toKey(first, last))).toBe(true);
        expect(isIn(toKey(other, last))).toBe(other === first);
      }),
    );
  });

  test("have nothing between them and the key after them", () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        const [left, right] = [toKey("x", a), toKey("x", b)];
        expect(left < keyAfter(left)).toBe(true);
        if (right > left) expect(right > keyAfter(left)).toBe(true);
        for (const next of ["-", ".", "0", "~"]) expect(toKey("x", a + next) > keyAfter(left)).toBe(true);
      }),
    );
  });

  test("are not made of half a character", () => {
    expect(() => encodeKeyPart("\ud800")).toThrow("well-formed");
    expect(decodeKeyPart(encodeKeyPart("😀"))).toBe("😀");
  });
});

describe("long values", () => {
  test("come back as they were", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parts = toLongValue("value", value);
        expect(fromLongValue("value", { partitionKey: "p", rowKey: "r", ...parts })).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("are cut so that each part fits, and never within a character", () => {
    for (const shift of ["", "x"]) {
      const value = { text: shift + "😀".repeat(40_000), lines: "\u2028\u2029" };

      const parts = Object.values(toLongValue("value", value));

      expect(parts.length).toBe(3);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(32_000);
        expect(part.isWellFormed()).toBe(true);
        expect(part).not.toMatch(/[\u2028\u2029]/);
      }
      expect(fromLongValue("value", { partitionKey: "p", rowKey: "r", ...toLongValue("value", value) })).toEqual(value);
    }
  });

  test("that are undefined take no property", () => {
    expect(toLongValue("page", undefined)).toEqual({});
    expect(fromLongValue("page", { partitionKey: "p", rowKey: "r" })).toBeUndefined();
  });
});

describe("rows with a value", () => {
  const asIs = (value: unknown) => value;

  test("give the value and the ETag back", () => {
    const row = toJsonRow("p", "r", { n: 1 }, { kind: "x" });

    expect(row).toMatchObject({ partitionKey: "p", rowKey: "r", kind: "x", schemaVersion: 1 });
    expect(fromJsonRow({ ...row, etag: "e" }, asIs)).toEqual({ value: { n: 1 }, etag: "e" });
  });

  test("that a newer version of the app wrote are refused with what to do", () => {
    const row = { ...toJsonRow("p", "r", { n: 1 }), schemaVersion: 2, etag: "e" };

    expect(() => fromJsonRow(row, asIs)).toThrow(/row "r" of partition "p".*found "2".*deploy that version again/);
  });
});
