/** How far a source is read again behind the greatest time seen: Notion rounds its times to the minute. */
export const NOTION_OVERLAP_MS = 2 * 60_000; // ms

/** GitHub shows updates out of order, by minutes on a bad day. */
export const GITHUB_OVERLAP_MS = 10 * 60_000; // ms

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
