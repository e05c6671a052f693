import { describe, expect, test } from "vitest";
import { listTruncated, toPageSnapshot, toProperties } from "../../notion/page.ts";
import type { DataSourceSchema } from "../../notion/schema.ts";
import type { FieldMapping } from "../../sync/mapping.ts";
import { aMapping, anOption, aPage, aProperty, coreProperties, DATA_SOURCE_ID, PAGE_ID } from "./builders.ts";

const READ_AT = "2026-01-01T10:06:01.000Z";
const aField = (notion: string, github: string, direction: FieldMapping["direction"] = "both"): FieldMapping => ({
  notion,
  github,
  direction,
  conflict: "notion",
});

describe("toPageSnapshot", () => {
  test("reads a page in the fields of the mapping", () => {
    const page = aPage(
      { ...coreProperties(), Labels: aProperty("lb", { type: "multi_select", multi_select: [anOption("bug"), anOption("a")] }) },
      { id: PAGE_ID.toUpperCase().replaceAll("-", "") },
    );

    const snapshot = toPageSnapshot(page, aMapping([aField("Labels", "labels")]), READ_AT);

    expect(snapshot).toEqual({
      pageId: PAGE_ID,
      url: "https://app.notion.com/p/153104cd477e809d8dc4ff2d96ae3090",
      dataSourceId: DATA_SOURCE_ID,
      readAt: READ_AT,
      editedAt: "2026-01-01T10:05:00.000Z",
      inTrash: false,
      status: "Ready",
      reference: "acme/web#12",
      notice: "",
      branch: null,
      fields: { title: "Fix the door", labels: ["a", "bug"] },
      problems: [],
    });
  });

  test("finds properties by their ids, encoded or not, when they were renamed", () => {
    const { Status, Name, ...rest } = coreProperties();
    const page = aPage({ ...rest, ...(Status && { Stage: Status }), ...(Name && { Task: Name }) });
    const byId = { ...aMapping(), fields: [{ ...aField("title", "title") }] };

    for (const property of ["st%3Bs", "st;s"]) {
      const snapshot = toPageSnapshot(page, { ...byId, status: { ...byId.status, property } }, READ_AT);

      expect(snapshot).toMatchObject({ status: "Ready", fields: { title: "Fix the door" }, problems: [] });
    }
  });

  test("takes a status of type select, and a reference of type url", () => {
    const page = aPage({
      ...coreProperties(),
      Status: aProperty("s", { type: "select", select: anOption("Done") }),
      GitHub: aProperty("g", { type: "url", url: "https://github.com/acme/web/issues/12" }),
    });

    expect(toPageSnapshot(page, aMapping(), READ_AT)).toMatchObject({ status: "Done", reference: "acme/web#12", problems: [] });
  });

  test("names a missing property and one of another type, and reads the others", () => {
    const { Status: _status, ...rest } = coreProperties();
    const page = aPage({ ...rest, Labels: aProperty("lb", { type: "people", people: [] }) });

    const snapshot = toPageSnapshot(page, aMapping([aField("Labels", "labels")]), READ_AT);

    expect(snapshot.status).toBeNull();
    expect(snapshot.fields).toEqual({ title: "Fix the door" });
    expect(snapshot.problems).toEqual([
      expect.objectContaining({
        field: "status",
        code: "property_missing",
        reason: expect.stringContaining('"Status"') as string,
      }),
      expect.objectContaining({
        field: "labels",
        code: "property_type",
        reason: 'Expected property "Labels" to be multi select, found people.',
      }),
    ]);
  });

  test.each([
    { property: "GitHub", field: "reference" },
    { property: "Sync", field: "notice" },
    { property: "Branch", field: "branch" },
  ])("names the wrong type of $property as problem of the $field", ({ property, field }) => {
    const page = aPage({ ...coreProperties(), [property]: aProperty("x", { type: "number", number: 1 }) });

    const { problems } = toPageSnapshot(page, aMapping(), READ_AT);

    expect(problems).toEqual([expect.objectContaining({ field, code: "property_type" })]);
  });

  test("needs neither notice nor branch when the mapping names none", () => {
    const { Sync: _sync, Branch: _branch, ...rest } = coreProperties();
    const mapping = aMapping([], { pullRequest: null });

    const snapshot = toPageSnapshot(aPage(rest), { ...mapping, notion: { ...mapping.notion, errorProperty: null } }, READ_AT);

    expect(snapshot).toMatchObject({ notice: "", branch: null, problems: [] });
  });

  test("takes a formula only in the direction of GitHub", () => {
    const page = aPage({
      ...coreProperties(),
      Points: aProperty("f", { type: "formula", formula: { type: "number", number: 3 } }),
    });
    const read = (direction: FieldMapping["direction"]) =>
      toPageSnapshot(page, aMapping([aField("Points", "project.Estimate", direction)]), READ_AT);

    expect(read("toGithub").fields["project.Estimate"]).toBe(3);
    expect(read("both").problems).toEqual([expect.objectContaining({ field: "project.Estimate", code: "property_type" })]);
  });

  test("does not take a formula that Notion could not work out for empty", () => {
    const page = aPage({
      ...coreProperties(),
      Total: aProperty("r", { type: "rollup", rollup: { type: "unsupported", unsupported: {}, function: "sum" } }),
    });

    const snapshot = toPageSnapshot(page, aMapping([aField("Total", "project.Total", "toGithub")]), READ_AT);

    expect(snapshot.fields).not.toHaveProperty("project.Total");
    expect(snapshot.problems).toEqual([expect.objectContaining({ field: "project.Total", code: "value_unreadable" })]);
  });

  test("gives no data source for a page that was moved out of one", () => {
    const page = aPage(coreProperties(), { parent: { type: "page_id", page_id: PAGE_ID }, in_trash: true });

    expect(toPageSnapshot(page, aMapping(), READ_AT)).toMatchObject({ dataSourceId: "", inTrash: true });
  });
});

