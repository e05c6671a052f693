/** Time, handed in so that a test can run hours in a moment. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves `ms` from now; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `callback` once, `ms` from now. */
  setTimer(ms: number, callback: () => void): { clear(): void };
}

/** The present as ISO-8601 UTC. */
export function isoNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
