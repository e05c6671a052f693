import type { Nodes } from "mdast";
import { withoutQuery } from "./conversion.ts";
import { formatMarkdown, parseMarkdown } from "./processor.ts";

const MAX_PASSES = 5; // a few odd documents settle only when written a second or third time

/**
 * Brings a body into the one form in which two bodies are compared: line ends, style of Markdown, and the parts of file addresses
 * that change from read to read make no difference.
 *
 * @remarks For comparing and hashing only; not to be written to GitHub. Normalising twice changes nothing.
 */
export function normaliseBody(markdown: string): string {
  let present = markdown.replaceAll(/\r\n?/g, "\n");
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const root = parseMarkdown(present);
    stripQueries(root);
    const next = formatMarkdown(root);
    if (next === present) return next;
    present = next;
  }
  return present;
}

function stripQueries(node: Nodes): void {
  if (node.type === "link" || node.type === "image" || node.type === "definition") {
    const url = withoutQuery(node.url);
    const [shown] = node.type === "link" ? node.children : [];
    if (shown?.type === "text" && shown.value === node.url) shown.value = url;
    node.url = url;
  }
  if ("children" in node) for (const child of node.children) stripQueries(child);
}

/** Whether two bodies say the same; the usual case, that they are the same text, costs next to nothing. */
export function isSameBody(left: string, right: string): boolean {
  const [one, other] = [left, right].map((body) => body.replaceAll(/\r\n?/g, "\n").trim());
  return one === other || normaliseBody(left) === normaliseBody(right);
}
