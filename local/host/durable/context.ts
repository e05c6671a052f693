import type { Clock } from "../../clock.ts";
import type { RegisteredFunction } from "../functions-core.ts";
import type { Invoke } from "../invoke.ts";
import type { Log } from "../log.ts";
import type { Moods, Random } from "../moods.ts";
import type { HostSettings } from "../settings.ts";
import type { Counter } from "../stats.ts";
import type { Instance, HostStore, TaskRow, TimerRow } from "./store.ts";

/** What one turn was given and gave back, for those who want to watch. */
export interface TurnTrace {
  readonly instanceId: string;
  readonly orchestrator: string;
  /** The text handed to the orchestrator. */
  readonly input: string;
  /** What it returned, or the message that it threw. */
  readonly output: unknown;
  readonly thrown: string | undefined;
}

/** What the parts of the durable engine share. */
export interface EngineContext {
  readonly store: HostStore;
  readonly clock: Clock;
  readonly moods: Moods;
  readonly random: Random;
  readonly log: Log;
  readonly counter: Counter;
  readonly settings: HostSettings;
  readonly invoke: Invoke;
  readonly onTurn: ((turn: TurnTrace) => void) | undefined;
  readonly findFunction: (kind: "activity" | "orchestrator", name: string) => RegisteredFunction | undefined;
  readonly knownFunctions: (kind: "activity" | "orchestrator") => readonly string[];
  /** False once the host was killed: nothing may be written any more. */
  readonly isAlive: () => boolean;
  /** False also while the host stops cleanly: nothing new is begun. */
  readonly isRunning: () => boolean;
  /**
   * Runs a transaction.
   *
   * @throws HostKilled when the host is dead; nothing was written, or the caller must not go on.
   */
  readonly commit: <T>(work: () => T) => T;
  readonly wake: (id: string) => void;
  readonly startTask: (row: TaskRow) => void;
  readonly armTimer: (row: TimerRow) => void;
  readonly ended: (instance: Instance) => void;
}

/** Thrown inside a killed host to stop what still runs; never seen outside. */
export class HostKilled extends Error {
  override readonly name = "HostKilled";
}

/**
 * Lets work run in the background; a kill ends it silently, any other error is logged.
 *
 * @remarks The caller marks it as busy, once: work that is marked twice and then sleeps would stop a virtual clock for good.
 */
export function background(context: EngineContext, what: string, work: Promise<void>): void {
  work.catch((error: unknown) => {
    if (error instanceof HostKilled || !context.isAlive()) return;
    context.log("error", "Durable", `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  });
}

/** ISO-8601 UTC of the host's clock. */
export function isoNow(context: EngineContext): string {
  return new Date(context.clock.now()).toISOString();
}
