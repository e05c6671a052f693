import type { Clock, Timer } from "./clock.ts";

/** A clock that stands still until it is run, and then jumps from timer to timer. */
export interface VirtualClock extends Clock {
  /**
   * Lets the process work, and jumps to the next timer whenever nothing is busy, until `until` holds.
   *
   * @throws Error when `limitMs` of virtual time pass first, or when nothing is left that could make `until` true.
   */
  run(until: () => boolean | Promise<boolean>, limitMs: number): Promise<void>;
  /** Jumps on by `ms`, running what falls due on the way. */
  advance(ms: number): Promise<void>;
}

interface Pending {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

const QUIET_TURNS = 4; // turns of the event loop without work before time moves on

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Creates a virtual clock that starts at `startAt` (ISO-8601 UTC). */
export function createVirtualClock(startAt: string): VirtualClock {
  let nowMs = Date.parse(startAt);
  let order = 0;
  let busyCount = 0;
  const pending = new Set<Pending>();

  const next = (): Pending | undefined => {
    let first: Pending | undefined;
    for (const timer of pending) {
      if (!first || timer.dueAt < first.dueAt || (timer.dueAt === first.dueAt && timer.order < first.order)) first = timer;
    }
    return first;
  };

  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await turn();
      if (busyCount > 0) quiet = -1;
    }
  };

  const fire = (timer: Pending): void => {
    pending.delete(timer);
    nowMs = Math.max(nowMs, timer.dueAt);
    timer.callback();
  };

  const clock: VirtualClock = {
    now: () => nowMs,
    setTimer(ms, callback) {
      const timer: Pending = { dueAt: nowMs + Math.max(0, ms), order: (order += 1), callback };
      pending.add(timer);
      return { clear: () => void pending.delete(timer) };
    },
    sleep(ms, signal) {
      // Whoever sleeps is not busy, although the work it belongs to was counted as such.
      busyCount -= 1;
      return new Promise<void>((resolve, reject) => {
        let timer: Timer | undefined; // eslint-disable-line prefer-const -- read by `onAbort`, which may run before it is set
        const onAbort = (): void => {
          timer?.clear();
          busyCount += 1;
          reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
        };
        if (signal?.aborted) {
          onAbort();
          return;
        }
        timer =
          ms === Infinity
            ? undefined
            : clock.setTimer(ms, () => {
                signal?.removeEventListener("abort", onAbort);
                busyCount += 1;
                resolve();
              });
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
    async busy(work) {
      busyCount += 1;
      try {
        return await work;
      } finally {
        busyCount -= 1;
      }
    },
    async run(until, limitMs) {
      const stopAt = nowMs + limitMs;
      for (;;) {
        await settle();
        if (await until()) return;
        const timer = next();
        if (!timer)
          throw new Error(`nothing is left to wait for at ${new Date(nowMs).toISOString()}, and the condition does not hold`);
        if (timer.dueAt > stopAt) throw new Error(`the condition does not hold after ${limitMs} ms of virtual time`);
        fire(timer);
      }
    },
    async advance(ms) {
      const stopAt = nowMs + ms;
      await settle();
      for (let timer = next(); timer && timer.dueAt <= stopAt; timer = next()) {
        fire(timer);
        await settle();
      }
      nowMs = Math.max(nowMs, stopAt);
    },
  };
  return clock;
}
