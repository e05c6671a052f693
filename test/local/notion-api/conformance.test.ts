import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { DEMO_ADA_ID, DEMO_DATA_SOURCE_ID, toSeedPageId, type SeedProperty } from "../../../local/notion-api/seed.ts";
import { makePage, TEST_DATABASE_ID, seedOf, startWorkspace, text } from "./workspace.ts";

const TYPES = [
  "title",
  "rich_text",
  "number",
  "select",
  "multi_select",
  "status",
  "people",
  "date",
  "relation",
  "url",
  "email",
  "phone_number",
  "checkbox",
  "files",
  "unique_id",
  "formula",
  "created_time",
  "created_by",
  "last_edited_time",
  "last_edited_by",
] as const;
const EVERY_TYPE: SeedProperty[] = TYPES.map((type) => ({ name: type, type, options: ["a", "b"] }));
const PAGE = toSeedPageId(0);

// The client's types want the deprecated `archived`, and leave out two members that Notion does send.
const toTyped = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toTyped);
  if (typeof value !== "object" || value === null) return value;
  const { request_id: _requestId, ...rest } = value as Record<string, unknown>;
  if (rest["type"] === "relation" || rest["type"] === "people") if (rest["object"] !== "list") delete rest["has_more"];
  const typed = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, toTyped(member)]));
  return "in_trash" in typed ? { ...typed, archived: typed["in_trash"] } : typed;
};

const parsedFiles = new Map<string, ts.SourceFile>();

