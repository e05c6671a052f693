// Makes history events with the fields and nulls that the extension writes.
import { EVENT, type HistoryEvent, type ParentInstance } from "./protocol.ts";

const common = (at: string): Pick<HistoryEvent, "EventId" | "IsPlayed" | "Timestamp"> => ({
  EventId: -1,
  IsPlayed: false,
  Timestamp: at,
});

export const orchestratorStarted = (at: string): HistoryEvent => ({ EventType: EVENT.orchestratorStarted, ...common(at) });

export const orchestratorCompleted = (at: string): HistoryEvent => ({ EventType: EVENT.orchestratorCompleted, ...common(at) });

/** The first event of an execution; `input` is JSON text. */
export const executionStarted = (
  at: string,
  start: {
    readonly instanceId: string;
    readonly executionId: string;
    readonly name: string;
    readonly input: string | null;
    readonly parent: ParentInstance | null;
  },
): HistoryEvent => ({
  OrchestrationInstance: { InstanceId: start.instanceId, ExecutionId: start.executionId },
  EventType: EVENT.executionStarted,
  ParentInstance: start.parent,
  Name: start.name,
  Version: null,
  Input: start.input,
  Tags: null,
  Correlation: null,
  ParentTraceContext: null,
  ScheduledStartTime: null,
  Generation: 0,
  GenerateNewTrace: false,
  ...common(at),
});

export const taskCompleted = (at: string, taskId: number, result: string | null): HistoryEvent => ({
  EventType: EVENT.taskCompleted,
  TaskScheduledId: taskId,
  Result: result,
  ...common(at),
});

export const taskFailed = (at: string, taskId: number, reason: string, details: string): HistoryEvent => ({
  EventType: EVENT.taskFailed,
  TaskScheduledId: taskId,
  Reason: reason,
  Details: details,
  FailureDetails: null,
  ...common(at),
});

export const childCompleted = (at: string, taskId: number, result: string | null): HistoryEvent => ({
  EventType: EVENT.childCompleted,
  TaskScheduledId: taskId,
  Result: result,
  ...common(at),
});

export const childFailed = (at: string, taskId: number, reason: string, details: string): HistoryEvent => ({
  EventType: EVENT.childFailed,
  TaskScheduledId: taskId,
  Reason: reason,
  Details: details,
  FailureDetails: null,
  ...common(at),
});

export const timerFired = (at: string, timerId: number, fireAt: string): HistoryEvent => ({
  EventType: EVENT.timerFired,
  TimerId: timerId,
  FireAt: fireAt,
  ...common(at),
});

export const eventRaised = (at: string, name: string, input: string): HistoryEvent => ({
  EventType: EVENT.eventRaised,
  Name: name,
  Input: input,
  ParentTraceContext: null,
  ...common(at),
});

/** Suspend, resume or terminate, with the reason that was given. */
export const control = (at: string, type: "suspended" | "resumed" | "executionTerminated", reason: string): HistoryEvent => ({
  EventType: EVENT[type],
  ...(type === "executionTerminated" ? { Input: reason } : { Reason: reason }),
  ...common(at),
});

export const taskScheduled = (at: string, id: number, name: string): HistoryEvent => ({
  EventType: EVENT.taskScheduled,
  Name: name,
  Version: "",
  Input: null,
  ParentTraceContext: null,
  Tags: null,
  ...common(at),
  EventId: id,
});

export const childCreated = (at: string, id: number, name: string, instanceId: string): HistoryEvent => ({
  EventType: EVENT.childCreated,
  Name: name,
  Version: null,
  InstanceId: instanceId,
  Input: null,
  ClientSpanId: null,
  Tags: null,
  ...common(at),
  EventId: id,
});

export const timerCreated = (at: string, id: number, fireAt: string): HistoryEvent => ({
  EventType: EVENT.timerCreated,
  FireAt: fireAt,
  ...common(at),
  EventId: id,
});

const STATUS_NUMBER: Readonly<Record<string, number>> = { Completed: 1, Failed: 3, Terminated: 5 };

export const executionCompleted = (at: string, id: number, status: string, result: string | null): HistoryEvent => ({
  EventType: EVENT.executionCompleted,
  OrchestrationStatus: STATUS_NUMBER[status] ?? 1,
  Result: result,
  FailureDetails: null,
  ...common(at),
  EventId: id,
});
