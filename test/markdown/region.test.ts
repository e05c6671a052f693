import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitBody } from "../../markdown/fit-body.ts";
import { placeRegion, readRegion } from "../../markdown/region.ts";
import { PAGE_URL } from "./convert.ts";

const BEGIN = "<!-- notion-sync:begin -->";
const END = "<!-- notion-sync:end -->";
const MARKER = `<!-- notion-sync:v1 page=${"a".repeat(32)} key=1 mac=${"b".repeat(26)} -->`;

const line = fc.oneof(fc.constantFrom("", "text", "> quote", BEGIN, END, MARKER, "```", "<details>", ` ${END} `), fc.string());
const body = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 12 })
  .map((lines) => lines.map(([text, lineEnd]) => text + lineEnd).join(""));
const region = fc.array(line, { maxLength: 8 }).map((lines) =>
  lines
    .join("\n")
    .replaceAll("\r", "")
    .replaceAll(/^\n+|\n+$/g, ""),
);

describe("placeRegion", () => {
  test("a new region stands before the marker, which stays the last line", () => {
    expect(placeRegion(`Text of a person.\n\n${MARKER}`, "a\n\nb")).toBe(
      `Text of a person.\n\n${BEGIN}\n\na\n\nb\n\n${END}\n\n${MARKER}`,
    );
    expect(placeRegion(MARKER, "a")).toBe(`${BEGIN}\n\na\n\n${END}\n\n${MARKER}`);
    expect(placeRegion("", "a")).toBe(`${BEGIN}\n\na\n\n${END}`);
  });

  test("text around the region is kept byte for byte", () => {
    const [before, after] = ["Hi \r\n\tthere\n\n\n", "\n\n\n  more \r\n"];
    const placed = placeRegion(`${before}${BEGIN}\nold\n${END}${after}${MARKER}`, "new");

    expect(placed).toBe(`${before}${BEGIN}\n\nnew\n\n${END}${after}${MARKER}`);
  });

  test("a body that GitHub's editor gave CRLF keeps it, and is not changed for it", () => {
    const placed = placeRegion(`a\r\n\r\n${MARKER}`, "x\ny");

    expect(placed).toBe(`a\r\n\r\n${BEGIN}\r\n\r\nx\r\ny\r\n\r\n${END}\r\n\r\n${MARKER}`);
    expect(readRegion(placed)).toBe("x\ny");
    expect(placeRegion(placed, "x\ny")).toBe(placed);
  });

  test("a region that a person deleted comes back at the end", () => {
    const edited = placeRegion(MARKER, "a").replace(`${BEGIN}\n\na\n\n${END}`, "All mine now.");

    expect(placeRegion(edited, "a")).toBe(`All mine now.\n\n${BEGIN}\n\na\n\n${END}\n\n${MARKER}`);
  });

  test.each([
    ["its end", `${BEGIN}\n\nold\n\nmine\n\n${MARKER}`],
    ["its beginning", `old\n\n${END}\n\nmine\n\n${MARKER}`],
  ])("when a person deleted %s, nothing is lost, and the next run finds its region", (_, edited) => {
    const once = placeRegion(edited, "new");
    const twice = placeRegion(once, "newer");

    for (const kept of ["old", "mine"]) expect(twice).toContain(kept);
    expect(readRegion(once)).toBe("new");
    expect(twice).toBe(once.replace("new", "newer"));
    expect(twice.endsWith(MARKER)).toBe(true);
  });

  test("content that looks like our own lines does not break the region", () => {
    const content = `\`\`\`\n${END}\n${MARKER}\n${BEGIN}\n\`\`\``;
    const placed = placeRegion(MARKER, content);

    expect(readRegion(placed)).toBe(content);
    expect(placed.split("\n").filter((text) => text === MARKER)).toHaveLength(1);
  });

  test("what is placed is read again, whatever the body, and placing it again changes nothing", () => {
    fc.assert(
      fc.property(body, region, (before, text) => {
        const placed = placeRegion(before, text);
        expect(readRegion(placed)).toBe(text);
        expect(placeRegion(placed, text)).toBe(placed);
      }),
    );
  });

  test("a second region leaves all that the first one left", () => {
    fc.assert(
      fc.property(body, region, region, (before, first, second) => {
        fc.pre(readRegion(before) !== first);
        expect(placeRegion(placeRegion(placeRegion(before, first), second), first)).toBe(placeRegion(before, first));
      }),
    );
  });

  test("no character of the body outside a region is lost", () => {
    fc.assert(
      fc.property(body, region, (before, text) => {
        fc.pre(readRegion(before) === undefined);
        let from = 0;
        const placed = placeRegion(before, text);
        for (const character of before) {
          from = placed.indexOf(character, from) + 1;
          expect(from).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe("fitBody", () => {
  const fit = (text: string, outside: string, limit?: number): ReturnType<typeof fitBody> =>
    fitBody(text, outside, { pageUrl: PAGE_URL, ...(limit === undefined ? {} : { limit }) });
  const emptySize = placeRegion(MARKER, "x").length - 1;

  test("a body of exactly the limit is whole; one more character, and it is cut with a link", () => {
    const text = `start\n\n${"x".repeat(65_536 - emptySize - 7)}`;

    expect(fit(text, MARKER)).toEqual({ body: placeRegion(MARKER, text), isCut: false });
    expect(fit(text, MARKER).body).toHaveLength(65_536);
    const { body: cut, isCut } = fit(`${text}x`, MARKER);
    expect(isCut).toBe(true);
    expect(readRegion(cut)).toBe(`start\n\n*The page is longer than GitHub takes: [read on in Notion](${PAGE_URL}).*`);
    expect(cut.endsWith(MARKER)).toBe(true);
  });

  test("an emoji counts as one character, as on GitHub", () => {
    const text = "😀".repeat(65_536 - emptySize);

    expect(fit(text, MARKER).isCut).toBe(false);
    expect(fit(`${text}😀`, MARKER).isCut).toBe(true);
  });

  test("it is cut between blocks, never within one, nor within a toggle", () => {
    const blocks = [
      "# a",
      "b ".repeat(20).trim(),
      "<details>\n<summary>c</summary>",
      "d",
      "</details>",
      "```js\ne\n\nf\n```",
      "g".repeat(300),
    ];
    const text = blocks.join("\n\n");
    const places = new Set<string>();
    for (let limit = 0; limit <= placeRegion(MARKER, text).length; limit += 1) {
      const { body: cut } = fit(text, MARKER, limit);
      expect(cut.length <= limit || cut === MARKER).toBe(true);
      places.add((readRegion(cut) ?? "").replace(/\n*\*The page is longer.*\*$/, ""));
    }

    expect([...places]).toEqual(["", ...[1, 2, 5, 6, 7].map((count) => blocks.slice(0, count).join("\n\n"))]);
  });

  test("a list that is too long keeps the items that fit", () => {
    const { body: cut } = fit(Array.from({ length: 100 }, (_, index) => `- item ${index}`).join("\n"), MARKER, 600);

    expect(readRegion(cut)).toMatch(/^- item 0\n- item 1\n(- item \d+\n)+\n\*The page/);
    expect(cut.length).toBeGreaterThan(560);
    expect(cut.length).toBeLessThanOrEqual(600);
  });

  test("other people's text is never cut", () => {
    const outside = `${"x".repeat(65_500)}\n${MARKER}`;

    expect(fit("a", outside)).toEqual({ body: outside, isCut: true });
  });
});
