import { randomUUID } from "node:crypto";
import { BUSY_END_MS, EARLY_TIMER_MS } from "../moods.ts";
import { isoNow, type EngineContext } from "./context.ts";
import {
  childCompleted,
  childCreated,
  childFailed,
  executionCompleted,
  executionStarted,
  orchestratorCompleted,
  taskScheduled,
  timerCreated,
} from "./events.ts";
import { childDetails } from "./failure.ts";
import { EVENT, isTerminal, type HistoryEvent } from "./protocol.ts";
import type { Completion, Decision } from "./replay.ts";
import type { InboxRow, Instance, TaskRow, TimerRow } from "./store.ts";
import type { Execution, ExecutionCache } from "./turn.ts";

type End =
  | Exclude<Completion, { status: "ContinuedAsNew" }>
  | { readonly status: "Terminated"; readonly id: number; readonly result: string | null };

/** What one turn comes to. */
export interface Step {
  /** The execution that the turn was begun for. */
  readonly beganAs: string;
  readonly instance: Instance;
  /** What the turn began with, in order, and not yet stored. */
  readonly events: readonly HistoryEvent[];
  /** The execution continued as new: its old history goes. */
  readonly replaced: boolean;
  readonly execution: Execution;
  readonly decisions: readonly Decision[];
  readonly completion: End | Extract<Completion, { status: "ContinuedAsNew" }> | undefined;
}

const INBOUND: readonly number[] = [
  EVENT.executionStarted,
  EVENT.executionTerminated,
  EVENT.taskCompleted,
  EVENT.taskFailed,
  EVENT.childCompleted,
  EVENT.childFailed,
  EVENT.timerFired,
  EVENT.eventRaised,
];

/** Stores a turn in one transaction, and only then wakes what it touched: a kill at any point repeats the turn or finds it done. */
export function commitTurn(context: EngineContext, cache: ExecutionCache, consumed: readonly InboxRow[], step: Step): void {
  const { store } = context;
  const completion = step.completion?.status === "ContinuedAsNew" ? undefined : step.completion;
  const instance = toEndedInstance(step.instance, completion);
  const events = toStored(context, step, completion);
  const texts = events.map((event) => JSON.stringify(event));
  const tasks: TaskRow[] = [];
  const timers: TimerRow[] = [];
  const woken: string[] = [];

  const isCurrent = context.commit(() => {
    // A second start may have replaced the instance while its orchestrator was called.
    if (store.findInstance(instance.id)?.executionId !== step.beganAs) return false;
    for (const row of consumed) store.dropFromInbox(row.seq);
    if (step.replaced) store.dropHistory(instance.id);
    texts.forEach((text, index) =>
      store.addHistory(instance.id, instance.executionId, step.execution.texts.length + index, text),
    );
    store.saveInstance(instance);
    if (!completion) {
      for (const decision of step.decisions) carryOut(context, instance, decision, { tasks, timers, woken });
    }
    if (completion && tellParent(context, instance, completion)) {
      woken.push(instance.parent?.OrchestrationInstance.InstanceId ?? "");
    }
    return true;
  });

  cache.delete(step.beganAs);
  if (!isCurrent) return;
  if (!completion) {
    const kept = step.replaced ? { events: [], texts: [] } : step.execution;
    // A loop, not a spread: a batch can be longer than a call may have arguments.
    for (const event of events) kept.events.push(event);
    for (const text of texts) kept.texts.push(text);
    cache.set(instance.executionId, kept);
  }
  tasks.forEach(context.startTask);
  timers.forEach(context.armTimer);
  woken.forEach(context.wake);
  if (!completion) return;
  if (completion.status === "Failed") warnOfFailure(context, instance, completion.message);
  context.ended(instance);
}

function toEndedInstance(instance: Instance, completion: End | undefined): Instance {
  if (completion) return { ...instance, status: completion.status, output: completion.result };
  return instance.status === "Pending" ? { ...instance, status: "Running" } : instance;
}

function toStored(context: EngineContext, step: Step, completion: End | undefined): HistoryEvent[] {
  const at = isoNow(context);
  const replacedEnd = (event: HistoryEvent): boolean => step.replaced && event.EventType === EVENT.orchestratorCompleted;
  const begun = step.events.map((event) =>
    INBOUND.includes(event.EventType) || replacedEnd(event) ? { ...event, IsPlayed: true } : event,
  );
  const decided = toEventsOf(at, step.decisions);
  const nextId = Math.max(completion?.id ?? 0, ...step.decisions.slice(-1).map((decision) => decision.id + 1));
  const ended = completion ? [executionCompleted(at, nextId, completion.status, completion.result)] : [];
  // A continued execution begins with its own end of a turn, and gets a second one only when something was decided.
  const isClosed = step.replaced && decided.length === 0 && ended.length === 0;
  return [...begun, ...decided, ...ended, ...(isClosed ? [] : [orchestratorCompleted(at)])];
}

