// How a pair ended last, what is due, and what holds it back; see `explain-steps.ts`.
import { isHeld } from "../storage/changes.ts";
import type { Hold } from "../storage/mappings.ts";
import type { Change, Conflict, Link, Outcome } from "../sync/model.ts";
import type { PairFacts } from "./explain-facts.ts";
import { quote, sentences } from "./explain-words.ts";

const LATER_FROM = "9999"; // the year of a time that stands for "at the next hint"

/** How the pair ended last; absent: it was never looked at, or nothing was to be said. */
export function outcomeOf({ link, attention }: PairFacts): Outcome | undefined {
  return link?.outcome ?? attention?.outcome;
}

/** The clashes that people should see. */
export function conflictsOf({ link, attention }: PairFacts): readonly Conflict[] {
  if (link?.outcome?.status === "conflict") return link.outcome.conflicts;
  return link?.conflicts ?? attention?.conflicts ?? [];
}

/** Tells whether an attempt may write to the pair just now; the right of one that was killed ends by itself. */
export function isAtWork(link: Link | undefined, nowIso: string): boolean {
  return link?.stamp !== undefined && link.stamp.holdUntil > nowIso;
}

/** The hold that stops the pair, as long as nobody confirmed it. */
export function holdOf(facts: PairFacts): Hold | undefined {
  const outcome = outcomeOf(facts);
  return outcome?.status === "held" ? facts.state?.holds.find(({ id }) => id === outcome.holdId) : undefined;
}

/** When it is tried next; `undefined`: nothing is due, or a person has to confirm first. ISO-8601 UTC. */
export function nextAttemptOf({ changes }: PairFacts): string | undefined {
  return changes
    .filter((change) => !isHeld(change))
    .map(({ notBefore }) => notBefore)
    .sort()[0];
}

/** The time until which it waits; `undefined`: it does not wait, or for people. ISO-8601 UTC. */
export function waitsUntil(facts: PairFacts): string | undefined {
  const outcome = outcomeOf(facts);
  return outcome?.status === "waiting" && outcome.until < LATER_FROM && outcome.until !== "" ? outcome.until : undefined;
}

/** The steps from what is due to what keeps it from being done. */
export function endSteps(facts: PairFacts): readonly string[] {
  return [...dueSteps(facts), ...outcomeSteps(facts), ...conflictSteps(facts), ...noteStep(facts), ...obstacleSteps(facts)];
}

function dueSteps({ changes, mapping, nowIso }: PairFacts): readonly string[] {
  if (!mapping) return [];
  if (changes.length === 0)
    return ["Nothing is due: it is looked at when one of its sides changes, and when everything is compared."];
  // Both sides of a pair are tried together: the earlier time counts.
  const retries = changes.filter((change) => change.source === "retry" && change.planId === undefined && !isHeld(change));
  const first = retries.toSorted((left, right) => (left.notBefore < right.notBefore ? -1 : 1))[0];
  const told = changes.filter((change) => change === first || !retries.includes(change));
  return [...new Set(told.map((change) => dueStep(change, nowIso)))];
}

const SOURCES: Readonly<Record<Change["source"], string>> = {
  webhook: "a webhook told of",
  poll: "a read of its source showed",
  request: "somebody asked for",
  retry: "is to be tried again",
};

function dueStep(change: Change, nowIso: string): string {
  const { side, notBefore, attempts, source, waitsFor, planId } = change;
  if (isHeld(change)) return "What is to be done is kept until the hold is confirmed.";
  const what = side === "notion" ? "the page" : "the item";
  const isDue = notBefore <= nowIso;
  const when = isDue ? `is due since ${notBefore}` : `is due at ${notBefore}`;
  const sooner = waitsFor === undefined || isDue ? "" : ", or at the next push, check or review of its branch";
  if (planId !== undefined) return `A saved plan (${planId}) is to be carried out for ${what}: it ${when}.`;
  if (source === "retry") return `The next try ${when}${sooner}; it was tried ${attempts === 1 ? "once" : `${attempts} times`}.`;
  return `A change of ${what} ${when}: ${SOURCES[source]} it.`;
}

function outcomeSteps(facts: PairFacts): readonly string[] {
  const outcome = outcomeOf(facts);
  const last = "When it was last looked at";
  switch (outcome?.status) {
    case undefined:
      return [];
    case "synced":
      return facts.link?.state === "linked" ? [`${last}, both sides were in step.`] : [];
    case "unchanged":
      return outcome.why === undefined ? [] : [`${last}, nothing was to be done: ${sentences(outcome.why)}`];
    case "conflict":
      return [];
    case "waiting":
      return [`${last}, it had to wait (${outcome.code}): ${sentences(outcome.reason, outcome.remedy)}`];
    case "failed":
      return [`${last}, it failed (${outcome.code}): ${sentences(outcome.reason, outcome.remedy)}`];
    case "held":
      return holdOf(facts)
        ? [`It is held by ${quote(outcome.holdId)}: ${sentences(outcome.reason)}`]
        : [`It was held by ${quote(outcome.holdId)}, which is confirmed: it is let through when its turn comes.`];
  }
}

function conflictSteps(facts: PairFacts): readonly string[] {
  return conflictsOf(facts).map(({ field, taken }) => {
    if (taken !== null) {
      const winner = taken === "notion" ? "Notion" : "GitHub";
      return `A conflict: ${quote(field)} was changed on both sides, and the value of ${winner} stands; status keeps the other one.`;
    }
    return `A conflict: ${quote(field)} differs, and neither side is touched. Set the value that you want on either side.`;
  });
}

function noteStep({ attention, link }: PairFacts): readonly string[] {
  if (attention?.note) return [`A note (${attention.note.code}): ${sentences(attention.note.reason, attention.note.remedy)}`];
  return link?.noted === undefined ? [] : [`A note: ${link.noted}.`];
}

function obstacleSteps({ mapping, state, troubles, blockedUntil, isOutdated, link, nowIso }: PairFacts): readonly string[] {
  if (!mapping) return [];
  const { name } = mapping;
  const steps: string[] = [];
  if (isOutdated) steps.push("The mapping was changed since: the pair is looked at once under what it says now.");
  if (link?.stamp && isAtWork(link, nowIso)) steps.push(`A run writes to the pair, until ${link.stamp.holdUntil} at most.`);
  if (state?.paused) {
    steps.push(
      `Mapping ${quote(name)} is paused: changes are stored and wait. POST /api/mappings/${encodeURIComponent(name)}/resume goes on.`,
    );
  }
  for (const { service, code, reason } of troubles) {
    const source = service === "notion" ? "data source" : "repository";
    steps.push(`The ${source} cannot be read (${code}): ${sentences(reason)} "access" in status says what to do.`);
  }
  for (const [service, until] of Object.entries(blockedUntil)) {
    steps.push(`A limit of ${service === "notion" ? "Notion" : "GitHub"} was met: nothing is sent there until ${until}.`);
  }
  if (!state?.paused && (state?.runStartedAt ?? null) !== null)
    steps.push(`A run of the mapping is under way since ${state?.runStartedAt ?? ""}.`);
  return steps;
}
