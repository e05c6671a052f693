import type { StoredChange } from "../storage/changes.ts";
import type { ApplyCommand } from "../storage/mappings.ts";
import type { Versioned } from "../storage/versioned.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import { explainMove, toExpectation } from "../sync/planned-pair.ts";
import type { PlannedPair, PlannedResult } from "../sync/planned-pair.ts";
import type { ActivityDeps } from "./deps.ts";
import { makePlan, toPairState } from "./establish-pairs.ts";
import type { PairWork } from "./pair-work.ts";
import { newChange } from "../sync/new-change.ts";

/** A pair of the slice that a saved plan asks for. */
interface PlannedWork {
  readonly pair: PairWork;
  readonly change: StoredChange;
  readonly planId: string;
  /** `undefined`: the plan expired. */
  readonly planned: Versioned<PlannedPair> | undefined;
}

/** What is to be done with a pair that a saved plan asks for. */
type Decision =
  | { readonly do: "work"; readonly result?: PlannedResult }
  | { readonly do: "leave"; readonly keep: boolean; readonly result?: PlannedResult };

/**
 * Makes changes of the pairs of a saved plan, a bounded number at a time, so that live changes are not kept waiting.
 *
 * @returns How many pairs became changes.
 * @remarks May run twice: a pair that was carried out is not among the open ones any more.
 */
export async function feedPlans(deps: ActivityDeps, mapping: string, limit: number): Promise<number> {
  for (;;) {
    const [command] = (await deps.storage.mappings.find(mapping))?.value.applies ?? [];
    if (!command) return 0;
    const fed = await feedPlan(deps, mapping, command, limit);
    // A plan that has no more open pairs gives way to the next one.
    if (fed > 0) return fed;
  }
}

async function feedPlan(deps: ActivityDeps, mapping: string, command: ApplyCommand, limit: number): Promise<number> {
  const { mappings, plans, changes } = deps.storage;
  const { pageIds, next } = await plans.listOpen(command.planId, mapping, { from: command.from, limit });
  const nowIso = isoNow(deps.clock);
  await changes.storeMany(
    pageIds.map((id) => ({ ...newChange(mapping, "notion", id, "request", nowIso), planId: command.planId })),
  );
  await mappings.update(mapping, (state) => ({
    ...state,
    applies: state.applies.flatMap((other) => {
      if (other.planId !== command.planId || other.from !== command.from) return [other];
      return next === null ? [] : [{ ...other, from: next }];
    }),
  }));
  return pageIds.length;
}

/**
 * Takes out of a slice what a saved plan asks for but finds otherwise than it was: such a pair is listed as skipped. What is as
 * planned is marked as begun before its first write, so that a repeated attempt does not take our own writes for a move.
 *
 * @returns The pairs to work on.
 */
export async function keepPlanned(
  deps: ActivityDeps,
  mapping: Mapping,
  pairs: readonly PairWork[],
): Promise<readonly PairWork[]> {
  const works = await findPlanned(deps, mapping, pairs);
  if (works.length === 0) return pairs;
  const decided = works.map((work) => ({ ...work, decision: decide(mapping, work) }));
  const noted = await saveResults(
    deps,
    decided.flatMap(({ planId, planned, decision }) =>
      planned && decision.result ? [{ planId, planned, result: decision.result }] : [],
    ),
  );
  const dropped = new Set<PairWork>();
  const released: { readonly change: StoredChange; readonly keep: boolean }[] = [];
  for (const { pair, change, planned, decision } of decided) {
    // Another attempt was first to decide: it carries the pair on.
    const isLate = decision.result !== undefined && planned !== undefined && !noted.has(planned);
    if (decision.do === "work" && !isLate) continue;
    dropped.add(pair);
    if (decision.do === "leave" && !isLate) released.push({ change, keep: decision.keep });
  }
  await deps.storage.changes.releaseMany(released);
  return pairs.filter((pair) => !dropped.has(pair));
}

/** Notes how the planned pairs of a slice ended, before their changes are settled. */
export async function notePlanned(
  deps: ActivityDeps,
  mapping: Mapping,
  ends: readonly { readonly pair: PairWork; readonly outcome: Outcome }[],
): Promise<void> {
  const outcomes = new Map(ends.map(({ pair, outcome }) => [pair, outcome]));
  const works = await findPlanned(deps, mapping, [...outcomes.keys()]);
  await saveResults(
    deps,
    works.flatMap(({ pair, planId, planned }) => {
      const result = pair.again ? undefined : toResult(outcomes.get(pair));
      return planned && result ? [{ planId, planned, result }] : [];
    }),
  );
}

async function findPlanned(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<readonly PlannedWork[]> {
  const asked = pairs.flatMap((pair) => {
    const change = pair.changes.find(({ value }) => value.planId !== undefined);
    return change?.value.planId === undefined ? [] : [{ pair, change, planId: change.value.planId }];
  });
  const works: PlannedWork[] = [];
  for (const [planId, ofPlan] of Map.groupBy(asked, (work) => work.planId)) {
    const pageIds = ofPlan.map(({ pair }) => pair.pageId);
    const rows = await deps.storage.plans.findPairs(planId, mapping.name, pageIds);
    works.push(...ofPlan.map((work) => ({ ...work, planned: rows.get(work.pair.pageId) })));
  }
  return works;
}

function decide(mapping: Mapping, { pair, change, planned }: PlannedWork): Decision {
  const isHinted = change.value.hinted ?? false;
  const result = planned?.value.result;
  if (!planned) return { do: "leave", keep: isHinted };
  if (result?.status === "begun") return { do: "work" };
  // What failed or is held goes on as any other pair does; what was applied or skipped is done with.
  if (result) return { do: "leave", keep: isHinted || result.status === "failed" || result.status === "held" };
  makePlan(mapping, pair);
  const state = toPairState(mapping, pair);
  // It could not be read: its outcome says why, and it is tried again.
  if (pair.outcome || !state || !pair.plan) return { do: "work" };
  const reason = explainMove(planned.value, toExpectation(state, pair.plan, pair.print ?? ""));
  if (reason === undefined) return { do: "work", result: { status: "begun" } };
  return { do: "leave", keep: isHinted, result: { status: "skipped", reason } };
}

function toResult(outcome: Outcome | undefined): PlannedResult | undefined {
  switch (outcome?.status) {
    case "synced":
    case "unchanged":
    case "conflict":
      return { status: "applied" };
    case "failed":
    case "held":
      return outcome;
    case "waiting":
    case undefined:
      return undefined;
  }
}

interface NewResult {
  readonly planId: string;
  readonly planned: Versioned<PlannedPair>;
  readonly result: PlannedResult;
}

/** Saves results by their ETags; returns the rows that took theirs. */
async function saveResults(deps: ActivityDeps, results: readonly NewResult[]): Promise<ReadonlySet<Versioned<PlannedPair>>> {
  const saved = new Set<Versioned<PlannedPair>>();
  for (const [planId, ofPlan] of Map.groupBy(results, (entry) => entry.planId)) {
    const rows = ofPlan.map(({ planned, result }) => ({ pair: planned, result }));
    const ends = await deps.storage.plans.saveResults(planId, rows);
    for (const [index, { pair }] of rows.entries()) if (ends[index]) saved.add(pair);
  }
  return saved;
}
