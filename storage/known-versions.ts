// Stands before the table: a row of a newer version is refused whoever meets it, and is never written over.
import type { BatchOperation, Row, RowList, RowQuery, StoredRow, Table } from "./row.ts";
import { checkSchemaVersion } from "./schema-version.ts";

const VERSION = "schemaVersion";

/**
 * Lets through only rows that this version of the app knows.
 *
 * @remarks What is replaced or removed by ETag was read before, and so was looked at; only a write that overwrites whatever is
 * there needs a look of its own.
 * All methods throw a `ServiceError` `newer_version` that names the row, and then nothing was written.
 */
export function withKnownVersions(table: Table): Table {
  async function get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined> {
    const row = await table.get(partitionKey, rowKey);
    if (row) checkSchemaVersion(row);
    return row;
  }

  async function checkOverwritten(partitionKey: string, operations: readonly BatchOperation[]): Promise<void> {
    for (const operation of operations) if (operation.kind === "upsert") await get(partitionKey, operation.row.rowKey);
  }

  return {
    ...table,
    get,

    async list(query: RowQuery): Promise<RowList> {
      const select = query.select && (query.select.includes(VERSION) ? query.select : [...query.select, VERSION]);
      const list = await table.list({ ...query, select });
      for (const row of list.rows) checkSchemaVersion(row);
      return list;
    },

    async upsert(row: Row): Promise<string> {
      await get(row.partitionKey, row.rowKey);
      return table.upsert(row);
    },

    async remove(partitionKey: string, rowKey: string, etag?: string): Promise<boolean> {
      if (etag === undefined) await get(partitionKey, rowKey);
      return table.remove(partitionKey, rowKey, etag);
    },

    async batch(partitionKey, operations) {
      await checkOverwritten(partitionKey, operations);
      return table.batch(partitionKey, operations);
    },
  };
}
