import { isRowExists } from "../storage/row-error.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Link } from "../sync/model.ts";
import { newChange } from "../sync/new-change.ts";
import type { ActivityDeps } from "./deps.ts";
import { countLinks } from "./count-links.ts";
import type { PairWork } from "./pair-work.ts";

/**
 * Hands a page over to the mapping that it belongs to now: its link, without the base of other fields, and its claims go along.
 *
 * @remarks The link is there before the claims move, and the old one goes last: whatever is killed, the change that brought the
 * page here is still due, and all of it may be done again.
 */
export async function handOver(deps: ActivityDeps, from: Mapping, to: Mapping, pair: PairWork): Promise<void> {
  const { links, claims, attention } = deps.storage;
  const link = pair.link?.value;
  const owner = { mapping: to.name, pageId: pair.pageId };
  if (link?.state === "linked" && link.item) await copyLink(deps, to, link);
  await claims.move("page", pair.pageId, from.name, owner);
  if (link?.item) await claims.move("item", link.item.itemId, from.name, owner);
  if (pair.link && link) {
    if (!(await links.remove(link, pair.link.etag))) {
      pair.again = true;
      pair.outcome = { status: "unchanged" };
      return;
    }
    if (link.state === "linked") await countLinks(deps, from, -1);
  }
  await attention.clear(from.name, pair.pageId);
  pair.link = undefined;
  await tellMapping(deps, to, pair);
}

/** Lets another mapping look at a page; this one has nothing to do with it. */
export async function tellMapping(deps: ActivityDeps, to: Mapping, pair: PairWork): Promise<void> {
  const nowIso = isoNow(deps.clock);
  // What is due there already will be looked at after this.
  const known = await deps.storage.changes.find(to.name, "notion", pair.pageId);
  if (!known || known.value.notBefore > nowIso) {
    await deps.storage.changes.store(newChange(to.name, "notion", pair.pageId, "request", nowIso));
  }
  pair.outcome = { status: "unchanged", why: `the page belongs to mapping "${to.name}"` };
}

async function copyLink(deps: ActivityDeps, to: Mapping, { pageId, item, companion, autoMerge }: Link): Promise<void> {
  const { links } = deps.storage;
  const link: Link = {
    mapping: to.name,
    pageId,
    state: "linked",
    ...(item ? { item } : {}),
    ...(companion ? { companion } : {}),
    ...(autoMerge ? { autoMerge } : {}),
  };
  const known = await links.find(to.name, pageId);
  if (known?.value.state === "linked") return;
  try {
    const etag = known?.etag ?? (await links.insert({ mapping: to.name, pageId, state: "detached" }));
    await links.complete(link, etag);
  } catch (error) {
    if (!isRowExists(error)) throw error;
  }
  await countLinks(deps, to, 1);
}
