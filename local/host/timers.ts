import type { Clock } from "../clock.ts";
import type { HostStore } from "./durable/store.ts";
import type { RegisteredFunction } from "./functions-core.ts";
import type { Invoke } from "./invoke.ts";
import type { Log } from "./log.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";
import { resolveSetting } from "./settings.ts";

/** The timer triggers of the app. */
export interface Timers {
  /** Arms every schedule; a missed occurrence fires at once. */
  start(): void;
  stop(): void;
  /** Whether there is such a timer trigger; names match without case. */
  has(name: string): boolean;
  /**
   * Fires one by hand, after a run that goes on.
   *
   * @throws Error when there is no such timer trigger.
   */
  fire(name: string): Promise<void>;
  /** No run goes on or waits for one that does. */
  idle(): boolean;
  /** Resolves when no run goes on. */
  drained(): Promise<void>;
}

interface TimersOptions {
  readonly functions: readonly RegisteredFunction[];
  readonly store: HostStore;
  readonly clock: Clock;
  readonly invoke: Invoke;
  readonly log: Log;
  readonly isAlive: () => boolean;
}

interface Status {
  readonly last: string;
  readonly next: string;
  readonly lastUpdated: string;
}

interface Entry {
  readonly target: RegisteredFunction;
  readonly schedule: Schedule;
  /** The last run, or the one that goes on. */
  running: Promise<void>;
}

const MONITORED_FROM_MS = 60_000; // ms; the extension keeps the status of schedules of a minute or more
const NEVER = "0001-01-01T00:00:00";

/**
 * Makes the timer triggers.
 *
 * @throws Error that names the function whose schedule is bad.
 */
export function createTimers(options: TimersOptions): Timers {
  const { store, clock } = options;
  const entries = options.functions.filter((target) => target.trigger.type === "timertrigger").map(toEntry);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const key = (entry: Entry): string => `timer:${entry.target.name}`;
  const isMonitored = (entry: Entry): boolean =>
    entry.target.trigger.binding.useMonitor !== false && entry.schedule.intervalMs(clock.now()) >= MONITORED_FROM_MS;
  const findStatus = (entry: Entry): Status | undefined => {
    const text = isMonitored(entry) ? store.findValue(key(entry)) : undefined;
    return text === undefined ? undefined : (JSON.parse(text) as Status);
  };
  let running = false;
  let runs = 0;
  const isStopped = (): boolean => !running || !options.isAlive();

  const run = (entry: Entry, isPastDue: boolean): Promise<void> => {
    const previous = entry.running;
    runs += 1;
    entry.running = (async () => {
      await previous;
      await clock.busy(runOnce(entry, isPastDue));
      runs -= 1;
    })();
    return entry.running;
  };

  const runOnce = async (entry: Entry, isPastDue: boolean): Promise<void> => {
    const status = findStatus(entry);
    const shown = status && { Last: status.last, Next: status.next, LastUpdated: status.lastUpdated };
    const json = JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: shown ?? null, IsPastDue: isPastDue });
    try {
      await options.invoke(entry.target, { data: { json } });
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      options.log("error", `Function.${entry.target.name}`, text);
    }
  };

  const save = (entry: Entry, lastMs: number | undefined, nextMs: number): void => {
    if (!isMonitored(entry) || !options.isAlive()) return;
    const last = lastMs === undefined ? NEVER : iso(lastMs);
    const status: Status = { last, next: iso(nextMs), lastUpdated: iso(lastMs ?? clock.now()) };
    store.saveValue(key(entry), JSON.stringify(status));
  };

  const arm = (entry: Entry): void => {
    const dueMs = entry.schedule.next(clock.now());
    clock.setTimer(dueMs - clock.now(), () => void tick(entry, dueMs));
  };

  const tick = async (entry: Entry, dueMs: number): Promise<void> => {
    if (isStopped()) return;
    await run(entry, false);
    if (!options.isAlive()) return;
    // Kept after the run: one that a kill cut short is missed, and fires again at the next start.
    save(entry, dueMs, entry.schedule.next(clock.now()));
    if (!isStopped()) arm(entry);
  };

  const begin = async (entry: Entry): Promise<void> => {
    const status = findStatus(entry);
    const now = clock.now();
    const missed = status !== undefined && Date.parse(status.next) <= now;
    if (!status) save(entry, undefined, entry.schedule.next(now));
    if (missed || entry.target.trigger.binding.runOnStartup === true) {
      await run(entry, missed);
      if (!options.isAlive()) return;
      save(entry, now, entry.schedule.next(clock.now()));
    }
    if (!isStopped()) arm(entry);
  };

  const find = (name: string): Entry | undefined =>
    entries.find(({ target }) => target.name.toLowerCase() === name.toLowerCase());

  return {
    start() {
      running = true;
      for (const entry of entries) void begin(entry);
    },
    stop: () => void (running = false),
    has: (name) => find(name) !== undefined,
    async fire(name) {
      const entry = find(name);
      if (!entry) throw new Error(`There is no timer trigger "${name}".`);
      await run(entry, false);
    },
    idle: () => runs === 0,
    async drained() {
      await Promise.all(entries.map((entry) => entry.running));
    },
  };
}

function toEntry(target: RegisteredFunction): Entry {
  try {
    const schedule = parseSchedule(resolveSetting(target.trigger.binding.schedule ?? ""));
    return { target, schedule, running: Promise.resolve() };
  } catch (error) {
    throw new Error(
      `The timer trigger "${target.name}" has a bad schedule. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
