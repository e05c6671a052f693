import { fingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import { notePlanned } from "./apply-plan.ts";
import type { OutcomeCounts } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { nextLink } from "./next-link.ts";
import { noteAttention } from "./note-attention.ts";
import type { End } from "./note-attention.ts";
import { outcomeOfPair } from "./pair-outcome.ts";
import { reportPair } from "./report-pair.ts";
import type { PairWork } from "./pair-work.ts";
import { settleChanges } from "./settle-changes.ts";

/** Stores how each pair ended, its base and what was seen of it, and only then removes or puts off the changes that brought it here. */
export async function rememberPairs(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<OutcomeCounts> {
  const counts = { synced: 0, unchanged: 0, conflict: 0, waiting: 0, failed: 0, held: 0 };
  const ends = pairs.map((pair) => ({
    pair,
    outcome: outcomeOfPair(deps, mapping, pair),
    before: pair.link?.value.outcome,
    noted: pair.link?.value.noted,
  }));
  const overtaken = await saveLinks(deps, mapping, ends);
  for (const end of ends) {
    const { pair, outcome } = end;
    counts[outcome.status] += 1;
    if (!overtaken.has(pair)) await noteAttention(deps, mapping, end);
    reportPair(deps, mapping, end);
  }
  await notePlanned(deps, mapping, ends);
  await settleChanges(deps, mapping, ends);
  return counts;
}

/** Stores what became of each pair; returns those that somebody else wrote meanwhile: what is known of them here is old. */
async function saveLinks(deps: ActivityDeps, mapping: Mapping, ends: readonly End[]): Promise<ReadonlySet<PairWork>> {
  const overtaken = new Set<PairWork>();
  const writes = ends.flatMap(({ pair, outcome }) => {
    const link = pair.link?.value;
    if (!link || !pair.link) return [];
    // The row is the other attempt's: to write to it would take its stamp away.
    if (outcome.status === "waiting" && outcome.code === "busy") return [];
    const next = nextLink(deps, mapping, pair, link, outcome);
    return fingerprint(next) === fingerprint(link) ? [] : [{ pair, link: next, etag: pair.link.etag }];
  });
  if (writes.length > 0) {
    const saved = await deps.storage.links.saveMany(
      mapping.name,
      writes.map(({ link, etag }) => ({ link, etag })),
    );
    for (const [index, { pair, link }] of writes.entries()) {
      const result = saved[index];
      if (result?.saved) pair.link = { value: link, etag: result.etag };
      else {
        pair.again = true;
        overtaken.add(pair);
      }
    }
  }
  return overtaken;
}
