import type { Clock, Timer } from "../clock.ts";

/** A clock of one host generation: once killed, none of its timers fires, none of its sleeps ends, and nothing counts as busy. */
export interface MortalClock extends Clock {
  kill(): void;
}

/**
 * Puts a generation's own clock over a shared one.
 *
 * @remarks Give the same one to the host and to the app it loads, so that `Host.kill()` also stops what the app waits for.
 */
export function createMortalClock(clock: Clock): MortalClock {
  const death = new AbortController();
  const isAlive = (): boolean => !death.signal.aborted;
  const timers = new Set<Timer>();
  const releases = new Set<() => void>();
  const never = new Promise<never>(() => undefined);

  return {
    now: () => clock.now(),
    setTimer(ms, callback) {
      if (!isAlive()) return { clear: () => undefined };
      const inner = clock.setTimer(ms, () => {
        timers.delete(timer);
        callback();
      });
      const timer: Timer = {
        clear() {
          timers.delete(timer);
          inner.clear();
        },
      };
      timers.add(timer);
      return timer;
    },
    async sleep(ms, signal) {
      if (!isAlive()) return never;
      if (signal?.aborted) throw toError(signal.reason);
      // Listeners are removed one by one: a composed signal per sleep would pile up on the long-lived one.
      const local = new AbortController();
      const onAbort = (): void => local.abort(signal?.reason);
      const onDeath = (): void => local.abort();
      signal?.addEventListener("abort", onAbort, { once: true });
      death.signal.addEventListener("abort", onDeath, { once: true });
      try {
        await clock.sleep(ms, local.signal);
      } catch (error) {
        if (!isAlive()) return await never;
        throw error;
      } finally {
        signal?.removeEventListener("abort", onAbort);
        death.signal.removeEventListener("abort", onDeath);
      }
    },
    async busy(work) {
      if (!isAlive()) return await work;
      let release = (): void => undefined;
      const marked = new Promise<void>((resolve) => (release = resolve));
      releases.add(release);
      void clock.busy(marked);
      try {
        return await work;
      } finally {
        releases.delete(release);
        release();
      }
    },
    kill() {
      if (!isAlive()) return;
      death.abort();
      for (const timer of [...timers]) timer.clear();
      for (const release of releases) release();
      releases.clear();
    },
  };
}

/** Tells whether a clock can be killed. */
export function isMortal(clock: Clock): clock is MortalClock {
  return "kill" in clock;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted");
}
