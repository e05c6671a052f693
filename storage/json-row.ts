// A row that holds one JSON value. The types of values are asserted here, once: the app wrote them, and the version is checked.
import { fromLongValue, toLongValue } from "./long-value.ts";
import type { Row, RowValue, StoredRow } from "./row.ts";
import { checkSchemaVersion, SCHEMA_VERSION } from "./schema-version.ts";
import type { Versioned } from "./versioned.ts";

/** Makes the row of a value; `columns` are what queries filter by. */
export function toJsonRow(
  partitionKey: string,
  rowKey: string,
  value: unknown,
  columns: Readonly<Record<string, RowValue>> = {},
): Row {
  return { ...columns, ...toLongValue("value", value), schemaVersion: SCHEMA_VERSION, partitionKey, rowKey };
}

/** Reads the value of a row that `toJsonRow` made; `toValue` names the type that is stored under such keys. */
export function fromJsonRow<T>(row: StoredRow, toValue: (value: unknown) => T): Versioned<T> {
  checkSchemaVersion(row);
  return { value: toValue(fromLongValue("value", row)), etag: row.etag };
}
