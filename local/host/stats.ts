import type { RegisteredFunction } from "./functions-core.ts";
import type { Invoke } from "./invoke.ts";

/** What the host counted since its start or the last `clearStats`. */
export interface Stats {
  /** Function name → how often it ran, whatever triggered it; an orchestrator runs once per turn. */
  readonly executions: Readonly<Record<string, number>>;
  /** Orchestrations started, sub-orchestrations included, continued ones not counted again. */
  readonly orchestrations: number;
  readonly turns: number;
  /** Bytes of history handed to orchestrators, over all turns. */
  readonly historyBytes: number;
  readonly largestPayload: { readonly what: string; readonly bytes: number };
}

/** Counts what the host does. */
export interface Counter {
  ran(target: RegisteredFunction): void;
  orchestrationStarted(): void;
  turn(bytes: number): void;
  payload(what: string, bytes: number): void;
  read(): Stats;
  clear(): void;
}

/** Makes a counter that stands at zero. */
export function createCounter(): Counter {
  let executions: Record<string, number> = {};
  let orchestrations = 0;
  let turns = 0;
  let historyBytes = 0;
  let largest = { what: "", bytes: 0 };
  return {
    ran: (target) => void (executions[target.name] = (executions[target.name] ?? 0) + 1),
    orchestrationStarted: () => void (orchestrations += 1),
    turn(bytes) {
      turns += 1;
      historyBytes += bytes;
    },
    payload(what, bytes) {
      if (bytes > largest.bytes) largest = { what, bytes };
    },
    read: () => ({ executions: { ...executions }, orchestrations, turns, historyBytes, largestPayload: { ...largest } }),
    clear() {
      executions = {};
      orchestrations = turns = historyBytes = 0;
      largest = { what: "", bytes: 0 };
    },
  };
}

/** One run of a function, from its start to its end by the host's clock, in milliseconds. */
export interface Invocation {
  readonly name: string;
  /** Of the trigger, in lower case: `httptrigger`. */
  readonly trigger: string;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** Counts each invocation, and how many run now; tells `ended` of each that has ended. */
export function countInvocations(
  invoke: Invoke,
  counter: Counter,
  now: () => number,
  ended: (invocation: Invocation) => void = () => undefined,
): { invoke: Invoke; running: () => number } {
  let running = 0;
  return {
    running: () => running,
    async invoke(target, input) {
      counter.ran(target);
      running += 1;
      const beganAtMs = now();
      try {
        return await invoke(target, input);
      } finally {
        running -= 1;
        ended({ name: target.name, trigger: target.trigger.type, beganAtMs, endedAtMs: now() });
      }
    },
  };
}
