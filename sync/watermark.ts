/** How far a source is read again behind the greatest time seen: Notion rounds its times to the minute. */
export const NOTION_OVERLAP_MS = 2 * 60_000; // ms

/** GitHub shows updates out of order, by minutes on a bad day. */
export const GITHUB_OVERLAP_MS = 10 * 60_000; // ms

/** What is known of the times that a source gives to its changes. */
export interface SourceTimes {
  /** How far the source is read again behind the greatest time seen. */
  readonly overlapMs: number;
  /** Changes closer together may have the same time. */
  readonly resolutionMs: number;
}

/** Notion rounds its times down to the minute. */
export const NOTION_TIMES: SourceTimes = { overlapMs: NOTION_OVERLAP_MS, resolutionMs: 60_000 };

/** GitHub gives whole seconds. */
export const GITHUB_TIMES: SourceTimes = { overlapMs: GITHUB_OVERLAP_MS, resolutionMs: 1_000 };

/** How far a source was read before; times are ISO-8601 UTC. */
export interface SourceProgress {
  readonly watermark: string | null;
  /** When it was last read up to then. */
  readonly readAt: string | null;
  /** When it was last read whole, from the watermark on. */
  readonly wholeAt?: string;
}

/** The later of two times (ISO-8601 UTC of one form); `null` is before all. */
export function laterOf(left: string | null, right: string | null): string | null {
  if (left === null || right === null) return left ?? right;
  return left > right ? left : right;
}

/**
 * The watermark after a complete read: the greatest time seen minus the overlap, and never back.
 *
 * @remarks Never the present: what becomes visible late would be missed.
 */
export function nextWatermark(watermark: string | null, greatestAt: string | null, overlapMs: number): string | null {
  if (greatestAt === null) return watermark;
  return laterOf(watermark, new Date(Date.parse(greatestAt) - overlapMs).toISOString());
}

/**
 * Tells whether a probe that shows only the newest changes, back to `oldestAt`, shows all that is new since the read before.
 *
 * @remarks What became visible late lies behind: for that the source is read whole once more when the overlap has passed, and
 * then not again until something changes, however much lies within the overlap.
 */
export function isCovered(before: SourceProgress, oldestAt: string | null, nowMs: number, times: SourceTimes): boolean {
  const { watermark, readAt, wholeAt } = before;
  if (watermark === null || readAt === null || wholeAt === undefined || oldestAt === null) return false;
  const greatestMs = Date.parse(watermark) + times.overlapMs;
  const wholeMs = Date.parse(wholeAt);
  if (wholeMs < greatestMs + times.overlapMs && nowMs - wholeMs >= times.overlapMs) return false;
  const oldestMs = Date.parse(oldestAt);
  const isGreatestDone = Date.parse(readAt) - greatestMs >= times.resolutionMs;
  return oldestMs < greatestMs || (oldestMs === greatestMs && isGreatestDone);
}
