import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, Outcome } from "../sync/model.ts";
import { joinProblems } from "../sync/notice.ts";
import { isProjectField } from "../sync/project-field.ts";
import { planPair } from "../sync/plan.ts";
import { standingConflicts } from "./conflicts.ts";
import type { ActivityDeps } from "./deps.ts";
import { toPairState } from "./establish-pairs.ts";
import { LATER } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const GIVE_UP_MS = 7 * 86_400_000; // ms; design: a pair waits for up to 7 days

/** The outcome of a pair; a pair whose plan is not empty after it was carried out moved meanwhile and is looked at again. */
export function outcomeOfPair(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Outcome {
  const outcome = outcomeNow(mapping, pair);
  if (outcome.status !== "waiting" || outcome.until !== LATER) return outcome;
  const sinceMs = Math.min(...pair.changes.map(({ value }) => Date.parse(value.storedAt)));
  if (deps.clock.now() - sinceMs < GIVE_UP_MS) return outcome;
  const remedy = `${outcome.remedy ?? ""} It is tried again once the page or the item is changed, or by POST /api/retry.`.trim();
  return { status: "failed", code: outcome.code, reason: `${outcome.reason} This has lasted for 7 days.`, remedy };
}

function outcomeNow(mapping: Mapping, pair: PairWork): Outcome {
  if (pair.outcome) return pair.outcome;
  const { page, plan } = pair;
  if (!page || !plan) return { status: "unchanged" };
  if (plan.stop) return plan.stop.status === "waiting" && plan.stop.until === "" ? { ...plan.stop, until: LATER } : plan.stop;
  const problems = [...pair.refused, ...plan.problems];
  if (hasMore(mapping, pair, problems)) pair.again = true;
  const problem = joinProblems(problems);
  if (pair.waits?.outcome.status === "held") return pair.waits.outcome;
  if (problem) return { status: "failed", code: problem.code, reason: problem.reason, remedy: problem.remedy };
  if (pair.bodyWaits) return pair.bodyWaits;
  if (pair.waits) return pair.waits.outcome;
  const conflicts = standingConflicts(mapping, pair);
  if (conflicts.length > 0) return { status: "conflict", conflicts };
  return { status: pair.wrote ? "synced" : "unchanged" };
}

/** Tells whether something is left to do, apart from what was refused and will be again. */
function hasMore(mapping: Mapping, pair: PairWork, problems: readonly FieldProblem[]): boolean {
  const state = toPairState(mapping, pair);
  if (!state) return false;
  const refused = new Set([...problems.map((problem) => problem.field), ...(pair.waits ? [pair.waits.field] : [])]);
  // What stands in a project has to be in it first.
  const isLeft = (field: string): boolean =>
    !refused.has(field) && !(refused.has("project") && (field === "column" || isProjectField(field)));
  return planPair(state).effects.some(({ field }) => isLeft(field) && !(field === "notice" && refused.size > 0));
}
