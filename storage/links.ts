import type { Link } from "../sync/model.ts";
import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { encodeKeyPart, keyAfter, keyRange, toKey } from "./key.ts";
import { mapParallel } from "./parallel.ts";
import { isRowExists } from "./row-error.ts";
import type { Row, StoredRow, Table } from "./row.ts";
import { SCHEMA_VERSION } from "./schema-version.ts";
import type { Versioned } from "./versioned.ts";
import { writeBatches } from "./write-batches.ts";

export type { Versioned } from "./versioned.ts";

/** How one link of `saveMany` ended; not saved: somebody else wrote it first. */
export type SaveResult = { readonly saved: true; readonly etag: string } | { readonly saved: false };

/** The links: one row per pair, and pointers to it by its item, its companion, and the item's node id. */
export interface Links {
  find(mapping: string, pageId: string): Promise<Versioned<Link> | undefined>;
  /** By page id; pages without a link are left out. */
  findMany(mapping: string, pageIds: readonly string[]): Promise<ReadonlyMap<string, Versioned<Link>>>;
  findByItem(mapping: string, itemId: string): Promise<Versioned<Link> | undefined>;
  /** By the node id of the item, as GraphQL gives it; webhooks may name an older item by another. */
  findByNode(mapping: string, nodeId: string): Promise<Versioned<Link> | undefined>;
  /** By item id; items without a link are left out. */
  findManyByItem(mapping: string, itemIds: readonly string[]): Promise<ReadonlyMap<string, Versioned<Link>>>;
  /**
   * Stores a new link; returns its ETag.
   *
   * @throws RowExists when the page has a link.
   */
  insert(link: Link): Promise<string>;
  /** @throws RowChanged */
  replace(link: Link, etag: string): Promise<string>;
  /**
   * Stores the link and the pointers of its item and its companion together; pointers that are ours already are fine.
   *
   * @param formerId The item whose pointer goes in the same step, because the link names another one in its place.
   * @throws RowChanged when the link was changed.
   * @throws RowExists when the item or the companion points to another page.
   */
  complete(link: Link, etag: string, formerId?: string): Promise<string>;
  /**
   * Stores the link as `detached` and removes the pointers of its item and its companion.
   *
   * @throws RowChanged
   */
  detach(link: Link, etag: string): Promise<string>;
  /** Removes a link and its pointers; `false`: somebody else wrote first. */
  remove(link: Link, etag: string): Promise<boolean>;
  /** In the order of the page ids; `after`: only those behind that page. */
  list(
    mapping: string,
    page: { readonly continuation?: string | undefined; readonly after?: string | undefined; readonly limit: number },
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

  /** The pointers of a link that are there. */
  async function findPointers(link: Link, keys = toPointerKeys(link)) {
    const rows = await mapParallel(keys, (key) => table.get(encodeKeyPart(link.mapping), key));
    return rows.flatMap((row) => (row?.["pageId"] === link.pageId ? [row] : []));
  }

  async function replaceWith(
    partitionKey: string,
    replace: { readonly kind: "replace"; readonly row: Row; readonly etag: string },
    pointers: readonly Row[],
    former: readonly StoredRow[],
  ): Promise<string> {
    if (pointers.length + former.length === 0) return table.replace(replace.row, replace.etag);
    const inserts = pointers.map((row) => ({ kind: "insert", row }) as const);
    const removals = former.map(({ rowKey, etag }) => ({ kind: "remove", rowKey, etag }) as const);
    const [etag = ""] = await table.batch(partitionKey, [replace, ...inserts, ...removals]);
    return etag;
  }

  const findByItem = (mapping: string, itemId: string) => follow(mapping, toKey("item", itemId));

  async function follow(mapping: string, key: string) {
    const pointer = await table.get(encodeKeyPart(mapping), key);
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
    findByNode: (mapping, nodeId) => follow(mapping, toKey("node", nodeId)),
    findManyByItem: (mapping, itemIds) => findEach(itemIds, (itemId) => findByItem(mapping, itemId)),
    insert: (link) => table.insert(toRow(link)),
    replace: (link, etag) => table.replace(toRow(link), etag),

    async complete(link, etag, formerId) {
      const partitionKey = encodeKeyPart(link.mapping);
      const replace = { kind: "replace", row: toRow(link), etag } as const;
      const former = formerId === undefined ? [] : await findPointers(link, [toKey("item", formerId)]);
      try {
        return await replaceWith(partitionKey, replace, toPointers(link), former);
      } catch (error) {
        const known = isRowExists(error) ? await findPointers(link) : [];
        if (known.length === 0) throw error;
        const missing = toPointers(link).filter(({ rowKey }) => known.every((row) => row.rowKey !== rowKey));
        return replaceWith(partitionKey, replace, missing, former);
      }
    },

    async detach(link, etag) {
      const row = toRow({ ...link, state: "detached" });
      const pointers = await findPointers(link);
      if (pointers.length === 0) return table.replace(row, etag);
      const [newEtag = ""] = await table.batch(encodeKeyPart(link.mapping), [
        { kind: "replace", row, etag },
        ...pointers.map((pointer) => ({ kind: "remove", rowKey: pointer.rowKey, etag: pointer.etag }) as const),
      ]);
      return newEtag;
    },

    async remove(link, etag) {
      const partitionKey = encodeKeyPart(link.mapping);
      // The pointers first: a link without them is still found by its page, and removed when this is done again.
      for (const pointer of await findPointers(link)) await table.remove(partitionKey, pointer.rowKey, pointer.etag);
      return table.remove(partitionKey, toKey("page", link.pageId), etag);
    },

    async list(mapping, { continuation, after, limit }) {
      const range = keyRange("page");
      const from = after === undefined ? range.from : keyAfter(toKey("page", after));
      const list = await table.list({ partitionKey: encodeKeyPart(mapping), ...range, from, limit, continuation });
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

function toPointerKeys({ item, companion }: Link): readonly string[] {
  const byId = [item, companion].flatMap((identity) => (identity ? [toKey("item", identity.itemId)] : []));
  return item ? [...byId, toKey("node", item.nodeId)] : byId;
}

function toPointers(link: Link): readonly Row[] {
  const { item, mapping, pageId } = link;
  if (!item) throw new Error(`Expected the link of page "${pageId}" to name its item.`);
  return toPointerKeys(link).map((rowKey) => ({
    partitionKey: encodeKeyPart(mapping),
    rowKey,
    pageId,
    schemaVersion: SCHEMA_VERSION,
  }));
}
