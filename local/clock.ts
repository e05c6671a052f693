/** A pending callback; clearing it twice, or after it ran, does nothing. */
export interface Timer {
  clear(): void;
}

/** Time as the local host and the simulators see it, so that a test can run hours in a moment. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls `callback` once, `ms` from now. */
  setTimer(ms: number, callback: () => void): Timer;
  /** Resolves `ms` from now; rejects with the signal's reason when it is aborted first. `Infinity` waits for the signal alone. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Marks work that runs now and is not waiting for the clock; a virtual clock stands still meanwhile. */
  busy<T>(work: Promise<T>): Promise<T>;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1; // ms; longer delays overflow Node's timers and fire at once

/** The clock of the machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  setTimer(ms, callback) {
    const dueAt = Date.now() + ms;
    let handle: NodeJS.Timeout | undefined;
    const arm = (): void => {
      const leftMs = dueAt - Date.now();
      handle = leftMs > LONGEST_TIMER_MS ? setTimeout(arm, LONGEST_TIMER_MS) : setTimeout(callback, Math.max(0, leftMs));
    };
    arm();
    return { clear: () => clearTimeout(handle) };
  },
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined; // eslint-disable-line prefer-const -- read by `onAbort`, which may run before it is set
      const onAbort = (): void => {
        timer?.clear();
        reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
      };
      if (signal?.aborted) {
        onAbort();
        return;
      }
      timer =
        ms === Infinity
          ? undefined
          : realClock.setTimer(ms, () => {
              signal?.removeEventListener("abort", onAbort);
              resolve();
            });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
  busy: (work) => work,
};
