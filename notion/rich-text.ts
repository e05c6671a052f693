import type { RichTextItemResponse } from "@notionhq/client";

/** UTF-16 code units of one text part. @see https://developers.notion.com/reference/request-limits */
const MAX_PART_CHARS = 2000;

/** Parts of one rich text. @see https://developers.notion.com/reference/request-limits */
export const MAX_RICH_TEXT_PARTS = 100;

/** One part of a rich text, as a request gives it. */
export interface TextPart {
  text: { content: string; link?: { url: string } };
}

/** Joins the plain text of all parts; mentions and equations read as Notion shows them. */
export function toPlainText(items: readonly Pick<RichTextItemResponse, "plain_text">[]): string {
  return items.map((item) => item.plain_text).join("");
}

const isHighSurrogate = (codeUnit: number): boolean => codeUnit >= 0xd800 && codeUnit <= 0xdbff;

/**
 * Makes a rich text of a plain one, in parts of at most 2,000 characters that never cut a surrogate pair; `""` gives no part.
 *
 * @param url Every part links to it.
 */
export function toRichText(text: string, url?: string): TextPart[] {
  const parts: TextPart[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + MAX_PART_CHARS, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    parts.push({ text: { content: text.slice(start, end), ...(url && { link: { url } }) } });
    start = end;
  }
  return parts;
}
