import type { Clock } from "../clock.ts";

const WINDOW_MS = 60_000; // ms; https://developers.notion.com/reference/request-limits

/** Counts requests in fixed windows of a minute. */
export interface RateLimiter {
  /** Counts one request; a number is the whole seconds after which the window ends, and the request was one too many. */
  take(key: string, limit: number): number | undefined;
  clear(): void;
}

/** Creates a limiter; a window opens with the first request after the last one ended. */
export function createRateLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, { openedMs: number; count: number }>();
  return {
    take(key, limit) {
      const nowMs = clock.now();
      let window = windows.get(key);
      if (!window || nowMs >= window.openedMs + WINDOW_MS) windows.set(key, (window = { openedMs: nowMs, count: 0 }));
      if (window.count >= limit) return Math.max(1, Math.ceil((window.openedMs + WINDOW_MS - nowMs) / 1_000));
      window.count += 1;
      return undefined;
    },
    clear: () => windows.clear(),
  };
}
