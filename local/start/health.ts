import { realClock } from "../clock.ts";

const RETRY_MS = 250; // ms
const ASK_LIMIT_MS = 5_000; // ms for one answer
const START_LIMIT_MS = 120_000; // ms; Core Tools download their extensions at the first start

/** What the app says of itself. */
export type Health = "healthy" | "unhealthy" | "absent";

/**
 * Waits until the app says how it is.
 *
 * @param graceMs how long a bad answer may still be that of a host that is starting; 0 when it is ready.
 * @returns `absent` when something answers that has no such address.
 * @throws Error when nothing answers within two minutes, or `signal` is aborted.
 */
export async function waitForHealth(url: string, graceMs: number, signal: AbortSignal): Promise<Health> {
  const startedMs = realClock.now();
  let unwellSinceMs: number | undefined;
  while (realClock.now() - startedMs < START_LIMIT_MS) {
    const status = await ask(url, signal);
    if (status === 200) return "healthy";
    if (status !== undefined) {
      unwellSinceMs ??= realClock.now();
      if (realClock.now() - unwellSinceMs >= graceMs) return status === 404 ? "absent" : "unhealthy";
    }
    await realClock.sleep(RETRY_MS, signal);
  }
  throw new Error("The app did not answer within two minutes.");
}

async function ask(url: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_LIMIT_MS)]) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    signal.throwIfAborted();
    return undefined; // nobody listens yet
  }
}
