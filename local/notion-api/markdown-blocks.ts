import { isObject } from "./body.ts";
import { escapeText, formatAttributes, formatRichText, toColor } from "./markdown-text.ts";
import { TITLE_ID, toPlainText, type StoredBlock, type StoredPage } from "./model.ts";
import { toPageUrl } from "./rich-text.ts";
import type { NotionStore } from "./store.ts";

/** What a rendering needs and what it found. */
export interface Rendering {
  readonly store: NotionStore;
  /** The page that the blocks are on. */
  readonly pageId: string;
  /** How many more blocks go into the answer. */
  room: number;
  isTruncated: boolean;
  /** Blocks that Notion could not read. */
  readonly unknownIds: string[];
  isUnknown(block: StoredBlock): boolean;
  /** A file's address, made anew for each read. */
  sign(url: string): string;
}

const LIST_MARKS: Readonly<Record<string, string>> = {
  bulleted_list_item: "- ",
  numbered_list_item: "1. ",
  quote: "> ",
  paragraph: "",
};
const WRAPPERS: Readonly<Record<string, string>> = { column_list: "columns", column: "column" };
const MEDIA = ["audio", "file", "pdf", "video"];
/** What Markdown has no form for, though the API has. */
const WITHOUT_FORM = ["bookmark", "embed", "link_preview", "unsupported"];

/** The lines of the blocks right under a page or block, and of all below. */
export function renderChildren(rendering: Rendering, parentId: string): string[] {
  const blocks = rendering.store.listChildren(parentId).flatMap((block) => renderBlock(rendering, block));
  const pages = [...rendering.store.pages.values()].filter(
    ({ parent, inTrash }) => parent.type === "page_id" && parent.page_id === parentId && !inTrash,
  );
  return [...blocks, ...pages.map(toSubPage)];
}

const toSubPage = ({ id, values }: StoredPage): string => {
  const title = values.get(TITLE_ID);
  return `<page${formatAttributes({ url: toPageUrl(id) })}>${escapeText(title?.type === "title" ? toPlainText(title.items) : "")}</page>`;
};

const nest = (lines: readonly string[]): string[] => lines.map((line) => `\t${line}`);

function renderBlock(rendering: Rendering, block: StoredBlock): string[] {
  if (rendering.room <= 0) {
    rendering.isTruncated = true;
    return [];
  }
  rendering.room -= 1;
  if (rendering.isUnknown(block)) {
    rendering.unknownIds.push(block.id);
    return [];
  }
  const children = (): string[] => nest(renderChildren(rendering, block.id));
  const { type, content } = block;
  const color = toColor(content["color"]);
  const text = formatRichText(content["rich_text"]);
  const line = (start: string, more: Readonly<Record<string, string | undefined>> = {}): string[] => {
    const list = formatAttributes({ ...more, color }).trim();
    return [`${start}${text}${list === "" ? "" : ` {${list}}`}`, ...children()];
  };
  const element = (name: string, attributes: Readonly<Record<string, string | undefined>>, lines = children()): string[] => [
    `<${name}${formatAttributes(attributes)}>`,
    ...lines,
    `</${name}>`,
  ];

  if (type === "paragraph" && text === "" && rendering.store.listChildren(block.id).length === 0) return ["<empty-block/>"];
  const mark = LIST_MARKS[type];
  if (mark !== undefined) return line(mark);
  if (type === "to_do") return line(content["checked"] === true ? "- [x] " : "- [ ] ");
  const depth = /^heading_(\d)$/.exec(type)?.[1];
  if (depth !== undefined)
    return line(`${"#".repeat(Number(depth))} `, content["is_toggleable"] === true ? { toggle: "true" } : {});
  if (type === "toggle") return element("details", { color }, [`<summary>${text}</summary>`, ...children()]);
  if (type === "callout")
    return element("callout", { icon: toIcon(content["icon"]), color }, [...(text === "" ? [] : [`\t${text}`]), ...children()]);
  const wrapper = WRAPPERS[type];
  if (wrapper !== undefined) return element(wrapper, {});
  if (type === "synced_block") return renderSynced(rendering, block);
  if (type === "table") return renderTable(rendering, block);
  if (MEDIA.includes(type))
    return [
      `<${type}${formatAttributes({ src: toFileUrl(rendering, content), color })}>${formatRichText(content["caption"])}</${type}>`,
    ];
  if (WITHOUT_FORM.includes(type)) {
    return [
      `<unknown${formatAttributes({ url: `${toPageUrl(rendering.pageId)}#${block.id.replaceAll("-", "")}`, alt: type })}/>`,
    ];
  }
  return renderLeaf(rendering, block, color);
}

function renderLeaf(rendering: Rendering, { type, content }: StoredBlock, color: string | undefined): string[] {
  switch (type) {
    case "divider":
      return ["---"];
    case "table_of_contents":
      return [`<table_of_contents${formatAttributes({ color })}/>`];
    case "breadcrumb":
      return ["<breadcrumb/>"];
    case "equation":
      return ["$$", ...String(content["expression"]).split("\n"), "$$"];
    case "image":
      return [`![${formatRichText(content["caption"])}](${toFileUrl(rendering, content)})`];
    case "code": {
      // Code is kept as it is, in a fence that it does not hold itself.
      const code = plainOf(content["rich_text"]);
      const fence = "`".repeat(Math.max(3, ...[...code.matchAll(/^`+/gm)].map(([run]) => run.length + 1)));
      return [`${fence}${String(content["language"])}`, ...code.split("\n"), fence];
    }
    default:
      throw new Error(`The simulator cannot write a block of type "${type}" as Markdown.`);
  }
}

const plainOf = (items: unknown): string => (Array.isArray(items) ? toPlainText(items as Parameters<typeof toPlainText>[0]) : "");

const toIcon = (icon: unknown): string | undefined =>
  isObject(icon) && typeof icon["emoji"] === "string" ? icon["emoji"] : undefined;

function toFileUrl(rendering: Rendering, content: Readonly<Record<string, unknown>>): string {
  const { external, file } = content;
  if (isObject(external)) return String(external["url"]);
  return rendering.sign(isObject(file) ? String(file["url"]) : "");
}

/** A synced block shows its own children, a reference to one those of the original. */
function renderSynced(rendering: Rendering, { id, content }: StoredBlock): string[] {
  const from = isObject(content["synced_from"]) ? String(content["synced_from"]["block_id"]) : undefined;
  const name = from === undefined ? "synced_block" : "synced_block_reference";
  const url = `${toPageUrl(rendering.pageId)}#${(from ?? id).replaceAll("-", "")}`;
  return [`<${name}${formatAttributes({ url })}>`, ...nest(renderChildren(rendering, from ?? id)), `</${name}>`];
}

function renderTable(rendering: Rendering, { id, content }: StoredBlock): string[] {
  const flag = (name: string): string | undefined => (content[name] === true ? "true" : undefined);
  const rows = rendering.store.listChildren(id).map((row) => {
    const cells: unknown = row.content["cells"];
    return Array.isArray(cells) ? cells.map(formatRichText) : [];
  });
  rendering.room -= rows.length;
  return [
    `<table${formatAttributes({ "header-row": flag("has_column_header"), "header-column": flag("has_row_header") })}>`,
    ...rows.flatMap((cells) => ["<tr>", ...cells.map((cell) => `<td>${cell}</td>`), "</tr>"]),
    "</table>",
  ];
}
