import { rebase } from "../sync/base.ts";
import { intentOf } from "../sync/intent.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Link } from "../sync/model.ts";
import { standingConflicts } from "./conflicts.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";

const HOLD_MS = 40_000; // ms; a killed attempt blocks its pairs no longer than that
const RETRY_MS = 5_000; // ms
const MARGIN_MS = 2_000; // ms; nothing is sent in the last moments of a stamp
const LONG_AGO = "1970-01-01T00:00:00.000Z";

/** Takes the right to write to some pairs; a pair that another attempt holds waits for it. */
export async function stampPairs(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const nowMs = deps.clock.now();
  const free = pairs.filter((pair) => {
    const holdMs = Date.parse(pair.link?.value.stamp?.holdUntil ?? LONG_AGO);
    if (holdMs > nowMs) pair.outcome = busyUntil(holdMs);
    return holdMs <= nowMs;
  });
  const attempt = deps.newAttempt();
  await saveLinks(deps, mapping, free, (link, pair) => ({
    ...link,
    stamp: { attempt, holdUntil: iso(nowMs + HOLD_MS) },
    ...intentFor(pair),
    // Kept before a value loses: whoever goes on after a kill finds both sides agreeing.
    conflicts: standingConflicts(mapping, pair),
  }));
}

function intentFor({ plan, page, item }: PairWork): Pick<Link, "intent"> {
  return plan && page && item ? { intent: intentOf(plan.effects, page, item) } : {};
}

/** Saves the links of some pairs by their ETags; a pair whose link was changed by someone else goes no further in this run. */
async function saveLinks(
  deps: ActivityDeps,
  mapping: Mapping,
  pairs: readonly PairWork[],
  change: (link: Link, pair: PairWork) => Link,
): Promise<void> {
  const writes = pairs.flatMap((pair) =>
    pair.link ? [{ pair, link: change(pair.link.value, pair), etag: pair.link.etag }] : [],
  );
  if (writes.length === 0) return;
  const saved = await deps.storage.links.saveMany(
    mapping.name,
    writes.map(({ link, etag }) => ({ link, etag })),
  );
  for (const [index, { pair, link }] of writes.entries()) {
    const result = saved[index];
    if (result?.saved) pair.link = { value: link, etag: result.etag };
    else pair.outcome = busyUntil(deps.clock.now() + RETRY_MS);
  }
}

/** Saves the base of the fields that a group of effects brought to agree, and holds the pairs for longer. */
export async function saveBases(
  deps: ActivityDeps,
  mapping: Mapping,
  settled: ReadonlyMap<PairWork, readonly string[]>,
): Promise<void> {
  const nowMs = deps.clock.now();
  await saveLinks(deps, mapping, [...settled.keys()], (link, pair) => {
    if (!pair.page || !pair.item) return link;
    return {
      ...link,
      base: rebase(link.base, settled.get(pair) ?? [], pair.page, pair.item),
      ...(link.stamp ? { stamp: { ...link.stamp, holdUntil: iso(nowMs + HOLD_MS) } } : {}),
    };
  });
}

/** Until when requests for this pair may be sent, milliseconds since 1970. */
export function deadlineMs(pair: PairWork): number {
  return Date.parse(pair.link?.value.stamp?.holdUntil ?? LONG_AGO) - MARGIN_MS;
}

function busyUntil(untilMs: number): PairWork["outcome"] {
  return { status: "waiting", until: iso(untilMs), code: "busy", reason: "Another attempt works on this pair." };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
