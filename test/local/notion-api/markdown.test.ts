import type { AppendBlockChildrenParameters } from "@notionhq/client";
import { describe, expect, test } from "vitest";
import { DEMO_ADA_ID, toSeedPageId } from "../../../local/notion-api/seed.ts";
import { startWorkspace, text, type Workspace } from "./workspace.ts";

const PAGE = toSeedPageId(0);
const OTHER = toSeedPageId(1);
const OTHER_URL = `https://app.notion.com/p/${OTHER.replaceAll("-", "")}`;
const UPLOAD = "f11e0000-0000-4000-8000-000000000001";

type Children = AppendBlockChildrenParameters["children"];

async function write({ bot }: Workspace, children: Children, block_id = PAGE): Promise<string[]> {
  return (await bot.blocks.children.append({ block_id, children })).results.map(({ id }) => id);
}

async function read({ bot }: Workspace, page_id = PAGE): Promise<string[]> {
  return (await bot.pages.retrieveMarkdown({ page_id })).markdown.split("\n");
}

const paragraph = (content: string): { paragraph: { rich_text: ReturnType<typeof text> } } => ({
  paragraph: { rich_text: text(content) },
});

const BLOCKS: readonly { readonly block: string; readonly children: Children; readonly lines: readonly string[] }[] = [
  { block: "paragraphs", children: [paragraph("a"), paragraph(""), paragraph("b\nc")], lines: ["a", "<empty-block/>", "b<br>c"] },
  {
    block: "headings",
    children: [{ heading_1: { rich_text: text("a") } }, { heading_3: { rich_text: text("b"), color: "blue_background" } }],
    lines: ["# a", '### b {color="blue_bg"}'],
  },
  {
    block: "a toggle heading",
    children: [{ heading_2: { rich_text: text("a"), is_toggleable: true, children: [paragraph("b")] } }],
    lines: ['## a {toggle="true"}', "\tb"],
  },
  {
    block: "lists and tasks",
    children: [
      { bulleted_list_item: { rich_text: text("a"), children: [paragraph("b")] } },
      { numbered_list_item: { rich_text: text("c") } },
      { to_do: { rich_text: text("d"), checked: true } },
      { to_do: { rich_text: text("e") } },
    ],
    lines: ["- a", "\tb", "1. c", "- [x] d", "- [ ] e"],
  },
  { block: "a quote", children: [{ quote: { rich_text: text("a\nb") } }], lines: ["> a<br>b"] },
  {
    block: "a toggle",
    children: [{ toggle: { rich_text: text("a"), children: [paragraph("b")] } }],
    lines: ["<details>", "<summary>a</summary>", "\tb", "</details>"],
  },
  {
    block: "a callout",
    children: [
      { callout: { rich_text: text("a"), icon: { emoji: "💡" }, color: "gray_background", children: [paragraph("b")] } },
    ],
    lines: ['<callout icon="💡" color="gray_bg">', "\ta", "\tb", "</callout>"],
  },
  {
    block: "code, as it is",
    children: [{ code: { rich_text: text("a*\n```\n\tb"), language: "javascript" } }],
    lines: ["````javascript", "a*", "```", "\tb", "````"],
  },
  {
    block: "an equation and a divider",
    children: [{ equation: { expression: "a^2" } }, { divider: {} }],
    lines: ["$$", "a^2", "$$", "---"],
  },
  {
    block: "a table",
    children: [
      {
        table: {
          table_width: 2,
          has_column_header: true,
          children: [{ table_row: { cells: [text("a"), text("b|c")] } }],
        },
      },
    ],
    lines: ['<table header-row="true">', "<tr>", "<td>a</td>", "<td>b\\|c</td>", "</tr>", "</table>"],
  },
  {
    block: "media from elsewhere",
    children: [
      { image: { external: { url: "https://example.com/a.png" }, caption: text("cat") } },
      { pdf: { external: { url: "https://example.com/a.pdf" } } },
    ],
    lines: ["![cat](https://example.com/a.png)", '<pdf src="https://example.com/a.pdf"></pdf>'],
  },
  {
    block: "columns",
    children: [{ column_list: { children: [{ column: { children: [paragraph("a")] } }] } }],
    lines: ["<columns>", "\t<column>", "\t\ta", "\t</column>", "</columns>"],
  },
];

