// From blocks in the simulated Notion to a body on GitHub: neither side was written with the other in view.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createNotionSimulator } from "../../local/notion-api/simulator.ts";
import { toSeedPageId } from "../../local/notion-api/seed.ts";
import { createVirtualClock } from "../../local/virtual-clock.ts";
import { toGithubBody, type GithubBody } from "../../markdown/github-body.ts";
import { fitBody } from "../../markdown/fit-body.ts";
import { isSameBody } from "../../markdown/normalise.ts";
import { parseMarkdown } from "../../markdown/processor.ts";
import { readRegion } from "../../markdown/region.ts";
import { connect } from "../local/notion-api/workspace.ts";
import { PAGE_URL } from "./convert.ts";

const PAGE = toSeedPageId(0);

/** A page with these blocks, and how to read it as a body. */
async function aPage(children: readonly object[]): Promise<() => Promise<GithubBody>> {
  const client = connect(
    createNotionSimulator({ clock: createVirtualClock("2026-01-01T10:00:00.000Z"), limits: { requestsPerMinute: Infinity } }),
  );
  await client.request({ path: `blocks/${PAGE}/children`, method: "patch", body: { children } });
  return async () => {
    const { markdown } = await client.pages.retrieveMarkdown({ page_id: PAGE });
    return toGithubBody(markdown, { pageUrl: PAGE_URL, allowedMentions: [] });
  };
}

const rich = (content: string, annotations: object = {}): object => ({ text: { content }, annotations });
const block = (type: string, content: string, more: object = {}): object => ({ [type]: { rich_text: [rich(content)], ...more } });

/** What a person reads, without white space and guards. */
function readText(markdown: string): string {
  const collect = (node: ReturnType<typeof parseMarkdown>["children"][number]): string =>
    "children" in node ? node.children.map(collect).join("") : "value" in node ? node.value : "";
  return parseMarkdown(markdown)
    .children.map(collect)
    .join("")
    .replaceAll(/[\s\u200b]+/g, "");
}

describe("a page's blocks on GitHub", () => {
  test("everything a team writes arrives, and reading it again makes no change", async () => {
    const read = await aPage([
      block("heading_2", "Why @ada #1"),
      {
        paragraph: {
          rich_text: [rich("Totals ", { bold: true }), rich("are wrong"), rich("since", { italic: true }), rich(" deadbeef")],
        },
      },
      block("to_do", "mend it", { checked: true }),
      block("bulleted_list_item", "one", { children: [block("bulleted_list_item", "two")] }),
      block("code", "const a = '@ada';", { language: "typescript" }),
      block("callout", "Careful", { icon: { emoji: "⚠️" } }),
      block("toggle", "More", { children: [block("paragraph", "inside")] }),
      { image: { file_upload: { id: "f11e0000-0000-4000-8000-000000000001" }, caption: [rich("chart")] } },
      { bookmark: { url: "https://example.com" } },
    ]);
    const { markdown, dropped } = await read();
    const body = fitBody(markdown, "", { pageUrl: PAGE_URL }).body;

    expect(markdown.replaceAll("\u200b", "·")).toBe(
      [
        ...["## Why @·ada #·1", "", "**Totals** are wrong*since* deadbe·ef", "", "- [x] mend it", "- one", "  - two", ""],
        ...["```typescript", "const a = '@ada';", "```", "", "> [!WARNING]", "> Careful", ""],
        ...["<details>", "<summary>More</summary>", "", "inside", "", "</details>", ""],
        ...[`Image “chart” ([original in Notion](${PAGE_URL}))`, ""],
        `[bookmark in Notion](${dropped.length > 1 ? (/\((\S+#\w+)\)/.exec(markdown)?.[1] ?? "") : ""})`,
        ...["", `*Only on [the page in Notion](${PAGE_URL}): the image “chart”; bookmark.*`],
      ].join("\n"),
    );
    expect((await read()).markdown).toBe(markdown);
    expect(isSameBody(readRegion(body.replaceAll("\n", "\r\n")) ?? "", (await read()).markdown)).toBe(true);
  });

  const styles = fc.record({
    bold: fc.boolean(),
    italic: fc.boolean(),
    strikethrough: fc.boolean(),
    underline: fc.boolean(),
    code: fc.boolean(),
  });
  const character = fc.constantFrom(...Array.from("ab1_*~`$[]<>{}|^\\#@!&;:.-+=\"'()/é"));
  const reference = fc.constantFrom("@ada", "#1", "o/r#2", "GH-3", "deadbeef", "fixes #4", "https://github.com/o/r/issues/5");
  const piecesOf = (content: fc.Arbitrary<string>): fc.Arbitrary<{ content: string; annotations: object }[]> =>
    fc.array(fc.record({ content, annotations: styles }), { minLength: 1, maxLength: 4 });
  const aParagraph = (pieces: readonly { content: string; annotations: object }[]): object => ({
    paragraph: { rich_text: [rich("x "), ...pieces.map(({ content, annotations }) => rich(content, annotations)), rich(" x")] },
  });

  test("any text in any formatting arrives", async () => {
    await fc.assert(
      fc.asyncProperty(piecesOf(fc.string({ unit: character, minLength: 1, maxLength: 12 })), async (pieces) => {
        const { markdown } = await (await aPage([aParagraph(pieces)]))();

        expect(readText(markdown).replaceAll(/<\/?ins>/g, "")).toBe(`x${pieces.map(({ content }) => content).join("")}x`);
      }),
      { numRuns: 150 },
    );
  });

  test("nothing in it is live, however it is formatted and wherever it stands", async () => {
    const bold = { bold: true, italic: false, strikethrough: true, underline: true, code: false };
    const twoAddresses = [1, 2].map(() => ({ content: "https://github.com/o/r/issues/5", annotations: bold }));
    const texts = piecesOf(fc.oneof(reference, fc.string({ unit: character, minLength: 1, maxLength: 4 })));
    await fc.assert(
      fc.asyncProperty(texts, async (pieces) => {
        const { rich_text } = (aParagraph(pieces) as { paragraph: { rich_text: object[] } }).paragraph;
        const blocks = [{ toggle: { rich_text, children: [{ quote: { rich_text } }] } }, { heading_1: { rich_text } }];
        const { markdown } = await (await aPage([...blocks, { bulleted_list_item: { rich_text } }]))();

        for (const text of listLiveText(markdown)) {
          // What follows in one address leads where the address leads: to the redirecting host, which refers to nothing.
          expect(text).not.toMatch(
            /(?<![0-9A-Za-z_])@[0-9a-z]|#\d|(?<![0-9A-Za-z_])GH-\d|(?<!redirect\.)(?<!https:\/\/redirect\.github\.com\/\S*)github\.com\/\S*\/issues\/\d/i,
          );
          expect(text).not.toMatch(/(?<![0-9A-Za-z_])[0-9a-f]{7,40}(?![0-9A-Za-z_])/i);
        }
      }),
      { numRuns: 100, examples: [[twoAddresses]] },
    );
  });
});

/** The texts in which GitHub would look for what to make live: all but code and links, and those of HTML too. */
function listLiveText(markdown: string): readonly string[] {
  const collect = (node: ReturnType<typeof parseMarkdown>["children"][number]): readonly string[] => {
    if (node.type === "link") return /github\.com/.test(node.url) ? [node.url] : [];
    if (node.type === "html") return node.value.replaceAll(/<(code|a)\b.*?<\/\1>/g, " ").split(/<[^>]*>/);
    if ("children" in node) return node.children.flatMap(collect);
    return node.type === "text" ? [node.value] : [];
  };
  return parseMarkdown(markdown).children.flatMap(collect);
}
