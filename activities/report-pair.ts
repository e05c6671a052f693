import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import type { End } from "./note-attention.ts";
import { attemptsAfter } from "./settle-changes.ts";

/** Reports how a pair ended, unless that is no news. */
export function reportPair(deps: ActivityDeps, mapping: Mapping, { pair, outcome, before }: End): void {
  const { status } = outcome;
  const attempts = Math.max(1, ...pair.changes.map(({ value }) => attemptsAfter(value, outcome)));
  if (status === "unchanged" || (attempts > 1 && isAsBefore(outcome, before))) return;
  const hintedMs = pair.changes.map(({ value }) => Date.parse(value.storedAt));
  deps.report({
    event: "pair",
    mapping: mapping.name,
    pageId: pair.pageId,
    itemId: pair.link?.value.item?.itemId ?? null,
    outcome: status,
    code: codeOf(outcome),
    attempts,
    ageMs: Math.max(0, deps.clock.now() - Math.min(...hintedMs)),
  });
}

/** Whether it only waits on, or is held still. Of a pair without a link nothing is stored: from the second attempt on it is taken to. */
function isAsBefore(outcome: Outcome, before: Outcome | undefined): boolean {
  if (outcome.status !== "waiting" && outcome.status !== "held") return false;
  return before === undefined || (before.status === outcome.status && codeOf(before) === codeOf(outcome));
}

function codeOf(outcome: Outcome): string | null {
  if (outcome.status === "held") return outcome.holdId;
  return "code" in outcome ? outcome.code : null;
}
