import { describe, expect, test } from "vitest";
import type { Client } from "@notionhq/client";
import {
  DEMO_ADA_ID,
  DEMO_BOT_ID,
  DEMO_DATA_SOURCE_ID,
  DEMO_GRACE_ID,
  toSeedPageId,
  type SeedProperty,
} from "../../../local/notion-api/seed.ts";
import { contentOf, readPage, seedOf, startWorkspace, text, textOf, valueOf } from "./workspace.ts";

const ALL: SeedProperty[] = [
  { name: "Name", type: "title" },
  { name: "Text", type: "rich_text" },
  { name: "Number", type: "number" },
  { name: "Select", type: "select", options: ["Red", "Blue"] },
  { name: "Multi", type: "multi_select", options: ["bug", "docs"] },
  { name: "Status", type: "status", options: { "To-do": ["Backlog"], Complete: ["Done"] } },
  { name: "People", type: "people" },
  { name: "Date", type: "date" },
  { name: "Relation", type: "relation" },
  { name: "URL", type: "url" },
  { name: "Mail", type: "email" },
  { name: "Phone", type: "phone_number" },
  { name: "Check", type: "checkbox" },
  { name: "Files", type: "files" },
  { name: "Made", type: "created_time" },
  { name: "Maker", type: "created_by" },
  { name: "Formula", type: "formula" },
];
const PAGE = toSeedPageId(0);
const OTHER = toSeedPageId(1);
const PLAIN = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: "default" };

const start = (): { bot: Client } => {
  const pages = [
    { properties: {}, formulas: { Formula: { type: "number" as const, number: 42 } } },
    { properties: { Name: { title: text("Other") } } },
  ];
  return startWorkspace({ seedData: seedOf(ALL, pages) });
};

/** Writes what the client's types may not allow. */
const write = (client: Client, properties: Record<string, unknown>): Promise<unknown> =>
  client.request({ path: `pages/${PAGE}`, method: "patch", body: { properties } });

describe("what is written comes back", () => {
  test.each([
    ["Number", { number: 1.5 }, 1.5],
    ["Number", { number: null }, null],
    ["Select", { select: { name: "Red" } }, { id: expect.any(String) as string, name: "Red", color: "gray" }],
    ["Select", { select: { name: "rED" } }, { id: expect.any(String) as string, name: "Red", color: "gray" }],
    ["Select", { select: null }, null],
    [
      "Multi",
      { multi_select: [{ name: "docs" }, { name: "DOCS" }] },
      [{ id: expect.any(String) as string, name: "docs", color: "blue" }],
    ],
    ["Status", { status: { name: "Done" } }, { id: expect.any(String) as string, name: "Done", color: "blue" }],
    ["Status", { status: null }, { id: expect.any(String) as string, name: "Backlog", color: "gray" }],
    ["People", { people: [{ id: DEMO_BOT_ID }] }, [expect.objectContaining({ id: DEMO_BOT_ID, type: "bot" })]],
    ["Date", { date: { start: "2026-03-01" } }, { start: "2026-03-01", end: null, time_zone: null }],
    [
      "Date",
      { date: { start: "2026-03-01T10:00:00Z", end: "2026-03-01T11:00:00.5Z" } },
      { start: "2026-03-01T10:00:00.000+00:00", end: "2026-03-01T11:00:00.500+00:00", time_zone: null },
    ],
    [
      "Date",
      { date: { start: "2026-03-01T10:00", time_zone: "Europe/Berlin" } },
      { start: "2026-03-01T10:00:00.000", end: null, time_zone: "Europe/Berlin" },
    ],
    ["Date", { date: null }, null],
    ["Relation", { relation: [{ id: OTHER.replaceAll("-", "") }, { id: OTHER }] }, [{ id: OTHER }]],
    ["URL", { url: "https://example.com" }, "https://example.com"],
    ["Mail", { email: null }, null],
    ["Phone", { phone_number: "+1 2" }, "+1 2"],
    ["Check", { checkbox: true }, true],
    [
      "Files",
      { files: [{ name: "a", external: { url: "https://x.test/a" } }] },
      [{ name: "a", type: "external", external: { url: "https://x.test/a" } }],
    ],
  ])("%s %j", async (name, value, expected) => {
    const { bot } = start();
    await write(bot, { [name]: value });
    expect(contentOf(await readPage(bot, PAGE), name)).toEqual(expected);
  });

  test("read-only values are there", async () => {
    const { bot } = start();
    const page = await readPage(bot, PAGE);
    expect(contentOf(page, "Made")).toBe("2025-12-01T09:00:00.000Z");
    expect(contentOf(page, "Maker")).toMatchObject({ id: DEMO_ADA_ID, person: { email: "ada@example.com" } });
    expect(contentOf(page, "Formula")).toEqual({ type: "number", number: 42 });
  });

  test("rich text is normalised: neighbours join, links and defaults are filled in, empty pieces go", async () => {
    const { bot } = start();
    await write(bot, {
      Text: {
        rich_text: [
          { text: { content: "Hel" } },
          { type: "text", text: { content: "lo ", link: null }, annotations: { bold: false } },
          { text: { content: "" }, annotations: { bold: true } },
          { text: { content: "you", link: { url: "https://example.com" } } },
          { mention: { user: { id: DEMO_GRACE_ID } } },
          { equation: { expression: "x^2" } },
        ],
      },
    });
    expect(contentOf(await readPage(bot, PAGE), "Text")).toMatchObject([
      { type: "text", text: { content: "Hello ", link: null }, annotations: PLAIN, plain_text: "Hello ", href: null },
      { text: { content: "you", link: { url: "https://example.com/" } }, href: "https://example.com/" },
      { type: "mention", mention: { type: "user", user: { id: DEMO_GRACE_ID } }, plain_text: "@Grace Hopper" },
      { type: "equation", equation: { expression: "x^2" }, plain_text: "x^2" },
    ]);
  });

  test("arrays are replaced whole, and a new name becomes an option of the data source", async () => {
    const { bot } = start();
    await write(bot, { Multi: { multi_select: [{ name: "bug" }, { name: "docs" }] } });
    await write(bot, { Multi: { multi_select: [{ name: "urgent" }] }, Select: { select: { name: "Green" } } });

    expect(contentOf(await readPage(bot, PAGE), "Multi")).toMatchObject([{ name: "urgent" }]);
    const source = await bot.dataSources.retrieve({ data_source_id: DEMO_DATA_SOURCE_ID });
    expect(source.properties["Multi"]).toMatchObject({
      multi_select: { options: [{ name: "bug" }, { name: "docs" }, { name: "urgent" }] },
    });
    expect(source.properties["Select"]).toMatchObject({ select: { options: [{}, {}, { name: "Green" }] } });
  });
});