describe("a page's Markdown", () => {
  test.each(BLOCKS)("has $block", async ({ children, lines }) => {
    const workspace = startWorkspace();
    await write(workspace, children);

    expect(await read(workspace)).toEqual(lines);
  });

  test("has rich text, escaped, with the spaces outside of the marks", async () => {
    const workspace = startWorkspace();
    const rich_text = [
      ...text("\\ * ~ ` $ [ ] < > { } | ^ _ # "),
      { text: { content: "bold " }, annotations: { bold: true, italic: true } },
      { text: { content: "a`b" }, annotations: { code: true } },
      { text: { content: "x", link: { url: "https://example.com/" } }, annotations: { strikethrough: true } },
      { text: { content: "u" }, annotations: { underline: true, color: "red" as const } },
      { equation: { expression: "a_b" } },
    ];
    await write(workspace, [{ paragraph: { rich_text } }]);

    expect(await read(workspace)).toEqual([
      "\\\\ \\* \\~ \\` \\$ \\[ \\] \\< \\> \\{ \\} \\| \\^ _ # ***bold*** ``a`b``[~~x~~](https://example.com/)" +
        '<span color="red"><span underline="true">u</span></span>$a_b$',
    ]);
  });

  test("has mentions", async () => {
    const workspace = startWorkspace();
    const rich_text = [
      { mention: { user: { id: DEMO_ADA_ID } } },
      { mention: { page: { id: OTHER } } },
      { mention: { date: { start: "2026-03-01", end: "2026-03-02" } } },
    ];
    await write(workspace, [{ paragraph: { rich_text } }]);

    expect(await read(workspace)).toEqual([
      `<mention-user url="user://${DEMO_ADA_ID}">Ada Lovelace</mention-user>` +
        `<mention-page url="${OTHER_URL}">Export invoices as CSV</mention-page>` +
        '<mention-date start="2026-03-01" end="2026-03-02"/>',
    ]);
  });

  test("has synced blocks with what they show, and names what has no form", async () => {
    const workspace = startWorkspace();
    const [original = "", bookmark = ""] = await write(workspace, [
      { synced_block: { synced_from: null, children: [paragraph("a")] } },
      { bookmark: { url: "https://example.com" } },
    ]);
    await write(workspace, [{ synced_block: { synced_from: { block_id: original } } }], OTHER);
    const at = (page: string, block: string): string => `https://app.notion.com/p/${page}#${block}`.replaceAll("-", "");

    expect(await read(workspace)).toEqual([
      `<synced_block url="${at(PAGE, original)}">`,
      "\ta",
      "</synced_block>",
      `<unknown url="${at(PAGE, bookmark)}" alt="bookmark"/>`,
    ]);
    expect((await read(workspace, OTHER)).slice(1)).toEqual(["\ta", "</synced_block_reference>"]);
  });

  test("has sub-pages by their names", async () => {
    const workspace = startWorkspace();
    const { id } = await workspace.bot.pages.create({
      parent: { page_id: PAGE },
      properties: { title: { title: text("Sub *") } },
    });

    expect(await read(workspace)).toEqual([`<page url="https://app.notion.com/p/${id.replaceAll("-", "")}">Sub \\*</page>`]);
  });

  test("gives a kept file another address at each read", async () => {
    const workspace = startWorkspace();
    await write(workspace, [{ image: { file_upload: { id: UPLOAD } } }]);
    const [first = ""] = await read(workspace);
    const [second = ""] = await read(workspace);

    expect(first).toMatch(/^!\[\]\(https:\/\/prod-files-secure\.s3\..*&X-Amz-Expires=3600&X-Amz-Signature=\w+\)$/);
    expect(second).not.toBe(first);
    expect(second.replace(/\?.*/, "")).toBe(first.replace(/\?.*/, ""));
  });

  test("says when it is not the whole", async () => {
    const workspace = startWorkspace({ markdown: { maxBlocks: 2, unknownTypes: ["toggle"] } });
    const [, toggle] = await write(workspace, [
      paragraph("a"),
      { toggle: { rich_text: text("b"), children: [paragraph("inside")] } },
      paragraph("c"),
    ]);

    const answer = await workspace.bot.pages.retrieveMarkdown({ page_id: PAGE });
    const subtree = await workspace.bot.pages.retrieveMarkdown({ page_id: toggle ?? "" });

    expect(answer).toMatchObject({
      object: "page_markdown",
      id: PAGE,
      markdown: "a",
      truncated: true,
      unknown_block_ids: [toggle],
    });
    expect(subtree).toMatchObject({ markdown: "inside", truncated: false, unknown_block_ids: [] });
  });

  test("of a page that is not there is 404", async () => {
    const { bot } = startWorkspace();

    await expect(bot.pages.retrieveMarkdown({ page_id: UPLOAD })).rejects.toMatchObject({
      status: 404,
      code: "object_not_found",
    });
  });
});
