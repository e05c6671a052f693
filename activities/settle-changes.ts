import type { Postponement, StoredChange } from "../storage/changes.ts";
import { backoffMs } from "../sync/backoff.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Change, Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { findReleased } from "./guards.ts";
import { LATER } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const AGAIN_MS = 1_000; // ms; doubled each time, so that a pair that keeps moving does not spin
const LONGEST_AGAIN_MS = 60_000; // ms

/** A pair and how it ended. */
export interface PairEnd {
  readonly pair: PairWork;
  readonly outcome: Outcome;
}

/** Removes the changes of pairs that are done, and puts the others off; a change that got a new hint meanwhile stays due. */
export async function settleChanges(deps: ActivityDeps, mapping: Mapping, ends: readonly PairEnd[]): Promise<void> {
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
      else
        later.push({
          change,
          to: { notBefore, attempts, waitsFor: pair.waitsFor },
          isBusy: outcome.status === "waiting" && outcome.code === "busy",
        });
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
  readonly to: Postponement;
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
export function attemptsAfter({ attempts, source }: Change, outcome: Outcome): number {
  const waitsForPeople = outcome.status === "waiting" && outcome.until === LATER;
  return waitsForPeople && source !== "retry" ? 1 : attempts + 1;
}

/** When a pair is tried again; `undefined` when it is done. */
export function nextTry(outcome: Outcome, attempts: number, nowMs: number): string | undefined {
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

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
