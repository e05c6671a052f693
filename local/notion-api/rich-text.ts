import type { RichTextItemResponse } from "@notionhq/client";
import { isObject, readArray, readBoolean, readObject, readText, readUuid, type JsonObject } from "./body.ts";
import { notFoundError, shapeError, validationError } from "./errors.ts";
import { toPlainText, TITLE_ID, type StoredPage, type StoredUser } from "./model.ts";

const MAX_CONTENT_CHARS = 2_000; // UTF-16 code units; https://developers.notion.com/reference/request-limits
const MAX_URL_CHARS = 2_000; // characters; same page
const MAX_EXPRESSION_CHARS = 1_000; // characters; same page

const STYLES = ["bold", "italic", "strikethrough", "underline", "code"] as const;
const HUES = ["gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"];
const COLORS = ["default", "default_background", ...HUES, ...HUES.map((hue) => `${hue}_background`)];

/** Looks up what a mention names. */
export interface MentionLookup {
  findUser(id: string): StoredUser | undefined;
  findPage(id: string): StoredPage | undefined;
}

/** The address of a page in Notion's app. */
export function toPageUrl(pageId: string): string {
  return `https://app.notion.com/p/${pageId.replaceAll("-", "")}`;
}

const readAnnotations = (value: unknown, path: string): JsonObject => {
  const given = value === undefined ? {} : readObject(value, path);
  const annotations: Record<string, unknown> = {};
  for (const style of STYLES)
    annotations[style] = given[style] === undefined ? false : readBoolean(given[style], `${path}.${style}`);
  const color = given["color"] ?? "default";
  if (typeof color !== "string" || !COLORS.includes(color)) throw shapeError(`${path}.color`, "a color", color);
  annotations["color"] = color;
  return annotations;
};

const readLink = (value: unknown, path: string): { url: string } | null => {
  if (value === undefined || value === null) return null;
  const url = readText(readObject(value, path)["url"], `${path}.url`, MAX_URL_CHARS);
  if (!URL.canParse(url)) throw validationError("Invalid URL for link.");
  return { url: new URL(url).href };
};

const readTextItem = (given: JsonObject, path: string): JsonObject => {
  const text = readObject(given["text"], `${path}.text`);
  const content = readText(text["content"], `${path}.text.content`, MAX_CONTENT_CHARS);
  const link = readLink(text["link"], `${path}.text.link`);
  return { type: "text", text: { content, link }, plain_text: content, href: link?.url ?? null };
};

const readMention = (given: JsonObject, path: string, lookup: MentionLookup): JsonObject => {
  const mention = readObject(given["mention"], `${path}.mention`);
  if (isObject(mention["user"])) {
    const id = readUuid(mention["user"]["id"], `${path}.mention.user.id`);
    const user = lookup.findUser(id);
    if (!user) throw notFoundError("user", id);
    return { type: "mention", mention: { type: "user", user }, plain_text: `@${user.name ?? "Anonymous"}`, href: null };
  }
  if (isObject(mention["page"])) {
    const id = readUuid(mention["page"]["id"], `${path}.mention.page.id`);
    const page = lookup.findPage(id);
    if (!page) throw notFoundError("page", id);
    const title = page.values.get(TITLE_ID);
    const name = title?.type === "title" ? toPlainText(title.items) : "";
    return { type: "mention", mention: { type: "page", page: { id } }, plain_text: name || "Untitled", href: toPageUrl(id) };
  }
  if (isObject(mention["date"])) {
    const { start, end: until, time_zone = null } = mention["date"];
    const from = readText(start, `${path}.mention.date.start`);
    const end = until === undefined || until === null ? null : readText(until, `${path}.mention.date.end`);
    const date = { start: from, end, time_zone };
    return { type: "mention", mention: { type: "date", date }, plain_text: end === null ? from : `${from} → ${end}`, href: null };
  }
  throw shapeError(`${path}.mention`, "a mention of a user, a page or a date", mention);
};

const readItem = (value: unknown, path: string, lookup: MentionLookup): RichTextItemResponse => {
  const given = readObject(value, path);
  const annotations = readAnnotations(given["annotations"], `${path}.annotations`);
  if (given["text"] !== undefined) return { ...readTextItem(given, path), annotations } as unknown as RichTextItemResponse;
  if (given["mention"] !== undefined)
    return { ...readMention(given, path, lookup), annotations } as unknown as RichTextItemResponse;
  if (given["equation"] === undefined) throw shapeError(`${path}.text`, "defined", undefined);
  const equation = readObject(given["equation"], `${path}.equation`);
  const expression = readText(equation["expression"], `${path}.equation.expression`, MAX_EXPRESSION_CHARS);
  const item = { type: "equation", equation: { expression }, plain_text: expression, href: null, annotations };
  return item as unknown as RichTextItemResponse;
};

const isSameStyle = (left: RichTextItemResponse, right: RichTextItemResponse): boolean =>
  left.href === right.href &&
  left.annotations.color === right.annotations.color &&
  STYLES.every((style) => left.annotations[style] === right.annotations[style]);

/** Reads a rich text as Notion keeps it: defaults filled in, empty pieces dropped, equally formatted neighbours joined. */
export function parseRichText(value: unknown, path: string, lookup: MentionLookup): RichTextItemResponse[] {
  const items: RichTextItemResponse[] = [];
  for (const [index, given] of readArray(value, path).entries()) {
    const item = readItem(given, `${path}[${index}]`, lookup);
    const last = items.at(-1);
    if (item.type === "text" && item.text.content === "") continue;
    if (item.type === "text" && last?.type === "text" && isSameStyle(last, item)) {
      const content = last.text.content + item.text.content;
      items[items.length - 1] = { ...last, text: { ...last.text, content }, plain_text: content };
    } else {
      items.push(item);
    }
  }
  return items;
}

/** A text in the shape in which it is written. */
export function toRichTextRequest(content: string): { text: { content: string } }[] {
  return content === "" ? [] : [{ text: { content } }];
}
