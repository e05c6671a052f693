import type { Row } from "./row.ts";

/** The version of the rows that this code writes. */
export const SCHEMA_VERSION = 1;

/** @throws Error when the row was written by a newer version of the app, whose meaning is not known here. */
export function checkSchemaVersion(row: Row): void {
  const version = row["schemaVersion"];
  if (typeof version === "number" && version <= SCHEMA_VERSION) return;
  throw new Error(
    `Expected row "${row.rowKey}" of partition "${row.partitionKey}" to have schema version ${SCHEMA_VERSION} or less, ` +
      `found "${version}". A newer version of the app wrote it: deploy that version again.`,
  );
}
