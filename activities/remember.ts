import type { AttentionKind } from "../storage/attention.ts";
import type { StoredChange } from "../storage/changes.ts";
import { isoNow } from "../sync/clock.ts";
import { backoffMs } from "../sync/backoff.ts";
import { rebase } from "../sync/base.ts";
import { fingerprint, itemFingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Change, Conflict, FieldProblem, ItemSnapshot, Link, Outcome, PageSnapshot } from "../sync/model.ts";
import { isInStep, planPair } from "../sync/plan.ts";
import { notePlanned } from "./apply-plan.ts";
import { printOf, withoutUnmapped } from "./changed-mapping.ts";
import type { OutcomeCounts } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { toPairState } from "./establish-pairs.ts";
import { findReleased } from "./guards.ts";
import { toIdentity } from "./link-pair.ts";
import { LATER } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const AGAIN_MS = 1_000; // ms; doubled each time, so that a pair that keeps moving does not spin
const LONGEST_AGAIN_MS = 60_000; // ms
const GIVE_UP_MS = 7 * 86_400_000; // ms; design: a pair waits for up to 7 days

/** Stores how each pair ended, its base and what was seen of it, and only then removes or puts off the changes that brought it here. */
export async function rememberPairs(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<OutcomeCounts> {
  const counts = { synced: 0, unchanged: 0, conflict: 0, waiting: 0, failed: 0, held: 0 };
  const ends = pairs.map((pair) => ({
    pair,
    outcome: endOf(deps, mapping, pair),
    before: pair.link?.value.outcome,
    noted: pair.link?.value.noted,
  }));
  await saveLinks(deps, mapping, ends);
  for (const end of ends) {
    const { pair, outcome } = end;
    counts[outcome.status] += 1;
    await noteAttention(deps, mapping, end);
    if (outcome.status === "failed") {
      deps.log("warn", "a pair failed", { mapping: mapping.name, pageId: pair.pageId, code: outcome.code });
    }
  }
  await notePlanned(deps, mapping, ends);
  await settleChanges(deps, mapping, ends);
  return counts;
}

interface End {
  readonly pair: PairWork;
  readonly outcome: Outcome;
  /** The outcome stored before. */
  readonly before: Outcome | undefined;
  /** What was noted before. */
  readonly noted: string | undefined;
}

/** The outcome of a pair; a pair whose plan is not empty after it was carried out moved meanwhile and is looked at again. */
function endOf(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Outcome {
  const outcome = outcomeNow(mapping, pair);
  if (outcome.status !== "waiting" || outcome.until !== LATER) return outcome;
  const sinceMs = Math.min(...pair.changes.map(({ value }) => Date.parse(value.storedAt)));
  if (deps.clock.now() - sinceMs < GIVE_UP_MS) return outcome;
  const remedy = `${outcome.remedy ?? ""} It is tried again once the page or the item is changed, or by POST /api/retry.`.trim();
  return { status: "failed", code: outcome.code, reason: `${outcome.reason} This has lasted for 7 days.`, remedy };
}

function outcomeNow(mapping: Mapping, pair: PairWork): Outcome {
  if (pair.outcome) return pair.outcome;
  const { page, item, link, plan } = pair;
  if (!page || !plan) return { status: "unchanged" };
  if (plan.stop) return plan.stop.status === "waiting" && plan.stop.until === "" ? { ...plan.stop, until: LATER } : plan.stop;
  const problems = [...pair.refused, ...plan.problems];
  if (hasMore(mapping, pair, problems)) pair.again = true;
  const [problem] = problems;
  if (pair.waits?.outcome.status === "held") return pair.waits.outcome;
  if (problem) return { status: "failed", code: problem.code, reason: problem.reason, remedy: problem.remedy };
  if (pair.bodyWaits) return pair.bodyWaits;
  if (pair.waits) return pair.waits.outcome;
  if (plan.conflicts.length > 0) return { status: "conflict", conflicts: plan.conflicts };
  const before = link?.value.outcome;
  // A losing value stays shown until the pair is edited again; a page that was only listed, until both sides agree.
  if (!pair.wrote && before?.status === "conflict" && item && isStanding(mapping, page, item, before.conflicts)) return before;
  return { status: pair.wrote ? "synced" : "unchanged" };
}

function isStanding(mapping: Mapping, page: PageSnapshot, item: ItemSnapshot, conflicts: readonly Conflict[]): boolean {
  return conflicts.some(({ field, taken }) => field !== "status" || taken !== null || !isInStep(mapping, page, item));
}

/** Tells whether something is left to do, apart from what was refused and will be again. */
function hasMore(mapping: Mapping, pair: PairWork, problems: readonly FieldProblem[]): boolean {
  const state = toPairState(mapping, pair);
  if (!state) return false;
  const refused = new Set([...problems.map((problem) => problem.field), ...(pair.waits ? [pair.waits.field] : [])]);
  return planPair(state).effects.some((effect) => !refused.has(effect.field) && !(effect.field === "notice" && refused.size > 0));
}

async function saveLinks(deps: ActivityDeps, mapping: Mapping, ends: readonly End[]): Promise<void> {
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
      // Somebody else wrote the link meanwhile: what we know of the pair is old.
      if (result?.saved) pair.link = { value: link, etag: result.etag };
      else pair.again = true;
    }
  }
}

