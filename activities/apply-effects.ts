import type { CreateEffect } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import { ensurePullRequest } from "./create-pull-request.ts";
import { holdChanged } from "./changed-mapping.ts";
import type { ActivityDeps } from "./deps.ts";
import { checkFuse } from "./fuse.ts";
import { cancelAutoMerge, mergePullRequest } from "./merge-pull-requests.ts";
import type { PairWork } from "./pair-work.ts";
import { deadlineMs, saveBases, stampPairs } from "./stamp.ts";
import { writeItems } from "./write-items.ts";
import { freshenPage, writePage } from "./write-page.ts";

const LONE_MS = 20_000; // ms; what a request of its own may take

/**
 * Carries out the plans of a slice: stamps the links, writes to GitHub in batches, saves the bases, then writes to the pages.
 *
 * @remarks May run twice at once: only the attempt that holds a pair's stamp sends anything for it.
 */
export async function applyEffects(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  for (const pair of pairs) if (!pair.outcome) checkFuse(mapping, pair, deps.clock.now());
  const busy = pairs.filter((pair) => !pair.outcome && pair.link && (pair.plan?.effects.length ?? 0) > 0);
  await stampPairs(deps, mapping, busy);
  // Counted once: only who holds the stamp asks.
  await holdChanged(deps, mapping, busy);
  const stamped = busy.filter((pair) => !pair.outcome);
  await writeItems(deps, mapping, stamped);
  for (const pair of stamped) await applyAlone(deps, mapping, pair);
  for (const pair of pairs) {
    // What is in the trash or elsewhere is not written to.
    if (pair.page && !pair.again && !pair.page.inTrash && pair.page.dataSourceId === mapping.notion.dataSourceId)
      await writePage(deps, mapping, pair, pair.page);
  }
}

/** What goes one to a request: the taking back of an auto-merge, a pull request that hangs on the pair, and a merge. */
async function applyAlone(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  const { effects = [] } = pair.plan ?? {};
  const cancel = effects.find((effect) => effect.kind === "cancelAutoMerge");
  if (cancel && canGoOn(pair)) await cancelAutoMerge(deps, pair, cancel, await holdOn(deps, mapping, pair));
  const companion = effects.find((effect): effect is CreateEffect => effect.kind === "create" && effect.field === "companion");
  if (companion && canGoOn(pair)) await ensurePullRequest(deps, mapping, pair, companion, await holdOn(deps, mapping, pair));
  if (!effects.some((effect) => effect.kind === "merge") || !canGoOn(pair)) return;
  const deadlineAtMs = await holdOn(deps, mapping, pair);
  // A merge cannot be taken back: the page is looked at again first.
  if (!canGoOn(pair) || !(await freshenPage(deps, mapping, pair))) return;
  const isMerged = await mergePullRequest(deps, mapping, pair, deadlineAtMs);
  if (isMerged && pair.item?.state === "merged") await saveBases(deps, mapping, new Map([[pair, ["status"]]]));
}

/** Renews the stamp when the pairs before took most of it; returns until when requests for the pair may be sent. */
async function holdOn(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<number> {
  if (deadlineMs(pair) - deps.clock.now() < LONE_MS) await saveBases(deps, mapping, new Map([[pair, []]]));
  return deadlineMs(pair);
}

function canGoOn(pair: PairWork): boolean {
  return !pair.outcome && !pair.again;
}
