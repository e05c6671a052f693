// From the history and the returned actions to decisions. Pure; the extension's own way of doing it, traps included.
import { EVENT, type HistoryEvent, type TurnOutput } from "./protocol.ts";
import { createProgram, ReplayFault } from "./program.ts";

export { ReplayFault } from "./program.ts";

/** Something new to be done, with the id it takes in the execution. Inputs are texts as they are handed on. */
export type Decision =
  | { readonly kind: "activity"; readonly id: number; readonly name: string; readonly input: string | null }
  | {
      readonly kind: "child";
      readonly id: number;
      readonly name: string;
      readonly instanceId: string;
      readonly input: string | null;
    }
  | { readonly kind: "timer"; readonly id: number; readonly fireAt: string; readonly canceled: boolean };

/** How an execution ends. Texts are JSON, except of a failure. */
export type Completion =
  | { readonly status: "Completed"; readonly id: number; readonly result: string | null }
  | { readonly status: "Failed"; readonly id: number; readonly result: string; readonly message: string }
  | { readonly status: "ContinuedAsNew"; readonly input: string | null; readonly carried: readonly HistoryEvent[] };

export interface Replayed {
  readonly decisions: readonly Decision[];
  readonly completion: Completion | undefined;
  /** Ids of tasks and timers that keep a finished orchestrator from completing; empty while it still waits for something. */
  readonly keptOpenBy: readonly number[];
  /** The orchestrator has gone on past something that is still waited for here: from now on the ids may be confused. */
  readonly isBehind?: boolean;
}

export interface ReplayIdentity {
  readonly name: string;
  readonly instanceId: string;
  readonly executionId: string;
  readonly parentInstanceId: string | null;
  /** Throws for a name that no function has; the message becomes the failure. */
  readonly checkFunction: (kind: "activity" | "orchestrator", name: string) => void;
}

const CREATED: Readonly<Record<number, Decision["kind"]>> = {
  [EVENT.taskScheduled]: "activity",
  [EVENT.childCreated]: "child",
  [EVENT.timerCreated]: "timer",
};

/** Decides what follows from one turn. */
export function replay(history: readonly HistoryEvent[], output: TurnOutput, identity: ReplayIdentity): Replayed {
  const program = createProgram(output.actions[0] ?? [], identity);
  const fail = (message: string): Replayed => {
    const text = `Orchestrator function '${identity.name}' failed: ${message}`;
    const completion: Completion = { status: "Failed", id: program.nextId(), result: text, message };
    return { decisions: [...program.undecided.values()], completion, keptOpenBy: [] };
  };
  try {
    for (const event of history) feed(program, event);
  } catch (error) {
    if (error instanceof ReplayFault) return fail(error.message);
    throw error;
  }
  const decisions = [...program.undecided.values()];
  if (!program.atEnd()) {
    const isBehind = output.isDone || Boolean(output.error) || program.blockedAt() < (output.actions[0]?.length ?? 0) - 1;
    return { decisions, completion: undefined, keptOpenBy: [], isBehind };
  }
  if (!output.error && !output.isDone) return { decisions, completion: undefined, keptOpenBy: [] };
  // An orchestration completes, and also fails, only when nothing is open.
  if (program.open.size > 0) return { decisions, completion: undefined, keptOpenBy: [...program.open.keys()] };
  if (output.error) return fail(output.error);
  const next = program.continuedAsNew();
  if (next) {
    return {
      decisions,
      completion: { status: "ContinuedAsNew", input: next.input, carried: program.carried },
      keptOpenBy: [],
    };
  }
  const result = output.output === undefined || output.output === null ? null : JSON.stringify(output.output);
  return { decisions, completion: { status: "Completed", id: program.nextId(), result }, keptOpenBy: [] };
}

function feed(program: ReturnType<typeof createProgram>, event: HistoryEvent): void {
  switch (event.EventType) {
    case EVENT.orchestratorStarted:
      program.setNow(Date.parse(event.Timestamp));
      return;
    case EVENT.executionStarted:
      program.start();
      return;
    case EVENT.taskScheduled:
    case EVENT.childCreated:
    case EVENT.timerCreated:
      confirm(program.undecided, event);
      return;
    case EVENT.taskCompleted:
    case EVENT.childCompleted:
      program.settle(event.TaskScheduledId ?? -1, true);
      return;
    case EVENT.taskFailed:
    case EVENT.childFailed:
      program.settle(event.TaskScheduledId ?? -1, false);
      return;
    case EVENT.timerFired:
      program.settle(event.TimerId ?? -1, true);
      return;
    case EVENT.eventRaised:
      program.raise(event);
      return;
    default:
  }
}

function confirm(undecided: Map<number, Decision>, event: HistoryEvent): void {
  const decision = undecided.get(event.EventId);
  const kind = CREATED[event.EventType];
  const sameName = decision?.kind === "timer" || decision?.name.toLowerCase() === event.Name?.toLowerCase();
  if (!decision || decision.kind !== kind || !sameName) {
    const found = decision ? `${decision.kind} ${decision.kind === "timer" ? "" : `'${decision.name}'`}`.trim() : "nothing";
    throw new ReplayFault(
      `Non-Deterministic workflow detected: the history has ${kind ?? "?"} ${event.Name ? `'${event.Name}' ` : ""}with id ${event.EventId}, ` +
        `but the orchestrator now asks for ${found}. A change was made to its code while this instance was running.`,
    );
  }
  undecided.delete(event.EventId);
}
