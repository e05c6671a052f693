import type { CreateEffect } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import { ensurePullRequest } from "./create-pull-request.ts";
import type { ActivityDeps } from "./deps.ts";
import { mergePullRequest } from "./merge-pull-requests.ts";
import type { PairWork } from "./pair-work.ts";
import { deadlineMs, saveBases, stampPairs } from "./stamp.ts";
import { writeItems } from "./write-items.ts";
import { freshenPage, writePage } from "./write-page.ts";

/**
 * Carries out the plans of a slice: stamps the links, writes to GitHub in batches, saves the bases, then writes to the pages.
 *
 * @remarks May run twice at once: only the attempt that holds a pair's stamp sends anything for it.
 */
export async function applyEffects(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const busy = pairs.filter((pair) => !pair.outcome && pair.link && (pair.plan?.effects.length ?? 0) > 0);
  await stampPairs(deps, mapping, busy);
  const stamped = busy.filter((pair) => !pair.outcome);
  await writeItems(deps, mapping, stamped);
  for (const pair of stamped) await applyAlone(deps, mapping, pair);
  for (const pair of pairs) {
    if (pair.page && !pair.again && !pair.page.inTrash) await writePage(deps, mapping, pair, pair.page);
  }
}

/** What goes one to a request: a pull request that hangs on the pair, and a merge. */
async function applyAlone(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  const { effects = [] } = pair.plan ?? {};
  const companion = effects.find((effect): effect is CreateEffect => effect.kind === "create" && effect.field === "companion");
  if (companion && canGoOn(pair)) await ensurePullRequest(deps, mapping, pair, companion, deadlineMs(pair));
  if (!effects.some((effect) => effect.kind === "merge") || !canGoOn(pair)) return;
  // A merge cannot be taken back: the page is looked at again first.
  if (!(await freshenPage(deps, mapping, pair))) return;
  const isMerged = await mergePullRequest(deps, mapping, pair, deadlineMs(pair));
  if (isMerged && pair.item?.state === "merged") await saveBases(deps, mapping, new Map([[pair, ["status"]]]));
}

function canGoOn(pair: PairWork): boolean {
  return !pair.outcome && !pair.again;
}
