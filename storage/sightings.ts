import { encodeKeyPart, keyAfter, toKey } from "./key.ts";
import type { Table } from "./row.ts";
import { SCHEMA_VERSION } from "./schema-version.ts";
import { writeBatches } from "./write-batches.ts";

/** Which pages were there when their data source was read whole. Times are ISO-8601 UTC. */
export interface Sightings {
  /** Notes pages that the read which began at `readAt` showed. */
  note(dataSourceId: string, pageIds: readonly string[], readAt: string): Promise<void>;
  /** Of these pages, those that a read showed which began at `since` or later. */
  find(dataSourceId: string, pageIds: readonly string[], since: string): Promise<ReadonlySet<string>>;
  /** Removes at most `max` that no read showed since a time; returns how many are gone. */
  purgeBefore(dataSourceId: string, iso: string, max: number): Promise<number>;
}

/** Makes the store of the sightings. */
export function createSightings(table: Table): Sightings {
  return {
    async note(dataSourceId, pageIds, readAt) {
      const partitionKey = toPartitionKey(dataSourceId);
      const operations = [...new Set(pageIds)].map((pageId) => {
        const row = { partitionKey, rowKey: encodeKeyPart(pageId), readAt, schemaVersion: SCHEMA_VERSION };
        return { kind: "upsert", row } as const;
      });
      await writeBatches(table, partitionKey, operations);
    },

    async find(dataSourceId, pageIds, since) {
      const keys = new Map(pageIds.map((pageId) => [encodeKeyPart(pageId), pageId]));
      const [from, ...others] = [...keys.keys()].sort();
      if (from === undefined) return new Set();
      const { rows } = await table.list({
        partitionKey: toPartitionKey(dataSourceId),
        from,
        to: keyAfter(others.at(-1) ?? from),
        where: [{ property: "readAt", op: "ge", value: since }],
        select: [],
      });
      return new Set(rows.flatMap(({ rowKey }) => keys.get(rowKey) ?? []));
    },

    async purgeBefore(dataSourceId, iso, max) {
      const partitionKey = toPartitionKey(dataSourceId);
      const where = [{ property: "readAt", op: "le", value: iso }] as const;
      const { rows } = await table.list({ partitionKey, where, select: [], limit: max });
      const removals = rows.map(({ rowKey, etag }) => ({ kind: "remove", rowKey, etag }) as const);
      const etags = await writeBatches(table, partitionKey, removals);
      return etags.filter((etag) => etag !== undefined).length;
    },
  };
}

/** No mapping: their keys hold no `:`. */
function toPartitionKey(dataSourceId: string): string {
  return toKey("sighted", dataSourceId);
}
