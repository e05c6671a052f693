// What a run would write now; see `explain-steps.ts`.
import type { Effect, PairPlan } from "../sync/effect.ts";
import type { Outcome } from "../sync/model.ts";
import { formatReference } from "../sync/reference.ts";
import type { PairFacts } from "./explain-facts.ts";
import { nextAttemptOf, outcomeOf } from "./explain-ends.ts";
import { sentences } from "./explain-words.ts";

/** One write that a run would make now, without its value. */
export interface NextWrite {
  readonly side: Effect["side"];
  readonly kind: Effect["kind"];
  readonly field: string;
}

/** The writes of a plan. */
export const toNextWrites = ({ effects }: PairPlan): readonly NextWrite[] =>
  effects.map(({ side, kind, field }) => ({ side, kind, field }));

/** What a run would do if it looked at the pair now. */
export function nextSteps(facts: PairFacts): readonly string[] {
  const { plan, isPartial, mapping, formerMapping, sourceMappings } = facts;
  const isNobodys = !mapping && formerMapping === undefined && sourceMappings.length > 0;
  if (isNobodys) return ["No mapping takes the page, so nothing is meant to happen."];
  if (!plan) return [];
  const deeds = [...linkDeed(facts, plan), ...plan.effects.map((effect) => deedOf(facts, effect))];
  const left = isPartial ? " Fields of the project, parents and the text of the page were not compared for this." : "";
  const { stop } = plan;
  if (stop && stop.status !== "unchanged") {
    const said = deeds.length === 0 ? [] : [`It would ${joinDeeds(deeds)}.`];
    return [...stopSteps(facts, stop), ...said, ...hintStep(facts)];
  }
  if (deeds.length === 0 && stop) return [`A run would write nothing: ${sentences(stop.why ?? "nothing is to be done")}`];
  if (deeds.length === 0 && plan.problems.length > 0) return problemSteps(facts, plan);
  if (deeds.length === 0) return [`Both sides as they are now agree: a run would write nothing.${left}`];
  const why = stop?.why === undefined ? "" : `, because ${stop.why}`;
  return [`A run would now ${joinDeeds(deeds)}${why}.${left}`, ...problemSteps(facts, plan), ...hintStep(facts)];
}

/** Nobody knows of it yet: a look may be asked for. */
function hintStep(facts: PairFacts): readonly string[] {
  if (nextAttemptOf(facts) !== undefined || facts.changes.length > 0) return [];
  return [`No change of it is stored yet; POST /api/sync {"pageIds": ["${facts.pageId}"]} has it looked at now.`];
}

function stopSteps(facts: PairFacts, stop: Outcome): readonly string[] {
  if (!("code" in stop) || isSaid(facts, stop.code)) return [];
  return [`A run would ${stop.status === "waiting" ? "wait" : "fail"} (${stop.code}): ${sentences(stop.reason, stop.remedy)}`];
}

function problemSteps(facts: PairFacts, { problems }: PairPlan): readonly string[] {
  return problems
    .filter(({ code }) => !isSaid(facts, code))
    .map(({ code, reason, remedy }) => `It would fail in part (${code}): ${sentences(reason, remedy)}`);
}

/** The last outcome says it already. */
function isSaid(facts: PairFacts, code: string): boolean {
  const outcome = outcomeOf(facts);
  return outcome !== undefined && "code" in outcome && outcome.code === code;
}

function linkDeed({ named, link }: PairFacts, { step }: PairPlan): readonly string[] {
  if (step === "detach") return ["let the item go"];
  if (step !== "adopt") return [];
  const name = link?.item ? formatReference(link.item) : (named?.name ?? "its item");
  return [`link the page with ${name}`];
}

function deedOf({ mapping }: PairFacts, effect: Effect): string {
  const on = "on" in effect ? " that hangs on it" : "";
  switch (effect.kind) {
    case "create":
      if (effect.to === "issue") return `make an issue in ${effect.repository}`;
      return `make a pull request in ${effect.repository}, or take the one that is there`;
    case "close":
      return on === "" ? "close the item" : "close the pull request that hangs on it";
    case "reopen":
      return on === "" ? "reopen the item" : "reopen the pull request that hangs on it";
    case "merge":
      return effect.auto ? "merge the pull request as soon as GitHub allows it" : "merge the pull request, if GitHub allows it";
    case "cancelAutoMerge":
      return "take the auto-merge back";
    case "addToProject":
      return "put the item into the project";
    case "unarchive":
      return "take the card out of the archive";
    case "update":
      if (effect.field === "reference") return `write the item's name into "${mapping?.notion.githubProperty ?? "GitHub"}"`;
      if (effect.field === "notice" && effect.to === "") return `empty "${mapping?.notion.errorProperty ?? "Sync"}"`;
      if (effect.field === "notice") return `write what is wrong into "${mapping?.notion.errorProperty ?? "Sync"}"`;
      return `write "${effect.field}" to ${effect.side === "notion" ? "Notion" : "GitHub"}`;
  }
}

function joinDeeds(deeds: readonly string[]): string {
  const last = deeds.at(-1) ?? "";
  return deeds.length === 1 ? last : `${deeds.slice(0, -1).join(", ")} and ${last}`;
}
