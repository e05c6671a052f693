import type { Mapping } from "../sync/mapping.ts";
import type { Link, Outcome, Side } from "../sync/model.ts";
import type { PairWork } from "./pair-work.ts";

const WINDOW_MS = 10 * 60_000; // ms; people do not change their minds on both sides that often
const MAX_TURNS = 10; // changes of direction within the window
const REST_MS = 60 * 60_000; // ms; then the pair is tried again

/** What is written besides the fields: saying something about the pair turns no value round. */
const SAYINGS: readonly string[] = ["notice", "reference", "item", "companion", "project"];

/** Stops a pair whose values keep flipping between the sides, as when an automation on each undoes the other's. */
export function checkFuse(mapping: Mapping, pair: PairWork, nowMs: number): void {
  const turns = pair.link?.value.turns;
  if (!turns || turns.count <= MAX_TURNS || nowMs - Date.parse(turns.lastAt) > REST_MS || writtenSides(pair).length === 0) return;
  pair.outcome = flipping(mapping);
}

/** Counts how often in a row the direction of our writes to a pair turned. */
export function countTurns({ turns }: Link, pair: PairWork, nowIso: string): Link["turns"] {
  const [side, other] = pair.wrote ? writtenSides(pair) : [];
  // Writing to both sides at once settles them.
  if (side === undefined || other !== undefined) return turns;
  const isOver = !turns || Date.parse(nowIso) - Date.parse(turns.lastAt) > (turns.count > MAX_TURNS ? REST_MS : WINDOW_MS);
  if (isOver) return { side, count: 0, lastAt: nowIso };
  return turns.side === side ? { ...turns, lastAt: nowIso } : { side, count: turns.count + 1, lastAt: nowIso };
}

function writtenSides({ plan }: PairWork): readonly Side[] {
  const effects = plan?.effects.filter((effect) => !SAYINGS.includes(effect.field)) ?? [];
  return [...new Set(effects.map((effect) => effect.side))];
}

function flipping(mapping: Mapping): Outcome {
  return {
    status: "failed",
    code: "flipping",
    reason: "The values of this pair keep flipping between Notion and GitHub, so it was stopped.",
    remedy: `Look for an automation on either side that undoes what mapping "${mapping.name}" carries; the pair is tried again after an hour.`,
  };
}
