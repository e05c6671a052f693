const FIRST_RETRY_MS = 60_000; // ms; design: 1, 2, 4 … 60 minutes
const LONGEST_RETRY_MS = 60 * 60_000; // ms

/** How long a pair waits after having failed or waited `attempts` times in a row: 1, 2, 4 … 60 minutes. */
export function backoffMs(attempts: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1));
}