describe("what Notion refuses", () => {
  const long = "x".repeat(2_001);
  test.each([
    ["a value of another type", { Status: { select: { name: "Done" } } }, "Status is expected to be status."],
    ["an unknown status", { Status: { status: { name: "Gone" } } }, 'Status option "Gone" does not exist'],
    ["a status that differs in nothing but a comma", { Status: { status: { name: "Done," } } }, "does not exist"],
    ["a comma in a new option", { Multi: { multi_select: [{ name: "a, b" }] } }, "commas not allowed"],
    ["an option name over 100 characters", { Select: { select: { name: "x".repeat(101) } } }, "length should be ≤ `100`"],
    [
      "2,001 characters",
      { Text: { rich_text: text(long) } },
      "body.properties.Text.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`",
    ],
    [
      "101 pieces of text",
      { Text: { rich_text: Array.from({ length: 101 }, () => text("x")[0]) } },
      "rich_text.length should be ≤ `100`, instead was `101`",
    ],
    [
      "101 options",
      { Multi: { multi_select: Array.from({ length: 101 }, (_, index) => ({ name: `n${index}` })) } },
      "multi_select.length should be ≤ `100`",
    ],
    [
      "101 people",
      { People: { people: Array.from({ length: 101 }, () => ({ id: DEMO_ADA_ID })) } },
      "people.length should be ≤ `100`",
    ],
    ["an empty URL", { URL: { url: "" } }, "body.properties.URL.url.length"],
    ["a URL of 2,001 characters", { URL: { url: long } }, "should be ≤ `2000`"],
    ["an e-mail address of 201 characters", { Mail: { email: "x".repeat(201) } }, "should be ≤ `200`"],
    ["a text as a number", { Number: { number: "1" } }, "Number.number should be a number"],
    ["a text as a checkbox", { Check: { checkbox: "yes" } }, "should be a boolean"],
    ["a day that the month does not have", { Date: { date: { start: "2026-02-30" } } }, "valid ISO 8601 date string"],
    ["a date that is none", { Date: { date: { start: "2026-13-01" } } }, "valid ISO 8601 date string"],
    [
      "an offset with a time zone",
      { Date: { date: { start: "2026-03-01T10:00:00Z", time_zone: "Europe/Berlin" } } },
      "must not have an offset",
    ],
    ["an end before the start", { Date: { date: { start: "2026-03-02", end: "2026-03-01" } } }, "should not be before"],
    ["a read-only property", { Made: { created_time: "2026-01-01" } }, "cannot be written"],
    ["an unknown person", { People: { people: [{ id: PAGE }] } }, "Could not find user"],
    ["a page of elsewhere", { Relation: { relation: [{ id: DEMO_ADA_ID }] } }, "Could not find page"],
    [
      "a link that is no URL",
      { Text: { rich_text: [{ text: { content: "x", link: { url: "nope" } } }] } },
      "Invalid URL for link",
    ],
    ["a text instead of a list", { Name: { title: "x" } }, "body.properties.Name.title should be an array"],
  ])("%s", async (_name, properties, message) => {
    const { bot } = start();
    await expect(write(bot, properties)).rejects.toMatchObject({ message: expect.stringContaining(message) as string });
  });

  test("a connection that may not edit the schema gets no new option", async () => {
    const { bot, ada } = startWorkspace({ seedData: seedOf(ALL, [{ properties: {} }]), profile: { canEditSchema: false } });
    await expect(write(bot, { Select: { select: { name: "Green" } } })).rejects.toMatchObject({ status: 400 });
    await write(ada, { Select: { select: { name: "Green" } } });
  });
});

