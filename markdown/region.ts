// The region: the part of an issue's body that is ours, between two lines that GitHub does not show. All else is other people's.

const BEGIN = "<!-- notion-sync:begin -->";
const END = "<!-- notion-sync:end -->";
const LINE = /[^\r\n]*(?:\r\n|\n|\r|$)/g;
const MARKER = /^[ \t]*<!-- notion-sync:v1 .*-->[ \t]*$/i;

/** What would be taken for one of our own lines, with what keeps it from that. */
const OWN = /^([ \t]*<!--)(\u200b*)( notion-sync:)/gim;
const hideOwn = (text: string): string =>
  text.replaceAll(OWN, (_, open: string, guards: string, rest: string) => `${open}${guards}\u200b${rest}`);
const showOwn = (text: string): string =>
  text.replaceAll(OWN, (_, open: string, guards: string, rest: string) => `${open}${guards.slice(1)}${rest}`);

/** A body in parts that joined give it again, byte for byte. */
interface Parts {
  /** With the line that begins the region. */
  readonly before: string;
  readonly region: string;
  /** From the line that ends the region. */
  readonly after: string;
}

const toLines = (body: string): readonly string[] => body.match(LINE) ?? [];
const isLine = (line: string, wanted: string): boolean => line.trim().toLowerCase() === wanted;

/**
 * Finds the region: the last line that begins one with a line that ends it, and no other beginning between. Half a region is
 * text like any other, so that nothing of it can be lost.
 */
function findParts(body: string): Parts | undefined {
  const lines = toLines(body);
  for (let begin = lines.length - 1; begin >= 0; begin -= 1) {
    if (!isLine(lines[begin] ?? "", BEGIN)) continue;
    const end = lines.findIndex((line, index) => index > begin && isLine(line, END));
    const other = lines.findIndex((line, index) => index > begin && isLine(line, BEGIN));
    if (end === -1 || (other !== -1 && other < end)) continue;
    const join = (from: number, until?: number): string => lines.slice(from, until).join("");
    return { before: join(0, begin + 1), region: join(begin + 1, end), after: join(end) };
  }
  return undefined;
}

const trimLines = (text: string): string => text.replaceAll(/^[\r\n]+|[\r\n]+$/g, "");

/** Reads the region of a body, with LF line ends; `undefined` when there is none. */
export function readRegion(body: string): string | undefined {
  const parts = findParts(body);
  return parts && showOwn(trimLines(parts.region).replaceAll(/\r\n?/g, "\n"));
}

/**
 * Puts the region into a body: in place of the present one, else at the end, before the marker if that is the last line.
 *
 * @param region Without line ends at its own ends.
 * @returns The body itself when it holds this region already. Text outside the region is kept byte for byte.
 */
export function placeRegion(body: string, region: string): string {
  const text = trimLines(region).replaceAll(/\r\n?/g, "\n");
  const parts = findParts(body);
  if (parts && readRegion(body) === text) return body;
  const lineEnd = (parts ? parts.before.endsWith("\r\n") : body.includes("\r\n")) ? "\r\n" : "\n";
  const inner = text === "" ? "" : `\n${hideOwn(text)}\n\n`.replaceAll("\n", lineEnd);
  if (parts) return `${parts.before}${inner}${parts.after}`;
  const { head, marker } = splitMarker(body);
  const block = `${BEGIN}${lineEnd}${inner}${END}`;
  return `${withGap(head, lineEnd)}${block}${marker === "" ? "" : `${lineEnd}${lineEnd}${marker}`}`;
}

/** The marker, with what stands after it, and what stands before. */
function splitMarker(body: string): { readonly head: string; readonly marker: string } {
  const lines = toLines(body);
  const index = lines.findLastIndex((line) => MARKER.test(line.replace(/[\r\n]+$/, "")));
  if (index === -1) return { head: body, marker: "" };
  return { head: lines.slice(0, index).join(""), marker: lines.slice(index).join("") };
}

/** The text with an empty line after it. */
function withGap(text: string, lineEnd: string): string {
  if (text === "" || /(?:\r\n|\n)[ \t]*(?:\r\n|\n)$/.test(text)) return text;
  return /[\r\n]$/.test(text) ? `${text}${lineEnd}` : `${text}${lineEnd}${lineEnd}`;
}