function nextLink(deps: ActivityDeps, mapping: Mapping, pair: PairWork, link: Link, outcome: Outcome): Link {
  const { stamp: _stamp, seen: _seen, missing: _missing, noted: _noted, intent, ...kept } = link;
  const rest = withoutEndedAutoMerge(kept, pair);
  const isOpen = pair.again || outcome.status === "waiting";
  const next: Link = { ...rest, ...(isOpen && intent ? { intent } : {}), ...(pair.missing ? { missing: pair.missing } : {}) };
  const { page, item } = pair;
  if (!page || !item || link.state !== "linked") return { ...next, outcome };
  const body = pair.body?.isDone ? { body: pair.body.base } : {};
  const known =
    isOpen || pair.print === undefined
      ? undefined
      : { page: pair.print, item: itemFingerprint(item, mapping), ...companionPrint(mapping, pair) };
  const state = toPairState(mapping, pair);
  const agreed = state ? planPair(state).agreed : [];
  return {
    ...next,
    // A renamed or transferred item keeps its link and is called by its present name.
    item: toIdentity(item),
    ...(pair.companion ? { companion: toIdentity(pair.companion) } : {}),
    base: withoutUnmapped(mapping, rebase(link.base, agreed, page, item)),
    config: printOf(mapping, pair, link, outcome),
    ...body,
    ...(item.project ? { inProject: true } : {}),
    ...(known ? { seen: known } : {}),
    ...(pair.note ? { noted: pair.note.code } : {}),
    outcome: outcome.status === "unchanged" ? { status: "synced" } : outcome,
    ...(pair.wrote ? { syncedAt: isoNow(deps.clock) } : {}),
  };
}

function companionPrint(mapping: Mapping, { companion }: PairWork): { readonly companion?: string } {
  return companion ? { companion: itemFingerprint(companion, mapping) } : {};
}

/** What was merged or closed, or that a person took back, is not ours to take back any more. */
function withoutEndedAutoMerge(link: Link, { item, companion, waits }: PairWork): Link {
  const pullRequest = item?.kind === "issue" ? companion : item;
  // What was read before it was enabled says nothing.
  if (!pullRequest || waits?.field === "status") return link;
  if (pullRequest.state === "open" && pullRequest.pullRequest?.autoMerge !== false) return link;
  const { autoMerge: _autoMerge, ...rest } = link;
  return rest;
}

async function settleChanges(deps: ActivityDeps, mapping: Mapping, ends: readonly End[]): Promise<void> {
  const nowMs = deps.clock.now();
  const done: StoredChange[] = [];
  const later: Postponed[] = [];
  const isReleased = await findReleased(
    deps,
    mapping,
    ends.map(({ outcome }) => outcome),
  );
  for (const { pair, outcome } of ends) {
    for (const change of pair.changes) {
      const attempts = attemptsAfter(change.value, outcome);
      const notBefore = pair.again
        ? iso(nowMs + Math.min(LONGEST_AGAIN_MS, AGAIN_MS * 2 ** (attempts - 1)))
        : isReleased(outcome)
          ? iso(nowMs)
          : nextTry(outcome, attempts, nowMs);
      if (notBefore === undefined) done.push(change);
      else later.push({ change, to: { notBefore, attempts }, isBusy: outcome.status === "waiting" && outcome.code === "busy" });
    }
  }
  if (done.length > 0) await deps.storage.changes.settleMany(done);
  const put = later.length > 0 ? await deps.storage.changes.postponeMany(later) : [];
  for (const [index, postponed] of later.entries()) {
    if (put[index] === false && !postponed.isBusy) await postponeAnyhow(deps, postponed);
  }
}

interface Postponed {
  readonly change: StoredChange;
  readonly to: { readonly notBefore: string; readonly attempts: number };
  /** Another attempt works on the pair, and its word counts. */
  readonly isBusy: boolean;
}

/** An attempt that only found the pair busy put it off for moments: how the pair ended counts more. A new hint counts most. */
async function postponeAnyhow(deps: ActivityDeps, { change, to }: Postponed): Promise<void> {
  const { mapping, side, id } = change.value;
  const present = await deps.storage.changes.find(mapping, side, id);
  if (present?.value.source === "retry" && present.hintedAt === change.hintedAt) await deps.storage.changes.postpone(present, to);
}

/** How often in a row it was tried; what waits for people begins anew when something moved, be it our own notice. */
function attemptsAfter({ attempts, source }: Change, outcome: Outcome): number {
  const waitsForPeople = outcome.status === "waiting" && outcome.until === LATER;
  return waitsForPeople && source !== "retry" ? 1 : attempts + 1;
}

/** When a pair is tried again; `undefined` when it is done. */
function nextTry(outcome: Outcome, attempts: number, nowMs: number): string | undefined {
  switch (outcome.status) {
    case "synced":
    case "unchanged":
    case "conflict":
      return undefined;
    case "held":
      return LATER;
    case "failed":
      return iso(nowMs + backoffMs(attempts));
    case "waiting":
      return outcome.until === LATER ? iso(nowMs + backoffMs(attempts)) : outcome.until;
  }
}

const KINDS: Readonly<Partial<Record<Outcome["status"], AttentionKind>>> = {
  failed: "failure",
  waiting: "waiting",
  conflict: "conflict",
  held: "hold",
};

const PASSING_CODES: readonly string[] = [
  "auto_merge",
  "busy",
  "mergeability_unknown",
  "rate_limited",
  "timeout",
  "unavailable",
  "conflict",
];

async function noteAttention(deps: ActivityDeps, mapping: Mapping, { pair, outcome, before, noted }: End): Promise<void> {
  const { note } = pair;
  const kind = KINDS[outcome.status] ?? (note ? "note" : undefined);
  const attempts = Math.max(1, ...pair.changes.map(({ value }) => attemptsAfter(value, outcome)));
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
    item: pair.link?.value.item ?? null,
    attempts,
    nextAttemptAt: nextTry(outcome, attempts, deps.clock.now()) ?? null,
    since: isoNow(deps.clock),
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
