// Finds the pair of an item: by the item's id as GitHub gives it, and without GitHub by the item's name in the links.
import type { Owner } from "../storage/claims.ts";
import { mapParallel } from "../storage/parallel.ts";
import type { ItemIdentity, ItemSnapshot, Link } from "../sync/model.ts";
import { formatReference } from "../sync/reference.ts";
import { listRepositories } from "../sync/source-key.ts";
import type { FunctionDeps } from "./deps.ts";
import type { Address } from "./explain-address.ts";
import type { Asked, Facts, LoneItemFacts, UnknownFacts } from "./explain-facts.ts";
import { readPair } from "./explain-pair.ts";
import { askItem, markedPage } from "./explain-services.ts";

type ItemAddress = Extract<Address, { kind: "item" }>;

const READ_AT_ONCE = 1_000;
const SEARCH_MAX = 20_000; // links; looked through only when GitHub does not tell the item's id

/** Gathers what is known of an item and its page: one request to GitHub, and where it has a page one more to each service. */
export async function readItem(deps: FunctionDeps, address: ItemAddress): Promise<Facts> {
  const item = await askItem(deps, address);
  const found = item.status === "found" ? item.value : undefined;
  const name = formatReference(found ?? address);
  const owner = found && (await findOwner(deps, found.itemId));
  // One that was transferred a moment ago has a new id, and its link the old name.
  const isNamedSo = found !== undefined && name.toLowerCase() === formatReference(address).toLowerCase();
  const search = owner || isNamedSo ? { owner, isCut: false } : await searchLinks(deps, address);
  if (search.owner) return readPair(deps, search.owner.pageId, { name, item });
  return item.status === "missing" ? unknownItem(deps, name, search.isCut) : toLoneItem(deps, name, item, search.isCut);
}

/** A claim tells whose it is; the pointers of the links also know an item by the id that it had before it was transferred. */
async function findOwner({ storage, mappings }: FunctionDeps, itemId: string): Promise<Owner | undefined> {
  const claim = await storage.claims.find("item", itemId);
  if (claim) return claim;
  const links = await mapParallel(mappings, ({ name }) => storage.links.findByItem(name, itemId));
  return links.find((link) => link !== undefined)?.value;
}

async function searchLinks(
  { storage, mappings }: FunctionDeps,
  { repository, number }: ItemAddress,
): Promise<{ readonly owner: Owner | undefined; readonly isCut: boolean }> {
  const isIt = (item: ItemIdentity | undefined): boolean =>
    item?.number === number && item.repository.toLowerCase() === repository.toLowerCase();
  let left = SEARCH_MAX;
  let former: Link | undefined;
  for (const { name } of mappings) {
    let after: string | undefined;
    do {
      if (left <= 0) return { owner: former, isCut: true };
      const { links, continuation } = await storage.links.list(name, { after, limit: READ_AT_ONCE });
      const found = links.map(({ value }) => value).filter(({ item, companion }) => isIt(item) || isIt(companion));
      const present = found.find(({ state }) => state !== "detached");
      if (present) return { owner: present, isCut: false };
      former ??= found[0];
      left -= links.length;
      after = continuation === undefined ? undefined : links.at(-1)?.value.pageId;
    } while (after !== undefined);
  }
  return { owner: former, isCut: false };
}

function toLoneItem(deps: FunctionDeps, name: string, item: Asked<ItemSnapshot>, isSearchCut: boolean): LoneItemFacts {
  const repository = name.slice(0, name.indexOf("#")).toLowerCase();
  const sharing = deps.mappings.filter((mapping) => listRepositories(mapping).some((each) => each.toLowerCase() === repository));
  const markedFor = item.status === "found" ? markedPage(item.value) : undefined;
  return {
    kind: "item",
    name,
    item,
    mappings: sharing.map((mapping) => mapping.name),
    ...(markedFor === undefined ? {} : { markedFor }),
    isSearchCut,
  };
}

function unknownItem({ mappings }: FunctionDeps, name: string, isSearchCut: boolean): UnknownFacts {
  const names = mappings.map((mapping) => `"${mapping.name}"`).join(", ");
  const searched = isSearchCut ? `none of the first ${SEARCH_MAX.toLocaleString("en")} links` : "no link";
  const detail = `GitHub does not find ${name}, or the token may not see it; ${searched} of ${names} names it.`;
  return { kind: "unknown", detail };
}
