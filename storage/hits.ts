import { isBodyKnown } from "../sync/body.ts";
import { itemFingerprint, pageFingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import { isOutdated } from "../sync/mapping-print.ts";
import type { Change, ItemSnapshot, Link, PageSnapshot } from "../sync/model.ts";
import { newChange } from "../sync/new-change.ts";
import { isKnown } from "../sync/shown.ts";
import type { Storage } from "./storage.ts";
import type { Versioned } from "./versioned.ts";

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
    const place = findOwner(hit, mappings, links);
    const mapping = mappings[place];
    if (!mapping) return [];
    const page = hit.snapshotFor(mapping);
    const link = links[place]?.get(hit.pageId)?.value;
    const isSeen = link?.seen?.page === pageFingerprint(page) && isBodyKnown(mapping, link, page.editedAt);
    if (isSeen && !isOutdated(mapping, link.config)) return [];
    return [{ ...newChange(mapping.name, "notion", hit.pageId, "poll", nowIso), page }];
  });
  await storage.changes.storeMany(changes);
  return new Set(changes.map((change) => change.mapping));
}

/**
 * Finds whose page it is: the mapping's that has a link for it, else the first one's whose filter it matches.
 *
 * @param links Of each of the mappings, by page id.
 * @returns Its place among the mappings; -1: none takes it.
 */
export function findOwner(
  { pageId, snapshotFor }: PageHit,
  mappings: readonly Mapping[],
  links: readonly ReadonlyMap<string, Versioned<Link>>[],
): number {
  const holder = links.findIndex((byPage) => (byPage.get(pageId)?.value.state ?? "detached") !== "detached");
  if (holder >= 0) return holder;
  return mappings.findIndex((mapping) => snapshotFor(mapping).unmatched !== true);
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
    const link = links[place]?.get(item.itemId)?.value;
    const print = mapping && itemFingerprint(item, mapping);
    if (!mapping || print === undefined) return [];
    const shows = [{ print }];
    if (isKnown(link, shows)) return [];
    // Shown before we remembered our own write, it is known by the time it is worked on.
    return [{ ...newChange(mapping.name, "github", item.itemId, "poll", nowIso), shows }];
  });
  await storage.changes.storeMany(changes);
  return new Set(changes.map((change) => change.mapping));
}
