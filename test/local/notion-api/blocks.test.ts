import { describe, expect, test } from "vitest";
import { DEMO_BOT_ID, toSeedPageId } from "../../../local/notion-api/seed.ts";
import { readPage, startWorkspace, text } from "./workspace.ts";

const PAGE = toSeedPageId(0);

const plainOf = (block: unknown): string => {
  const { type, ...rest } = block as { type: string } & Record<string, { rich_text: { plain_text: string }[] }>;
  return (rest[type]?.rich_text ?? []).map((item) => item.plain_text).join("");
};

describe("blocks", () => {
  test("appended blocks are listed in order, normalised, in parts", async () => {
    const { bot } = startWorkspace();
    const children = Array.from({ length: 60 }, (_, index) => ({ paragraph: { rich_text: text(`Line ${index}`) } }));
    const appended = await bot.blocks.children.append({ block_id: PAGE, children });
    await bot.blocks.children.append({ block_id: PAGE, children });

    const first = await bot.blocks.children.list({ block_id: PAGE });
    const second = await bot.blocks.children.list({ block_id: PAGE, start_cursor: first.next_cursor });

    expect(appended.results).toHaveLength(60);
    expect([first.results.length, second.results.length, second.has_more]).toEqual([100, 20, false]);
    expect(first.results[3]).toMatchObject({
      object: "block",
      type: "paragraph",
      parent: { type: "page_id", page_id: PAGE },
      created_by: { id: DEMO_BOT_ID },
      created_time: "2026-02-03T10:20:00.000Z",
      has_children: false,
      in_trash: false,
      paragraph: { color: "default", rich_text: [{ plain_text: "Line 3", href: null }] },
    });
  });

  test("they go to the start, after a block, or into one", async () => {
    const { bot } = startWorkspace();
    const paragraph = (content: string): { paragraph: { rich_text: ReturnType<typeof text> } } => ({
      paragraph: { rich_text: text(content) },
    });
    const { results } = await bot.blocks.children.append({ block_id: PAGE, children: [paragraph("b"), paragraph("d")] });
    const id = results[0]?.id ?? "";
    await bot.blocks.children.append({ block_id: PAGE, children: [paragraph("a")], position: { type: "start" } });
    await bot.blocks.children.append({
      block_id: PAGE,
      children: [paragraph("c")],
      position: { type: "after_block", after_block: { id } },
    });
    await bot.blocks.children.append({ block_id: id, children: [paragraph("inside")] });

    const list = await bot.blocks.children.list({ block_id: PAGE });
    expect(list.results.map(plainOf).join("")).toBe("abcd");
    expect(list.results[1]).toMatchObject({ has_children: true });
    const inner = await bot.blocks.children.list({ block_id: id });
    expect(inner.results[0]).toMatchObject({ parent: { type: "block_id", block_id: id } });
  });

  test("nested blocks come in one request, two levels deep", async () => {
    const { bot } = startWorkspace();
    const toggle = (children: object[]): object => ({ toggle: { rich_text: text("t"), children } });
    const append = (children: object[]): Promise<unknown> =>
      bot.request({ path: `blocks/${PAGE}/children`, method: "patch", body: { children } });

    await append([toggle([{ divider: {} }])]);
    await expect(append([toggle([toggle([{ divider: {} }])])])).rejects.toMatchObject({ status: 400 });

    const { results } = await bot.blocks.children.list({ block_id: PAGE });
    expect(results).toHaveLength(1);
    expect((await bot.blocks.children.list({ block_id: results[0]?.id ?? "" })).results).toMatchObject([{ type: "divider" }]);
  });

  test.each<[string, object, string]>([
    ["101 blocks", { children: Array.from({ length: 101 }, () => ({ divider: {} })) }, "body.children.length should be ≤ `100`"],
    ["2,001 characters", { children: [{ paragraph: { rich_text: text("x".repeat(2_001)) } }] }, "should be ≤ `2000`"],
    ["a language that Notion does not know", { children: [{ code: { rich_text: text("x"), language: "ts" } }] }, "language"],
    ["after, as in the version before", { children: [], after: PAGE }, "body.after"],
    ["a block of no type", { children: [{ nonsense: {} }] }, "body.children[0]"],
    ["no children", {}, "body.children should be defined"],
  ])("is refused: %s", async (_name, body, message) => {
    const { bot } = startWorkspace();
    const append = bot.request({ path: `blocks/${PAGE}/children`, method: "patch", body: body as Record<string, unknown> });
    await expect(append).rejects.toMatchObject({ status: 400, message: expect.stringContaining(message) as string });
  });

  test("a block is changed, trashed and gone from the list; its page's time follows", async () => {
    const { bot, clock } = startWorkspace();
    const { results } = await bot.blocks.children.append({ block_id: PAGE, children: [{ to_do: { rich_text: text("x") } }] });
    const block_id = results[0]?.id ?? "";
    await clock.advance(60_000);

    await bot.blocks.update({ block_id, to_do: { checked: true } });
    expect(await bot.blocks.retrieve({ block_id })).toMatchObject({ to_do: { checked: true, rich_text: [{ plain_text: "x" }] } });
    await bot.blocks.delete({ block_id });

    expect(await bot.blocks.retrieve({ block_id })).toMatchObject({ in_trash: true });
    expect((await bot.blocks.children.list({ block_id: PAGE })).results).toEqual([]);
    expect(await readPage(bot, PAGE)).toMatchObject({ last_edited_time: "2026-02-03T10:21:00.000Z" });
    expect(await bot.blocks.retrieve({ block_id: PAGE })).toMatchObject({ type: "child_page" });
  });

  test("an option leaves the page's time alone, as Notion sometimes does", async () => {
    const { bot } = startWorkspace({ contentEditsBumpPage: false });
    await bot.blocks.children.append({ block_id: PAGE, children: [{ divider: {} }] });
    expect(await readPage(bot, PAGE)).toMatchObject({ last_edited_time: "2025-12-01T09:00:00.000Z" });
  });
});
