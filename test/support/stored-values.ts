// All that the stores can read of a table, for rows of one release to be read by another.
import { createStorage } from "../../storage/storage.ts";
import type { StoredRow, Table } from "../../storage/row.ts";
import { fromKey } from "../../storage/key.ts";

/** `<kind> <key>` → the value, as the stores give it. */
export type StoredValues = Readonly<Record<string, unknown>>;

/** Reads each row by the store that it belongs to. @throws what a store throws. */
export async function readStoredValues(table: Table, rows: readonly StoredRow[]): Promise<StoredValues> {
  const values: Record<string, unknown> = {};
  for (const row of rows) values[`${row.partitionKey} ${row.rowKey}`] = withoutEtags(await readRow(table, row));
  return values;
}

/** Reads one row as the app does. */
export async function readRow(table: Table, { partitionKey, rowKey }: StoredRow): Promise<unknown> {
  const storage = createStorage(table);
  const [place = "", ...rest] = fromKey(partitionKey);
  const [kind = "", first = "", second = ""] = fromKey(rowKey);
  switch (place) {
    case "budget":
      return storage.budgets.find(rest[0] ?? "");
    case "claim":
      return storage.claims.find(rest[0] as "page" | "item", rest[1] ?? "");
    case "handshake":
      return storage.handshakes.find();
    case "mappings":
      return storage.mappings.names();
    case "plan":
      return storage.plans.findPairs(rest[0] ?? "", first, [second]).then((pairs) => [...pairs.values()]);
    case "plans":
      return storage.plans.find(kind);
    case "sighted":
      return [...(await storage.sightings.find(rest[0] ?? "", [kind], "2000-01-01T00:00:00.000Z"))];
    case "source":
      return storage.sources.find(kind);
  }
  switch (kind) {
    case "attention": {
      const kinds = ["failure", "waiting", "conflict", "hold", "note"] as const;
      const lists = await Promise.all(kinds.map((each) => storage.attention.list(place, each, { limit: 100 })));
      return lists.flatMap(({ entries }) => entries).filter(({ pageId }) => pageId === first);
    }
    case "change":
      return storage.changes.find(place, first as "notion" | "github", second);
    case "item":
      return storage.links.findByItem(place, first);
    case "mapping":
      return storage.mappings.find(place);
    case "node":
      return storage.links.findByNode(place, first);
    case "page":
      return storage.links.find(place, first);
    case "run":
      return (await storage.runs.list(place, 100)).filter(({ instanceId }) => instanceId === second);
  }
  throw new Error(`No store is known for the row "${rowKey}" of partition "${partitionKey}".`);
}

function withoutEtags(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "etag" ? undefined : part))) as unknown;
}
