// Steps an orchestrator by hand: what it calls is answered by plain functions, and everything it asks for is written down.
import type { OrchestrationContext, RetryOptions, Task } from "durable-functions";

/** The id of every instance that is run by hand. */
export const INSTANCE_ID = "instance-1";

/** What answers an activity or a child; what it throws, the orchestrator catches. */
export type Answers = Readonly<Record<string, (input: never) => unknown>>;

export interface RunOptions {
  readonly input: unknown;
  readonly activities: Answers;
  readonly children?: Answers;
  /** Which of a timer and an event comes first; without it the timer. */
  readonly first?: "timer" | "event";
  readonly now?: string;
}

/** What an orchestrator asked for, in order. */
export type Asked =
  | { readonly kind: "activity"; readonly name: string; readonly input: unknown; readonly attempts: number }
  | { readonly kind: "all"; readonly children: readonly { readonly name: string; readonly input: unknown }[] }
  | { readonly kind: "sleep"; readonly until: string; readonly orEvent: string; timerCancelled: boolean };

export interface RunResult {
  readonly output: unknown;
  readonly asked: readonly Asked[];
  /** The input of the next generation; absent when the run ended. */
  readonly continuedWith?: unknown;
}

type FakeTask = Task & { isCompleted: boolean } & (
    | { readonly kind: "activity" | "child"; readonly name: string; readonly input: unknown; readonly attempts: number }
    | { readonly kind: "timer"; readonly until: string; cancel: () => void; isCanceled: boolean }
    | { readonly kind: "event"; readonly name: string }
    | { readonly kind: "all" | "any"; readonly tasks: readonly FakeTask[] }
  );

type Orchestrator = (context: OrchestrationContext) => Generator<Task, unknown, unknown>;

/** Runs one generation of an orchestrator to its end. */
export function runOrchestrator(orchestrator: Orchestrator, options: RunOptions): RunResult {
  const { input, activities, children = {}, first = "timer", now = "2026-01-01T10:00:00.000Z" } = options;
  const asked: Asked[] = [];
  const result: { output: unknown; asked: Asked[]; continuedWith?: unknown } = { output: undefined, asked };
  const open = { isCompleted: false, isFaulted: false };

  const callActivityWithRetry = (name: string, retry: RetryOptions, given: unknown): FakeTask => {
    return { ...open, kind: "activity", name, input: given, attempts: retry.maxNumberOfAttempts };
  };
  const createTimer = (date: Date): FakeTask => {
    const timer: FakeTask = { ...open, kind: "timer", until: date.toISOString(), isCanceled: false, cancel: () => undefined };
    timer.cancel = () => {
      timer.isCanceled = true;
      for (const entry of asked) if (entry.kind === "sleep" && entry.until === timer.until) entry.timerCancelled = true;
    };
    return timer;
  };
  const df = {
    getInput: () => input,
    instanceId: INSTANCE_ID,
    currentUtcDateTime: new Date(now),
    callActivityWithRetry,
    callSubOrchestrator: (name: string, given: unknown): FakeTask => ({
      ...open,
      kind: "child",
      name,
      input: given,
      attempts: 1,
    }),
    createTimer,
    waitForExternalEvent: (name: string): FakeTask => ({ ...open, kind: "event", name }),
    continueAsNew: (given: unknown) => {
      result.continuedWith = given;
    },
    Task: {
      all: (tasks: readonly FakeTask[]): FakeTask => ({ ...open, kind: "all", tasks }),
      any: (tasks: readonly FakeTask[]): FakeTask => ({ ...open, kind: "any", tasks }),
    },
  };

  const answer = (answers: Answers, name: string, given: unknown): unknown => {
    const found = answers[name];
    if (!found) throw new Error(`Expected an answer for "${name}", found none.`);
    return structuredClone(found(structuredClone(given) as never));
  };

  /** @returns What the orchestrator gets for what it yielded. */
  const perform = (task: FakeTask): unknown => {
    switch (task.kind) {
      case "activity":
        asked.push({ kind: "activity", name: task.name, input: task.input, attempts: task.attempts });
        return answer(activities, task.name, task.input);
      case "all": {
        const called = task.tasks.flatMap((child) => (child.kind === "child" ? [child] : []));
        if (called.length < task.tasks.length) throw new Error("Expected only children in Task.all.");
        asked.push({ kind: "all", children: called.map(({ name, input: given }) => ({ name, input: given })) });
        return called.map(({ name, input: given }) => answer(children, name, given));
      }
      case "any": {
        const timer = task.tasks.find((member) => member.kind === "timer");
        const event = task.tasks.find((member) => member.kind === "event");
        if (!timer || !event) throw new Error("Expected a timer and an event in Task.any.");
        asked.push({ kind: "sleep", until: timer.until, orEvent: event.name, timerCancelled: false });
        const winner = first === "timer" ? timer : event;
        winner.isCompleted = true;
        return winner;
      }
      default:
        throw new Error(`Expected no "${task.kind}" to be yielded alone.`);
    }
  };

  const generator = orchestrator({ df } as unknown as OrchestrationContext);
  let step = generator.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = perform(step.value as FakeTask);
    } catch (error) {
      step = generator.throw(error);
      continue;
    }
    step = generator.next(value);
  }
  result.output = step.value;
  return result;
}
