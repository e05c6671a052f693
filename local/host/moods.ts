/** The bad moods of production, as switches; all are off unless set. */
export interface Moods {
  /** Function keys are enforced; off, anonymous access is allowed, as with Core Tools. */
  readonly keys: boolean;
  /** Durable timers fire up to 1 s early. */
  readonly earlyTimers: boolean;
  /** Each activity is delivered twice, overlapping, and once more after its orchestration ended; only the first result counts. */
  readonly doubleActivities: boolean;
  /** An instance answers 409 to a start for up to 5 s after its last turn. */
  readonly busyEnd: boolean;
  /** Two starts of a free id at the same time both answer 202; the later one counts. */
  readonly doubleStart: boolean;
  /** Activities start up to 10 s late. */
  readonly lateActivities: boolean;
  /** An input, result, event or custom status over 16 KB fails its instance by name. */
  readonly smallPayloads: boolean;
}

export const MOOD_NAMES: readonly (keyof Moods)[] = [
  "keys",
  "earlyTimers",
  "doubleActivities",
  "busyEnd",
  "doubleStart",
  "lateActivities",
  "smallPayloads",
];

export const EARLY_TIMER_MS = 1_000; // ms; observed with the Azure Storage backend, whose queues hide messages for whole seconds
export const BUSY_END_MS = 5_000; // ms; an instance whose last turn is not yet written still counts as running
export const DOUBLE_START_MS = 1_000; // ms; how long a first turn is held back so that a second start can meet it
export const LATE_ACTIVITY_MS = 10_000; // ms; queue polling backs off
export const SMALL_PAYLOAD_BYTES = 16 * 1024; // bytes; far below 45 KB, at which the extension moves payloads to blobs

/** Fills in what is left out. */
export function toMoods(set: Partial<Moods> = {}): Moods {
  const all = Object.fromEntries(MOOD_NAMES.map((name) => [name, set[name] ?? false]));
  return all as unknown as Moods;
}

/**
 * Parses a list of moods as given on the command line.
 *
 * @param list `all`, or names with commas between them.
 * @throws Error that names an unknown mood and lists those that there are.
 */
export function parseMoods(list: string): Partial<Moods> {
  const names = list === "all" ? MOOD_NAMES : list.split(",").filter(Boolean);
  for (const name of names) {
    if (!MOOD_NAMES.some((known) => known === name)) {
      throw new Error(`There is no mood "${name}". Moods: all, ${MOOD_NAMES.join(", ")}.`);
    }
  }
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** Gives numbers from 0 to below 1, the same ones for the same seed. */
export type Random = () => number;

/** Makes a seeded generator (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