describe("long values", () => {
  const pages = Array.from({ length: 31 }, (_, index) => ({ properties: { Name: { title: text(`Page ${index}`) } } }));

  test("a page shows 25 references, and the property endpoint has the others in parts", async () => {
    const { bot } = startWorkspace({ seedData: seedOf(ALL, pages) });
    const relation = Array.from({ length: 30 }, (_, index) => ({ id: toSeedPageId(index + 1) }));
    const mentions = relation.map(({ id }) => ({ mention: { page: { id } } }));
    await write(bot, { Relation: { relation }, Text: { rich_text: mentions } });

    const page = await readPage(bot, PAGE);
    expect(contentOf(page, "Relation")).toEqual(relation.slice(0, 25));
    expect(valueOf(page, "Relation")).toHaveProperty("has_more", true);
    expect(contentOf(page, "Text")).toHaveLength(25);

    const property_id = valueOf(page, "Relation").id;
    const first = await bot.pages.properties.retrieve({ page_id: PAGE, property_id, page_size: 20 });
    if (first.object !== "list") throw new Error("expected a list");
    expect(first).toMatchObject({ has_more: true, property_item: { type: "relation", id: property_id } });
    const second = await bot.pages.properties.retrieve({
      page_id: PAGE,
      property_id,
      page_size: 20,
      start_cursor: first.next_cursor,
    });
    if (second.object !== "list") throw new Error("expected a list");
    expect(second).toMatchObject({ has_more: false, next_cursor: null });
    expect([...first.results, ...second.results].map((item) => "relation" in item && item.relation)).toEqual(relation);
  });

  test("other properties are one item, and an unknown one is refused", async () => {
    const { bot } = startWorkspace({ seedData: seedOf(ALL, pages) });
    const page = await readPage(bot, PAGE);
    const item = await bot.pages.properties.retrieve({ page_id: PAGE, property_id: valueOf(page, "Check").id });
    expect(item).toMatchObject({ object: "property_item", type: "checkbox", checkbox: false });
    const title = await bot.pages.properties.retrieve({ page_id: PAGE, property_id: "title" });
    expect(title).toMatchObject({ object: "list", results: [{ type: "title", title: { plain_text: "Page 0" } }] });
    await expect(bot.pages.properties.retrieve({ page_id: PAGE, property_id: "nope" })).rejects.toMatchObject({ status: 400 });
  });

  test("3 pieces of 2,000 characters are kept", async () => {
    const { bot } = startWorkspace({ seedData: seedOf(ALL, pages) });
    const pieces = ["a", "b", "c"].map((letter) => ({ text: { content: letter.repeat(2_000) } }));
    await write(bot, { Text: { rich_text: pieces } });
    expect(textOf(await readPage(bot, PAGE), "Text")).toHaveLength(6_000);
  });
});
