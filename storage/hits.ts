import { isBodyKnown } from "../sync/body.ts";
import { itemFingerprint, pageFingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Change, ItemSnapshot, PageSnapshot } from "../sync/model.ts";
import type { Storage } from "./storage.ts";

/** A page that a read of its data source showed; what it says depends on the mapping. */
export interface PageHit {
  readonly pageId: string;
  readonly snapshotFor: (mapping: Mapping) => PageSnapshot;
}

/**
 * Stores a change for each page that says something its link does not know yet.
 *
 * @param mappings Those of one data source, in the order of the configuration: the first one whose filter it matches takes a page
 *   without a link.
 * @returns The names of the mappings that have something to do now.
 */
export async function storePageHits(
  storage: Storage,
  mappings: readonly Mapping[],
  hits: readonly PageHit[],
  nowIso: string,
): Promise<ReadonlySet<string>> {
  if (mappings.length === 0 || hits.length === 0) return new Set();
  const pageIds = hits.map((hit) => hit.pageId);
  const links = await Promise.all(mappings.map((mapping) => storage.links.findMany(mapping.name, pageIds)));
  const changes = hits.flatMap((hit): readonly Change[] => {
    const linked = links.findIndex((byPage) => byPage.get(hit.pageId)?.value.state === "linked");
    const routed = mappings.findIndex((candidate) => hit.snapshotFor(candidate).unmatched !== true);
    // Who lost it to another mapping's filter keeps what it knows, until the page is handed over.
    const known = links.findIndex((byPage) => byPage.has(hit.pageId));
    const place = [linked, routed, known].find((index) => index >= 0) ?? -1;
    const mapping = mappings[place];
    if (!mapping) return [];
    const page = hit.snapshotFor(mapping);
    const link = links[place]?.get(hit.pageId)?.value;
    if (link?.seen?.page === pageFingerprint(page) && isBodyKnown(mapping, link, page.editedAt)) return [];
    return [{ ...newChange(mapping.name, "notion", hit.pageId, nowIso), page }];
  });
  await storage.changes.storeMany(changes);
  return new Set(changes.map((change) => change.mapping));
}

/**
 * Stores a change for each linked item that says something its link does not know yet; items without a link are left alone.
 *
 * @param mappings Those of one repository.
 * @returns The names of the mappings that have something to do now.
 */
export async function storeItemHits(
  storage: Storage,
  mappings: readonly Mapping[],
  items: readonly ItemSnapshot[],
  nowIso: string,
): Promise<ReadonlySet<string>> {
  if (items.length === 0) return new Set();
  const itemIds = items.map((item) => item.itemId);
  const links = await Promise.all(mappings.map((mapping) => storage.links.findManyByItem(mapping.name, itemIds)));
  const changes = items.flatMap((item): readonly Change[] => {
    const place = links.findIndex((byItem) => byItem.has(item.itemId));
    const mapping = mappings[place];
    const seen = links[place]?.get(item.itemId)?.value.seen;
    const print = mapping && itemFingerprint(item, mapping);
    if (!mapping || seen?.item === print || seen?.companion === print) return [];
    return [newChange(mapping.name, "github", item.itemId, nowIso)];
  });
  await storage.changes.storeMany(changes);
  return new Set(changes.map((change) => change.mapping));
}

function newChange(mapping: string, side: Change["side"], id: string, nowIso: string): Change {
  return { mapping, side, id, notBefore: nowIso, storedAt: nowIso, attempts: 0, source: "poll" };
}
