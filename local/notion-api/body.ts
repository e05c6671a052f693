// Reads parts of a request's body; each throws Notion's 400 that names the path of what it cannot read.
import { shapeError, validationError } from "./errors.ts";
import { findUuid } from "./ids.ts";

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The longest array that Notion takes in one property or list of blocks. */
export const MAX_ITEMS = 100; // entries; https://developers.notion.com/reference/request-limits

/** Whether a parsed value is an object, and neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads an object. */
export function readObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw shapeError(path, value === undefined ? "defined" : "an object", value);
  return value;
}

/** Reads an array of at most `maxItems` entries, by default 100. */
export function readArray(value: unknown, path: string, maxItems = MAX_ITEMS): readonly unknown[] {
  if (!Array.isArray(value)) throw shapeError(path, value === undefined ? "defined" : "an array", value);
  if (value.length > maxItems) throw shapeError(`${path}.length`, `≤ \`${maxItems}\``, value.length);
  return value;
}

/** Reads a text of at most `maxChars` UTF-16 code units. */
export function readText(value: unknown, path: string, maxChars = Infinity): string {
  if (typeof value !== "string") throw shapeError(path, value === undefined ? "defined" : "a string", value);
  if (value.length > maxChars) throw shapeError(`${path}.length`, `≤ \`${maxChars}\``, value.length);
  return value;
}

/** Reads true or false. */
export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") throw shapeError(path, "a boolean", value);
  return value;
}

/** Reads a UUID, with or without dashes, into lowercase with dashes. */
export function readUuid(value: unknown, path: string): string {
  const id = typeof value === "string" ? findUuid(value) : undefined;
  if (id === undefined) throw shapeError(path, value === undefined ? "defined" : "a valid uuid", value);
  return id;
}

/** Reads a page size of 1 to 100 from a body or a query string; default 100. */
export function readPageSize(value: unknown, path: string): number {
  if (value === undefined || value === null) return MAX_ITEMS;
  const size = typeof value === "string" ? Number(value) : value;
  if (typeof size !== "number" || !Number.isInteger(size) || size < 1) throw shapeError(path, "a number ≥ `1`", value);
  if (size > MAX_ITEMS) throw shapeError(path, `≤ \`${MAX_ITEMS}\``, size);
  return size;
}

/** Refuses members that Notion does not know. */
export function refuseUnknown(value: JsonObject, known: readonly string[], path: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw shapeError(`${path}.${unknown}`, "not present", value[unknown]);
}

/** One page of an array whose cursors are positions, as for users, property items and blocks. */
export function sliceItems<T>(
  items: readonly T[],
  query: URLSearchParams,
): { results: T[]; next_cursor: string | null; has_more: boolean } {
  const size = readPageSize(query.get("page_size"), "query.page_size");
  const cursor = query.get("start_cursor");
  const start = cursor === null ? 0 : Number(/^at-(\d+)$/.exec(cursor)?.[1] ?? NaN);
  if (Number.isNaN(start)) throw validationError(`The start_cursor provided is invalid: ${cursor}`);
  const end = start + size;
  const more = end < items.length;
  return { results: items.slice(start, end), next_cursor: more ? `at-${end}` : null, has_more: more };
}
