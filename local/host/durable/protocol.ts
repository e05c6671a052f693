// The v3 JSON protocol between the Durable extension and durable-functions: history events, actions, and the two ends of a turn.

/** Numbers of the history events that the local host writes or reads. */
export const EVENT = {
  executionStarted: 0,
  executionCompleted: 1,
  executionTerminated: 3,
  taskScheduled: 4,
  taskCompleted: 5,
  taskFailed: 6,
  childCreated: 7,
  childCompleted: 8,
  childFailed: 9,
  timerCreated: 10,
  timerFired: 11,
  orchestratorStarted: 12,
  orchestratorCompleted: 13,
  eventRaised: 15,
  suspended: 19,
  resumed: 20,
} as const;

/** Who started a sub-orchestration, and as which of its tasks. */
export interface ParentInstance {
  readonly Name: string;
  readonly OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly TaskScheduleId: number;
  readonly Version: string | null;
}

/** One event of a history, in the extension's own spelling; which fields are there depends on `EventType`. */
export interface HistoryEvent {
  readonly EventType: number;
  readonly EventId: number;
  readonly IsPlayed: boolean;
  readonly Timestamp: string;
  readonly Name?: string;
  readonly Version?: string | null;
  readonly Input?: string | null;
  readonly Result?: string | null;
  readonly Reason?: string;
  readonly Details?: string;
  readonly FailureDetails?: unknown;
  readonly TaskScheduledId?: number;
  readonly TimerId?: number;
  readonly FireAt?: string;
  readonly InstanceId?: string;
  readonly OrchestrationInstance?: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly OrchestrationStatus?: number;
  readonly ParentInstance?: ParentInstance | null;
  readonly [more: string]: unknown;
}

/** What an orchestrator asks for; which fields are there depends on `actionType`. */
export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly retryOptions?: RetryPolicy;
  readonly fireAt?: string;
  readonly isCanceled?: boolean;
  readonly externalEventName?: string;
  readonly compoundActions?: readonly Action[];
}

/** Numbers of the actions that are supported. */
export const ACTION = {
  callActivity: 0,
  callActivityWithRetry: 1,
  callChild: 2,
  callChildWithRetry: 3,
  continueAsNew: 4,
  createTimer: 5,
  waitForEvent: 6,
  whenAny: 11,
  whenAll: 12,
} as const;

/** Retry options as durable-functions sends them; intervals in milliseconds. */
export interface RetryPolicy {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

/** What an orchestrator returned, or what stood in the error that it threw. */
export interface TurnOutput {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly customStatus?: unknown;
  readonly error?: string;
}

export const LONGEST_SINGLE_TIMER_MS = 6 * 86_400_000; // ms; the extension's default, sent as maximumShortTimerDuration
export const LONG_TIMER_HOP_MS = 3 * 86_400_000; // ms; the extension's default, sent as longRunningTimerIntervalDuration

const TURN_CONSTANTS =
  '"upperSchemaVersion":1,"upperSchemaVersionNew":3,"longRunningTimerIntervalDuration":"3.00:00:00",' +
  // The misspelt name is the extension's.
  '"maximumShortTimerDuration":"6.00:00:00","defaultHttpAsyncRequestSleepTimeMillseconds":30000';

/** Formats the text that is handed to an orchestrator; `history` holds one JSON text per event. */
export function formatTurnInput(turn: {
  readonly history: readonly string[];
  readonly input: string | null;
  readonly instanceId: string;
  readonly isReplaying: boolean;
  readonly parentInstanceId: string | null;
}): string {
  const identity = `"instanceId":${JSON.stringify(turn.instanceId)},"isReplaying":${turn.isReplaying}`;
  const parent = `"parentInstanceId":${JSON.stringify(turn.parentInstanceId)}`;
  return `{"history":[${turn.history.join(",")}],"input":${turn.input ?? "null"},${identity},${parent},${TURN_CONSTANTS}}`;
}

const FAILURE_MARK = "\n\n$OutOfProcData$:";

/**
 * Parses the message of an error that an orchestrator threw.
 *
 * @returns The output it carries; when it carries none, or one without an error text, the whole message becomes the failure.
 */
export function parseThrown(message: string): TurnOutput {
  const at = message.lastIndexOf(FAILURE_MARK);
  const failed: TurnOutput = { isDone: false, actions: [[]], error: message };
  if (at < 0) return failed;
  try {
    const output = JSON.parse(message.slice(at + FAILURE_MARK.length)) as TurnOutput;
    return output.error ? output : { ...output, error: message };
  } catch {
    return failed;
  }
}

/** Tells whether an instance with this status has ended. */
export function isTerminal(status: string): boolean {
  return status === "Completed" || status === "Failed" || status === "Terminated" || status === "Canceled";
}
