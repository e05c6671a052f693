import { describe, expect, test } from "vitest";
import { toFieldValue } from "../../notion/property-value.ts";
import type { PropertyValue } from "../../notion/schema.ts";
import type { FieldValue } from "../../sync/model.ts";
import { anOption, aText } from "./builders.ts";

const ADA = { object: "user", id: "C7C11CCA1D73471D9B6EBDEF51470190", type: "person", name: "Ada", avatar_url: null } as const;
const ADA_ID = "c7c11cca-1d73-471d-9b6e-bdef51470190";
const RELATED = "0ef104cd-477e-80e1-8571-cfd10e92339a";

type Body = PropertyValue extends infer P ? (P extends { id: string } ? Omit<P, "id"> : never) : never;

const cases: readonly { readonly name: string; readonly body: Body; readonly value: FieldValue | undefined }[] = [
  { name: "a title of two parts", body: { type: "title", title: [aText("Fix "), aText("it")] }, value: "Fix it" },
  { name: "an empty title", body: { type: "title", title: [] }, value: null },
  { name: "a rich text", body: { type: "rich_text", rich_text: [aText("x")] }, value: "x" },
  { name: "a number", body: { type: "number", number: 2.5 }, value: 2.5 },
  { name: "the number 0", body: { type: "number", number: 0 }, value: 0 },
  { name: "no number", body: { type: "number", number: null }, value: null },
  { name: "a select", body: { type: "select", select: anOption("Bug") }, value: "Bug" },
  { name: "no select", body: { type: "select", select: null }, value: null },
  { name: "a status", body: { type: "status", status: anOption("Done") }, value: "Done" },
  {
    name: "a multi-select, in ascending order",
    body: { type: "multi_select", multi_select: [anOption("b"), anOption("a")] },
    value: ["a", "b"],
  },
  { name: "an empty multi-select", body: { type: "multi_select", multi_select: [] }, value: [] },
  {
    name: "people by e-mail address",
    body: { type: "people", people: [{ ...ADA, person: { email: "Ada@Example.com" } }] },
    value: ["ada@example.com"],
  },
  { name: "people without an e-mail address by id", body: { type: "people", people: [{ ...ADA, person: {} }] }, value: [ADA_ID] },
  { name: "partial users by id", body: { type: "people", people: [{ object: "user", id: ADA_ID }] }, value: [ADA_ID] },
  { name: "a relation", body: { type: "relation", relation: [{ id: RELATED.replaceAll("-", "") }] }, value: [RELATED] },
  { name: "a day", body: { type: "date", date: { start: "2026-02-03", end: null, time_zone: null } }, value: "2026-02-03" },
  {
    name: "a time, by the day of its own zone",
    body: { type: "date", date: { start: "2026-02-03T23:30:00.000-08:00", end: "2026-02-05", time_zone: null } },
    value: "2026-02-03",
  },
  { name: "no date", body: { type: "date", date: null }, value: null },
  { name: "an address", body: { type: "url", url: "https://a.example" }, value: "https://a.example" },
  { name: "a time of creation", body: { type: "created_time", created_time: "2026-01-01T10:00:00.000Z" }, value: "2026-01-01" },
  { name: "an author", body: { type: "created_by", created_by: { object: "user", id: ADA_ID } }, value: ADA_ID },
  { name: "a unique id", body: { type: "unique_id", unique_id: { prefix: "TASK", number: 7 } }, value: "TASK-7" },
  { name: "a unique id without prefix", body: { type: "unique_id", unique_id: { prefix: null, number: 7 } }, value: 7 },
  { name: "a text formula", body: { type: "formula", formula: { type: "string", string: "f" } }, value: "f" },
  { name: "a number formula", body: { type: "formula", formula: { type: "number", number: 3 } }, value: 3 },
  { name: "a truth formula", body: { type: "formula", formula: { type: "boolean", boolean: false } }, value: "false" },
  { name: "a rollup number", body: { type: "rollup", rollup: { type: "number", number: 4, function: "sum" } }, value: 4 },
  {
    name: "a rollup of several values",
    body: {
      type: "rollup",
      rollup: {
        type: "array",
        function: "show_original",
        array: [
          { type: "title", title: [aText("one")] },
          { type: "multi_select", multi_select: [anOption("z"), anOption("y")] },
          { type: "number", number: null },
        ],
      },
    },
    value: "one, y, z",
  },
  {
    name: "a rollup that Notion cannot give",
    body: { type: "rollup", rollup: { type: "unsupported", unsupported: {}, function: "unique" } },
    value: undefined,
  },
  { name: "files", body: { type: "files", files: [] }, value: undefined },
];

describe("toFieldValue", () => {
  test.each(cases)("reads $name", ({ body, value }) => {
    const property = { id: "p", ...body };

    expect(toFieldValue(property)).toEqual(value);
  });
});
