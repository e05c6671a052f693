import { ServiceError } from "../sync/error.ts";
import type { Row } from "./row.ts";

/** The version of the rows that this code writes; it reads all up to this one. */
export const SCHEMA_VERSION = 1;

/** @throws ServiceError `newer_version` when the row was written by a newer version of the app, whose meaning is not known here. */
export function checkSchemaVersion(row: Row): void {
  const version = row["schemaVersion"];
  if (typeof version === "number" && version <= SCHEMA_VERSION) return;
  const message =
    `Expected row "${row.rowKey}" of partition "${row.partitionKey}" to have schema version ${SCHEMA_VERSION} or less, ` +
    `found "${version}". A newer version of the app wrote it: deploy that version again.`;
  throw new ServiceError({ service: "storage", code: "newer_version", end: "failed", message });
}
