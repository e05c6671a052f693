// What Application Insights would hold of a world: what the app itself wrote, and what the host on Azure would have written beside
// it of the same invocations and turns.
import type { LogEntry, TurnTrace } from "../../local/host/host.ts";
import { ACTION, EVENT } from "../../local/host/durable/protocol.ts";
import type { Action, HistoryEvent, TurnOutput } from "../../local/host/durable/protocol.ts";
import { durableRow, exceptionRow, requestRow, traceRow } from "./insights-rows.ts";
import type { DurableState, Level, StoredRow } from "./insights-rows.ts";
import type { RunEvent } from "../../sync/event.ts";
import type { World, WorldOptions } from "./world.ts";

/** The tables, with their rows by time. */
export interface Insights {
  readonly traces: readonly StoredRow[];
  readonly requests: readonly StoredRow[];
  readonly exceptions: readonly StoredRow[];
}

/** Watches a world from its start on. */
export interface InsightsWatch {
  /** For `createWorld`. */
  readonly options: Required<Pick<WorldOptions, "onTurn" | "onInvocation">>;
  /** What is held by now. */
  tables(world: World): Insights;
}

const LEVELS: Readonly<Record<LogEntry["level"], Level>> = {
  trace: "Verbose",
  debug: "Verbose",
  information: "Information",
  warning: "Warning",
  error: "Error",
  critical: "Critical",
};

/** Watches; each exception is reported once, as Azure's host does at the least. */
export function watchInsights(): InsightsWatch {
  const lifecycle = watchLifecycle();
  const own: { readonly at: string; readonly name: string; readonly durationMs: number }[] = [];
  return {
    options: {
      onTurn: lifecycle.onTurn,
      onInvocation: ({ name, beganAtMs, endedAtMs }) =>
        void own.push({ at: new Date(beganAtMs).toISOString(), name, durationMs: endedAtMs - beganAtMs }),
    },
    tables(world) {
      const failures = world.log.flatMap(toFailure);
      const exceptions = [...failures, ...lifecycle.failures].map(({ at, functionName }) => exceptionRow(at, functionName));
      const failed = new Set(failures.map(({ at, functionName }) => `${functionName} ${at}`));
      const requests = own.map(({ at, name, durationMs }) => {
        const endedAt = new Date(Date.parse(at) + durationMs).toISOString();
        return requestRow({ at, functionName: name, succeeded: !failed.has(`${name} ${endedAt}`), durationMs });
      });
      const traces = [...world.log.flatMap(toTraces), ...world.log.flatMap(lifecycle.toTermination), ...lifecycle.rows];
      return { traces: byTime(traces), requests: byTime(requests), exceptions: byTime(exceptions) };
    },
  };
}

function byTime(rows: readonly StoredRow[]): readonly StoredRow[] {
  return rows.toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}

/** What the local host itself says has another form on Azure; host.json keeps back what is below Information. */
function toTraces({ at, level, category, message }: LogEntry): readonly StoredRow[] {
  const functionName = /^Function\.(\w+)\.User$/.exec(category)?.[1];
  if (functionName === undefined || LEVELS[level] === "Verbose") return [];
  return [traceRow({ at, category, message, level: LEVELS[level], functionName })];
}

function toFailure({ at, level, category }: LogEntry): readonly { readonly at: string; readonly functionName: string }[] {
  const functionName = /^Function\.(\w+)$/.exec(category)?.[1];
  return functionName !== undefined && ["warning", "error"].includes(level) ? [{ at, functionName }] : [];
}

/** What the Durable extension writes of the turns of orchestrations, in their order and a millisecond apart. */
function watchLifecycle(): {
  readonly onTurn: (turn: TurnTrace) => void;
  /** The extension says so when the app ends a run, which the app reports. */
  readonly toTermination: (entry: LogEntry) => readonly StoredRow[];
  readonly rows: readonly StoredRow[];
  readonly failures: readonly { readonly at: string; readonly functionName: string }[];
} {
  const rows: StoredRow[] = [];
  const failures: { readonly at: string; readonly functionName: string }[] = [];
  const scheduled = new Map<string, number>();
  const names = new Map<string, string>();
  let lastMs = 0;
  return {
    rows,
    failures,
    toTermination({ at, message }) {
      if (!message.startsWith('{"event":"run"')) return [];
      const { status, instanceId } = JSON.parse(message) as RunEvent;
      const functionName = names.get(instanceId) ?? "";
      return status === "terminated"
        ? [durableRow({ at, instanceId, functionName, functionType: "Orchestrator", state: "Terminated" })]
        : [];
    },
    onTurn({ instanceId, orchestrator, input, output, thrown }) {
      const { history, isReplaying } = JSON.parse(input) as {
        readonly history: readonly HistoryEvent[];
        readonly isReplaying: boolean;
      };
      const turnMs = Date.parse(history.findLast(({ EventType }) => EventType === EVENT.orchestratorStarted)?.Timestamp ?? "");
      const say = (
        state: DurableState,
        functionName = orchestrator,
        functionType: "Orchestrator" | "Activity" = "Orchestrator",
      ) => {
        lastMs = Math.max(turnMs, lastMs + 1);
        rows.push(durableRow({ at: new Date(lastMs).toISOString(), instanceId, functionName, functionType, state }));
      };
      names.set(instanceId, orchestrator);
      const executionId =
        history.find(({ OrchestrationInstance }) => OrchestrationInstance)?.OrchestrationInstance?.ExecutionId ?? "";
      const { actions, isDone, error } = output as TurnOutput;
      const all = actions.flat().flatMap(withCompound);

      if (!isReplaying) say("Started");
      for (const { functionName, actionType } of all.slice(scheduled.get(executionId) ?? 0)) {
        const isChild = actionType === ACTION.callChild || actionType === ACTION.callChildWithRetry;
        if (functionName !== undefined) say("Scheduled", functionName, isChild ? "Orchestrator" : "Activity");
      }
      scheduled.set(executionId, all.length);
      const hasFailed = thrown !== undefined || error !== undefined;
      const hasEnded = isDone || all.some(({ actionType }) => actionType === ACTION.continueAsNew);
      say(hasFailed ? "Failed" : hasEnded ? "Completed" : "Awaited");
      if (hasFailed) failures.push({ at: new Date(turnMs).toISOString(), functionName: orchestrator });
    },
  };
}

function withCompound(action: Action): readonly Action[] {
  return [action, ...(action.compoundActions ?? []).flatMap(withCompound)];
}
