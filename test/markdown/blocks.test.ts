import { describe, expect, test } from "vitest";
import { convert, PAGE_URL, shown } from "./convert.ts";

interface Fixture {
  readonly construct: string;
  readonly notion: readonly string[];
  readonly github: readonly string[];
  readonly dropped?: readonly string[];
}

const ORIGINAL = `[original in Notion](${PAGE_URL})`;
const S3 = "https://prod-files-secure.s3.us-west-2.amazonaws.com/w/b";
const note = (what: string): string => `*Only on [the page in Notion](${PAGE_URL}): ${what}.*`;

const FIXTURES: readonly Fixture[] = [
  { construct: "paragraphs", notion: ["one", "two"], github: ["one", "", "two"] },
  { construct: "a nested paragraph", notion: ["one", "\ttwo", "\t\tthree"], github: ["one", "", "two", "", "three"] },
  { construct: "a line break", notion: ["one<br>two<br/>three"], github: ["one\\", "two\\", "three"] },
  { construct: "a line break at the end", notion: ["one<br>"], github: ["one"] },
  { construct: "an empty block", notion: ["one", "<empty-block/>", "two"], github: ["one", "", "two"] },
  { construct: "headings", notion: ["# a", "## b", "### c", "#### d"], github: ["# a", "", "## b", "", "### c", "", "#### d"] },
  { construct: "a coloured heading", notion: ['## b {color="blue"}'], github: ["## b"] },
  { construct: "braces that are text", notion: ['a \\{color="blue"\\}'], github: ['a {color="blue"}'] },
  {
    construct: "a toggle heading",
    notion: ['## More {toggle="true"}', "\tinside"],
    github: ["<details>", "<summary><h2>More</h2></summary>", "", "inside", "", "</details>"],
  },
  { construct: "a list", notion: ["- a", "\t- b", "\t\t- c", "- d"], github: ["- a", "  - b", "    - c", "- d"] },
  { construct: "a numbered list", notion: ["1. a", "1. b", "\t1. c"], github: ["1. a", "2. b", "   1. c"] },
  { construct: "a numbered list that goes on", notion: ["3. a", "4. b"], github: ["3. a", "4. b"] },
  { construct: "lists of two kinds", notion: ["- a", "1. b"], github: ["- a", "", "1. b"] },
  { construct: "tasks", notion: ["- [ ] a", "\t- [x] b", "- [x] c"], github: ["- [ ] a", "  - [x] b", "- [x] c"] },
  { construct: "an empty list item", notion: ["-", "- b"], github: ["-", "- b"] },
  { construct: "blocks in a list item", notion: ["- a", "\tb", "\t> c"], github: ["- a", "", "  b", "", "  > c"] },
  { construct: "a quote", notion: ["> a<br>b", "\tc"], github: ["> a\\", "> b", ">", "> c"] },
  { construct: "two quotes", notion: ["> a", "> b"], github: ["> a", "", "> b"] },
  { construct: "a divider", notion: ["a", "---", "b"], github: ["a", "", "---", "", "b"] },
  {
    construct: "a toggle",
    notion: ["<details>", "<summary>More **now** & `x<y`</summary>", "\tinside", "\t- a", "</details>", "after"],
    github: [
      "<details>",
      "<summary>More <b>now</b> &amp; <code>x&lt;y</code></summary>",
      "",
      "inside",
      "",
      "- a",
      "",
      "</details>",
      "",
      "after",
    ],
  },
  {
    construct: "a toggle in a toggle",
    notion: [
      '<details color="red">',
      "<summary>A</summary>",
      "\t<details>",
      "\t<summary>B</summary>",
      "\t\tx",
      "\t</details>",
      "</details>",
    ],
    github: [
      ...["<details>", "<summary>A</summary>", "", "<details>", "<summary>B</summary>"],
      ...["", "x", "", "</details>", "", "</details>"],
    ],
  },
  {
    construct: "a callout that is an alert",
    notion: ['<callout icon="⚠️" color="yellow_bg">', "\tMind the gap", "\t- a", "</callout>"],
    github: ["> [!WARNING]", "> Mind the gap", ">", "> - a"],
  },
  { construct: "a callout with another icon", notion: ['<callout icon="🚀">', "\tGo", "</callout>"], github: ["> 🚀 Go"] },
  { construct: "a callout without an icon", notion: ["<callout>", "\tGo", "</callout>"], github: ["> Go"] },
  {
    construct: "a callout that begins with a list",
    notion: ['<callout icon="💡">', "\t- a", "</callout>"],
    github: ["> [!TIP]", ">", "> - a"],
  },
  {
    construct: "a callout in a list",
    notion: ["- a", '\t<callout icon="💡">', "\t\tb", "\t</callout>"],
    github: ["- a", "", "  > 💡 b"],
  },
  {
    construct: "a callout between colons",
    notion: ['::: callout {icon="💡"}', "a", ":::", "b"],
    github: ["> [!TIP]", "> a", "", "b"],
  },
  {
    construct: "code",
    notion: ["```typescript", "const a = `@ada` + '#1'; // \\*", "", "\tb <td>", "```"],
    github: ["```typescript", "const a = `@ada` + '#1'; // \\*", "", "\tb <td>", "```"],
  },
  { construct: "code without a language", notion: ["```plain text", "a", "```"], github: ["```", "a", "```"] },
  { construct: "code in C++", notion: ["```c++", "a", "```"], github: ["```cpp", "a", "```"] },
  { construct: "a diagram", notion: ["```mermaid", "graph TD", "```"], github: ["```mermaid", "graph TD", "```"] },
  { construct: "code that holds a fence", notion: ["````markdown", "```", "````"], github: ["````markdown", "```", "````"] },
  {
    construct: "code in a list",
    notion: ["- a", "\t```js", "\tb", "\t```", "- c"],
    github: ["- a", "", "  ```js", "  b", "  ```", "- c"],
  },
  {
    construct: "code that leaves the tabs",
    notion: ["- a", "\t```js", "b", "\t```"],
    github: ["- a", "", "  ```js", "  b", "  ```"],
  },
  { construct: "an equation", notion: ["$$", "a_b^2 \\\\ c", "$$"], github: ["```math", "a_b^2 \\\\ c", "```"] },
  {
    construct: "a table with headings",
    notion: [
      '<table header-row="true">',
      ...["<tr>", "<td>A</td>", "<td>B \\| C</td>", "</tr>"],
      ...['<tr color="red">', "<td>1<br>2</td>", '<td color="blue">**x**</td>', "</tr>", "</table>"],
    ],
    github: ["| A | B \\| C |", "| - | - |", "| 1<br>2 | **x** |"],
  },
  {
    construct: "a table without headings",
    notion: [
      "<table>",
      "\t<colgroup>",
      '\t\t<col color="gray">',
      "\t</colgroup>",
      "\t<tr>",
      "\t\t<td>1</td>",
      "\t\t<td></td>",
      "\t</tr>",
      "</table>",
    ],
    github: ["| | |", "| - | - |", "| 1 | |"],
  },
  {
    construct: "a table with headings on the left",
    notion: ['<table header-column="true">', "<tr>", "<td>a</td>", "<td>1</td>", "</tr>", "</table>"],
    github: ["| | |", "| - | - |", "| **a** | 1 |"],
  },
  {
    construct: "columns",
    notion: ["<columns>", "\t<column>", "\t\ta", "\t</column>", "\t<column>", "\t\tb", "\t</column>", "</columns>"],
    github: ["a", "", "b"],
  },
  {
    construct: "synced blocks",
    notion: [
      ...['<synced_block url="https://app.notion.com/p/x#y">', "\ta", "</synced_block>"],
      ...['<synced_block_reference url="https://app.notion.com/p/x#y">', "\tb", "</synced_block_reference>"],
    ],
    github: ["a", "", "b"],
  },
  {
    construct: "a sub-page and a database",
    notion: [
      '<page url="https://app.notion.com/p/b1">Notes</page>',
      '<database url="https://app.notion.com/p/b2" inline="true">Tasks</database>',
    ],
    github: [
      "[Notes](https://app.notion.com/p/b1) (sub-page in Notion)",
      "",
      "[Tasks](https://app.notion.com/p/b2) (database in Notion)",
    ],
  },
  {
    construct: "meeting notes",
    notion: [
      "<meeting-notes>",
      "\tWeekly",
      "\t<summary>",
      "\t\tAll well",
      "\t</summary>",
      "\t<notes>",
      "\t\tMine",
      "\t</notes>",
      "</meeting-notes>",
    ],
    github: ["Weekly", "", "All well", "", "Mine"],
  },
  {
    construct: "an image from elsewhere",
    notion: ["![A cat](https://example.com/cat.png)"],
    github: ["![A cat](https://example.com/cat.png)"],
  },
  {
    construct: "an image that Notion keeps",
    notion: [`![A cat](${S3}/cat.png?X-Amz-Expires=3600&X-Amz-Signature=ab12)`],
    github: [`Image “A cat” (${ORIGINAL})`, "", note("the image “A cat”")],
    dropped: ["the image “A cat”"],
  },
  {
    construct: "a file that Notion keeps, without a caption",
    notion: [`<file src="${S3}/my%20plan.docx?X-Amz-Signature=ab12"></file>`],
    github: [`File “my plan.docx” (${ORIGINAL})`, "", note("the file “my plan.docx”")],
    dropped: ["the file “my plan.docx”"],
  },
  {
    construct: "media from elsewhere",
    notion: [
      '<video src="https://example.com/a.mp4">Demo</video>',
      '<pdf src="https://example.com/b.pdf"></pdf>',
      '<audio src="https://example.com/c.mp3"/>',
    ],
    github: [
      "[Demo](https://example.com/a.mp4)",
      "",
      "[b.pdf](https://example.com/b.pdf)",
      "",
      "[c.mp3](https://example.com/c.mp3)",
    ],
  },
  {
    construct: "what Notion does not give",
    notion: [
      '<unknown url="https://app.notion.com/p/x#y" alt="link_preview"/>',
      '<unknown url="https://app.notion.com/p/x#z" alt="bookmark"/>',
    ],
    github: [
      "[link preview in Notion](https://app.notion.com/p/x#y)",
      "",
      "[bookmark in Notion](https://app.notion.com/p/x#z)",
      "",
      note("link preview; bookmark"),
    ],
    dropped: ["link preview", "bookmark"],
  },
  {
    construct: "a table of contents",
    notion: ['<table_of_contents color="gray"/>', "a"],
    github: ["a", "", note("a table of contents")],
    dropped: ["a table of contents"],
  },
  { construct: "a tag that is never closed", notion: ["<details>", "a"], github: ["\\<details>", "", "a"] },
  {
    construct: "text that looks like a block to GitHub",
    notion: ["\\> a", "+ b", "===", "    c"],
    github: ["\\> a", "", "\\+ b", "", "\\===", "", "c"],
  },
  { construct: "nothing", notion: [""], github: [""] },
];

describe("toGithubBody, by block", () => {
  test.each(FIXTURES)("$construct", ({ notion, github, dropped = [] }) => {
    const body = convert(notion);

    expect(shown(body.markdown)).toBe(github.join("\n"));
    expect(body.dropped).toEqual(dropped);
  });

  test("a file's new address makes no new body", () => {
    const read = (signature: string): string =>
      convert([`![](${S3}/cat.png?X-Amz-Signature=${signature})`, `<pdf src="${S3}/x.pdf?X-Amz-Signature=${signature}">x</pdf>`])
        .markdown;

    expect(read("one")).toBe(read("two"));
    expect(read("one")).not.toContain("amazonaws");
  });

  test("what is dropped twice is listed once", () => {
    expect(convert(["<breadcrumb/>", "a", "<breadcrumb/>"]).dropped).toEqual(["a breadcrumb"]);
  });
});
