// Notion's Markdown by lines: a line is a block, tabs nest, and some blocks stand between tags on lines of their own.

/** The lines that belong to something, without the tab that says so, and where the rest goes on. */
export interface TakenLines {
  readonly lines: readonly string[];
  readonly next: number;
}

const FENCE = /^\t*(`{3,})/;
const withoutTab = (line: string): string => (line.startsWith("\t") ? line.slice(1) : line);

/** Where a block of code or an equation that opens at `from` ends, the line after it; `from` when none opens there. */
function skipVerbatim(lines: readonly string[], from: number): number {
  const line = lines[from] ?? "";
  const fence = FENCE.exec(line)?.[1] ?? (/^\t*\$\$$/.test(line) ? "$$" : undefined);
  if (fence === undefined) return from;
  const end = lines.findIndex((other, index) => index > from && closes(other, fence));
  return end === -1 ? from : end + 1;
}

function closes(line: string, fence: string): boolean {
  const trimmed = line.trim();
  return fence === "$$" ? trimmed === "$$" : /^`+$/.test(trimmed) && trimmed.length >= fence.length;
}

/** Takes what stands between a line that opens code or an equation and the one that closes it. */
export function takeVerbatim(lines: readonly string[], from: number): TakenLines | undefined {
  const next = skipVerbatim(lines, from);
  return next === from ? undefined : { lines: lines.slice(from + 1, next - 1), next };
}

/** Takes the lines that are nested into the one before; code that does not keep to the tabs stays whole. */
export function takeNested(lines: readonly string[], from: number): TakenLines {
  const taken: string[] = [];
  let at = from;
  while (at < lines.length && (lines[at] ?? "").startsWith("\t")) {
    const next = Math.max(skipVerbatim(lines, at), at + 1);
    taken.push(...lines.slice(at, next).map(withoutTab));
    at = next;
  }
  return { lines: taken, next: at };
}

/** Takes what stands between the tag at `from` and the one that closes it, on its line or on a later one. */
export function takeElement(lines: readonly string[], from: number, name: string): TakenLines | undefined {
  const opening = new RegExp(`^\\s*<${name}(?=[\\s>])[^>]*>`);
  const closing = `</${name}>`;
  const first = (lines[from] ?? "").replace(opening, "");
  if (first.trimEnd().endsWith(closing)) return { lines: [first.slice(0, first.lastIndexOf(closing))], next: from + 1 };
  let depth = 1;
  let at = from + 1;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const next = skipVerbatim(lines, at);
    if (next > at) {
      at = next;
      continue;
    }
    if (opening.test(line) && !line.includes(closing)) depth += 1;
    if (line.trimEnd().endsWith(closing) && !opening.test(line)) depth -= 1;
    if (depth === 0) return inside(first, lines.slice(from + 1, at), line.slice(0, line.lastIndexOf(closing)), at + 1);
    at += 1;
  }
  return undefined;
}

const inside = (first: string, middle: readonly string[], last: string, next: number): TakenLines => ({
  lines: [...(first.trim() === "" ? [] : [first]), ...middle.map(withoutTab), ...(last.trim() === "" ? [] : [last])],
  next,
});

/** Takes what stands between the colons at `from` and those that close them. */
export function takeDirective(lines: readonly string[], from: number): TakenLines | undefined {
  let depth = 0;
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (/^\t*:{3,}\s*\w/.test(line)) depth += 1;
    else if (/^\t*:{3,}\s*$/.test(line)) depth -= 1;
    if (depth === 0) return { lines: lines.slice(from + 1, at).map(withoutTab), next: at + 1 };
  }
  return undefined;
}
