// Runs an orchestrator on the engine of durable-functions itself, turn by turn, each from the whole history so far.
import { createRequire } from "node:module";
import type { OrchestrationContext, Task } from "durable-functions";

type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown, unknown>;

/** What the engine answers to one turn. */
export interface Turn {
  readonly isDone: boolean;
  readonly actions: readonly (readonly ReplayedAction[])[];
  readonly output?: unknown;
}

export interface ReplayedAction {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly fireAt?: string;
  readonly isCanceled?: boolean;
  readonly externalEventName?: string;
  readonly retryOptions?: Readonly<Record<string, unknown>>;
  readonly compoundActions?: readonly ReplayedAction[];
}

interface TestingUtils {
  readonly DummyOrchestrationContext: new (name?: string, invocationId?: string, logHandler?: () => void) => object;
  readonly DurableOrchestrationInput: new (...values: readonly unknown[]) => object;
  readonly createOrchestrator: (orchestrator: Orchestrator) => (trigger: object, context: object) => Promise<Turn>;
}

const utils = createRequire(import.meta.url)("durable-functions/lib/src/util/testingUtils") as TestingUtils;

const START_MS = Date.parse("2026-01-01T10:00:00.000Z");
const TURN_MS = 1_000; // between two turns

const EVENT = {
  executionStarted: 0,
  activityScheduled: 4,
  activityCompleted: 5,
  activityFailed: 6,
  childCreated: 7,
  childCompleted: 8,
  timerCreated: 10,
  timerFired: 11,
  turnStarted: 12,
  eventRaised: 15,
} as const;

/** Something that happened between two turns; ids count what the orchestrator asked for, from 0. */
export type Happening =
  | { readonly activity: string; readonly id: number; readonly result: unknown }
  | { readonly activity: string; readonly id: number; readonly error: string }
  | { readonly child: string; readonly id: number; readonly result: unknown }
  | { readonly timer: number; readonly at: string }
  | { readonly scheduledTimer: number; readonly at: string }
  | { readonly scheduledChild: string; readonly id: number }
  | { readonly event: string };

/** Starts an instance; each call of `turn` tells what happened since the last one and replays from the beginning. */
export function replayOrchestrator(orchestrator: Orchestrator, input: unknown) {
  const history: object[] = [];
  let turns = 0;
  return {
    async turn(...happened: readonly Happening[]): Promise<Turn> {
      const timestamp = new Date(START_MS + turns * TURN_MS);
      const stamp = { IsPlayed: false, Timestamp: timestamp };
      for (const old of history) Object.assign(old, { IsPlayed: true });
      history.push({ ...stamp, EventType: EVENT.turnStarted, EventId: -1 });
      if (turns === 0) {
        history.push({ ...stamp, EventType: EVENT.executionStarted, EventId: -1, Name: "test", Input: JSON.stringify(input) });
      }
      turns += 1;
      for (const happening of happened)
        history.push(...toEvents(happening).map((event) => ({ ...stamp, EventId: -1, ...event })));
      const trigger = new utils.DurableOrchestrationInput("instance", history, input, undefined, undefined, undefined, 3);
      const context = new utils.DummyOrchestrationContext("test", "invocation", () => undefined);
      const answer = await utils.createOrchestrator(orchestrator)(trigger, context);
      return JSON.parse(JSON.stringify(answer)) as Turn;
    },
  };
}

function toEvents(happening: Happening): readonly object[] {
  if ("event" in happening) return [{ EventType: EVENT.eventRaised, Name: happening.event, Input: "{}" }];
  if ("timer" in happening) return [{ EventType: EVENT.timerFired, TimerId: happening.timer, FireAt: happening.at }];
  if ("scheduledTimer" in happening) {
    return [{ EventType: EVENT.timerCreated, EventId: happening.scheduledTimer, FireAt: happening.at }];
  }
  if ("scheduledChild" in happening) {
    return [{ EventType: EVENT.childCreated, EventId: happening.id, Name: happening.scheduledChild }];
  }
  if ("child" in happening) {
    return [{ EventType: EVENT.childCompleted, TaskScheduledId: happening.id, Result: JSON.stringify(happening.result) }];
  }
  const scheduled = { EventType: EVENT.activityScheduled, EventId: happening.id, Name: happening.activity };
  const end =
    "error" in happening
      ? { EventType: EVENT.activityFailed, TaskScheduledId: happening.id, Reason: happening.error, Details: "at …" }
      : { EventType: EVENT.activityCompleted, TaskScheduledId: happening.id, Result: JSON.stringify(happening.result) };
  return [scheduled, end];
}
