// The limits of the table service. They are checked before anything is sent: Azurite keeps fewer of them than Azure, and what
// works locally must work there.
// @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
// @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
import { ServiceError } from "../sync/error.ts";
import type { BatchOperation, Row } from "./row.ts";

export const BATCH_MAX_ROWS = 100;
export const BATCH_MAX_BYTES = 4 * 1024 * 1024;
/** What wraps each operation of a batch, at most: its boundary, its headers and its keys once more. */
export const OPERATION_MAX_BYTES = 2500;
const TEXT_MAX_CHARS = 32_768; // UTF-16 units, 64 KiB
const ROW_MAX_BYTES = 1024 * 1024;
const KEY_MAX_CHARS = 512; // UTF-16 units, 1 KiB
const MAX_PROPERTIES = 252;
const FORBIDDEN_IN_KEYS = /[/\\#?\p{Cc}]/u;

/** @throws ServiceError `invalid` or `too_large` when the service would refuse the row. */
export function checkRow(row: Row): void {
  checkKey("partition key", row.partitionKey);
  checkKey("row key", row.rowKey);
  const properties = listProperties(row);
  if (properties.length > MAX_PROPERTIES) throw tooLarge(`row "${row.rowKey}"`, properties.length, MAX_PROPERTIES, "properties");
  let bytes = 4 + 2 * (row.partitionKey.length + row.rowKey.length);
  for (const [name, value] of properties) {
    if (typeof value === "string" && value.length > TEXT_MAX_CHARS) {
      throw tooLarge(`property "${name}" of row "${row.rowKey}"`, value.length, TEXT_MAX_CHARS, "characters");
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw invalid(`Expected property "${name}" of row "${row.rowKey}" to be a finite number, found ${value}.`);
    }
    bytes += 8 + 2 * name.length + (typeof value === "string" ? 4 + 2 * value.length : 8);
  }
  if (bytes > ROW_MAX_BYTES) throw tooLarge(`row "${row.rowKey}"`, bytes, ROW_MAX_BYTES, "bytes");
}

/** @throws ServiceError `invalid` or `too_large` when the service would refuse the batch or one of its rows. */
export function checkBatch(partitionKey: string, operations: readonly BatchOperation[]): void {
  if (operations.length > BATCH_MAX_ROWS) throw tooLarge("a batch", operations.length, BATCH_MAX_ROWS, "rows");
  const rowKeys = new Set<string>();
  let bytes = 0;
  for (const operation of operations) {
    const rowKey = rowKeyOf(operation);
    if (rowKeys.has(rowKey)) throw invalid(`Expected each row of a batch to occur once, found "${rowKey}" twice.`);
    rowKeys.add(rowKey);
    if (operation.kind !== "remove") {
      checkRow(operation.row);
      if (operation.row.partitionKey !== partitionKey) {
        throw invalid(`Expected a batch of partition "${partitionKey}", found "${operation.row.partitionKey}" in it.`);
      }
    }
    bytes += measureOperation(operation);
  }
  if (bytes > BATCH_MAX_BYTES) throw tooLarge("a batch", bytes, BATCH_MAX_BYTES, "bytes");
}

/** The row that an operation is about. */
export function rowKeyOf(operation: BatchOperation): string {
  return operation.kind === "remove" ? operation.rowKey : operation.row.rowKey;
}

/** The bytes that an operation takes in the request of its batch, at most. */
export function measureOperation(operation: BatchOperation): number {
  if (operation.kind === "remove") return OPERATION_MAX_BYTES;
  return OPERATION_MAX_BYTES + new TextEncoder().encode(JSON.stringify(operation.row)).length;
}

function checkKey(what: string, key: string): void {
  if (key.length > KEY_MAX_CHARS) throw tooLarge(`${what} "${key.slice(0, 40)}…"`, key.length, KEY_MAX_CHARS, "characters");
  if (FORBIDDEN_IN_KEYS.test(key))
    throw invalid(`Expected ${what} ${JSON.stringify(key)} to hold none of / \\ # ? and controls.`);
}

function listProperties(row: Row) {
  const { partitionKey: _, rowKey: __, etag: ___, ...properties } = row;
  return Object.entries(properties).filter(([, value]) => value !== undefined);
}

function tooLarge(what: string, found: number, limit: number, unit: string): ServiceError {
  const message = `Expected ${what} to have at most ${limit} ${unit}, found ${found}.`;
  return new ServiceError({ service: "storage", code: "too_large", end: "failed", message });
}

function invalid(message: string): ServiceError {
  return new ServiceError({ service: "storage", code: "invalid", end: "failed", message });
}
