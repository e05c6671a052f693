import type { Storage } from "../storage/storage.ts";
import { isRowConflict } from "../storage/row-error.ts";
import { EMPTY_BUDGET, blockBudget, reserveRequest } from "../sync/budget.ts";
import type { Bucket, Budget, Priority } from "../sync/budget.ts";
import type { Clock } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import type { Report } from "../sync/event.ts";
import type { Side } from "../sync/model.ts";
import type { Pacer, RequestKind } from "../sync/pacer.ts";

const LONGEST_WAIT_MS = 5_000; // ms; longer waits belong to the pair, not to the activity
const LIMIT_GRACE_MS = 1_000; // ms; design, section 9: a request may still be sent so long after a limit was answered
const RACES = 50; // how often another instance may be first before the reservation gives up

export interface PacerOptions {
  readonly service: Side;
  readonly credential: string;
  readonly buckets: readonly Bucket[];
  readonly priority: Priority;
  readonly budgets: Storage["budgets"];
  readonly clock: Clock;
  readonly report: Report;
}

interface Held {
  readonly budget: Budget;
  readonly etag: string | undefined;
}

/**
 * Creates the pacer of one credential over its stored budget, which all mappings and instances share: each request reserves its
 * time by the ETag of the row.
 */
export function createPacer({ service, credential, buckets, priority, budgets, clock, report }: PacerOptions): Pacer {
  let held: Held | undefined;

  const read = async (): Promise<Held> => {
    const row = await budgets.find(credential);
    return { budget: (row?.value as Budget | undefined) ?? EMPTY_BUDGET, etag: row?.etag };
  };

  /** Changes the budget by what `change` returns for it; `undefined` leaves it alone. */
  const update = async (change: (budget: Budget) => Budget | undefined): Promise<void> => {
    for (let race = 0; race < RACES; race += 1) {
      const current = held ?? (await read());
      held = undefined;
      const next = change(current.budget);
      if (!next) {
        held = current;
        return;
      }
      try {
        const etag = await budgets.replace(credential, next, current.etag);
        held = { budget: next, etag };
        return;
      } catch (error) {
        if (!isRowConflict(error)) throw error;
      }
    }
    throw new ServiceError({
      service: "storage",
      code: "contention",
      end: "failed",
      message: "The budget row is written too often to reserve a request.",
    });
  };

  /** Reserves one request; returns how long to wait for its time. */
  const reserve = async (kind: RequestKind): Promise<number> => {
    let waitMs = 0;
    await update((budget) => {
      const nowMs = clock.now();
      const reservation = reserveRequest(budget, buckets, kind, priority, nowMs);
      waitMs = reservation.sendAtMs - nowMs;
      return waitMs > LONGEST_WAIT_MS ? undefined : reservation.budget;
    });
    if (waitMs <= LONGEST_WAIT_MS) return waitMs;
    // The row may have been read long ago: what it says of the past must not make anyone wait again.
    held = undefined;
    throw new ServiceError({
      service,
      code: "rate_limited",
      end: "limited",
      retryAfterMs: waitMs,
      message: `The ${service === "notion" ? "Notion" : "GitHub"} budget is used up for now.`,
    });
  };

  /** Whether a limit was met, by anyone, while a request waited for its time. */
  const wasBlocked = async (): Promise<boolean> => {
    held = await read();
    return held.budget.blockedUntilMs > clock.now();
  };

  /** A limit may have been met elsewhere while this request waited for its time. */
  const checkBlock = async (): Promise<void> => {
    held = await read();
    const leftMs = held.budget.blockedUntilMs - clock.now();
    if (leftMs > 0) throw limited(leftMs);
  };

  const limited = (retryAfterMs: number): ServiceError =>
    new ServiceError({
      service,
      code: "rate_limited",
      end: "limited",
      retryAfterMs,
      message: `The ${service === "notion" ? "Notion" : "GitHub"} budget is used up for now.`,
    });

  return {
    async acquire(kind) {
      for (;;) {
        const waitMs = await reserve(kind);
        if (waitMs > 0) {
          await clock.sleep(waitMs);
          await checkBlock();
        }
        if (waitMs < LIMIT_GRACE_MS || !(await wasBlocked())) return;
      }
    },
    async block(untilMs) {
      let waitMs = 0;
      await update((budget) => {
        const nowMs = clock.now();
        // Requests that were under way meet the same limit: it was met once.
        waitMs = budget.blockedUntilMs > nowMs ? 0 : untilMs - nowMs;
        return blockBudget(budget, untilMs);
      });
      if (waitMs > 0) report({ event: "limit", service, waitMs });
    },
  };
}
