import type { BlockContent, Heading, List, ListItem, PhrasingContent, RootContent } from "mdast";
import { parseAttributes, takeAttributes, type Attributes } from "./attributes.ts";
import { toCallout } from "./callouts.ts";
import { toAddress } from "./notion-elements.ts";
import { isWebAddress, type Conversion } from "./conversion.ts";
import { toMedia } from "./media.ts";
import { parseInline, parsePieces } from "./notion-inline.ts";
import { takeDirective, takeElement, takeNested, takeVerbatim, type TakenLines } from "./notion-lines.ts";
import { finishPhrasing, text, toHtml, toPlain } from "./phrasing.ts";
import { parseTable } from "./tables.ts";

/** What was read, and where the rest goes on. */
interface Read {
  readonly nodes: readonly BlockContent[];
  readonly next: number;
}

const ITEM = /^(?:(-) \[([ xX])\] ?|(-) |(\d+)\. )(.*)$|^(?:(-)|(\d+)\.)$/s;
const HEADING = /^(#{1,6}) (.*)$/s;
const ELEMENT = /^<([a-z][\w-]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*(\/?)>/;
const MEDIA = ["image", "file", "pdf", "audio", "video"];
const PLAIN_LANGUAGES = ["plain text", "plain_text", "text", ""];
const LANGUAGES: Readonly<Record<string, string>> = { "c++": "cpp", "c#": "csharp", "f#": "fsharp", "objective-c": "objc" };

/**
 * Reads lines of Notion's Markdown into blocks of GitHub's.
 *
 * @param isNested Whether the blocks go into a list or the like, where GitHub shows no alerts.
 */
export function parseBlocks(lines: readonly string[], conversion: Conversion, isNested = false): BlockContent[] {
  const blocks: BlockContent[] = [];
  let at = 0;
  while (at < lines.length) {
    const { nodes, next } = parseBlock(lines, at, conversion, isNested);
    blocks.push(...nodes);
    at = next;
  }
  return blocks;
}

function parseBlock(lines: readonly string[], at: number, conversion: Conversion, isNested: boolean): Read {
  const line = (lines[at] ?? "").trim();
  if (line === "") return { nodes: [], next: at + 1 };
  const verbatim = takeVerbatim(lines, at);
  if (verbatim) return { nodes: [toVerbatim(line, verbatim)], next: verbatim.next };
  if (ITEM.test(line)) return parseList(lines, at, conversion);
  const element = ELEMENT.exec(line);
  const read = element ? parseElement(element, lines, at, conversion, isNested) : undefined;
  if (read) return read;
  const callout = /^:{3,}\s*callout\b(.*)$/.exec(line);
  const directive = callout ? takeDirective(lines, at) : undefined;
  if (directive) {
    const nodes = toCallout(parseAttributes(callout?.[1] ?? ""), parseBlocks(directive.lines, conversion, true), isNested);
    return { nodes, next: directive.next };
  }
  return parseTextBlock(line, lines, at, conversion, isNested);
}

/** A block that is one line of rich text, and what is nested into it. */
function parseTextBlock(line: string, lines: readonly string[], at: number, conversion: Conversion, isNested: boolean): Read {
  const nested = takeNested(lines, at + 1);
  const { next } = nested;
  const { text: content, attributes } = takeAttributes(line);
  if (/^-{3,}$/.test(content)) return { nodes: [{ type: "thematicBreak" }], next: at + 1 };
  const equation = /^\$\$(.+)\$\$$/s.exec(content)?.[1];
  if (equation !== undefined) return { nodes: [{ type: "code", lang: "math", value: equation.trim() }], next: at + 1 };
  const heading = HEADING.exec(content);
  if (heading) {
    const depth = Math.min(heading[1]?.length ?? 1, 6) as Heading["depth"];
    const title = withoutBreaks(parseInline(heading[2] ?? "", conversion));
    if (attributes["toggle"] === "true" && nested.lines.length > 0) {
      return { nodes: toDetails(`<h${depth}>${toHtml(title)}</h${depth}>`, parseBlocks(nested.lines, conversion, true)), next };
    }
    return { nodes: [{ type: "heading", depth, children: title }, ...parseBlocks(nested.lines, conversion, isNested)], next };
  }
  if (/^>(?: |$)/.test(content)) {
    const quoted = toParagraph(parseInline(content.slice(1).trim(), conversion));
    return { nodes: [{ type: "blockquote", children: [...quoted, ...parseBlocks(nested.lines, conversion, true)] }], next };
  }
  const paragraph = toParagraph(parseInline(content, conversion));
  return { nodes: [...paragraph, ...parseBlocks(nested.lines, conversion, isNested)], next };
}

function toVerbatim(line: string, { lines }: TakenLines): BlockContent {
  const value = lines.join("\n");
  if (line === "$$") return { type: "code", lang: "math", value };
  const language = takeAttributes(line.replace(/^`+/, "").trim()).text;
  if (PLAIN_LANGUAGES.includes(language.toLowerCase())) return { type: "code", lang: null, value };
  const [lang = "", ...meta] = (LANGUAGES[language.toLowerCase()] ?? language).split(/\s+/);
  return { type: "code", lang, meta: meta.length > 0 ? meta.join(" ") : null, value };
}

function parseList(lines: readonly string[], at: number, conversion: Conversion): Read {
  const items: ListItem[] = [];
  const first = readItem(lines[at] ?? "");
  let next = at;
  for (;;) {
    const item = readItem(lines[next] ?? "");
    if (!item || item.isOrdered !== first?.isOrdered) break;
    const nested = takeNested(lines, next + 1);
    const content = toParagraph(parseInline(takeAttributes(item.content).text, conversion));
    const children = [...content, ...parseBlocks(nested.lines, conversion, true)];
    const spread = children.some(({ type }) => type !== "paragraph" && type !== "list");
    items.push({ type: "listItem", checked: item.checked, spread, children });
    next = nested.next;
  }
  const list: List = {
    type: "list",
    ordered: first?.isOrdered ?? false,
    start: first?.isOrdered ? first.number : null,
    spread: false,
    children: items,
  };
  return { nodes: [list], next };
}

interface ReadItem {
  readonly isOrdered: boolean;
  readonly number: number;
  readonly checked: boolean | null;
  readonly content: string;
}

function readItem(line: string): ReadItem | undefined {
  if (line.startsWith("\t") || /^-{3,}$/.test(line.trim())) return undefined;
  const match = ITEM.exec(line.trim());
  if (!match) return undefined;
  const [, task, mark, , number, content = "", , bareNumber] = match;
  const digits = number ?? bareNumber;
  const checked = task === undefined ? null : mark !== " ";
  return { isOrdered: digits !== undefined, number: Number((digits ?? "1").slice(-9)), checked, content };
}

function parseElement(
  [raw, name = "", list = "", selfClosing]: RegExpExecArray,
  lines: readonly string[],
  at: number,
  conversion: Conversion,
  isNested: boolean,
): Read | undefined {
  const attributes = parseAttributes(list);
  const isWhole = (lines[at] ?? "").trim() === raw;
  if (selfClosing === "/" || (isWhole && name === "unknown")) {
    const nodes = isWhole ? toLeaf(name, attributes, conversion) : undefined;
    return nodes && { nodes, next: at + 1 };
  }
  const taken = CONTAINERS.includes(name) || MEDIA.includes(name) ? takeElement(lines, at, name) : undefined;
  if (!taken) return undefined;
  const children = (nested = isNested): BlockContent[] => parseBlocks(taken.lines, conversion, nested);
  const { next } = taken;
  if (MEDIA.includes(name)) {
    const caption = parsePieces(taken.lines.join(" ").trim(), conversion);
    return { nodes: toFile(name, attributes, caption, conversion), next };
  }
  if (name === "table") return { nodes: parseTable(attributes, taken.lines, conversion), next };
  if (name === "callout") return { nodes: toCallout(attributes, children(true), isNested), next };
  if (name === "details") return { nodes: parseDetails(taken.lines, conversion), next };
  if (name === "page" || name === "database") {
    const title = parseInline(taken.lines.join(" ").trim(), conversion);
    return { nodes: toPlace(name, attributes, title), next };
  }
  if (name === "transcript") {
    conversion.drop("the transcript of a meeting");
    return { nodes: [], next };
  }
  return { nodes: children(), next };
}

/** What holds other blocks; those that are not named in `parseElement` show just these. */
const CONTAINERS = [
  ...["table", "callout", "details", "page", "database", "transcript"],
  ...["columns", "column", "synced_block", "synced_block_reference", "meeting-notes", "meeting_notes", "summary", "notes"],
];

function toLeaf(name: string, attributes: Attributes, conversion: Conversion): readonly BlockContent[] | undefined {
  if (name === "empty-block") return [];
  if (name === "table_of_contents" || name === "breadcrumb") {
    conversion.drop(name === "breadcrumb" ? "a breadcrumb" : "a table of contents");
    return [];
  }
  if (name === "page" || name === "database") return toPlace(name, attributes, []);
  if (MEDIA.includes(name)) return toFile(name, attributes, [], conversion);
  if (name !== "unknown") return undefined;
  const what = (attributes["alt"] ?? "").replaceAll("_", " ") || "content of a kind that Notion does not give";
  conversion.drop(what);
  const url = toAddress(attributes["url"] ?? "");
  const link = isWebAddress(url) ? url : conversion.pageUrl;
  return toParagraph(finishPhrasing([{ type: "link", url: link, children: [text(`${what} in Notion`)] }], conversion));
}

/** An image or file on a line of its own. */
function toFile(
  kind: string,
  attributes: Attributes,
  caption: PhrasingContent[],
  conversion: Conversion,
): readonly BlockContent[] {
  const url = attributes["src"] ?? attributes["source"] ?? "";
  return toParagraph(finishPhrasing(toMedia(kind, url, caption, conversion), conversion));
}

/** A sub-page or database: only its name and address go along. */
function toPlace(name: string, attributes: Attributes, title: PhrasingContent[]): readonly BlockContent[] {
  const shown = title.length > 0 ? title : [text(name === "page" ? "Untitled page" : "Untitled database")];
  const url = toAddress(attributes["url"] ?? "");
  if (!isWebAddress(url)) return toParagraph(shown);
  return toParagraph([
    { type: "link", url, children: [text(toPlain(shown))] },
    text(name === "page" ? " (sub-page in Notion)" : " (database in Notion)"),
  ]);
}

function parseDetails(lines: readonly string[], conversion: Conversion): readonly BlockContent[] {
  const summary = /^\s*<summary>(.*)<\/summary>\s*$/s.exec(lines[0] ?? "")?.[1];
  const title = parseInline(summary ?? "", conversion);
  return toDetails(
    title.length > 0 ? toHtml(title) : "Details",
    parseBlocks(summary === undefined ? lines : lines.slice(1), conversion, true),
  );
}

function toDetails(summary: string, children: readonly BlockContent[]): readonly BlockContent[] {
  const opening = `<details>\n<summary>${summary}</summary>`;
  return [{ type: "html", value: opening }, ...children, { type: "html", value: "</details>" }];
}

function toParagraph(children: PhrasingContent[]): BlockContent[] {
  return children.length === 0 ? [] : [{ type: "paragraph", children }];
}

/** For places that are one line in Markdown. */
function withoutBreaks(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  return nodes.map((node) => (node.type === "break" ? { type: "html", value: "<br>" } : node));
}

/** All that `parseBlocks` gives may stand at the top of a document. */
export type Block = BlockContent & RootContent;
