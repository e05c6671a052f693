import { toPageSnapshot } from "../notion/page.ts";
import { storeItemHits, storePageHits } from "../storage/hits.ts";
import { isRowConflict } from "../storage/row-error.ts";
import type { SourceState } from "../storage/sources.ts";
import { isoNow } from "../sync/clock.ts";
import { fingerprint, itemFingerprint, pageFingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import { githubSourceKey, notionSourceKey } from "../sync/source-key.ts";
import { GITHUB_OVERLAP_MS, NOTION_OVERLAP_MS, laterOf, nextWatermark } from "../sync/watermark.ts";
import type { FunctionDeps } from "./deps.ts";

/** What one probe of a source shows. */
interface Probe {
  /** Fingerprints by id of what was read. */
  readonly found: Readonly<Record<string, string>>;
  readonly greatestAt: string | null;
  /** There is more than one request shows: a run reads the rest. */
  readonly more: boolean;
  /** Stores changes for the ids that are new, and tells which mappings have something to do. */
  readonly store: (fresh: ReadonlySet<string>) => Promise<ReadonlySet<string>>;
}

/**
 * Probes one data source with one request, for all its mappings.
 *
 * @returns The mappings that have something to do.
 */
export async function probeNotion(deps: FunctionDeps, mappings: readonly Mapping[]): Promise<ReadonlySet<string>> {
  const [first] = mappings;
  if (!first) return new Set();
  const { dataSourceId } = first.notion;
  return probe(deps, notionSourceKey(first), first.name, NOTION_OVERLAP_MS, async (state) => {
    // Taken before the request: a hint that comes meanwhile must look newer than what is read here.
    const readAt = isoNow(deps.clock);
    const answer = await deps.notion.listEdited(dataSourceId, { since: state.watermark, order: "newest" });
    const hits = answer.pages.map((page) => ({
      pageId: page.id,
      snapshotFor: (owner: Mapping) => toPageSnapshot(page, owner, readAt),
    }));
    let greatestAt: string | null = null;
    const found: Record<string, string> = {};
    for (const hit of hits) {
      greatestAt = laterOf(greatestAt, hit.snapshotFor(first).editedAt);
      found[hit.pageId] = fingerprint(mappings.map((mapping) => pageFingerprint(hit.snapshotFor(mapping))));
    }
    return {
      found,
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
 * @returns The mappings that have something to do.
 */
export async function probeGithub(deps: FunctionDeps, mappings: readonly Mapping[]): Promise<ReadonlySet<string>> {
  const [first] = mappings;
  if (!first) return new Set();
  return probe(deps, githubSourceKey(first), first.name, GITHUB_OVERLAP_MS, async (state) => {
    // What was there before the first link needs no look: links begin with both sides as they are.
    const since = state.watermark ?? new Date(deps.clock.now() - GITHUB_OVERLAP_MS).toISOString();
    const answer = await deps.github.listUpdated(first.github.repository, { since });
    let greatestAt: string | null = state.watermark === null ? isoNow(deps.clock) : null;
    const found: Record<string, string> = {};
    for (const item of answer.items) {
      greatestAt = laterOf(greatestAt, item.updatedAt);
      found[item.itemId] = fingerprint(mappings.map((mapping) => itemFingerprint(item, mapping)));
    }
    return {
      found,
      greatestAt,
      more: answer.nextCursor !== null,
      store: (fresh) =>
        storeItemHits(
          deps.storage,
          mappings,
          answer.items.filter((item) => fresh.has(item.itemId)),
          isoNow(deps.clock),
        ),
    };
  });
}

async function probe(
  deps: FunctionDeps,
  key: string,
  scanner: string,
  overlapMs: number,
  read: (state: SourceState) => Promise<Probe>,
): Promise<ReadonlySet<string>> {
  const stored = await deps.storage.sources.find(key);
  const state: SourceState = stored?.value ?? { key, watermark: null, readAt: null, complete: false };
  // A scan is under way: its run reads everything that a probe could show.
  if (state.scan) return new Set([scanner]);
  const result = await read(state);
  const fresh = new Set(Object.keys(result.found).filter((id) => state.recent?.[id] !== result.found[id]));
  const woken = new Set(await result.store(fresh));
  const next: SourceState = result.more
    ? { ...state, complete: false, scan: { since: state.watermark, cursor: null, greatestAt: null } }
    : {
        ...state,
        recent: result.found,
        watermark: nextWatermark(state.watermark, result.greatestAt, overlapMs),
        readAt: isoNow(deps.clock),
        complete: true,
      };
  if (result.more) woken.add(scanner);
  try {
    await deps.storage.sources.save(next, stored?.etag);
  } catch (error) {
    // Somebody else probed the same source: their watermark stands, and ours would be the same.
    if (!isRowConflict(error)) throw error;
  }
  return woken;
}
