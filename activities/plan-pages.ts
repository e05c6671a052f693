import { toPageSnapshot } from "../notion/page.ts";
import type { StoredChange } from "../storage/changes.ts";
import { findOwner } from "../storage/hits.ts";
import type { PageHit } from "../storage/hits.ts";
import type { PlanHeader, PlanProgress } from "../storage/plans.ts";
import { isRowConflict } from "../storage/row-error.ts";
import type { Versioned } from "../storage/versioned.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Outcome, PageSnapshot } from "../sync/model.ts";
import { isPlanExpired } from "../sync/plan-life.ts";
import { toExpectation, toPlannedPair, toUnreadPair } from "../sync/planned-pair.ts";
import type { Expectation, PlannedPair } from "../sync/planned-pair.ts";
import { laterOf } from "../sync/watermark.ts";
import { readBodies } from "./bodies.ts";
import type { PlanPagesInput, PlanPagesResult } from "./contract.ts";
import type { ActivityDeps } from "./deps.ts";
import { makePlan, toPairState } from "./establish-pairs.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { readPairs } from "./read-pairs.ts";

const RETRY_MS = 30_000; // ms
const LONGEST_WAIT_MS = 15 * 60_000; // ms; then it is looked whether the limit is still in the way
const TRIES = 3; // of one step that meets something other than a limit; then a pair is listed as it is
/** Nothing can be read for a while, and nothing is wrong with the pair. */
const LIMITS: readonly string[] = ["rate_limited", "overloaded"];
/** What may be better in a moment; whatever else a pair waits for, the plan says so. */
const TROUBLES: readonly string[] = [
  ...LIMITS,
  "incomplete_result",
  "malformed_answer",
  "resource_limits",
  "timeout",
  "unavailable",
  "unreachable",
];

/**
 * Creates the activity that compares one page of results, at most 100 pages, with their items, and stores what is to be done.
 *
 * @remarks Reads only, at low priority. May run twice: how far the plan has come moves by ETag, and a pair is stored once.
 */
export function createPlanPages(deps: ActivityDeps): (input: PlanPagesInput) => Promise<PlanPagesResult> {
  return async ({ planId }) => {
    const stored = await deps.storage.plans.find(planId);
    if (!stored || stored.value.state !== "running" || isPlanExpired(stored.value, deps.clock.now())) return { next: "done" };
    const { mappings, progress } = stored.value;
    const name = mappings[progress.mapping];
    if (name === undefined) return finish(deps, stored);
    const mapping = deps.mappings.find((candidate) => candidate.name === name);
    return mapping ? readOn(deps, stored, mapping) : save(deps, stored, { progress: nextMapping(progress) });
  };
}

async function readOn(deps: ActivityDeps, stored: Versioned<PlanHeader>, mapping: Mapping): Promise<PlanPagesResult> {
  const { planId, progress } = stored.value;
  const reader: ActivityDeps = { ...deps, ...deps.scanners };
  const readAt = isoNow(deps.clock);
  const answer = await tryToList(reader, mapping, progress);
  if ("outcome" in answer) return pause(deps, stored, answer.outcome);
  const hits = answer.pages.map((page) => ({
    pageId: page.id,
    snapshotFor: (owner: Mapping) => toPageSnapshot(page, owner, readAt),
  }));
  const own = await ownPages(deps, mapping, hits);
  const pairs = await readPairs(
    reader,
    mapping,
    own.map((page) => toHint(mapping, page)),
  );
  for (const pair of pairs) makePlan(mapping, pair);
  const expected = new Map(pairs.map((pair) => [pair, expect(mapping, pair)]));
  await readBodies(reader, mapping, pairs);
  const trouble = pairs.map(({ outcome, bodyWaits }) => outcome ?? bodyWaits).find(isTrouble);
  if (trouble && (isLimit(trouble) || progress.tries + 1 < TRIES)) return pause(deps, stored, trouble);
  await deps.storage.plans.addPairs(
    planId,
    pairs.flatMap((pair) => toPairs(mapping, pair, expected.get(pair))),
  );
  let { greatestAt } = progress;
  for (const page of answer.pages) greatestAt = laterOf(greatestAt, page.last_edited_time);
  const read = { ...progress, greatestAt, tries: 0, pagesRead: progress.pagesRead + own.length };
  return save(deps, stored, { progress: nextProgress(read, answer.nextCursor, answer.complete) });
}

async function tryToList(reader: ActivityDeps, mapping: Mapping, { since, cursor }: PlanProgress) {
  try {
    const options = { since, order: "oldest", ...(cursor === null ? {} : { cursor }) } as const;
    return await reader.notion.listEdited(mapping.notion.dataSourceId, options);
  } catch (error) {
    return { outcome: outcomeOf(error, reader.clock.now(), RETRY_MS) };
  }
}

