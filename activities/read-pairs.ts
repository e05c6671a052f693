import type { ItemReadings } from "../github/client.ts";
import type { StoredChange } from "../storage/changes.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { parseReference } from "../sync/reference.ts";
import { isKnown } from "../sync/shown.ts";
import { readClosers } from "./companions.ts";
import type { ActivityDeps } from "./deps.ts";
import { readParents } from "./parents.ts";
import { readPage, setPage, takePage } from "./read-page.ts";
import { readPlaces } from "./read-project.ts";
import { judgeMissingItem, judgeMissingPages } from "./missing.ts";
import { beginPair, outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { routePairs } from "./route-pairs.ts";

const SNAPSHOT_GOOD_MS = 5 * 60_000; // ms; a page read by a scan is used that long; writing to it reads it again anyhow
const READ_ONE_BY_ONE = 3; // more pages than this are looked for in a query of 100 first
const MAX_QUERY_PAGES = 3;
const QUERY_BACK_MS = 2 * 60_000; // ms; edit times are rounded down to the minute
const RETRY_MS = 30_000; // ms

/**
 * Reads both sides of every pair that the changes speak of, in as few requests as there can be.
 *
 * @param then `conclude`: what moved is followed, and what is gone for good is let go; `look`: nothing is changed.
 */
export async function readPairs(
  deps: ActivityDeps,
  mapping: Mapping,
  changes: readonly StoredChange[],
  then: "conclude" | "look" = "look",
): Promise<readonly PairWork[]> {
  const pairs = await groupByPage(deps, mapping, changes);
  await readPages(deps, mapping, pairs);
  if (then === "conclude") {
    await judgeMissingPages(deps, mapping, pairs);
    await routePairs(deps, mapping, pairs);
  }
  await refreshParents(deps, mapping, pairs);
  const missing = await readItems(deps, pairs);
  if (then === "conclude") for (const pair of missing) await judgeMissingItem(deps, mapping, pair);
  await readClosers(deps, mapping, pairs);
  await findNamedItems(deps, pairs);
  await readPlaces(deps, mapping, pairs);
  return pairs;
}

async function groupByPage(deps: ActivityDeps, mapping: Mapping, changes: readonly StoredChange[]): Promise<readonly PairWork[]> {
  const byPage = new Map<string, StoredChange[]>();
  const itemChanges = changes.filter(({ value }) => value.side === "github");
  const owners = await Promise.all(itemChanges.map(({ value }) => deps.storage.links.findByItem(mapping.name, value.id)));
  for (const [index, change] of itemChanges.entries()) {
    const pageId = owners[index]?.value.pageId;
    if (pageId === undefined) {
      deps.log("info", "a changed item has no page and is left alone", { mapping: mapping.name, itemId: change.value.id });
      await deps.storage.changes.settle(change);
      continue;
    }
    byPage.set(pageId, [...(byPage.get(pageId) ?? []), change]);
  }
  for (const change of changes) {
    if (change.value.side === "notion") byPage.set(change.value.id, [...(byPage.get(change.value.id) ?? []), change]);
  }
  const links = await deps.storage.links.findMany(mapping.name, [...byPage.keys()]);
  for (const [pageId, rows] of byPage) {
    if (!rows.every(({ value }) => isKnown(links.get(pageId)?.value, value.shows))) continue;
    // Echoes of our own writes that came before those were remembered.
    await deps.storage.changes.settleMany(rows);
    byPage.delete(pageId);
  }
  return [...byPage].map(([pageId, rows]) => beginPair(pageId, rows, links.get(pageId)));
}

async function readPages(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const nowMs = deps.clock.now();
  for (const pair of pairs) {
    const known = pair.changes
      .map(({ value }) => value.page)
      .find((page) => page && nowMs - Date.parse(page.readAt) < SNAPSHOT_GOOD_MS);
    // A second change beside the scan's own may be newer than the snapshot.
    if (known && pair.changes.length === 1) takePage(pair, known);
  }
  const missing = pairs.filter((pair) => !pair.page);
  if (missing.length > READ_ONE_BY_ONE) await queryPages(deps, mapping, missing);
  for (const pair of missing) {
    if (pair.page || pair.outcome) continue;
    await readPage(deps, mapping, pair);
  }
}

/** Pages that just changed are among the newest edits, a hundred to a request. */
async function queryPages(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const oldestMs = Math.min(...pairs.flatMap((pair) => pair.changes.map(({ value }) => Date.parse(value.storedAt))));
  const since = new Date(oldestMs - QUERY_BACK_MS).toISOString();
  const wanted = new Map(pairs.map((pair) => [pair.pageId, pair]));
  let cursor: string | undefined;
  try {
    for (let asked = 0; asked < MAX_QUERY_PAGES && wanted.size > 0; asked += 1) {
      const readAt = isoNow(deps.clock);
      const answer = await deps.notion.listEdited(mapping.notion.dataSourceId, {
        since,
        order: "newest",
        ...(cursor ? { cursor } : {}),
      });
      for (const page of answer.pages) {
        const pair = wanted.get(page.id);
        if (!pair) continue;
        setPage(mapping, pair, page, readAt);
        wanted.delete(page.id);
      }
      if (answer.nextCursor === null) return;
      cursor = answer.nextCursor;
    }
  } catch (error) {
    const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
    for (const pair of wanted.values()) pair.outcome = outcome;
  }
}

/** Looks up the parents anew, for pages whose parent was linked meanwhile. */
export async function refreshParents(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  await readParents(deps, mapping, pairs);
  for (const pair of pairs) if (pair.rawPage) takePage(pair, pair.rawPage);
}

/** Returns the pairs whose item GitHub does not find. */
async function readItems(deps: ActivityDeps, pairs: readonly PairWork[]): Promise<readonly PairWork[]> {
  const missing: PairWork[] = [];
  const linked = pairs.filter((pair) => pair.link?.value.item && pair.link.value.state !== "reserved" && !pair.outcome);
  const nodeIds = linked.flatMap(({ link }) =>
    [link?.value.item?.nodeId, link?.value.companion?.nodeId].filter((id) => id !== undefined),
  );
  if (nodeIds.length > 0) {
    try {
      const readings = await deps.github.readItems(nodeIds);
      for (const pair of linked) {
        takeReadings(deps, pair, readings);
        const isLinked = pair.link?.value.state === "linked";
        if (isLinked && readings.get(pair.link?.value.item?.nodeId ?? "") === "missing") missing.push(pair);
      }
    } catch (error) {
      const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
      for (const pair of linked) pair.outcome = outcome;
    }
  }
  return missing;
}

async function findNamedItems(deps: ActivityDeps, pairs: readonly PairWork[]): Promise<void> {
  for (const pair of pairs) {
    if (pair.outcome || pair.item || pair.link?.value.state === "linked" || pair.link?.value.state === "reserved") continue;
    await findNamedItem(deps, pair);
  }
}

function takeReadings(deps: ActivityDeps, pair: PairWork, readings: ItemReadings): void {
  const { item, companion } = pair.link?.value ?? {};
  const failure = readings.failures?.get(item?.nodeId ?? "");
  if (failure) pair.outcome = outcomeOf(failure, deps.clock.now(), RETRY_MS);
  const reading = readings.get(item?.nodeId ?? "");
  if (reading !== undefined && reading !== "missing") {
    pair.item = reading;
    if (pair.missing?.side === "github") pair.missing = undefined;
  }
  // What hangs on a pair is not there because it could not be read.
  const unread = readings.failures?.get(companion?.nodeId ?? "");
  if (unread) pair.outcome ??= outcomeOf(unread, deps.clock.now(), RETRY_MS);
  const hanging = readings.get(companion?.nodeId ?? "");
  if (hanging !== undefined && hanging !== "missing") pair.companion = hanging;
}

/** A page without a link may name its item: after the links were lost, or because a person wrote it there. */
async function findNamedItem(deps: ActivityDeps, pair: PairWork): Promise<void> {
  const reference = parseReference(pair.page?.reference ?? null);
  if (!reference || pair.page?.inTrash) return;
  try {
    const item = await deps.github.findIssue(reference.repository, reference.number);
    pair.namesMissing = item === undefined;
    if (item && (await isFree(deps, pair.pageId, item))) pair.item = item;
  } catch (error) {
    pair.outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
  }
}

/** An item that another page holds, or that carries another page's marker, is not this page's: people duplicate pages. */
async function isFree(deps: ActivityDeps, pageId: string, item: ItemSnapshot): Promise<boolean> {
  const claim = await deps.storage.claims.find("item", item.itemId);
  if (claim && claim.pageId !== pageId) return false;
  const marker = item.marker === null ? undefined : deps.markers.check(item.marker);
  return !marker?.valid || marker.pageId === pageId;
}
