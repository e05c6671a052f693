// Notion's rich text, as its Markdown writes it: every character that could mean something else is escaped there, so that an
// unescaped one always means what it says, also where CommonMark would doubt it.
import type { PhrasingContent } from "mdast";
import { parseAttributes, type Attributes } from "./attributes.ts";
import type { Conversion } from "./conversion.ts";
import { toMath, toMention, toSpan, toSourceLink } from "./notion-elements.ts";
import { toLink, toMedia } from "./media.ts";
import { finishPhrasing, text } from "./phrasing.ts";

const TAG = /^<(\/?)([a-z][\w-]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*(\/?)>/;
const AUTOLINK = /^<(https?:\/\/[^\s<>]+)>/;
const MATH = /^\$`([^`]+)`\$|^\$(?!\s)((?:\\[\s\S]|[^\\$])+?)(?<!\s)\$/;
const CITATION = /^\[\^(https?:\/\/[^\s\]]+)\]/;
const PUNCTUATION = /^\\([!-/:-@[-`{-~])/;
const PLAIN = /^[^\\`$![<*~]+/;

interface Frame {
  readonly kind: string;
  /** What stands there if it is never closed. */
  readonly raw: string;
  readonly attributes: Attributes;
  readonly children: PhrasingContent[];
}

/** Reads one line of rich text. */
export function parseInline(source: string, conversion: Conversion): PhrasingContent[] {
  return finishPhrasing(parsePieces(source, conversion), conversion);
}

/** Reads rich text that goes into a larger whole, which is then to be finished. */
export function parsePieces(source: string, conversion: Conversion): PhrasingContent[] {
  const root: Frame = { kind: "root", raw: "", attributes: {}, children: [] };
  const frames: Frame[] = [root];
  let at = 0;

  const top = (): Frame => frames.at(-1) ?? root;
  const push = (...nodes: readonly PhrasingContent[]): void => void top().children.push(...nodes);
  const open = (kind: string, raw: string, attributes: Attributes = {}): void =>
    void frames.push({ kind, raw, attributes, children: [] });
  /** Ends the innermost frame of a kind; what was opened inside and not closed stands as it was written. */
  const close = (kind: string, raw: string): boolean => {
    let index = frames.findLastIndex((frame) => frame.kind === kind);
    const [outer, inner] = frames.slice(index);
    if (index < 1 || !outer) return false;
    if (inner && outer.children.length === 0 && /^[*~]/.test(outer.raw + inner.raw)) {
      // Two marks that were opened at once may be closed in either order.
      frames.splice(index, 2, { ...inner, children: [] }, { ...outer, children: inner.children });
      index += 1;
    }
    while (frames.length > index + 1) flatten();
    const frame = frames.pop() ?? root;
    if (frame.children.length === 0 && frame.raw.startsWith("*")) push(text(frame.raw + raw));
    else push(...wrap(frame, conversion));
    return true;
  };
  const flatten = (): void => {
    const frame = frames.pop() ?? root;
    push(text(frame.raw), ...frame.children);
  };
  const toggle = (kind: string, raw: string): void => {
    if (!close(kind, raw)) open(kind, raw);
  };
  const isOpen = (kind: string): boolean => frames.some((frame) => frame.kind === kind);
  /** A run of stars may end what is open and begin something else, since pieces of text stand side by side. */
  const readStars = (count: number, nextCount: number): void => {
    const hadStrong = isOpen("strong");
    const hadEmphasis = isOpen("emphasis");
    let left = count;
    const end = (kind: string, size: number): void => {
      close(kind, "*".repeat(size));
      left -= size;
    };
    if (hadStrong && hadEmphasis) {
      const inner = frames.findLast(({ kind }) => kind === "strong" || kind === "emphasis")?.kind;
      if (left !== 2 && inner === "emphasis") end("emphasis", 1);
      if (left >= 2) end("strong", 2);
      if (count !== 2 && left > 0 && isOpen("emphasis")) end("emphasis", 1);
    } else if (hadStrong && left >= 2) end("strong", 2);
    else if (hadEmphasis && (left !== 2 || nextCount === 1)) end("emphasis", 1);
    if (left > 3) push(text("*".repeat(left)));
    else {
      if (left >= 2) open("strong", "**");
      if (left % 2 === 1) open("emphasis", "*");
    }
  };
  const readTag = (tag: RegExpExecArray): void => {
    const [raw, slash, name = "", list = "", selfClosing] = tag;
    if (name === "br") push({ type: "break" });
    else if (name !== "span" && !name.startsWith("mention-")) push(text(raw));
    else if (slash === "/") {
      if (!close(name, raw)) push(text(raw));
    } else {
      open(name, raw, parseAttributes(list));
      if (selfClosing === "/") close(name, "");
    }
  };
  /** Reads what begins here, and says how long it is; 0 when nothing does. */
  const readSpecial = (rest: string): number => {
    const escaped = PUNCTUATION.exec(rest);
    if (escaped) return (push(text(escaped[1] ?? "")), 2);
    const code = readCode(rest);
    if (code) return (push({ type: "inlineCode", value: code.value }), code.length);
    const math = MATH.exec(rest);
    if (math) return (push(...toMath(math[1] ?? math[2] ?? "")), math[0].length);
    const citation = CITATION.exec(rest);
    if (citation) return (push(toSourceLink(citation[1] ?? "")), citation[0].length);
    const link = readLink(rest);
    if (link) {
      const children = parsePieces(link.label, conversion);
      push(...(link.isImage ? toMedia("image", link.url, children, conversion) : toLink(link.url, children, conversion)));
      return link.length;
    }
    const auto = AUTOLINK.exec(rest);
    if (auto) return (push({ type: "link", url: auto[1] ?? "", children: [text(auto[1] ?? "")] }), auto[0].length);
    const tag = TAG.exec(rest);
    if (tag) return (readTag(tag), tag[0].length);
    return 0;
  };

  while (at < source.length) {
    const rest = source.slice(at);
    const plain = PLAIN.exec(rest)?.[0];
    if (plain !== undefined) {
      push(text(plain));
      at += plain.length;
      continue;
    }
    const length = readSpecial(rest);
    const marks = length > 0 ? undefined : /^(?:\*+|~~)/.exec(rest)?.[0];
    const isAlone = /^\s?$/.test(source.charAt(at - 1)) && /^\s?$/.test(source.charAt(at + (marks ?? "").length));
    if (marks === undefined || isAlone) push(...(length > 0 ? [] : [text(marks ?? rest.charAt(0))]));
    else if (marks === "~~") toggle("delete", marks);
    else readStars(marks.length, /(?<!\\)\*+/.exec(rest.slice(marks.length))?.[0].length ?? 0);
    at += length > 0 ? length : (marks ?? "x").length;
  }
  while (frames.length > 1) flatten();
  return root.children;
}

function wrap({ kind, attributes, children }: Frame, conversion: Conversion): readonly PhrasingContent[] {
  if (kind === "strong" || kind === "emphasis" || kind === "delete") return [{ type: kind, children }];
  if (kind === "span") return toSpan(attributes, children);
  return toMention(kind, attributes, children, conversion);
}

function readCode(rest: string): { readonly value: string; readonly length: number } | undefined {
  const ticks = /^`+/.exec(rest)?.[0];
  if (ticks === undefined) return undefined;
  const end = new RegExp(`(?<!\`)${ticks}(?!\`)`).exec(rest.slice(ticks.length));
  if (!end) return undefined;
  const inner = rest.slice(ticks.length, ticks.length + end.index);
  const value = /^ .*[^ ].* $|^ [^ ] $/s.test(inner) ? inner.slice(1, -1) : inner;
  return value === "" ? undefined : { value, length: inner.length + 2 * ticks.length };
}

interface ReadLink {
  readonly label: string;
  readonly url: string;
  readonly isImage: boolean;
  readonly length: number;
}

function readLink(rest: string): ReadLink | undefined {
  const isImage = rest.startsWith("![");
  if (!isImage && !rest.startsWith("[")) return undefined;
  const from = isImage ? 1 : 0;
  const labelEnd = findEnd(rest, from, "[", "]");
  if (labelEnd === undefined || rest.charAt(labelEnd + 1) !== "(") return undefined;
  const end = findEnd(rest, labelEnd + 1, "(", ")");
  if (end === undefined) return undefined;
  const target = rest.slice(labelEnd + 2, end).trim();
  const url = (/^<(.*)>$/.exec(target)?.[1] ?? target).replace(/\s+"[^"]*"$/, "").replaceAll(/\\([!-/:-@[-`{-~])/g, "$1");
  return { label: rest.slice(from + 1, labelEnd), url, isImage, length: end + 1 };
}

/** Where the bracket that opens at `from` is closed. */
function findEnd(source: string, from: number, opening: string, closing: string): number | undefined {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === "\\") at += 1;
    else if (character === opening) depth += 1;
    else if (character === closing) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return undefined;
}