/** The pages that a run of this mapping would take. */
async function ownPages(deps: ActivityDeps, mapping: Mapping, hits: readonly PageHit[]): Promise<readonly PageSnapshot[]> {
  const sharing = deps.mappings.filter((other) => other.notion.dataSourceId === mapping.notion.dataSourceId);
  const pageIds = hits.map((hit) => hit.pageId);
  const links = await Promise.all(sharing.map((other) => deps.storage.links.findMany(other.name, pageIds)));
  const own = hits.filter((hit) => sharing[findOwner(hit, sharing, links)] === mapping);
  return own.map((hit) => hit.snapshotFor(mapping));
}

/** A page as if a scan had found it changed; the row is not stored. */
function toHint(mapping: Mapping, page: PageSnapshot): StoredChange {
  const { pageId: id, readAt } = page;
  const times = { notBefore: readAt, storedAt: readAt };
  const value = { mapping: mapping.name, side: "notion", id, ...times, attempts: 0, source: "poll", page } as const;
  return { value, etag: "", key: "", hintedAt: readAt };
}

/** What the pair is to be found like when the plan is applied. */
function expect(mapping: Mapping, pair: PairWork): Expectation | undefined {
  const state = toPairState(mapping, pair);
  return state && pair.plan && toExpectation(state, pair.plan, pair.print ?? "");
}

function toPairs(mapping: Mapping, work: PairWork, expected: Expectation | undefined): readonly PlannedPair[] {
  const { pageId, plan, outcome, refused } = work;
  if (outcome) return isSaid(outcome) ? [toUnreadPair(mapping.name, pageId, outcome)] : [];
  const state = toPairState(mapping, work);
  const pair = state && plan && expected && toPlannedPair(state, { ...plan, problems: [...plan.problems, ...refused] }, expected);
  return pair ? [pair] : [];
}

function nextProgress(progress: PlanProgress, cursor: string | null, complete: boolean): PlanProgress {
  if (cursor !== null) return { ...progress, cursor };
  if (complete) return nextMapping(progress);
  // Notion ends a query at 10,000 pages: the rest is read from the greatest time seen on.
  if (progress.greatestAt === progress.since) return { ...nextMapping(progress), incomplete: true };
  return { ...progress, cursor: null, since: progress.greatestAt };
}

function nextMapping(progress: PlanProgress): PlanProgress {
  return { ...progress, mapping: progress.mapping + 1, since: null, cursor: null, greatestAt: null, tries: 0 };
}

async function finish(deps: ActivityDeps, stored: Versioned<PlanHeader>): Promise<PlanPagesResult> {
  const { planId, progress } = stored.value;
  const { pairs, effects, conflicts, problems } = await deps.storage.plans.summarize(planId);
  const totals = { pages: progress.pagesRead, pairs, effects, conflicts, problems, complete: !progress.incomplete };
  deps.log("info", "a plan is ready", { planId, pages: totals.pages, pairs, effects });
  await save(deps, stored, { state: "ready", totals });
  return { next: "done" };
}

async function pause(deps: ActivityDeps, stored: Versioned<PlanHeader>, outcome: Outcome): Promise<PlanPagesResult> {
  const { planId, progress } = stored.value;
  if (outcome.status === "waiting") {
    if (!isLimit(outcome)) await save(deps, stored, { progress: { ...progress, tries: progress.tries + 1 } });
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1_000, Date.parse(outcome.until) - deps.clock.now()));
    return { next: "wait", waitMs };
  }
  const { code, reason, remedy } = outcome.status === "failed" ? outcome : { code: "unknown", reason: "", remedy: "" };
  deps.log("warn", "a plan could not be made", { planId, code });
  await save(deps, stored, { state: "failed", failure: { code, reason, remedy } });
  return { next: "done" };
}

function isSaid({ status }: Outcome): boolean {
  return status === "waiting" || status === "failed" || status === "held";
}

function isTrouble(outcome: Outcome | undefined): outcome is Outcome {
  return outcome?.status === "waiting" && TROUBLES.includes(outcome.code);
}

function isLimit(outcome: Outcome): boolean {
  return outcome.status === "waiting" && LIMITS.includes(outcome.code);
}

async function save(
  deps: ActivityDeps,
  { value, etag }: Versioned<PlanHeader>,
  change: Partial<PlanHeader>,
): Promise<PlanPagesResult> {
  try {
    await deps.storage.plans.save({ ...value, ...change }, etag);
  } catch (error) {
    // Another attempt of the same step was first.
    if (!isRowConflict(error)) throw error;
  }
  return { next: "more" };
}
