// How an explanation asks Notion and GitHub: each at most a few times, and a service that does not answer is said, not thrown.
import { pageOfMarker } from "../github/marker.ts";
import { toRemedy } from "../github/remedy.ts";
import { toNotionRemedy } from "../notion/remedy.ts";
import type { NotionPage } from "../notion/schema.ts";
import { ServiceError } from "../sync/error.ts";
import type { ItemIdentity, ItemSnapshot, Link, PageSnapshot } from "../sync/model.ts";
import { formatReference, parseReference } from "../sync/reference.ts";
import type { Address } from "./explain-address.ts";
import type { Asked, NamedItem, Unread } from "./explain-facts.ts";
import type { FunctionDeps } from "./deps.ts";

export const NOT_ASKED = { status: "notAsked" } as const;

/** Asks Notion for a page. */
export function askPage(deps: FunctionDeps, pageId: string): Promise<Asked<NotionPage>> {
  return ask(() => deps.notion.readPage(pageId));
}

/** Asks GitHub for the item that a person named. */
export function askItem(deps: FunctionDeps, { repository, number, url }: Extract<Address, { kind: "item" }>) {
  return ask(() => (url === null ? deps.github.findIssue(repository, number) : deps.github.findByUrl(url)));
}

/** Both items of a pair as GitHub shows them. */
export interface AskedItems {
  readonly item: Asked<ItemSnapshot>;
  readonly companion: Asked<ItemSnapshot>;
}

/**
 * Asks GitHub for the items of a link, in one request.
 *
 * @param known What a request before this one gave for the item that a person named.
 */
export async function askItems(
  deps: FunctionDeps,
  link: Link | undefined,
  known: Asked<ItemSnapshot> = NOT_ASKED,
): Promise<AskedItems> {
  const seen = known.status === "found" ? known.value : undefined;
  const both = [link?.item, link?.companion];
  const wanted = both.flatMap((identity) => (identity && identity.itemId !== seen?.itemId ? [identity.nodeId] : []));
  const fault = known.status === "unread" ? known : undefined;
  const read = fault ?? (wanted.length === 0 ? undefined : await ask(() => deps.github.readItems(wanted)));
  const pick = (identity: ItemIdentity | undefined): Asked<ItemSnapshot> => {
    if (!identity) return NOT_ASKED;
    if (seen?.itemId === identity.itemId) return { status: "found", value: seen };
    if (read?.status !== "found") return read ?? NOT_ASKED;
    const failure = read.value.failures?.get(identity.nodeId);
    if (failure) return toUnread(failure);
    const reading = read.value.get(identity.nodeId) ?? "missing";
    return reading === "missing" ? { status: "missing" } : { status: "found", value: reading };
  };
  return { item: pick(link?.item), companion: pick(link?.companion) };
}

/** Asks GitHub for the item that a page without a link names; one that another page has is not its own. */
export async function askNamed(deps: FunctionDeps, page: PageSnapshot | undefined): Promise<NamedItem | undefined> {
  const reference = parseReference(page?.reference ?? null);
  if (!reference || !page || page.inTrash) return undefined;
  const item = await ask(() => deps.github.findIssue(reference.repository, reference.number));
  const named = { name: formatReference(reference), item };
  if (item.status !== "found") return named;
  const owner = await deps.storage.claims.find("item", item.value.itemId);
  const markedFor = markedPage(item.value);
  return {
    ...named,
    ...(owner && owner.pageId !== page.pageId ? { owner } : {}),
    ...(markedFor !== undefined && markedFor !== page.pageId ? { markedFor } : {}),
  };
}

/** The page that the text of an item names. */
export function markedPage({ marker }: ItemSnapshot): string | undefined {
  return marker === null ? undefined : pageOfMarker(marker);
}

async function ask<T>(read: () => Promise<T | undefined>): Promise<Asked<T>> {
  try {
    const value = await read();
    return value === undefined ? { status: "missing" } : { status: "found", value };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.service === "storage") throw error;
    return error.code === "not_found" ? { status: "missing" } : toUnread(error);
  }
}

function toUnread(error: ServiceError): Unread {
  const remedy = error.service === "github" ? toRemedy(error) : toNotionRemedy(error);
  return { status: "unread", code: error.code, reason: error.message, remedy };
}
