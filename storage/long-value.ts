// A JSON value in a row: its text is cut into parts, because a property holds little.
import type { Row, RowValue } from "./row.ts";

const PART_MAX_CHARS = 32_000; // design.md, section 10; the service takes 32,768 UTF-16 units
const SEPARATORS = /[\u2028\u2029]/g;

/** Writes a JSON value over the properties `<name>0`, `<name>1` …; `undefined` writes none. */
export function toLongValue(name: string, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const parts: Record<string, string> = {};
  const text = toText(value);
  let index = 0;
  for (let start = 0; start < text.length; index++) {
    const end = findCut(text, start);
    parts[`${name}${index}`] = text.slice(start, end);
    start = end;
  }
  return parts;
}

/** Reads what `toLongValue` wrote; `undefined` if the row holds none. */
export function fromLongValue(name: string, row: Row): unknown {
  let text = "";
  let part: RowValue;
  for (let index = 0; typeof (part = row[`${name}${index}`]) === "string"; index++) text += part;
  return text === "" ? undefined : JSON.parse(text);
}

/** JSON with the line separators escaped: the two that JSON leaves as they are end a line for Azurite's batches. */
function toText(value: unknown): string {
  return JSON.stringify(value).replace(SEPARATORS, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
}

/** A part must not end within a surrogate pair: half of one does not survive UTF-8. */
function findCut(text: string, start: number): number {
  const end = Math.min(start + PART_MAX_CHARS, text.length);
  const last = text.charCodeAt(end - 1);
  const isHalf = end < text.length && last >= 0xd800 && last <= 0xdbff;
  return isHalf ? end - 1 : end;
}
