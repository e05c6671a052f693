import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toPropertyRequest, type WrittenProperty } from "../../notion/property-request.ts";
import { toRichText } from "../../notion/rich-text.ts";
import type { PropertyRequest } from "../../notion/schema.ts";
import type { FieldValue } from "../../sync/model.ts";
import { ServiceError } from "../../sync/error.ts";
import { aProperty } from "./builders.ts";

const ADA_ID = "c7c11cca-1d73-471d-9b6e-bdef51470190";
const RELATED = "0ef104cd-477e-80e1-8571-cfd10e92339a";

const cases: readonly {
  readonly name: string;
  readonly type: string;
  readonly value: FieldValue;
  readonly request: PropertyRequest;
}[] = [
  { name: "a title", type: "title", value: "x", request: { title: [{ text: { content: "x" } }] } },
  { name: "an empty title", type: "title", value: null, request: { title: [] } },
  { name: "a rich text", type: "rich_text", value: "x", request: { rich_text: [{ text: { content: "x" } }] } },
  { name: "a number", type: "number", value: 0, request: { number: 0 } },
  { name: "no number", type: "number", value: null, request: { number: null } },
  { name: "a select", type: "select", value: "Bug", request: { select: { name: "Bug" } } },
  { name: "no select", type: "select", value: null, request: { select: null } },
  { name: "a status", type: "status", value: "Done", request: { status: { name: "Done" } } },
  { name: "a set", type: "multi_select", value: ["a", "b"], request: { multi_select: [{ name: "a" }, { name: "b" }] } },
  { name: "an empty set", type: "multi_select", value: [], request: { multi_select: [] } },
  { name: "people by id", type: "people", value: [ADA_ID], request: { people: [{ id: ADA_ID }] } },
  { name: "a relation", type: "relation", value: [RELATED], request: { relation: [{ id: RELATED }] } },
  { name: "a day", type: "date", value: "2026-02-03", request: { date: { start: "2026-02-03" } } },
  { name: "no day", type: "date", value: null, request: { date: null } },
  { name: "an address", type: "url", value: "https://a.example", request: { url: "https://a.example" } },
  { name: "an empty address as null, never as empty text", type: "url", value: null, request: { url: null } },
];

const refused: readonly { readonly name: string; readonly type: string; readonly value: FieldValue; readonly code: string }[] = [
  { name: "an option with a comma", type: "select", value: "a,b", code: "value_invalid" },
  { name: "a label with a comma", type: "multi_select", value: ["ok", "a,b"], code: "value_invalid" },
  { name: "101 labels", type: "multi_select", value: Array.from({ length: 101 }, (_, n) => `l${n}`), code: "value_invalid" },
  { name: "a text of 101 parts", type: "rich_text", value: "x".repeat(200_001), code: "value_invalid" },
  { name: "a number as text", type: "rich_text", value: 5, code: "value_invalid" },
  { name: "a text as number", type: "number", value: "5", code: "value_invalid" },
  { name: "a text as set", type: "multi_select", value: "a", code: "value_invalid" },
  { name: "an unknown e-mail address", type: "people", value: ["ada@example.com"], code: "value_invalid" },
  { name: "a formula", type: "formula", value: "x", code: "property_type" },
];

describe("toPropertyRequest", () => {
  test.each(cases)("writes $name", ({ type, value, request }) => {
    expect(toPropertyRequest({ name: "P", type }, value)).toEqual(request);
  });

  test.each(refused)("refuses $name without repeating the value", ({ type, value, code }) => {
    const write = (): PropertyRequest => toPropertyRequest({ name: "P", type }, value);

    expect(write).toThrow(expect.objectContaining({ code, end: "failed" }));
    expect(write).toThrow(ServiceError);
    expect(write).not.toThrow(/a,b|ada@/);
  });

  test("keeps the end and time of a date while its day is the same", () => {
    const date = { start: "2026-02-03T09:00:00.000+01:00", end: "2026-02-04T09:00:00.000+01:00", time_zone: null };
    const property: WrittenProperty = { name: "Due", type: "date", value: aProperty("d", { type: "date", date }) };

    expect(toPropertyRequest(property, "2026-02-03")).toEqual({ date });
    expect(toPropertyRequest(property, "2026-02-05")).toEqual({ date: { start: "2026-02-05" } });
  });

  test("finds a person's id by the e-mail address on the page", () => {
    const person = { object: "user", id: ADA_ID, type: "person", name: null, avatar_url: null } as const;
    const value = aProperty("o", { type: "people", people: [{ ...person, person: { email: "Ada@example.com" } }] });

    const request = toPropertyRequest({ name: "Owner", type: "people", value }, ["ada@example.com"]);

    expect(request).toEqual({ people: [{ id: ADA_ID }] });
  });
});

describe("toRichText", () => {
  test("splits at 2,000 characters", () => {
    const lengths = toRichText("x".repeat(4001)).map((part) => part.text.content.length);

    expect(lengths).toEqual([2000, 2000, 1]);
  });

  test("never cuts a surrogate pair", () => {
    const text = `${"x".repeat(1999)}😀${"y".repeat(1999)}😀`;

    const parts = toRichText(text).map((part) => part.text.content);

    expect(parts.map((part) => part.length)).toEqual([1999, 2000, 3]);
    expect(parts.join("")).toBe(text);
    expect(parts.every((part) => part.isWellFormed())).toBe(true);
  });

  test("loses nothing of any text and cuts no character in two", () => {
    const texts = fc.string({ unit: "binary", minLength: 1990, maxLength: 4100 });

    fc.assert(
      fc.property(texts, (text) => {
        const parts = toRichText(text).map((part) => part.text.content);

        expect(parts.join("")).toBe(text);
        expect(parts.every((part) => part.length > 0 && part.length <= 2000 && part.isWellFormed())).toBe(true);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test("links every part", () => {
    const parts = toRichText("x".repeat(2001), "https://a.example");

    expect(parts.map((part) => part.text.link)).toEqual([{ url: "https://a.example" }, { url: "https://a.example" }]);
  });
});
