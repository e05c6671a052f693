import { toPageSnapshot } from "../notion/page.ts";
import { storeItemHits, storePageHits } from "../storage/hits.ts";
import { isRowConflict } from "../storage/row-error.ts";
import { withTrouble } from "../storage/sources.ts";
import type { SourceScan, SourceState } from "../storage/sources.ts";
import type { Versioned } from "../storage/versioned.ts";
import { isoNow } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import { isLasting } from "../sync/lasting.ts";
import type { Mapping } from "../sync/mapping.ts";
import { hasPullRequests, listRepositories, notionSourceKey, repositorySourceKey } from "../sync/source-key.ts";
import { GITHUB_OVERLAP_MS, NOTION_OVERLAP_MS, laterOf, nextWatermark } from "../sync/watermark.ts";
import type { ActivityDeps } from "./deps.ts";

const PAGES_AT_ONCE = 10; // of 100 pages or 50 items; then the run works on them before it reads on

/** Reads on where a scan of this mapping's sources is wanted; a limit met ends it for now, and it goes on later. */
export async function scanSources(deps: ActivityDeps, mapping: Mapping): Promise<void> {
  await tryScan(deps, mapping, notionSourceKey(mapping), NOTION_OVERLAP_MS, (state) => readPages(deps, mapping, state));
  for (const repository of listRepositories(mapping)) {
    const read = (state: SourceScan): Promise<ScanPage> => readItems(deps, repository, state);
    await tryScan(deps, mapping, repositorySourceKey(repository), GITHUB_OVERLAP_MS, read);
  }
}

/** One source that cannot be read does not keep the others waiting. */
async function tryScan(
  deps: ActivityDeps,
  mapping: Mapping,
  key: string,
  overlapMs: number,
  readOn: (scan: SourceScan) => Promise<ScanPage>,
): Promise<void> {
  try {
    await scan(deps, key, overlapMs, readOn);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.service === "storage") throw error;
    const { service, code, message: reason } = error;
    deps.report({ event: "unread", service, code, mapping: mapping.name });
    if (isLasting(error)) await deps.storage.sources.noteTrouble(key, { service, code, reason, since: isoNow(deps.clock) });
  }
}

/** Reads all pages edited since the watermark, so that the slices need not look for them one by one. */
export async function scanPages(deps: ActivityDeps, mapping: Mapping): Promise<void> {
  const source = await deps.storage.sources.find(notionSourceKey(mapping));
  if (!source || source.value.watermark === null) return;
  if (!source.value.scan) {
    const scan = { since: source.value.watermark, cursor: null, greatestAt: null, startedAt: isoNow(deps.clock) };
    await saveScan(deps, source, { ...source.value, scan });
  }
  await scanSources(deps, mapping);
}

/** One page of a scan: its hits are stored when it returns. */
interface ScanPage {
  readonly greatestAt: string | null;
  readonly cursor: string | null;
  readonly complete: boolean;
  /** Why a part of it was not read. */
  readonly refused?: ServiceError | undefined;
}

async function scan(
  deps: ActivityDeps,
  key: string,
  overlapMs: number,
  readOn: (scan: SourceScan) => Promise<ScanPage>,
): Promise<void> {
  let source = await deps.storage.sources.find(key);
  for (let read = 0; read < PAGES_AT_ONCE && source?.value.scan; read += 1) {
    const progress: SourceScan = source.value.scan;
    const page = await readOn(progress);
    const greatestAt = laterOf(progress.greatestAt, page.greatestAt);
    source = await saveScan(
      deps,
      source,
      afterPage(deps, source.value, { ...progress, greatestAt, cursor: page.cursor }, page, overlapMs),
    );
  }
}

function afterPage(
  deps: ActivityDeps,
  before: SourceState,
  progress: SourceScan,
  page: ScanPage,
  overlapMs: number,
): SourceState {
  const state = noteRefused(deps, before, progress, page);
  if (page.cursor !== null) return { ...state, scan: progress };
  const watermark = nextWatermark(state.watermark, progress.greatestAt, overlapMs);
  const { scan: _scan, ...kept } = state;
  const { startedAt, isWhole } = progress;
  if (page.complete) {
    const sighted = isWhole ? { sightedAt: startedAt } : {};
    return { ...kept, watermark, readAt: startedAt, wholeAt: startedAt, ...sighted, complete: true };
  }
  // The service stopped early: the rest is read from the greatest time seen on.
  const since = watermark !== progress.since ? watermark : progress.greatestAt;
  return { ...kept, watermark, complete: false, scan: { ...progress, since, cursor: null, greatestAt: null } };
}

/** A scan goes on without what the token may not read, and it is known since when that is missing. */
function noteRefused(
  deps: ActivityDeps,
  state: SourceState,
  { since, startedAt }: SourceScan,
  { refused }: ScanPage,
): SourceState {
  if (!refused) return state;
  const { code, message: reason } = refused;
  const unreadSince = since ?? startedAt;
  return withTrouble(state, { service: "github", code, reason, since: isoNow(deps.clock), unreadSince });
}

/** Somebody else reads the same source: the scan is theirs. */
async function saveScan(
  deps: ActivityDeps,
  source: Versioned<SourceState>,
  next: SourceState,
): Promise<Versioned<SourceState> | undefined> {
  try {
    return { value: next, etag: await deps.storage.sources.save(next, source.etag) };
  } catch (error) {
    if (isRowConflict(error)) return undefined;
    throw error;
  }
}

async function readPages(
  deps: ActivityDeps,
  mapping: Mapping,
  { since, cursor, startedAt, isWhole }: SourceScan,
): Promise<ScanPage> {
  const { dataSourceId } = mapping.notion;
  // Taken before the request: a hint that comes meanwhile must look newer than what is read here.
  const readAt = isoNow(deps.clock);
  const answer = await deps.scanners.notion.listEdited(dataSourceId, {
    since,
    order: "oldest",
    ...(cursor === null ? {} : { cursor }),
  });
  const hits = answer.pages.map((page) => ({
    pageId: page.id,
    snapshotFor: (owner: Mapping) => toPageSnapshot(page, owner, readAt),
  }));
  const owners = deps.mappings.filter((other) => other.notion.dataSourceId === dataSourceId);
  await storePageHits(deps.storage, owners, hits, readAt);
  const pageIds = hits.map(({ pageId }) => pageId);
  if (isWhole) await deps.storage.sightings.note(dataSourceId, pageIds, startedAt);
  let greatestAt: string | null = null;
  for (const hit of hits) greatestAt = laterOf(greatestAt, hit.snapshotFor(mapping).editedAt);
  return { greatestAt, cursor: answer.nextCursor, complete: answer.complete };
}

async function readItems(deps: ActivityDeps, repository: string, { since, cursor }: SourceScan): Promise<ScanPage> {
  const nowIso = isoNow(deps.clock);
  const owners = deps.mappings.filter((other) => listRepositories(other).includes(repository));
  const answer = await deps.scanners.github.listUpdated(repository, {
    since: since ?? nowIso,
    pullRequests: owners.some(hasPullRequests),
    ...(cursor === null ? {} : { cursor }),
  });
  await storeItemHits(deps.storage, owners, answer.items, nowIso);
  let greatestAt: string | null = null;
  for (const item of answer.items) greatestAt = laterOf(greatestAt, item.updatedAt);
  return { greatestAt, cursor: answer.nextCursor, complete: true, refused: answer.refused };
}
