// A sweep takes many minutes: whoever waits for it sees how far it has come.
import { writeSync } from "node:fs";

const EVERY = 50; // points
const STDERR = 2;

/**
 * Tells on standard error how far a sweep has come, now and then.
 *
 * @param done Points that were tried, out of `total`.
 */
export function tellProgress(sweep: string, done: number, total: number, failures: number): void {
  if (process.env["CRASH_PROGRESS"] === undefined || done % EVERY !== 0) return;
  writeSync(STDERR, `${sweep}: ${done} of ${total} points, ${failures} failed\n`);
}

/** Names one kind of run: what brought the changes, and in which mood. */
export function describeRun({
  webhooks = true,
  staleLists = false,
  moods = {},
}: {
  readonly webhooks?: boolean;
  readonly staleLists?: boolean;
  readonly moods?: object;
}): string {
  return [webhooks ? "by webhooks" : "by the poll", ...(staleLists ? ["lists 120 s old"] : []), ...Object.keys(moods)].join(", ");
}
