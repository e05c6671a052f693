// Keeps a simulator's state in a file, so that the next start goes on where this one stopped.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Clock, Timer } from "../clock.ts";
import type { Vendor } from "./vendor.ts";

const SAVE_AFTER_MS = 300; // ms; changes within that time are written once
const VERSION = 1;

/** The file of one simulator. */
export interface DataFile {
  readonly path: string;
  /** Named in the file, so that no simulator takes up another's. */
  readonly simulator: string;
  readonly clock: Clock;
}

/** What of a simulator is kept. Maps are kept as maps; all else must be JSON. */
export interface Keepable {
  /** Everything that outlives a start. */
  dump(): unknown;
  /** Puts a dump in the place of all that there is. */
  load(dump: unknown): void;
}

/** A vendor whose state is kept. */
export interface KeptVendor {
  readonly vendor: Vendor;
  /** Writes at once what is not written yet. */
  flush(): void;
}

/**
 * Takes up what the file holds and writes each change to it soon after, as a whole and atomically.
 *
 * @throws Error when the file is not one of this simulator and version.
 */
export function keepVendor(vendor: Vendor, state: Keepable, file: DataFile): KeptVendor {
  const isKnown = existsSync(file.path);
  if (isKnown) state.load(readDump(file));
  let timer: Timer | undefined;
  const flush = (): void => {
    if (!timer) return;
    timer.clear();
    timer = undefined;
    const text = JSON.stringify({ simulator: file.simulator, version: VERSION, state: state.dump() }, replaceMap);
    const fresh = `${file.path}.new`;
    writeFileSync(fresh, text);
    renameSync(fresh, file.path);
  };
  const changed = (): void => void (timer ??= file.clock.setTimer(SAVE_AFTER_MS, flush));
  if (!isKnown) changed(); // a seed has times, and they stay
  const kept: Vendor = {
    ...vendor,
    async handle(request, context) {
      try {
        return await vendor.handle(request, context);
      } finally {
        if (vendor.describe(request).write) changed();
      }
    },
    reset() {
      vendor.reset();
      changed();
    },
  };
  return { vendor: kept, flush };
}

function readDump(file: DataFile): unknown {
  let found: { simulator?: unknown; version?: unknown; state?: unknown } = {};
  try {
    found = JSON.parse(readFileSync(file.path, "utf8"), reviveMap) as typeof found;
  } catch {
    // what cannot be read is as what is not of this simulator
  }
  if (found.simulator === file.simulator && found.version === VERSION) return found.state;
  throw new Error(
    `"${file.path}" does not hold the state of this version's ${file.simulator} simulator: remove it to begin anew.`,
  );
}

const MAP = "$map";

const replaceMap = (_key: string, value: unknown): unknown => (value instanceof Map ? { [MAP]: [...value] } : value);

const reviveMap = (_key: string, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || !(MAP in value)) return value;
  return new Map(value[MAP] as [unknown, unknown][]);
};
