import type { RichTextItemResponse } from "@notionhq/client";
import { toPageUrl } from "./rich-text.ts";

const SPECIAL = /[\\*~`$[\]<>{}|^]/g;

/** Escapes what would mean something in Notion-flavored Markdown. */
export function escapeText(text: string): string {
  return text.replaceAll(SPECIAL, "\\$&").replaceAll(/\r\n|\r|\n/g, "<br>");
}

/** A color as Markdown names it; none for the default. */
export function toColor(color: unknown): string | undefined {
  if (typeof color !== "string" || color === "default" || color === "default_background") return undefined;
  return color.replace(/_background$/, "_bg");
}

/** A list of attributes for a tag, without those that have no value. */
export function formatAttributes(attributes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${value.replaceAll('"', "&quot;")}"`]))
    .join("");
}

const toCode = (content: string): string => {
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  const pad = content.startsWith("`") || content.endsWith("`") ? " " : "";
  return `${ticks}${pad}${content.replaceAll("\n", " ")}${pad}${ticks}`;
};

const toMention = (item: Extract<RichTextItemResponse, { type: "mention" }>): string => {
  const { mention, plain_text, href } = item;
  switch (mention.type) {
    case "user": {
      const name = escapeText(plain_text.replace(/^@/, ""));
      const url = formatAttributes({ url: `user://${mention.user.id}` });
      return name === "Anonymous" ? `<mention-user${url}/>` : `<mention-user${url}>${name}</mention-user>`;
    }
    case "page":
      return `<mention-page${formatAttributes({ url: href ?? toPageUrl(mention.page.id) })}>${escapeText(plain_text)}</mention-page>`;
    case "date": {
      const { start, end, time_zone } = mention.date;
      return `<mention-date${formatAttributes({ start, end: end ?? undefined, timeZone: time_zone ?? undefined })}/>`;
    }
    default:
      return escapeText(plain_text);
  }
};

/** One piece without the spaces at its ends, which stand outside of the marks. */
const formatPiece = (item: RichTextItemResponse): string => {
  const { bold, italic, strikethrough, underline, code, color } = item.annotations;
  if (item.type === "equation") return `$${item.equation.expression}$`;
  if (item.type === "mention") return toMention(item);
  const [, before = "", content = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(item.text.content) ?? [];
  if (content === "") return escapeText(before + after);
  let text = code ? toCode(content) : escapeText(content);
  if (italic) text = `*${text}*`;
  if (bold) text = `**${text}**`;
  if (strikethrough) text = `~~${text}~~`;
  if (underline) text = `<span underline="true">${text}</span>`;
  const shade = toColor(color);
  if (shade !== undefined) text = `<span${formatAttributes({ color: shade })}>${text}</span>`;
  if (item.text.link) text = `[${text}](${item.text.link.url.replaceAll(/[()\\]/g, "\\$&")})`;
  return escapeText(before) + text + escapeText(after);
};

/** Rich text as Notion-flavored Markdown writes it, on one line. */
export function formatRichText(items: unknown): string {
  return Array.isArray(items) ? (items as RichTextItemResponse[]).map(formatPiece).join("") : "";
}
