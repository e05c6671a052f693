import { routePage } from "../notion/route.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { PageSnapshot } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { handOver, tellMapping } from "./hand-over.ts";
import type { PairWork } from "./pair-work.ts";
import { readPage } from "./read-page.ts";

/**
 * Sends pages on that belong to another mapping: those that were moved to its data source, and those without a link that another
 * one's filter takes. A linked page stays as long as it is in the data source, whatever the filter says.
 */
export async function routePairs(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  for (const pair of pairs) {
    const page = pair.rawPage;
    if (!page || page.inTrash || pair.outcome || isStaying(mapping, pair, page)) continue;
    await routePair(deps, mapping, pair, page);
  }
}

/** A creation that was begun is brought to its end here, wherever the page is meanwhile. */
function isStaying(mapping: Mapping, { link }: PairWork, page: PageSnapshot): boolean {
  if (link?.value.state === "reserved") return true;
  return link?.value.state === "linked" && page.dataSourceId === mapping.notion.dataSourceId;
}

async function routePair(deps: ActivityDeps, mapping: Mapping, pair: PairWork, page: PageSnapshot): Promise<void> {
  const target = await findTarget(deps, mapping, pair, page);
  if (!target || pair.outcome) return;
  const owner = await findOwner(deps, mapping, pair);
  if (target === mapping) {
    // Its owner hands it over, or keeps it.
    if (owner && owner !== mapping) await tellMapping(deps, owner, pair);
    return;
  }
  if (owner === mapping || pair.link) await handOver(deps, mapping, target, pair);
  else await tellMapping(deps, owner ?? target, pair);
}

/** The mapping that the page belongs to now; `undefined`: none of them. */
async function findTarget(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  page: PageSnapshot,
): Promise<Mapping | undefined> {
  const candidates = deps.mappings.filter((other) => other.notion.dataSourceId === page.dataSourceId);
  const isHere = candidates.includes(mapping) && page.unmatched !== true;
  // A read of the whole data source has compared its mappings already.
  if (isHere && (candidates[0] === mapping || !pair.vendorPage)) return mapping;
  if (!candidates.some((candidate) => candidate !== mapping)) return undefined;
  if (!pair.vendorPage && !(await readPage(deps, mapping, pair))) return undefined;
  return pair.vendorPage && routePage(pair.vendorPage, deps.mappings, pair.rawPage?.readAt ?? isoNow(deps.clock));
}

/** The mapping that has claimed the page. */
async function findOwner(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<Mapping | undefined> {
  if (deps.mappings.length === 1) return mapping;
  const claim = await deps.storage.claims.find("page", pair.pageId);
  return claim && deps.mappings.find((candidate) => candidate.name === claim.mapping);
}
