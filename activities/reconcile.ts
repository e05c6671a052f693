import type { Times } from "../github/client.ts";
import type { Reconcile } from "../storage/mappings.ts";
import type { SourceScan } from "../storage/sources.ts";
import { isoNow } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Change, Link } from "../sync/model.ts";
import { newChange } from "../sync/new-change.ts";
import { notionSourceKey } from "../sync/source-key.ts";
import type { ActivityDeps } from "./deps.ts";

const LINKS_AT_ONCE = 100; // links whose times are compared together
const LATER_MS = 5 * 60_000; // ms; when a service cannot be asked now

/**
 * Goes on with the comparison of everything, if it is due: reads all pages, then asks for the times of all linked items. What differs
 * from what the link remembers is stored as a change, and looked at as any other.
 *
 * @returns Whether there is more to do now.
 * @remarks Each step is stored when it is done, and may be done twice. Changes that fall due meanwhile come first.
 */
export async function reconcile(deps: ActivityDeps, mapping: Mapping): Promise<boolean> {
  const { mappings, changes } = deps.storage;
  for (;;) {
    const present = (await mappings.find(mapping.name))?.value.reconcile ?? null;
    if (!present || present.dueAt > isoNow(deps.clock)) return false;
    const next = await tryStep(deps, mapping, present);
    await save(deps, mapping, present, next);
    if (!next.reconcile) {
      deps.log("info", "everything was compared", { mapping: mapping.name, links: next.compared });
      return false;
    }
    if ((await changes.oldestDue(mapping.name, isoNow(deps.clock))) !== undefined) return true;
    // The run has to read on before anything can be compared.
    if (next.reconcile.after === null) return next.reconcile.dueAt <= isoNow(deps.clock);
  }
}

interface Step {
  /** How it goes on; `null`: it came to its end. */
  readonly reconcile: Reconcile | null;
  readonly compared: number;
}

const goOn = (reconcile: Reconcile): Step => ({ reconcile, compared: reconcile.compared });

async function tryStep(deps: ActivityDeps, mapping: Mapping, present: Reconcile): Promise<Step> {
  try {
    return await takeStep(deps, mapping, present);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.service === "storage") throw error;
    const { service, code, retryAfterMs } = error;
    deps.report({ event: "unread", service, code, mapping: mapping.name });
    return goOn(later(deps, present, retryAfterMs));
  }
}

async function takeStep(deps: ActivityDeps, mapping: Mapping, present: Reconcile): Promise<Step> {
  const { sources } = deps.storage;
  const key = notionSourceKey(mapping);
  if (present.startedAt === null) {
    const startedAt = isoNow(deps.clock);
    await sources.wantWhole(key, startedAt);
    return goOn({ ...present, startedAt, read: null });
  }
  if (present.after === null) {
    const { sightedAt = "", scan } = (await sources.find(key))?.value ?? {};
    if (sightedAt < present.startedAt) return goOn(readOn(deps, present, scan));
  }
  return compareLinks(deps, mapping, present, present.startedAt);
}

/** The run reads on with each look for changes, at low priority; one that does not get on is tried again later. */
function readOn(deps: ActivityDeps, present: Reconcile, scan: SourceScan | undefined): Reconcile {
  // Somebody wanted another reading in its place.
  if (!scan?.isWhole) return { ...present, startedAt: null };
  const read = `${scan.since ?? ""} ${scan.cursor ?? ""}`;
  return read === present.read ? later(deps, present) : { ...present, read };
}

function later(deps: ActivityDeps, present: Reconcile, waitMs = LATER_MS): Reconcile {
  return { ...present, dueAt: new Date(deps.clock.now() + waitMs).toISOString() };
}

async function compareLinks(deps: ActivityDeps, mapping: Mapping, present: Reconcile, startedAt: string): Promise<Step> {
  const after = present.after ?? undefined;
  const { links, continuation } = await deps.storage.links.list(mapping.name, { after, limit: LINKS_AT_ONCE });
  const linked = links.map(({ value }) => value).filter(({ state }) => state === "linked");
  const found = await findDifferent(deps, mapping, linked, startedAt);
  await deps.storage.changes.storeMany(found);
  const compared = present.compared + linked.length;
  const last = links.at(-1)?.value.pageId;
  const isEnd = last === undefined || continuation === undefined;
  return { reconcile: isEnd ? null : { ...present, after: last, compared }, compared };
}

/** The changes of links whose page was not seen, or whose item or card has another time than the link remembers. */
async function findDifferent(
  deps: ActivityDeps,
  mapping: Mapping,
  links: readonly Link[],
  startedAt: string,
): Promise<readonly Change[]> {
  const pageIds = links.map(({ pageId }) => pageId);
  const sighted = await deps.storage.sightings.find(mapping.notion.dataSourceId, pageIds, startedAt);
  const nodeIds = links.flatMap(({ item, companion }) => [item, companion].flatMap((identity) => identity?.nodeId ?? []));
  const items = nodeIds.length === 0 ? new Map<string, string>() : await deps.scanners.github.readItemTimes(nodeIds);
  const cards = await readCards(deps, mapping, links);
  const nowIso = isoNow(deps.clock);
  return links.flatMap(({ pageId, item, companion, seen }): readonly Change[] => {
    const ofPage = sighted.has(pageId) ? [] : [newChange(mapping.name, "notion", pageId, "poll", nowIso)];
    // A pair that is not in step has a change of its own, with its next try.
    if (!item || !seen) return ofPage;
    const isSame =
      isAsKnown(items.get(item.nodeId), seen.itemAt) &&
      isAsKnown(items.get(companion?.nodeId ?? ""), seen.companionAt) &&
      isAsKnown(cards.get(item.nodeId), seen.cardAt ?? "missing");
    return isSame ? ofPage : [...ofPage, newChange(mapping.name, "github", item.itemId, "poll", nowIso)];
  });
}

/** What could not be read says nothing. */
function isAsKnown(time: string | undefined, known: string | undefined): boolean {
  return time === undefined || time === known;
}

/** A project that cannot be reached is said on each of its pages, and keeps nothing else from being compared. */
async function readCards(deps: ActivityDeps, mapping: Mapping, links: readonly Link[]): Promise<Times> {
  const { project } = mapping.github;
  const nodeIds = links.flatMap(({ item, seen }) => (item && seen ? [item.nodeId] : []));
  if (!project || nodeIds.length === 0) return new Map();
  try {
    const { projectId } = await deps.facts.readProject(project.owner, project.number);
    return await deps.scanners.github.readCardTimes(nodeIds, projectId);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.end !== "failed") throw error;
    return new Map();
  }
}

/**
 * Stores how it goes on, unless somebody else did, or asked for a new one.
 *
 * @remarks At its end it knows how many links there are: a kill between a link and its count leaves the latter wrong. Where links were
 * made or let go meanwhile it leaves the count alone.
 */
async function save(deps: ActivityDeps, mapping: Mapping, before: Reconcile, { reconcile: next, compared }: Step): Promise<void> {
  const print = JSON.stringify(before);
  await deps.storage.mappings.update(mapping.name, (state) => {
    if (JSON.stringify(state.reconcile) !== print) return state;
    if (!next) {
      const isStill = state.totals.links === (before.counted ?? state.totals.links);
      const totals = isStill ? { ...state.totals, links: compared } : state.totals;
      return { ...state, reconcile: null, reconciledAt: isoNow(deps.clock), totals };
    }
    const isBegun = next.after !== null && next.counted === undefined;
    return { ...state, reconcile: isBegun ? { ...next, counted: state.totals.links } : next };
  });
}
