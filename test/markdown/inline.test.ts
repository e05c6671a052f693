import { describe, expect, test } from "vitest";
import { ADA_ID, convert, shown } from "./convert.ts";

const FIXTURES: readonly { readonly construct: string; readonly notion: string; readonly github: string }[] = [
  { construct: "formatting", notion: "**a** *b* ~~c~~ `d`", github: "**a** *b* ~~c~~ `d`" },
  { construct: "formatting in formatting", notion: "***a*** **b *c***", github: "**_a_** **b _c_**" },
  { construct: "marks opened at once and closed apart", notion: "***a** b*", github: "*__a__ b*" },
  { construct: "bold pieces side by side", notion: "**a****`b`**c", github: "**a`b`**&#x63;" },
  { construct: "italic pieces side by side", notion: "*a**`b`*", github: "*a`b`*" },
  { construct: "bold against text", notion: "**Note:**text", github: "**Note:**&#x74;ext" },
  { construct: "underline", notion: '<span underline="true">a</span>', github: "<ins>a</ins>" },
  { construct: "colours", notion: 'a <span color="red">b **c**</span>', github: "a b **c**" },
  {
    construct: "escaped characters",
    notion: "\\*a\\* \\`b\\` \\[c\\] \\<d\\> \\{e\\} f\\|g h\\^i \\~j \\\\",
    github: "\\*a\\* \\`b\\` \\[c] \\<d> {e} f|g h^i \\~j \\\\",
  },
  {
    construct: "underscores, which mean nothing in Notion",
    notion: "a _b_ snake_case __c__",
    github: "a \\_b\\_ snake_case \\_\\_c\\_\\_",
  },
  { construct: "entities, which mean nothing in Notion", notion: "a &amp; b", github: "a \\&amp; b" },
  { construct: "stars left alone", notion: "2 * 3 * 4", github: "2 \\* 3 \\* 4" },
  { construct: "marks never closed", notion: "**a ~~b", github: "\\*\\*a \\~\\~b" },
  { construct: "code with backticks", notion: "`` a`b ``", github: "``a`b``" },
  { construct: "an equation", notion: "so $a_b$ and $`c|d`$", github: "so $`a_b`$ and $`c|d`$" },
  { construct: "a link without a text", notion: "[](https://example.com/a)", github: "<https://example.com/a>" },
  { construct: "a price", notion: "costs \\$5", github: "costs $5" },
  { construct: "a link", notion: "[a **b**](https://example.com/x_y)", github: "[a **b**](https://example.com/x_y)" },
  {
    construct: "a link with brackets",
    notion: "[a \\[b\\]](https://example.com/x_(y))",
    github: "[a \\[b\\]](https://example.com/x_\\(y\\))",
  },
  { construct: "a link to a page", notion: "[a](/0123abcd)", github: "[a](https://www.notion.so/0123abcd)" },
  { construct: "a bare address", notion: "see https://example.com/a_b.", github: "see <https://example.com/a_b>." },
  { construct: "an e-mail address", notion: "ask ada@example.com", github: "ask <ada@example.com>" },
  { construct: "a citation", notion: "so [^https://example.com/a]", github: "so [source](https://example.com/a)" },
  { construct: "a mention of a user", notion: `<mention-user url="user://${ADA_ID}">Ada</mention-user>!`, github: "Ada!" },
  {
    construct: "a mention of a page",
    notion: '<mention-page url="https://app.notion.com/p/b1">Plan</mention-page>',
    github: "[Plan](https://app.notion.com/p/b1)",
  },
  {
    construct: "a mention of a page without its title",
    notion: '<mention-page url="https://app.notion.com/p/b1"/>',
    github: "[a page in Notion](https://app.notion.com/p/b1)",
  },
  {
    construct: "a mention of a database",
    notion: '<mention-database url="https://app.notion.com/p/b2">T</mention-database>',
    github: "[T](https://app.notion.com/p/b2)",
  },
  { construct: "a day", notion: 'on <mention-date start="2026-03-01"/>', github: "on 2026-03-01" },
  {
    construct: "a span of time",
    notion: '<mention-date start="2026-03-01" startTime="10:00" end="2026-03-02"/>',
    github: "2026-03-01 10:00 → 2026-03-02",
  },
  { construct: "an emoji of the workspace", notion: ":party_parrot: yes", github: ":party_parrot: yes" },
  { construct: "a tag that is text", notion: "a <b>c</b> <!-- d -->", github: "a \\<b>c\\</b> \\<!-- d -->" },
  {
    construct: "an image within a text",
    notion: "a ![b](https://example.com/c.png)",
    github: "a ![b](https://example.com/c.png)",
  },
];

