import type { Clock } from "../clock.ts";

const DEFAULT_KEEP_MS = 900_000; // ms; more than any planned staleness

interface Version<T> {
  readonly atMs: number;
  /** `undefined`: the key was deleted. */
  readonly value: T | undefined;
}

/** A map that also knows its recent past. Values are replaced, never changed in place, or the past changes with them. */
export interface VersionedMap<T> {
  readonly size: number;
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  /** Sets a value as if it had always been there. */
  seed(key: string, value: T): void;
  delete(key: string): void;
  /** In the order in which the keys were first set. */
  values(): Iterable<T>;
  /** The value at `atMs` (ms since 1970); `undefined`, if the key was not set then. */
  getAsOf(atMs: number, key: string): T | undefined;
  /** The values at `atMs`, those deleted since among them. */
  valuesAsOf(atMs: number): T[];
  clear(): void;
}

/**
 * Creates a map that remembers what it held up to `keepMs` ago.
 *
 * @param keepMs default 15 minutes; older versions are dropped when their key is set again.
 */
export function createVersionedMap<T>(clock: Clock, keepMs = DEFAULT_KEEP_MS): VersionedMap<T> {
  const current = new Map<string, T>();
  const past = new Map<string, Version<T>[]>();

  const remember = (key: string, value: T | undefined, atMs: number): void => {
    const versions = past.get(key) ?? [];
    versions.push({ atMs, value });
    const oldestNeededMs = clock.now() - keepMs;
    let unneeded = 0;
    while ((versions[unneeded + 1]?.atMs ?? Infinity) <= oldestNeededMs) unneeded += 1;
    if (unneeded > 0) versions.splice(0, unneeded);
    past.set(key, versions);
  };

  const map: VersionedMap<T> = {
    get size() {
      return current.size;
    },
    get: (key) => current.get(key),
    set(key, value) {
      current.set(key, value);
      remember(key, value, clock.now());
    },
    seed(key, value) {
      current.set(key, value);
      past.set(key, [{ atMs: -Infinity, value }]);
    },
    delete(key) {
      if (current.delete(key)) remember(key, undefined, clock.now());
    },
    values: () => current.values(),
    getAsOf: (atMs, key) => past.get(key)?.findLast((version) => version.atMs <= atMs)?.value,
    valuesAsOf(atMs) {
      const values: T[] = [];
      for (const key of past.keys()) {
        const value = map.getAsOf(atMs, key);
        if (value !== undefined) values.push(value);
      }
      return values;
    },
    clear() {
      current.clear();
      past.clear();
    },
  };
  return map;
}
