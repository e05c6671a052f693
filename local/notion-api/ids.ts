const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;

/** Reads a UUID with or without dashes; `undefined` if it is none. */
export function findUuid(text: string): string | undefined {
  const parts = UUID.exec(text);
  return parts ? parts.slice(1).join("-").toLowerCase() : undefined;
}

/** A deterministic UUID for the `index`th thing (from 0) of a group (a hexadecimal digit or several, at most 8). */
export function toSeedUuid(group: string, index: number): string {
  return `${group.padStart(8, "0")}-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

const MINUTE_MS = 60_000;

/** Notion rounds the times of pages and blocks down to the minute. */
export function toMinuteMs(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

/** The minute as Notion writes it. */
export function toMinute(ms: number): string {
  return new Date(toMinuteMs(ms)).toISOString();
}