/** Compiles `const answer: Type = <the answer>` for each, against the vendor's own types; returns what the compiler says. */
function check(answers: readonly (readonly [type: string, answer: unknown])[]): string[] {
  const fileName = fileURLToPath(new URL("answers.ts", import.meta.url));
  const names = [...new Set(answers.map(([type]) => type))].join(", ");
  const lines = answers.map(
    ([type, answer], index) => `export const answer${index}: ${type} = ${JSON.stringify(toTyped(answer))};`,
  );
  const source = [`import type { ${names} } from "@notionhq/client";`, ...lines].join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
  };
  const host = ts.createCompilerHost(options);
  const readFile = (...of: Parameters<ts.CompilerHost["getSourceFile"]>): ts.SourceFile | undefined => {
    const parsed = parsedFiles.get(of[0]) ?? host.getSourceFile(...of);
    if (parsed) parsedFiles.set(of[0], parsed);
    return parsed;
  };
  const virtualHost: ts.CompilerHost = {
    ...host,
    getSourceFile: (name, ...rest) =>
      name === fileName ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2024) : readFile(name, ...rest),
  };
  const program = ts.createProgram([fileName], options, virtualHost);
  const file = program.getSourceFile(fileName);
  return program.getSemanticDiagnostics(file).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("answers fit the types of the vendor's client", () => {
  test("the check itself sees a wrong answer", () => {
    expect(check([["GetSelfResponse", { object: "user", id: 1, type: "person" }]])).not.toEqual([]);
  });

  test("users, databases, data sources, pages, property items, blocks and events", async () => {
    const { bot, ada, clock, deliveries } = startWorkspace({
      seedData: seedOf(EVERY_TYPE, [
        { properties: {}, formulas: { formula: { type: "number", number: 1 } } },
        {
          properties: {
            title: { title: text("Full") },
            rich_text: {
              rich_text: [
                { mention: { user: { id: DEMO_ADA_ID } } },
                { mention: { page: { id: PAGE } } },
                { equation: { expression: "x" } },
              ],
            },
            number: { number: 1 },
            select: { select: { name: "a" } },
            multi_select: { multi_select: [{ name: "a" }, { name: "b" }] },
            status: { status: { name: "b" } },
            people: { people: [{ id: DEMO_ADA_ID }] },
            date: { date: { start: "2026-01-01", end: "2026-01-02" } },
            relation: { relation: [{ id: PAGE }] },
            url: { url: "https://example.com" },
            email: { email: "a@example.com" },
            phone_number: { phone_number: "1" },
            checkbox: { checkbox: true },
            files: { files: [{ name: "f", external: { url: "https://example.com/f" } }] },
          },
        },
      ]),
      limits: { queryResults: 1 },
    });
    const demo = startWorkspace().bot;
    const page_id = toSeedPageId(1);
    const source = { data_source_id: DEMO_DATA_SOURCE_ID };
    const { properties } = await bot.dataSources.retrieve(source);
    const items = await Promise.all(
      Object.values(properties).map(({ id }) => bot.pages.properties.retrieve({ page_id, property_id: id })),
    );
    const children = [
      { paragraph: { rich_text: text("p") } },
      { heading_1: { rich_text: text("h") } },
      { heading_2: { rich_text: text("h") } },
      { heading_3: { rich_text: text("h") } },
      { numbered_list_item: { rich_text: text("n") } },
      { callout: { rich_text: text("c") } },
      { image: { external: { url: "https://example.com/i.png" } } },
      { table: { table_width: 1, children: [{ table_row: { cells: [text("cell")] } }] } },
      { table_of_contents: {} },
      { breadcrumb: {} },
      { embed: { url: "https://example.com" } },
      { bulleted_list_item: { rich_text: text("b") } },
      { to_do: { rich_text: text("t"), checked: true } },
      { toggle: { rich_text: text("t") } },
      { quote: { rich_text: text("q") } },
      { code: { rich_text: text("c"), language: "typescript" as const } },
      { divider: {} },
      { bookmark: { url: "https://example.com" } },
      { equation: { expression: "x" } },
    ];
    const append = await bot.blocks.children.append({ block_id: page_id, children });
    const blocks = await bot.blocks.children.list({ block_id: page_id });
    const table = blocks.results.find((block) => "type" in block && block.type === "table")?.id ?? "";
    const rows = await bot.blocks.children.list({ block_id: table });
    const made = await makePage(ada);
    await clock.advance(200);
    await ada.pages.update({ page_id, in_trash: true });
    await ada.pages.update({ page_id: PAGE, properties: { number: { number: 2 }, select: { select: { name: "c" } } } });
    await clock.advance(200);
    await ada.pages.update({ page_id, in_trash: false });
    await ada.pages.move({ page_id: made.id, parent: { page_id: PAGE } });
    await clock.advance(200);

    const PAYLOADS: Readonly<Record<string, string>> = {
      "page.created": "PageCreatedWebhookPayload",
      "page.content_updated": "PageContentUpdatedWebhookPayload",
      "page.properties_updated": "PagePropertiesUpdatedWebhookPayload",
      "page.deleted": "PageDeletedWebhookPayload",
      "page.undeleted": "PageUndeletedWebhookPayload",
      "page.moved": "PageMovedWebhookPayload",
      "data_source.schema_updated": "DataSourceSchemaUpdatedWebhookPayload",
    };
    const events = deliveries.map((delivery) => [PAYLOADS[String(delivery["type"])] ?? "never", delivery] as const);
    expect(new Set(events.map(([type]) => type)).size).toBe(7);

    const problems = check([
      ["GetSelfResponse", await bot.users.me({})],
      ["GetUserResponse", await bot.users.retrieve({ user_id: DEMO_ADA_ID })],
      ["ListUsersResponse", await bot.users.list({})],
      ["DataSourceObjectResponse", await bot.dataSources.retrieve(source)],
      ["DatabaseObjectResponse", await bot.databases.retrieve({ database_id: TEST_DATABASE_ID })],
      ["QueryDataSourceResponse", await bot.dataSources.query(source)],
      ["PageObjectResponse", made],
      ["PageObjectResponse", await bot.pages.retrieve({ page_id })],
      ["PageObjectResponse", await bot.pages.retrieve({ page_id: PAGE })],
      ...items.map((item) => ["GetPagePropertyResponse", item] as const),
      ["AppendBlockChildrenResponse", append],
      ["ListBlockChildrenResponse", blocks],
      ["ListBlockChildrenResponse", rows],
      ...blocks.results.map((block) => ["BlockObjectResponse", block] as const),
      ["BlockObjectResponse", await bot.blocks.retrieve({ block_id: PAGE })],
      ...events,
      ["DataSourceObjectResponse", await demo.dataSources.retrieve(source)],
      ["QueryDataSourceResponse", await demo.dataSources.query(source)],
    ]);
    expect(problems).toEqual([]);
  });
});
