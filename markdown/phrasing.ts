import type { Delete, Emphasis, Link, PhrasingContent, Strong, Text } from "mdast";
import { neutralise, neutraliseUrl, type SafetyOptions } from "../sync/text-safety.ts";

/** A piece of text. */
export function text(value: string): Text {
  return { type: "text", value };
}

const ADDRESS = /https?:\/\/[^\s<>]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w-])/gi;

/**
 * Makes pieces of text ready for GitHub: joins what was parted, links bare addresses, and guards what would become live. To be
 * done once, when all pieces are in their places, for text that meets only here must not become live either.
 */
export function finishPhrasing(nodes: readonly PhrasingContent[], options: SafetyOptions, isInLink = false): PhrasingContent[] {
  const finished: PhrasingContent[] = [];
  for (const node of trimBreaks(mergeText(nodes, isInLink))) {
    if (node.type === "text") {
      const pieces = isInLink ? [node] : linkAddresses(node.value);
      finished.push(...pieces.map((piece) => guard(piece, options)));
    } else if (node.type === "link") {
      finished.push(guardLink(node, showsAddress(node) ? node.children : finishPhrasing(node.children, options, true)));
    } else if (node.type === "image") finished.push({ ...node, alt: neutralise(node.alt ?? "", options) });
    else if ("children" in node) finished.push({ ...node, children: finishPhrasing(node.children, options, isInLink) });
    else finished.push(node);
  }
  return finished;
}

/** Joins neighbours of one kind, whose marks Markdown could not tell apart; a link holds no other link. */
function mergeText(nodes: readonly PhrasingContent[], isInLink: boolean): PhrasingContent[] {
  const merged: PhrasingContent[] = [];
  for (const node of nodes) {
    if (isInLink && node.type === "link") merged.push(...node.children);
    else merged.push(node);
  }
  return merged.reduce<PhrasingContent[]>((all, node) => {
    const last = all.at(-1);
    if (node.type === "text" && last?.type === "text") all[all.length - 1] = text(last.value + node.value);
    else if (isMark(node) && last?.type === node.type)
      all[all.length - 1] = { ...node, children: [...last.children, ...node.children] };
    else if (isMark(node) && node.children.length === 0) return all;
    else if (node.type !== "text" || node.value !== "") all.push(node);
    return all;
  }, []);
}

const isMark = (node: PhrasingContent): node is Delete | Emphasis | Strong =>
  node.type === "delete" || node.type === "emphasis" || node.type === "strong";

/** A line break at an end of a text shows nothing, and in Markdown stands for something else. */
function trimBreaks(nodes: readonly PhrasingContent[]): readonly PhrasingContent[] {
  const isShown = (node: PhrasingContent): boolean => node.type !== "break";
  const first = nodes.findIndex(isShown);
  return first === -1 ? [] : nodes.slice(first, nodes.findLastIndex(isShown) + 1);
}

function linkAddresses(value: string): PhrasingContent[] {
  const pieces: PhrasingContent[] = [];
  let from = 0;
  for (const { 0: found, index } of value.matchAll(ADDRESS)) {
    const address = trimAddress(found);
    if (!/^https?:\/\/./i.test(address) && !address.includes("@")) continue;
    if (index > from) pieces.push(text(value.slice(from, index)));
    const url = /^https?:/i.test(address) ? address : `mailto:${address}`;
    pieces.push({ type: "link", url, children: [text(address)] });
    from = index + address.length;
  }
  if (from < value.length) pieces.push(text(value.slice(from)));
  return pieces;
}

/** Without what rather ends the sentence than the address. */
function trimAddress(found: string): string {
  let address = found.replace(/[?!.,:;*_~'"\]]+$/, "");
  const count = (character: string): number => address.split(character).length;
  while (address.endsWith(")") && count(")") > count("(")) address = address.slice(0, -1).replace(/[?!.,:;*_~'"\]]+$/, "");
  return address;
}

function guard(node: PhrasingContent, options: SafetyOptions): PhrasingContent {
  if (node.type === "text") return text(neutralise(node.value, options));
  return node.type === "link" ? guardLink(node, node.children) : node;
}

const showsAddress = ({ url, children: [shown, ...more] }: Link): boolean =>
  more.length === 0 && shown?.type === "text" && shown.value === url;

/** Within a link GitHub makes nothing live but the address itself; a link that shows its address keeps doing so. */
function guardLink(node: Link, children: PhrasingContent[]): PhrasingContent {
  const url = neutraliseUrl(node.url);
  if (url === node.url) return { ...node, children };
  return {
    ...node,
    url,
    children: children.map((child) => (child.type === "text" ? guard(child, { allowedMentions: [] }) : child)),
  };
}

/** The text of rich text without its formatting. */
export function toPlain(nodes: readonly PhrasingContent[]): string {
  return nodes
    .map((node) => {
      if (node.type === "break") return " ";
      if ("value" in node) return node.type === "html" ? "" : node.value;
      if ("children" in node) return toPlain(node.children);
      return "alt" in node ? (node.alt ?? "") : "";
    })
    .join("");
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (value: string): string => value.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
const TAGS: Readonly<Record<string, string>> = { strong: "b", emphasis: "i", delete: "del" };

/** Rich text as HTML, for places where GitHub reads no Markdown. */
export function toHtml(nodes: readonly PhrasingContent[]): string {
  return nodes
    .map((node) => {
      if (node.type === "break") return "<br>";
      if (node.type === "html") return node.value;
      if (node.type === "inlineCode") return `<code>${escape(node.value)}</code>`;
      if (node.type === "link") return `<a href="${escape(node.url)}">${toHtml(node.children)}</a>`;
      if (node.type === "image") return `<img src="${escape(node.url)}" alt="${escape(node.alt ?? "")}">`;
      if ("children" in node) return wrapTag(TAGS[node.type], toHtml(node.children));
      return "value" in node ? escape(node.value) : "";
    })
    .join("");
}

const wrapTag = (tag: string | undefined, html: string): string => (tag === undefined ? html : `<${tag}>${html}</${tag}>`);