/** The events of new decisions, in the order of their ids. */
export function toEventsOf(at: string, decisions: readonly Decision[]): HistoryEvent[] {
  return [...decisions].sort((left, right) => left.id - right.id).map((decision) => toEvent(at, decision));
}

function toEvent(at: string, decision: Decision): HistoryEvent {
  switch (decision.kind) {
    case "activity":
      return taskScheduled(at, decision.id, decision.name);
    case "child":
      return childCreated(at, decision.id, decision.name, decision.instanceId);
    case "timer":
      return timerCreated(at, decision.id, decision.fireAt);
  }
}

function carryOut(
  context: EngineContext,
  instance: Instance,
  decision: Decision,
  made: { tasks: TaskRow[]; timers: TimerRow[]; woken: string[] },
): void {
  const { store } = context;
  const owner = { id: instance.id, execution: instance.executionId };
  switch (decision.kind) {
    case "activity": {
      const task = { ...owner, taskId: decision.id, name: decision.name, input: decision.input };
      made.tasks.push({ ...task, seq: store.addTask(task) });
      return;
    }
    case "timer": {
      const earlyMs = context.moods.earlyTimers ? context.random() * EARLY_TIMER_MS : 0;
      const due = Math.round(Date.parse(decision.fireAt) - earlyMs);
      const timer = { ...owner, timerId: decision.id, fireAt: decision.fireAt, due };
      made.timers.push({ ...timer, seq: store.addTimer(timer) });
      return;
    }
    case "child":
      if (startChild(context, instance, decision)) made.woken.push(decision.instanceId);
  }
}

function startChild(context: EngineContext, instance: Instance, decision: Extract<Decision, { kind: "child" }>): boolean {
  const existing = context.store.findInstance(decision.instanceId);
  if (existing && !isTerminal(existing.status)) {
    const message = `the sub-orchestration ${decision.instanceId} runs already; no second one is started`;
    context.log("warning", "Durable", `${instance.name} (${instance.id}): ${message}`);
    return false;
  }
  createInstance(context, {
    id: decision.instanceId,
    name: decision.name,
    input: decision.input,
    parent: {
      Name: instance.name,
      OrchestrationInstance: { InstanceId: instance.id, ExecutionId: instance.executionId },
      TaskScheduleId: decision.id,
      Version: null,
    },
  });
  return true;
}

/** Replaces whatever has this id by a new, pending instance. Runs inside a transaction of the caller, who wakes it afterwards. */
export function createInstance(context: EngineContext, start: Pick<Instance, "id" | "name" | "input" | "parent">): void {
  const now = context.clock.now();
  const executionId = randomUUID().replaceAll("-", "");
  const instance = { ...start, executionId, status: "Pending", output: null, customStatus: null, createdAt: now, updatedAt: now };
  context.counter.orchestrationStarted();
  context.store.forget(start.id);
  context.store.saveInstance(instance);
  const { name, input, parent } = start;
  const event = executionStarted(isoNow(context), { instanceId: start.id, executionId, name, input, parent });
  context.store.addToInbox(start.id, JSON.stringify(event));
}

/** @returns Whether the parent still waits for it. */
function tellParent(context: EngineContext, instance: Instance, completion: End): boolean {
  if (!instance.parent) return false;
  const { OrchestrationInstance: owner, TaskScheduleId: taskId } = instance.parent;
  const parent = context.store.findInstance(owner.InstanceId);
  if (!parent || parent.executionId !== owner.ExecutionId || isTerminal(parent.status)) return false;
  const at = isoNow(context);
  const reason = completion.result ?? "";
  const event =
    completion.status === "Completed"
      ? childCompleted(at, taskId, completion.result)
      : childFailed(at, taskId, reason, childDetails(completion.status === "Failed" ? completion.message : reason));
  context.store.addToInbox(parent.id, JSON.stringify(event));
  return true;
}

/** Until when an ended instance still counts as running, with that mood; milliseconds since 1970. */
export function busyUntil(context: EngineContext): number {
  return context.moods.busyEnd ? context.clock.now() + context.random() * BUSY_END_MS : 0;
}

/** Only the first line: what follows may be KBs of details. */
function warnOfFailure(context: EngineContext, instance: Instance, message: string): void {
  const [line = ""] = message.split("\n");
  context.log("warning", "Durable", `${instance.name} (${instance.id}) has failed: ${line}`);
}
