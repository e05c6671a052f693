// Rows to entities of the SDK and back.
import type { TableEntity } from "@azure/data-tables";
import type { Row, StoredRow } from "./row.ts";

const INT32_MAX = 2 ** 31 - 1;

/** Turns a row into what the SDK writes. A number that is no 32-bit integer is sent as a double, as the service wants it. */
export function toEntity(row: Row): TableEntity {
  const entity: TableEntity = { partitionKey: row.partitionKey, rowKey: row.rowKey };
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || name === "etag") continue;
    const isDouble = typeof value === "number" && !(Number.isInteger(value) && Math.abs(value) <= INT32_MAX);
    entity[name] = isDouble ? { type: "Double", value } : value;
  }
  return entity;
}

/** Turns what the SDK read into a row; the service's own properties are left out. */
export function fromEntity(entity: Readonly<Record<string, unknown>>): StoredRow {
  const { partitionKey, rowKey, etag, timestamp: _, ...rest } = entity;
  const properties: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith("odata.")) continue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") properties[name] = value;
  }
  return { ...properties, partitionKey: String(partitionKey), rowKey: String(rowKey), etag: String(etag) };
}
