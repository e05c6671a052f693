// JSON.parse tells the place of a fault only sometimes and drops a key that is there twice; a file that people write by hand needs both told.
import type { Path } from "./path.ts";

/** Where JSON ends to be JSON; line and column count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** A parsed text: its value and the keys that occur twice in one object, or its first fault. */
export type JsonText = { readonly value: unknown; readonly twice: readonly Path[] } | { readonly fault: JsonFault };

class Unexpected extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

const BLANK = /[ \t\r\n]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Parses JSON, with or without a byte order mark. */
export function parseJsonText(text: string): JsonText {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const twice: Path[] = [];
  try {
    const end = skipBlank(source, readValue(source, skipBlank(source, 0), [], twice));
    if (end < source.length) throw new Unexpected(end, `Expected nothing more, found ${shown(source, end)}.`);
    return { value: JSON.parse(source) as unknown, twice };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const before = source.slice(0, error.position).split("\n");
    return { fault: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, reason: error.message } };
  }
}

/** Reads one value and returns where it ends. */
function readValue(source: string, start: number, path: Path, twice: Path[]): number {
  if (source[start] === "{") return readObject(source, start, path, twice);
  if (source[start] === "[") return readList(source, start, path, twice);
  const end = match(TEXT, source, start) ?? match(NUMBER, source, start) ?? match(WORD, source, start);
  if (end !== undefined) return end;
  throw new Unexpected(start, `Expected a value, found ${shown(source, start)}.`);
}

function readObject(source: string, start: number, path: Path, twice: Path[]): number {
  const keys = new Set<string>();
  let at = skipBlank(source, start + 1);
  if (source[at] === "}") return at + 1;
  for (;;) {
    const keyEnd = match(TEXT, source, at);
    if (keyEnd === undefined) throw new Unexpected(at, `Expected a key in double quotes, found ${shown(source, at)}.`);
    const key = String(JSON.parse(source.slice(at, keyEnd)));
    if (keys.has(key)) twice.push([...path, key]);
    keys.add(key);
    at = skipBlank(source, keyEnd);
    if (source[at] !== ":") throw new Unexpected(at, `Expected a colon, found ${shown(source, at)}.`);
    at = skipBlank(source, readValue(source, skipBlank(source, at + 1), [...path, key], twice));
    if (source[at] === "}") return at + 1;
    if (source[at] !== ",") throw new Unexpected(at, `Expected a comma or }, found ${shown(source, at)}.`);
    at = skipBlank(source, at + 1);
  }
}

function readList(source: string, start: number, path: Path, twice: Path[]): number {
  let at = skipBlank(source, start + 1);
  if (source[at] === "]") return at + 1;
  for (let index = 0; ; index++) {
    at = skipBlank(source, readValue(source, at, [...path, index], twice));
    if (source[at] === "]") return at + 1;
    if (source[at] !== ",") throw new Unexpected(at, `Expected a comma or ], found ${shown(source, at)}.`);
    at = skipBlank(source, at + 1);
  }
}

function match(pattern: RegExp, source: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(source) ? pattern.lastIndex : undefined;
}

function skipBlank(source: string, start: number): number {
  return match(BLANK, source, start) ?? start;
}

function shown(source: string, position: number): string {
  const character = source[position];
  if (character === undefined) return "the end of the file";
  return character === "/" ? "a comment or slash (JSON has no comments)" : JSON.stringify(character);
}
