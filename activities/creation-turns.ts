import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { giveBack } from "./guards.ts";
import type { PairWork } from "./pair-work.ts";

/**
 * Creates what makes the items of one slice in turn: once the budget of creations is used up, the others are not begun in vain
 * but each waits for a time of its own. A creation that was begun and certainly not made does not count against the guard.
 */
export function createTurns(
  deps: ActivityDeps,
  mapping: Mapping,
  create: (pair: PairWork) => Promise<void>,
): (pair: PairWork) => Promise<void> {
  let waitMs: number | undefined;
  let behind = 0;
  return async (pair) => {
    const wasReserved = pair.link?.value.state === "reserved";
    if (waitMs !== undefined && !wasReserved) {
      behind += 1;
      pair.outcome = limited(deps.clock.now() + waitMs * (behind + 1));
      return;
    }
    await create(pair);
    if (!pair.outcome || wasReserved) return;
    if (isLimited(pair.outcome)) waitMs = Date.parse(pair.outcome.until) - deps.clock.now();
    if (pair.isCounted && isNotMade(pair, pair.outcome)) await giveBack(deps, mapping, "creates");
  };
}

function isLimited(outcome: Outcome): outcome is Extract<Outcome, { status: "waiting" }> {
  return outcome.status === "waiting" && outcome.code === "rate_limited";
}

/** A reservation that could not be taken back may still be made use of, and a link is proof that it was. */
function isNotMade({ link }: PairWork, outcome: Outcome): boolean {
  if (link?.value.state === "reserved" || link?.value.state === "linked") return false;
  return outcome.status !== "held" && !("code" in outcome && outcome.code === "create_unclear");
}

function limited(untilMs: number): Outcome {
  return {
    status: "waiting",
    until: new Date(untilMs).toISOString(),
    code: "rate_limited",
    reason: "The GitHub budget of creations is used up for now.",
  };
}
