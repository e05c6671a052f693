import type { Link } from "../sync/model.ts";
import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { encodeKeyPart, keyRange, toKey } from "./key.ts";
import { mapParallel } from "./parallel.ts";
import { isRowExists } from "./row-error.ts";
import type { Row, Table } from "./row.ts";
import { SCHEMA_VERSION } from "./schema-version.ts";
import type { Versioned } from "./versioned.ts";
import { writeBatches } from "./write-batches.ts";

export type { Versioned } from "./versioned.ts";

/** How one link of `saveMany` ended; not saved: somebody else wrote it first. */
export type SaveResult = { readonly saved: true; readonly etag: string } | { readonly saved: false };

/** The links: one row per pair, and a pointer to it by item. */
export interface Links {
  find(mapping: string, pageId: string): Promise<Versioned<Link> | undefined>;
  /** By page id; pages without a link are left out. */
  findMany(mapping: string, pageIds: readonly string[]): Promise<ReadonlyMap<string, Versioned<Link>>>;
  findByItem(mapping: string, itemId: string): Promise<Versioned<Link> | undefined>;
  /** By item id; items without a link are left out. */
  findManyByItem(mapping: string, itemIds: readonly string[]): Promise<ReadonlyMap<string, Versioned<Link>>>;
  /**
   * Stores a new link; returns its ETag.
   *
   * @throws RowExists when the page has a link.
   */
  insertReserved(link: Link): Promise<string>;
  /** @throws RowChanged */
  replace(link: Link, etag: string): Promise<string>;
  /**
   * Stores the link and the pointer of its item together; a pointer that is ours already is fine.
   *
   * @throws RowChanged when the link was changed.
   * @throws RowExists when the item points to another page.
   */
  complete(link: Link, etag: string): Promise<string>;
  /**
   * Stores the link as `detached` and removes the pointer of its item.
   *
   * @throws RowChanged
   */
  detach(link: Link, etag: string): Promise<string>;
  /** Removes a link and the pointer of its item; `false`: somebody else wrote first. */
  remove(link: Link, etag: string): Promise<boolean>;
  /** In the order of the page ids. */
  list(
    mapping: string,
    page: { readonly continuation?: string | undefined; readonly limit: number },
  ): Promise<{ readonly links: readonly Versioned<Link>[]; readonly continuation?: string }>;
  /** Replaces many links, each by its ETag; results in the order of the links. */
  saveMany(mapping: string, links: readonly { readonly link: Link; readonly etag: string }[]): Promise<readonly SaveResult[]>;
}

/** Makes the store of the links. */
export function createLinks(table: Table): Links {
  async function find(mapping: string, pageId: string) {
    const row = await table.get(encodeKeyPart(mapping), toKey("page", pageId));
    return row && fromJsonRow(row, asLink);
  }

  async function findPointer(link: Link) {
    if (!link.item) return undefined;
    const row = await table.get(encodeKeyPart(link.mapping), toKey("item", link.item.itemId));
    return row?.["pageId"] === link.pageId ? row : undefined;
  }

  async function findByItem(mapping: string, itemId: string) {
    const pointer = await table.get(encodeKeyPart(mapping), toKey("item", itemId));
    const pageId = pointer?.["pageId"];
    return typeof pageId === "string" ? find(mapping, pageId) : undefined;
  }

  async function findEach(ids: readonly string[], findOne: (id: string) => Promise<Versioned<Link> | undefined>) {
    const unique = [...new Set(ids)];
    const found = await mapParallel(unique, findOne);
    return new Map(unique.flatMap((id, index) => (found[index] ? [[id, found[index]] as const] : [])));
  }

  return {
    find,
    findMany: (mapping, pageIds) => findEach(pageIds, (pageId) => find(mapping, pageId)),
    findByItem,
    findManyByItem: (mapping, itemIds) => findEach(itemIds, (itemId) => findByItem(mapping, itemId)),
    insertReserved: (link) => table.insert(toRow(link)),
    replace: (link, etag) => table.replace(toRow(link), etag),

    async complete(link, etag) {
      const partitionKey = encodeKeyPart(link.mapping);
      const replace = { kind: "replace", row: toRow(link), etag } as const;
      try {
        const [newEtag = ""] = await table.batch(partitionKey, [replace, { kind: "insert", row: toPointer(link) }]);
        return newEtag;
      } catch (error) {
        if (!isRowExists(error) || !(await findPointer(link))) throw error;
        return table.replace(replace.row, etag);
      }
    },

    async detach(link, etag) {
      const row = toRow({ ...link, state: "detached" });
      const pointer = await findPointer(link);
      if (!pointer) return table.replace(row, etag);
      const [newEtag = ""] = await table.batch(encodeKeyPart(link.mapping), [
        { kind: "replace", row, etag },
        { kind: "remove", rowKey: pointer.rowKey, etag: pointer.etag },
      ]);
      return newEtag;
    },

    async remove(link, etag) {
      const partitionKey = encodeKeyPart(link.mapping);
      const pointer = await findPointer(link);
      // The pointer first: a link without one is still found by its page, and removed when this is done again.
      if (pointer) await table.remove(partitionKey, pointer.rowKey, pointer.etag);
      return table.remove(partitionKey, toKey("page", link.pageId), etag);
    },

    async list(mapping, { continuation, limit }) {
      const list = await table.list({ partitionKey: encodeKeyPart(mapping), ...keyRange("page"), limit, continuation });
      const links = list.rows.map((row) => fromJsonRow(row, asLink));
      return { links, ...(list.continuation !== undefined && { continuation: list.continuation }) };
    },

    async saveMany(mapping, links) {
      const operations = links.map(({ link, etag }) => ({ kind: "replace", row: toRow(link), etag }) as const);
      const etags = await writeBatches(table, encodeKeyPart(mapping), operations);
      return etags.map((etag) => (etag === undefined ? { saved: false } : { saved: true, etag }));
    },
  };
}

const asLink = (value: unknown): Link => value as Link;

function toRow(link: Link): Row {
  return toJsonRow(encodeKeyPart(link.mapping), toKey("page", link.pageId), link, { state: link.state });
}

function toPointer(link: Link): Row {
  if (!link.item) throw new Error(`Expected the link of page "${link.pageId}" to name its item.`);
  const rowKey = toKey("item", link.item.itemId);
  return { partitionKey: encodeKeyPart(link.mapping), rowKey, pageId: link.pageId, schemaVersion: SCHEMA_VERSION };
}
