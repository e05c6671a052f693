import type { Client, QueryDataSourceParameters } from "@notionhq/client";
import { describe, expect, test } from "vitest";
import {
  DEMO_ADA_ID,
  DEMO_DATA_SOURCE_ID,
  DEMO_GRACE_ID,
  toSeedPageId,
  type SeedPage,
  type SeedProperty,
} from "../../../local/notion-api/seed.ts";
import { makePage, seedOf, startWorkspace, text } from "./workspace.ts";

const PROPERTIES: SeedProperty[] = [
  { name: "Name", type: "title" },
  { name: "Key", type: "rich_text" },
  { name: "Points", type: "number" },
  { name: "Kind", type: "select", options: ["Bug", "Feature"] },
  { name: "Labels", type: "multi_select", options: ["x", "y"] },
  { name: "Status", type: "status", options: { "To-do": ["Backlog"], Complete: ["Done"] } },
  { name: "Owner", type: "people" },
  { name: "Parent", type: "relation" },
  { name: "Due", type: "date" },
  { name: "Link", type: "url" },
  { name: "Ok", type: "checkbox" },
  { name: "Files", type: "files" },
  { name: "Sum", type: "formula" },
  { name: "No", type: "unique_id" },
  { name: "Made", type: "created_time" },
  { name: "Maker", type: "created_by" },
];

const PAGES: Omit<SeedPage, "dataSourceId">[] = [
  {
    properties: {
      Name: { title: text("Alpha") },
      Key: { rich_text: text("owner/name#1") },
      Points: { number: 3 },
      Kind: { select: { name: "Bug" } },
      Labels: { multi_select: [{ name: "x" }, { name: "y" }] },
      Status: { status: { name: "Done" } },
      Owner: { people: [{ id: DEMO_ADA_ID }] },
      Parent: { relation: [{ id: toSeedPageId(1) }] },
      Due: { date: { start: "2026-02-03" } },
      Link: { url: "https://example.com/a" },
      Ok: { checkbox: true },
      Files: { files: [{ name: "f", external: { url: "https://example.com/f" } }] },
    },
    formulas: { Sum: { type: "number", number: 7 } },
    createdAt: "2026-01-01T00:00:30.000Z",
    editedAt: "2026-02-03T10:19:59.000Z",
  },
  {
    properties: {
      Name: { title: text("beta") },
      Points: { number: 5 },
      Kind: { select: { name: "Feature" } },
      Labels: { multi_select: [{ name: "x" }] },
    },
    formulas: { Sum: { type: "string", string: "seven" } },
    createdAt: "2026-01-02T00:00:00.000Z",
    createdBy: DEMO_GRACE_ID,
  },
  {
    properties: { Name: { title: text("Gamma") }, Due: { date: { start: "2026-01-28T23:30:00Z" } } },
    createdAt: "2026-01-03T00:00:00.000Z",
  },
];

type Filter = QueryDataSourceParameters["filter"];
type Sorts = QueryDataSourceParameters["sorts"];

const namesOf = (results: readonly unknown[]): string[] =>
  results.map(
    (page) =>
      (page as { properties: { Name: { title: { plain_text: string }[] } } }).properties.Name.title[0]?.plain_text.slice(0, 1) ??
      "?",
  );

const ask = async (client: Client, filter?: unknown, sorts?: Sorts): Promise<string> => {
  const query = {
    data_source_id: DEMO_DATA_SOURCE_ID,
    ...(filter ? { filter: filter as NonNullable<Filter> } : {}),
    ...(sorts ? { sorts } : {}),
  };
  return namesOf((await client.dataSources.query(query)).results).join("");
};

