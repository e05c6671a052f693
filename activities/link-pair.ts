import { isRowConflict } from "../storage/row-error.ts";
import { rebase } from "../sync/base.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ItemIdentity, ItemSnapshot, Link, Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { countLinks } from "./count-links.ts";
import { busy } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

/** Links the pair: the link and its pointer are written together. */
export async function completeLink(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  item: ItemSnapshot,
  base: Link["base"],
): Promise<void> {
  const link: Link = {
    mapping: mapping.name,
    pageId: pair.pageId,
    state: "linked",
    item: toIdentity(item),
    ...(pair.link?.value.companion ? { companion: pair.link.value.companion } : {}),
    ...(pair.link?.value.body ? { body: pair.link.value.body } : {}),
    ...(isOurs(deps, pair, item) ? {} : { bornOnGithub: true }),
    ...(base ? { base } : {}),
  };
  // Not reserved: nothing is being made, and whoever goes on after a kill looks for what the page names.
  if (!pair.link) await saveLink(deps, pair, { mapping: mapping.name, pageId: pair.pageId, state: "detached" });
  pair.link = { value: link, etag: await deps.storage.links.complete(link, pair.link?.etag ?? "") };
  pair.item = item;
  await countLinks(deps, mapping, 1);
}

/** Items that carry the page's own marker were made for it. */
function isOurs(deps: ActivityDeps, pair: PairWork, item: ItemSnapshot): boolean {
  const marker = item.marker === null ? undefined : deps.markers.check(item.marker);
  return marker?.valid === true && marker.pageId === pair.pageId;
}

/** Links a page to the item that it names, once page and item are claimed. */
export async function adoptItem(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  const { item, page } = pair;
  if (!item || !page) return;
  const { claims } = deps.storage;
  const pageClaim = await claims.claim("page", pair.pageId, mapping.name, pair.pageId);
  const itemClaim = pageClaim.claimed ? await claims.claim("item", item.itemId, mapping.name, pair.pageId) : pageClaim;
  if (!itemClaim.claimed) {
    pair.outcome = belongsTo(itemClaim.mapping);
    return;
  }
  try {
    await completeLink(deps, mapping, pair, item, rebase(pair.link?.value.base, pair.plan?.agreed ?? [], page, item));
  } catch (error) {
    if (!isRowConflict(error)) throw error;
    pair.outcome = busy(deps.clock.now());
  }
}

/** Hangs a pull request on a linked pair; it is found by its own id from then on, and one that hung there before is free. */
export async function hangCompanion(deps: ActivityDeps, pair: PairWork, companion: ItemSnapshot): Promise<void> {
  if (!pair.link) return;
  const { mapping, companion: former } = pair.link.value;
  const formerId = former?.itemId === companion.itemId ? undefined : former?.itemId;
  // Given up first: what is killed in between comes here again, because the link still names it.
  if (formerId !== undefined) await deps.storage.claims.release("item", formerId, mapping, pair.pageId);
  const link = { ...pair.link.value, companion: toIdentity(companion) };
  pair.link = { value: link, etag: await deps.storage.links.complete(link, pair.link.etag, formerId) };
  pair.companion = companion;
}

/** Keeps whether an auto-merge is ours to take back; `false`: somebody else wrote the link, and the pair is looked at again. */
export async function rememberAutoMerge(deps: ActivityDeps, pair: PairWork, isOurs: boolean): Promise<boolean> {
  if (!pair.link) return false;
  const { autoMerge: _autoMerge, ...rest } = pair.link.value;
  try {
    await saveLink(deps, pair, isOurs ? { ...rest, autoMerge: true } : rest);
    return true;
  } catch (error) {
    if (!isRowConflict(error)) throw error;
    pair.again = true;
    return false;
  }
}

/** Writes the link row by the ETag it was read with, or inserts it. */
export async function saveLink(deps: ActivityDeps, pair: PairWork, link: Link): Promise<void> {
  const { links } = deps.storage;
  const etag = pair.link ? await links.replace(link, pair.link.etag) : await links.insert(link);
  pair.link = { value: link, etag };
}

/** What names an item for good, of all that was read of it. */
export function toIdentity({ kind, itemId, nodeId, repositoryId, repository, number, url }: ItemSnapshot): ItemIdentity {
  return { kind, itemId, nodeId, repositoryId, repository, number, url };
}

/** Another mapping was first to claim the page or item. */
export function belongsTo(mapping: string): Outcome {
  return {
    status: "failed",
    code: "claimed",
    reason: `It belongs to mapping "${mapping}".`,
    remedy: "Unlink it there, or let only one mapping match it.",
  };
}
