// How the client API shows instances.
import { EVENT, type HistoryEvent } from "./protocol.ts";
import type { HostStore, Instance } from "./store.ts";

const EVENT_NAMES: Readonly<Record<number, string>> = {
  [EVENT.executionStarted]: "ExecutionStarted",
  [EVENT.executionCompleted]: "ExecutionCompleted",
  [EVENT.executionTerminated]: "ExecutionTerminated",
  [EVENT.taskCompleted]: "TaskCompleted",
  [EVENT.taskFailed]: "TaskFailed",
  [EVENT.childCompleted]: "SubOrchestrationInstanceCompleted",
  [EVENT.childFailed]: "SubOrchestrationInstanceFailed",
  [EVENT.timerFired]: "TimerFired",
  [EVENT.eventRaised]: "EventRaised",
};

const isFalse = (value: string | null): boolean => value?.toLowerCase() === "false";
const isTrue = (value: string | null): boolean => value?.toLowerCase() === "true";

/** Times have whole seconds, as in the extension. */
const toSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function parseOrText(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The output as JSON where it is some, else as text. */
export function toOutcome(instance: Instance): unknown {
  return parseOrText(instance.output);
}

/** Formats one instance; `showInput`, `showHistory` and `showHistoryOutput` of the query count. */
export function toStatus(store: HostStore, instance: Instance, query: URLSearchParams): Record<string, unknown> {
  const history = isTrue(query.get("showHistory"))
    ? { historyEvents: toHistory(store, instance, isTrue(query.get("showHistoryOutput"))) }
    : {};
  return {
    name: instance.name,
    version: null,
    instanceId: instance.id,
    parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId ?? null,
    runtimeStatus: instance.status,
    input: isFalse(query.get("showInput")) ? null : parseOrText(instance.input),
    customStatus: parseOrText(instance.customStatus),
    output: parseOrText(instance.output),
    createdTime: toSeconds(instance.createdAt),
    lastUpdatedTime: toSeconds(instance.updatedAt),
    ...history,
  };
}

function toHistory(store: HostStore, instance: Instance, withOutput: boolean): Record<string, unknown>[] {
  const events = store.listHistory(instance.id, instance.executionId).map((text) => JSON.parse(text) as HistoryEvent);
  const names = new Map<number, string>();
  for (const event of events) if (event.Name && event.EventId >= 0) names.set(event.EventId, event.Name);
  return events.flatMap((event) => {
    const name = EVENT_NAMES[event.EventType];
    if (!name) return [];
    const functionName = event.TaskScheduledId === undefined ? event.Name : names.get(event.TaskScheduledId);
    return [
      {
        EventType: name,
        Timestamp: event.Timestamp,
        ...(functionName === undefined ? {} : { FunctionName: functionName }),
        ...(withOutput && event.Result !== undefined ? { Result: parseOrText(event.Result) } : {}),
        ...(event.Reason === undefined ? {} : { Reason: event.Reason }),
      },
    ];
  });
}

/** Lists the instances that a query asks for: `createdTimeFrom`, `createdTimeTo`, `runtimeStatus`, `instanceIdPrefix`. */
export function listMatching(store: HostStore, query: URLSearchParams): Instance[] {
  const from = Date.parse(query.get("createdTimeFrom") ?? "");
  const to = Date.parse(query.get("createdTimeTo") ?? "");
  const statuses = (query.get("runtimeStatus") ?? "").toLowerCase().split(",").filter(Boolean);
  const prefix = query.get("instanceIdPrefix") ?? "";
  return store.listInstances().filter((instance) => {
    if (instance.createdAt < from || instance.createdAt > to) return false;
    if (statuses.length > 0 && !statuses.includes(instance.status.toLowerCase())) return false;
    return instance.id.startsWith(prefix);
  });
}

/** Takes one page of them; `top` bounds it, and the token says where it goes on. */
export function selectInstances(
  store: HostStore,
  query: URLSearchParams,
  token: string | null,
): { readonly instances: readonly Instance[]; readonly token: string | undefined } {
  const all = listMatching(store, query);
  const offset = Number(token ?? 0);
  const top = Number(query.get("top") ?? 0) || all.length;
  const end = offset + top;
  return { instances: all.slice(offset, end), token: end < all.length ? String(end) : undefined };
}
