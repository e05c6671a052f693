import { toPageSnapshot } from "../notion/page.ts";
import { storeItemHits, storePageHits } from "../storage/hits.ts";
import { isRowConflict } from "../storage/row-error.ts";
import { newSourceState, withoutTrouble, withTrouble } from "../storage/sources.ts";
import type { SourceState, SourceTrouble } from "../storage/sources.ts";
import { isoNow } from "../sync/clock.ts";
import { carriesBody, isMinuteOver } from "../sync/body.ts";
import { fingerprint, itemFingerprint, pageFingerprint } from "../sync/fingerprint.ts";
import type { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import { hasPullRequests, notionSourceKey, repositorySourceKey } from "../sync/source-key.ts";
import { GITHUB_TIMES, NOTION_TIMES, isCovered, laterOf, nextWatermark } from "../sync/watermark.ts";
import type { SourceTimes } from "../sync/watermark.ts";
import type { FunctionDeps } from "./deps.ts";

/** What one probe of a source shows, newest first. */
interface Probe {
  readonly since: string | null;
  readonly found: readonly Found[];
  readonly readAt: string;
  readonly greatestAt: string | null;
  /** There is more than one request shows. */
  readonly more: boolean;
  /** Since when the request shows everything; absent: since the oldest of what it shows. */
  readonly reachedAt?: string | undefined;
  /** Why a part of the source is not in it. */
  readonly refused?: ServiceError | undefined;
  /** Stores changes for the ids that are new, and tells which mappings have something to do. */
  readonly store: (fresh: ReadonlySet<string>) => Promise<ReadonlySet<string>>;
}

/** What came of a probe. */
export interface Probed {
  /** The mappings that have something to do. */
  readonly woken: ReadonlySet<string>;
  /** The source could not be read before, and now it can. */
  readonly isMended: boolean;
}

interface Found {
  readonly id: string;
  readonly changedAt: string;
  readonly fingerprint: string;
}

/**
 * Probes one data source with one request, for all its mappings.
 *
 * @param scanner The mapping that reads on when there is more than one request shows.
 */
export async function probeNotion(deps: FunctionDeps, mappings: readonly Mapping[], scanner: string): Promise<Probed> {
  const [first] = mappings;
  if (!first) return { woken: new Set(), isMended: false };
  const { dataSourceId } = first.notion;
  return probe(deps, notionSourceKey(first), scanner, NOTION_TIMES, async (state) => {
    // Taken before the request: a hint that comes meanwhile must look newer than what is read here.
    const readAt = isoNow(deps.clock);
    const since = state.watermark;
    const answer = await deps.notion.listEdited(dataSourceId, { since, order: "newest" });
    const hits = answer.pages.map((page) => ({
      pageId: page.id,
      snapshotFor: (owner: Mapping) => toPageSnapshot(page, owner, readAt),
    }));
    let greatestAt: string | null = null;
    // An edit of the text in the minute of another edit shows in nothing but the text: the page is looked at once more after it.
    const hasBodies = mappings.some(carriesBody);
    const found = hits.map((hit): Found => {
      const changedAt = hit.snapshotFor(first).editedAt;
      greatestAt = laterOf(greatestAt, changedAt);
      const prints = mappings.map((mapping) => pageFingerprint(hit.snapshotFor(mapping)));
      return {
        id: hit.pageId,
        changedAt,
        fingerprint: fingerprint([changedAt, prints, ...(hasBodies ? [isMinuteOver(changedAt, readAt)] : [])]),
      };
    });
    return {
      since,
      found,
      readAt,
      greatestAt,
      more: answer.nextCursor !== null || !answer.complete,
      store: (fresh) =>
        storePageHits(
          deps.storage,
          mappings,
          hits.filter((hit) => fresh.has(hit.pageId)),
          readAt,
        ),
    };
  });
}

/**
 * Probes one repository with one request, for all its mappings.
 *
 * @param scanner The mapping that reads on when there is more than one request shows.
 */
export async function probeGithub(
  deps: FunctionDeps,
  repository: string,
  mappings: readonly Mapping[],
  scanner: string,
): Promise<Probed> {
  return probe(deps, repositorySourceKey(repository), scanner, GITHUB_TIMES, async (state) => {
    // What was there before the first link needs no look: links begin with both sides as they are.
    const since = state.watermark ?? new Date(deps.clock.now() - GITHUB_TIMES.overlapMs).toISOString();
    const readAt = isoNow(deps.clock);
    const pullRequests = mappings.some(hasPullRequests);
    const answer = await deps.github.listUpdated(repository, { since, pullRequests });
    let greatestAt: string | null = state.watermark === null ? isoNow(deps.clock) : null;
    const found = answer.items.map((item): Found => {
      greatestAt = laterOf(greatestAt, item.updatedAt);
      const prints = mappings.map((mapping) => itemFingerprint(item, mapping));
      return { id: item.itemId, changedAt: item.updatedAt, fingerprint: fingerprint([item.updatedAt, prints]) };
    });
    return {
      since,
      found,
      readAt,
      greatestAt,
      more: answer.nextCursor !== null,
      reachedAt: answer.reachedAt,
      refused: answer.refused,
      store: (fresh) =>
        storeItemHits(
          deps.storage,
          mappings,
          answer.items.filter((item) => fresh.has(item.itemId)),
          readAt,
        ),
    };
  });
}

async function probe(
  deps: FunctionDeps,
  key: string,
  scanner: string,
  times: SourceTimes,
  read: (state: SourceState) => Promise<Probe>,
): Promise<Probed> {
  const stored = await deps.storage.sources.find(key);
  const state: SourceState = stored?.value ?? newSourceState(key);
  // A scan is under way: its run reads everything that a probe could show.
  if (state.scan && !state.trouble) return { woken: new Set([scanner]), isMended: false };
  const result = await read(state);
  const isMended = state.trouble !== undefined && !result.refused;
  if (state.scan) {
    if (isMended) await save(deps, withoutTrouble(state, result.readAt), stored?.etag);
    return { woken: new Set([scanner]), isMended };
  }
  const fresh = new Set(result.found.filter(({ id, fingerprint }) => state.recent?.[id] !== fingerprint).map(({ id }) => id));
  const woken = new Set(await result.store(fresh));
  const after = nextState(state, result, times);
  const next = result.refused ? withTrouble(after, toTrouble(result.refused, result)) : withoutTrouble(after, result.readAt);
  if (next.scan) woken.add(scanner);
  await save(deps, next, stored?.etag);
  return { woken, isMended };
}

/** What a probe went on without. */
function toTrouble({ code, message: reason }: ServiceError, { readAt, since }: Probe): SourceTrouble {
  return { service: "github", code, reason, since: readAt, unreadSince: since ?? readAt };
}

/** Somebody else who probed the same source has the word: their watermark would be the same. */
async function save(deps: FunctionDeps, state: SourceState, etag: string | undefined): Promise<void> {
  try {
    await deps.storage.sources.save(state, etag);
  } catch (error) {
    if (!isRowConflict(error)) throw error;
  }
}

function nextState(
  state: SourceState,
  { since, found, readAt, greatestAt, more, reachedAt }: Probe,
  times: SourceTimes,
): SourceState {
  const readMs = Date.parse(readAt);
  // What changed within the last tick of the service's clock may change again and keep its time: it is not known yet.
  const settled = found.filter(({ changedAt }) => readMs - Date.parse(changedAt) >= times.resolutionMs);
  const recent = Object.fromEntries(settled.map(({ id, fingerprint }) => [id, fingerprint]));
  const watermark = nextWatermark(state.watermark, greatestAt, times.overlapMs);
  if (!more) return { ...state, recent, watermark, readAt, wholeAt: readAt, complete: true };
  const oldestAt = reachedAt ?? found.at(-1)?.changedAt ?? null;
  if (isCovered(state, oldestAt, readMs, times)) return { ...state, recent, watermark, readAt, complete: true };
  return { ...state, recent, complete: false, scan: { since, cursor: null, greatestAt: null, startedAt: readAt } };
}
