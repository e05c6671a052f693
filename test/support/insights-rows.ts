// Rows as Application Insights stores them of a Functions app in its classic mode: what the host adds to a line, and how Durable
// and exceptions are told. All values of customDimensions are texts.
import type { Row } from "./kql-aggregate.ts";

/** A row of a table. */
export type StoredRow = Row & {
  /** ISO-8601 UTC. */
  readonly timestamp: string;
};

/** Level of a line; the host stores them as 0 to 4. */
export type Level = "Verbose" | "Information" | "Warning" | "Error" | "Critical";

const LEVELS: readonly Level[] = ["Verbose", "Information", "Warning", "Error", "Critical"];

/** A line of log. */
export function traceRow(line: {
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly category: string;
  readonly message: string;
  readonly level?: Level;
  readonly functionName?: string;
  readonly more?: Readonly<Record<string, string>>;
}): StoredRow {
  const { at, category, message, level = "Information", functionName = "", more = {} } = line;
  return {
    timestamp: at,
    itemCount: 1,
    message,
    severityLevel: LEVELS.indexOf(level),
    operation_Name: functionName,
    customDimensions: { Category: category, LogLevel: level, ...more },
  };
}

/** What an orchestration or a part of it did. */
export type DurableState = "Scheduled" | "Started" | "Awaited" | "Completed" | "Failed" | "Terminated";

/** A line of the Durable extension. What was terminated is not said to be a replay or none. */
export function durableRow(line: {
  readonly at: string;
  /** Of the orchestration, also where an activity is told of. */
  readonly instanceId: string;
  readonly functionName: string;
  readonly functionType: "Orchestrator" | "Activity";
  readonly state: DurableState;
  readonly isReplay?: boolean;
}): StoredRow {
  const { at, instanceId, functionName, functionType, state, isReplay = false } = line;
  return traceRow({
    at,
    category: "Host.Triggers.DurableTask",
    level: state === "Failed" ? "Error" : state === "Terminated" ? "Warning" : "Information",
    message: `${instanceId}: Function '${functionName} (${functionType})' ${state.toLowerCase()}. State: ${state}.`,
    functionName,
    more: {
      prop__instanceId: instanceId,
      prop__functionName: functionName,
      prop__functionType: functionType,
      prop__state: state,
      prop__hubName: "NotionSync",
      ...(state !== "Terminated" && { prop__isReplay: isReplay ? "True" : "False" }),
    },
  });
}

/** An exception. The host names what Node threw by its own class, whatever it was. */
export function exceptionRow(at: string, functionName: string): StoredRow {
  return {
    timestamp: at,
    itemCount: 1,
    severityLevel: 3,
    type: "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException",
    outerType: "Microsoft.Azure.WebJobs.Host.FunctionInvocationException",
    operation_Name: functionName,
    customDimensions: { Category: `Function.${functionName}`, LogLevel: "Error" },
  };
}

/** A run of a function. */
export function requestRow(run: {
  readonly at: string;
  readonly functionName: string;
  readonly succeeded: boolean;
  readonly durationMs: number;
}): StoredRow {
  const { at, functionName, succeeded, durationMs } = run;
  return {
    timestamp: at,
    itemCount: 1,
    name: functionName,
    success: succeeded ? "True" : "False",
    resultCode: "0",
    duration: durationMs,
    operation_Name: functionName,
    customDimensions: { Category: "Host.Results" },
  };
}

/** A call of the host to another service. */
export function dependencyRow(call: {
  readonly at: string;
  readonly type: string;
  readonly target: string;
  readonly succeeded: boolean;
}): StoredRow {
  const { at, type, target, succeeded } = call;
  return {
    timestamp: at,
    itemCount: 1,
    name: `GET ${target}`,
    type,
    target,
    success: succeeded ? "True" : "False",
    duration: 5,
    customDimensions: { Category: "Host.Bindings" },
  };
}