describe("listTruncated", () => {
  const relation = (entries: number, changes: object = {}) =>
    Object.assign(
      aProperty("rel", {
        type: "relation",
        relation: Array.from({ length: entries }, (_, n) => ({ id: `0ef104cd-477e-80e1-8571-cfd10e9233${10 + n}` })),
      }),
      changes,
    );
  const mapping = aMapping([aField("Parent", "parent")]);

  test.each([
    { name: "more than 25 entries", property: relation(25, { has_more: true }), truncated: true },
    { name: "25 entries, of which Notion does not say whether they are all", property: relation(25), truncated: true },
    { name: "25 entries that are all", property: relation(25, { has_more: false }), truncated: false },
    { name: "24 entries", property: relation(24), truncated: false },
  ])("knows of $name", ({ property, truncated }) => {
    const page = aPage({ ...coreProperties(), Parent: property });

    expect(listTruncated(page, mapping)).toEqual(truncated ? [{ propertyId: "rel" }] : []);
    expect("parent" in toPageSnapshot(page, mapping, READ_AT).fields).toBe(!truncated);
  });

  test("leaves out properties that are not mapped", () => {
    expect(listTruncated(aPage({ ...coreProperties(), Parent: relation(25) }), aMapping())).toEqual([]);
  });
});

describe("toProperties", () => {
  const mapping = aMapping([aField("Labels", "labels")]);
  const page = aPage({ ...coreProperties(), Labels: aProperty("lb", { type: "multi_select", multi_select: [] }) });
  const reference = { text: "acme/web#12", url: "https://github.com/acme/web/issues/12" };

  test("names every property by its id, and only those that are written", () => {
    const properties = toProperties(
      { status: "Done", reference, notice: "late", fields: { title: "T", labels: ["a"] } },
      mapping,
      page,
    );

    expect(properties).toEqual({
      "st%3Bs": { status: { name: "Done" } },
      gh: { rich_text: [{ text: { content: reference.text, link: { url: reference.url } } }] },
      sy: { rich_text: [{ text: { content: "late" } }] },
      title: { title: [{ text: { content: "T" } }] },
      lb: { multi_select: [{ name: "a" }] },
    });
    expect(toProperties({}, mapping, page)).toEqual({});
  });

  test("clears the reference and the notice", () => {
    expect(toProperties({ reference: null, notice: "" }, mapping, page)).toEqual({
      gh: { rich_text: [] },
      sy: { rich_text: [] },
    });
  });

  test("writes the address into a reference of type url", () => {
    const withUrl = aPage({ ...coreProperties(), GitHub: aProperty("g", { type: "url", url: null }) });

    expect(toProperties({ reference }, mapping, withUrl)).toEqual({ g: { url: reference.url } });
    expect(toProperties({ reference: null }, mapping, withUrl)).toEqual({ g: { url: null } });
  });

  test("makes a new page's properties from the schema of the data source", () => {
    const schema: DataSourceSchema = {
      dataSourceId: DATA_SOURCE_ID,
      properties: [
        { id: "title", name: "Name", type: "title" },
        { id: "gh", name: "GitHub", type: "rich_text" },
      ],
    };

    expect(toProperties({ reference, fields: { title: "T" } }, aMapping(), schema)).toEqual({
      gh: { rich_text: [{ text: { content: reference.text, link: { url: reference.url } } }] },
      title: { title: [{ text: { content: "T" } }] },
    });
  });

  test("refuses to write to a missing property, but leaves out a notice that has no place", () => {
    const { Sync: _sync, Status: _status, ...rest } = coreProperties();
    const bare = aPage(rest);

    expect(() => toProperties({ status: "Done" }, mapping, bare)).toThrow(
      expect.objectContaining({ code: "property_missing", end: "failed" }),
    );
    expect(toProperties({ notice: "late" }, mapping, bare)).toEqual({});
  });
});
