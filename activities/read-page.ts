import { toPageSnapshot } from "../notion/page.ts";
import type { NotionPage } from "../notion/schema.ts";
import { isoNow } from "../sync/clock.ts";
import { pageFingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { PageSnapshot } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { withParent } from "./parents.ts";

const RETRY_MS = 30_000; // ms

/** Reads one page by name, and says so in the pair's outcome when that cannot be done. */
export async function readPage(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<boolean> {
  try {
    const readAt = isoNow(deps.clock);
    setPage(mapping, pair, await deps.notion.readPage(pair.pageId), readAt);
    return true;
  } catch (error) {
    pair.outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
    return false;
  }
}

/** Takes a page as Notion gave it; `readAt` is when it was asked for. */
export function setPage(mapping: Mapping, pair: PairWork, page: NotionPage, readAt: string): void {
  pair.vendorPage = page;
  if (pair.missing?.side === "notion") pair.missing = undefined;
  takePage(pair, toPageSnapshot(page, mapping, readAt));
}

/** Takes a page as the mapping sees it, with its parent's item in place of the parent page. */
export function takePage(pair: PairWork, page: PageSnapshot): void {
  pair.print = pageFingerprint(page);
  pair.rawPage = page;
  pair.page = withParent(page, pair.parents);
}