describe("filters", () => {
  const { bot } = startWorkspace({ seedData: seedOf(PROPERTIES, PAGES) });
  const timestamp = (name: "created_time" | "last_edited_time", condition: object): object => ({
    timestamp: name,
    [name]: condition,
  });

  test.each<[object, string]>([
    [{ property: "Name", title: { equals: "ALPHA" } }, "A"],
    [{ property: "Name", rich_text: { contains: "a" } }, "AbG"],
    [{ property: "Name", title: { does_not_contain: "amm" } }, "Ab"],
    [{ property: "Name", title: { starts_with: "be" } }, "b"],
    [{ property: "Name", title: { ends_with: "ma" } }, "G"],
    [{ property: "Key", rich_text: { equals: "owner/name#1" } }, "A"],
    [{ property: "Key", rich_text: { is_empty: true } }, "bG"],
    [{ property: "Link", url: { is_not_empty: true } }, "A"],
    [{ property: "Points", number: { greater_than: 3 } }, "b"],
    [{ property: "Points", number: { less_than_or_equal_to: 3 } }, "A"],
    [{ property: "Points", number: { does_not_equal: 3 } }, "bG"],
    [{ property: "Points", number: { is_empty: true } }, "G"],
    [{ property: "Kind", select: { equals: "Bug" } }, "A"],
    [{ property: "Kind", select: { equals: ["Bug", "Feature"] } }, "Ab"],
    [{ property: "Kind", select: { does_not_equal: "Bug" } }, "bG"],
    [{ property: "Labels", multi_select: { contains: "y" } }, "A"],
    [{ property: "Labels", multi_select: { does_not_contain: "x" } }, "G"],
    [{ property: "Status", status: { equals: "Done" } }, "A"],
    [{ property: "Status", status: { is_empty: true } }, "bG"],
    [{ property: "Owner", people: { contains: DEMO_ADA_ID } }, "A"],
    [{ property: "Parent", relation: { contains: toSeedPageId(1) } }, "A"],
    [{ property: "Parent", relation: { is_empty: true } }, "bG"],
    [{ property: "Files", files: { is_not_empty: true } }, "A"],
    [{ property: "Ok", checkbox: { equals: false } }, "bG"],
    [{ property: "Ok", checkbox: { does_not_equal: false } }, "A"],
    [{ property: "Due", date: { equals: "2026-02-03" } }, "A"],
    [{ property: "Due", date: { equals: "today" } }, "A"],
    [{ property: "Due", date: { before: "2026-01-29" } }, "G"],
    [{ property: "Due", date: { after: "2026-01-28" } }, "A"],
    [{ property: "Due", date: { after: "2026-01-28T23:29:59.999Z" } }, "AG"],
    [{ property: "Due", date: { on_or_before: "2026-01-28" } }, "G"],
    [{ property: "Due", date: { past_week: {} } }, "AG"],
    [{ property: "Due", date: { next_week: {} } }, ""],
    [{ property: "Due", date: { this_week: {} } }, "A"],
    [{ property: "Due", date: { is_empty: true } }, "b"],
    [{ property: "Sum", formula: { number: { equals: 7 } } }, "A"],
    [{ property: "Sum", formula: { string: { contains: "eve" } } }, "b"],
    [{ property: "No", unique_id: { greater_than: 1 } }, "bG"],
    [{ property: "Made", created_time: { on_or_after: "2026-01-02" } }, "bG"],
    [{ property: "Maker", created_by: { contains: DEMO_GRACE_ID } }, "b"],
    [timestamp("created_time", { equals: "2026-01-01T00:00:00.000Z" }), "A"],
    [timestamp("last_edited_time", { on_or_after: "2026-02-03T10:19:00.000Z" }), "A"],
    [timestamp("last_edited_time", { on_or_after: "2026-02-03T10:19:00.001Z" }), ""],
    [timestamp("last_edited_time", { after: "2026-02-03T10:19:00Z" }), ""],
    [timestamp("last_edited_time", { before: "2026-02-03T11:19:00+01:00" }), "bG"],
    [
      {
        and: [
          { property: "Points", number: { is_not_empty: true } },
          {
            or: [
              { property: "Kind", select: { equals: "Feature" } },
              { property: "Ok", checkbox: { equals: true } },
            ],
          },
        ],
      },
      "Ab",
    ],
    [{ or: [] }, ""],
    [{ and: [] }, "AbG"],
  ])("%j", async (filter, expected) => {
    expect(await ask(bot, filter)).toBe(expected);
  });

  test.each<[object, string]>([
    [{ property: "Gone", number: { equals: 1 } }, "Could not find property with name or id: Gone"],
    [{ property: "Status", select: { equals: "Done" } }, "database property status does not match filter select"],
    [{ property: "Status", status: { equals: "Nowhere" } }, 'status option "Nowhere" not found'],
    [{ property: "Points", number: { bigger: 1 } }, "body.filter.number.bigger"],
    [{ property: "Points", number: { equals: "1" } }, "should be a number"],
    [{ property: "Points", number: { equals: 1, less_than: 2 } }, "one operator"],
    [{ property: "Name", title: { is_empty: false } }, "should be `true`"],
    [{ property: "Due", date: { before: "soon" } }, "ISO 8601"],
    [{ timestamp: "read_time", read_time: {} }, "body.filter.timestamp"],
    [{ and: [{ or: [{ and: [] }] }] }, "nested at most 2 levels"],
  ])("is refused: %j", async (filter, message) => {
    await expect(ask(bot, filter)).rejects.toMatchObject({
      status: 400,
      code: "validation_error",
      message: expect.stringContaining(message) as string,
    });
  });
});

