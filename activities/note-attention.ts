import type { AttentionKind } from "../storage/attention.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import { standingConflicts } from "./conflicts.ts";
import type { ActivityDeps } from "./deps.ts";
import { attemptsAfter, nextTry } from "./settle-changes.ts";
import type { PairEnd } from "./settle-changes.ts";

/** A pair, how it ended, and what was stored of it before. */
export interface End extends PairEnd {
  readonly before: Outcome | undefined;
  readonly noted: string | undefined;
}

const KINDS: Readonly<Partial<Record<Outcome["status"], AttentionKind>>> = {
  failed: "failure",
  waiting: "waiting",
  conflict: "conflict",
  held: "hold",
};

const PASSING_CODES: readonly string[] = [
  "auto_merge",
  "mergeability_unknown",
  "rate_limited",
  "timeout",
  "unavailable",
  "conflict",
];

/** Keeps the list of pairs that a person should know of. */
export async function noteAttention(deps: ActivityDeps, mapping: Mapping, { pair, outcome, before, noted }: End): Promise<void> {
  const { note } = pair;
  const conflicts = standingConflicts(mapping, pair);
  const kind = KINDS[outcome.status] ?? (note ? "note" : undefined);
  const attempts = Math.max(1, ...pair.changes.map(({ value }) => attemptsAfter(value, outcome)));
  // Whoever works on the pair has the word: what was said here could outlast how that ends.
  if (outcome.status === "waiting" && outcome.code === "busy") return;
  // What passes by itself within moments needs nobody's attention.
  if (outcome.status === "waiting" && PASSING_CODES.includes(outcome.code) && attempts < 5) return;
  if (!kind) {
    const wasFine = before?.status === "synced" && attempts === 1 && noted === undefined;
    if (!wasFine) await deps.storage.attention.clear(mapping.name, pair.pageId);
    return;
  }
  await deps.storage.attention.put({
    mapping: mapping.name,
    kind,
    pageId: pair.pageId,
    outcome,
    ...(kind === "note" && note ? { note } : {}),
    ...(outcome.status !== "conflict" && conflicts.length > 0 ? { conflicts } : {}),
    item: pair.link?.value.item ?? null,
    attempts,
    nextAttemptAt: nextTry(outcome, attempts, deps.clock.now()) ?? null,
    since: isoNow(deps.clock),
  });
}