describe("toGithubBody, within a line", () => {
  test.each(FIXTURES)("$construct", ({ notion, github }) => {
    expect(convert(notion).markdown).toBe(github);
  });

  test("a user whose name Notion does not give is listed", () => {
    const { markdown, dropped } = convert(`<mention-user url="user://${ADA_ID}"/>`);

    expect(markdown).toContain("someone in Notion");
    expect(dropped).toEqual(["the name of a person who is mentioned"]);
  });

  test("an image within a text does not carry an address that ends", () => {
    const { markdown, dropped } = convert("a ![b](https://prod-files-secure.s3.us-west-2.amazonaws.com/c.png?X-Amz-Signature=1)");

    expect(markdown).not.toContain("amazonaws");
    expect(markdown).toContain("original in Notion");
    expect(dropped).toEqual(["the image “b”"]);
  });
});

describe("toGithubBody keeps text from becoming live", () => {
  test.each([
    ["mentions", "@ada", "@·ada"],
    ["references", "closes #1, o/r#2, GH-3", "closes #·1, o/r#·2, GH-·3"],
    ["hashes", "since deadbeef", "since deadbe·ef"],
    ["a mention whose parts meet only on GitHub", '@<span color="red">ada</span> and \\@ada', "@·ada and @·ada"],
    ["a reference in bold", "**#1**2", "**#·1**2"],
    ["text in a heading", "# fixes #1", "# fixes #·1"],
    [
      "the address of an issue",
      "https://github.com/o/r/issues/1",
      "[https://github.com/o/r/issues/·1](https://redirect.github.com/o/r/issues/1)",
    ],
    [
      "a link that shows its address",
      "[https://example.com/deadbeef](https://example.com/deadbeef)",
      "<https://example.com/deadbeef>",
    ],
    ["a caption", '<file src="https://example.com/a">@ada</file>', "[@·ada](https://example.com/a)"],
    ["a link to an issue", "[it](https://github.com/o/r/pull/1)", "[it](https://redirect.github.com/o/r/pull/1)"],
  ])("%s", (_, notion, github) => {
    expect(shown(convert(notion).markdown)).toBe(github);
  });

  test("in tables, toggles, captions and names of files too", () => {
    const { markdown } = convert([
      ...["<table>", "<tr>", "<td>@ada</td>", "</tr>", "</table>", "<details>", "<summary>#1</summary>", "\tx", "</details>"],
      ...[
        "![@ada](https://example.com/a.png)",
        '<file src="file://x">@ada</file>',
        '<page url="https://app.notion.com/p/b">#2</page>',
      ],
    ]);

    expect(markdown).not.toMatch(/@ada|#[12]/);
  });

  test("code and harmless addresses are left as they are", () => {
    const text = "`@ada #1` <https://example.com/deadbeef>";

    expect(convert("`@ada #1` https://example.com/deadbeef").markdown).toBe(text);
  });

  test("a mapped person is mentioned for real only when that is allowed", () => {
    const mention = `<mention-user url="user://${ADA_ID}">Ada</mention-user>`;
    const mentionOf = (userId: string): string | undefined => (userId === ADA_ID ? "ada" : undefined);

    expect(convert(mention, { mentionOf, allowedMentions: ["ada"] }).markdown).toBe("@ada");
    expect(shown(convert(mention, { mentionOf }).markdown)).toBe("@·ada");
    expect(shown(convert(`${mention}m`, { mentionOf, allowedMentions: ["ada"] }).markdown)).toBe("@·adam");
  });
});