describe("sorts", () => {
  const { bot } = startWorkspace({ seedData: seedOf(PROPERTIES, PAGES) });

  test.each<[Sorts, string]>([
    [undefined, "AbG"],
    [[{ property: "Name", direction: "descending" }], "GbA"],
    [[{ property: "Points", direction: "ascending" }], "AbG"],
    [[{ property: "Points", direction: "descending" }], "bAG"],
    [[{ property: "Kind", direction: "descending" }], "bAG"],
    [[{ property: "Due", direction: "ascending" }], "GAb"],
    [[{ timestamp: "created_time", direction: "descending" }], "GbA"],
    [[{ timestamp: "last_edited_time", direction: "ascending" }], "bGA"],
    [
      [
        { property: "Ok", direction: "descending" },
        { property: "Name", direction: "descending" },
      ],
      "AGb",
    ],
  ])("%j", async (sorts, expected) => {
    expect(await ask(bot, undefined, sorts)).toBe(expected);
  });
});

describe("paging", () => {
  const many = (count: number): Omit<SeedPage, "dataSourceId">[] =>
    Array.from({ length: count }, (_, index) => ({ properties: { Name: { title: text(`Page ${index}`) } } }));
  const query = { data_source_id: DEMO_DATA_SOURCE_ID };
  const SORTED: Sorts = [{ timestamp: "last_edited_time", direction: "ascending" }];

  const readAll = async (client: Client, sorts: Sorts = [], meanwhile?: () => Promise<unknown>): Promise<string[]> => {
    const ids: string[] = [];
    let start_cursor: string | null = null;
    do {
      const answer: Awaited<ReturnType<Client["dataSources"]["query"]>> = await client.dataSources.query({
        ...query,
        sorts,
        start_cursor,
      });
      ids.push(...answer.results.map((page) => page.id));
      start_cursor = answer.next_cursor;
      expect(answer.has_more).toBe(start_cursor !== null);
      expect(answer).not.toHaveProperty("request_status");
      await meanwhile?.();
    } while (start_cursor !== null);
    return ids;
  };

  test("every page comes once", async () => {
    const { bot, simulator } = startWorkspace({ seedData: seedOf(PROPERTIES, many(250)) });
    const ids = await readAll(bot);
    expect(new Set(ids).size).toBe(250);
    expect(simulator.journal().byKind).toEqual({ "POST /v1/data_sources/{id}/query": 3 });
    expect(simulator.journal().writes).toBe(0);
  });

  test("pages edited while one pages through may come again, and none is skipped", async () => {
    const { bot, ada, clock } = startWorkspace({ seedData: seedOf(PROPERTIES, many(250)) });
    await clock.advance(60_000);
    let edited = 0;

    const ids = await readAll(bot, SORTED, async () => {
      for (let index = 0; index < 5; index += 1) {
        if (edited < 10) await ada.pages.update({ page_id: toSeedPageId((edited += 1)), properties: { Points: { number: 1 } } });
      }
    });

    expect(new Set(ids).size).toBe(250);
    expect(ids).toHaveLength(260);
  });

  test("a query ends at the greatest number of results and says so", async () => {
    const { bot } = startWorkspace({ seedData: seedOf(PROPERTIES, many(30)), limits: { queryResults: 20 } });
    const first = await bot.dataSources.query({ ...query, page_size: 15 });
    const second = await bot.dataSources.query({ ...query, page_size: 15, start_cursor: first.next_cursor });
    expect(second).toMatchObject({
      has_more: false,
      next_cursor: null,
      request_status: { type: "incomplete", incomplete_reason: "query_result_limit_reached" },
    });
    expect(second.results).toHaveLength(5);
  });

  test("fewer results than asked for may come", async () => {
    const { bot } = startWorkspace({ seedData: seedOf(PROPERTIES, many(30)), limits: { queryPageSize: 7 } });
    expect((await bot.dataSources.query(query)).results).toHaveLength(7);
    expect(await readAll(bot)).toHaveLength(30);
  });

  test("cursors and sizes that are none are refused", async () => {
    const { bot } = startWorkspace();
    await expect(bot.dataSources.query({ ...query, start_cursor: "x" })).rejects.toMatchObject({ code: "validation_error" });
    await expect(bot.dataSources.query({ ...query, page_size: 101 })).rejects.toMatchObject({ code: "validation_error" });
    await expect(bot.dataSources.query({ ...query, in_trash: true })).rejects.toMatchObject({ code: "validation_error" });
  });

  test("only the properties that were asked for come", async () => {
    const { bot } = startWorkspace();
    const { results } = await bot.dataSources.query({ ...query, filter_properties: ["title", "stat"] });
    expect(Object.keys((results[0] as { properties: object }).properties)).toEqual(["Name", "Status"]);
    await expect(bot.dataSources.query({ ...query, filter_properties: ["Gone"] })).rejects.toMatchObject({ status: 400 });
  });

  test("a stale list shows what was there a while ago, and a retrieved page what is there now", async () => {
    const { bot, ada, simulator, clock } = startWorkspace();
    await clock.advance(60_000);
    const made = await makePage(ada, { Name: { title: text("New") } });
    await ada.pages.update({ page_id: toSeedPageId(0), in_trash: true });
    simulator.setFaults([{ match: "query", kind: "staleList", ageMs: 30_000 }]);

    const stale = (await bot.dataSources.query(query)).results.map((page) => page.id);
    const fresh = (await bot.dataSources.query(query)).results.map((page) => page.id);

    expect([stale.includes(made.id), stale.includes(toSeedPageId(0))]).toEqual([false, true]);
    expect([fresh.includes(made.id), fresh.includes(toSeedPageId(0))]).toEqual([true, false]);
    simulator.verify();
  });

  test("10,000 pages are read, sorted, in a few seconds at most", async () => {
    const { bot } = startWorkspace({ seedData: seedOf(PROPERTIES, many(10_001)), limits: { requestsPerMinute: 1_000 } });
    const startedAt = performance.now();
    const ids: string[] = [];
    let answer = await bot.dataSources.query({ ...query, sorts: SORTED });
    for (
      ;
      answer.next_cursor !== null;
      answer = await bot.dataSources.query({ ...query, sorts: SORTED, start_cursor: answer.next_cursor })
    )
      ids.push(...answer.results.map((page) => page.id));
    ids.push(...answer.results.map((page) => page.id));
    expect(new Set(ids).size).toBe(10_000);
    expect(answer.request_status).toMatchObject({ type: "incomplete" });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
