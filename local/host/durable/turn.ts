import { randomUUID } from "node:crypto";
import { HostKilled, isoNow, type EngineContext } from "./context.ts";
import { commitTurn, type Step } from "./commit-turn.ts";
import { executionStarted, orchestratorCompleted, orchestratorStarted } from "./events.ts";
import { messageOf, missingFunction } from "./failure.ts";
import { checkInbound, checkOutbound, checkStatus } from "./payloads.ts";
import { EVENT, formatTurnInput, isTerminal, parseThrown, type HistoryEvent, type TurnOutput } from "./protocol.ts";
import { replay, ReplayFault, type Completion, type Replayed } from "./replay.ts";
import { warnOfTraps } from "./traps.ts";
import type { InboxRow, Instance } from "./store.ts";

/** The history of an execution that goes on, kept in memory: events, and the JSON of each as stored. */
export interface Execution {
  readonly events: HistoryEvent[];
  readonly texts: string[];
}

/** Histories of running instances by execution id; nothing is lost when it is empty. */
export type ExecutionCache = Map<string, Execution>;

const CONTROLS: readonly number[] = [EVENT.suspended, EVENT.resumed, EVENT.executionTerminated];
const BREATHE_EVERY = 20; // executions within one turn, before others get the event loop

/** Takes all that waits for one instance through its orchestrator, and commits what follows in one transaction. */
export async function runTurn(context: EngineContext, cache: ExecutionCache, id: string): Promise<void> {
  const { store } = context;
  const instance = store.findInstance(id);
  if (!instance || isTerminal(instance.status)) {
    context.commit(() => store.dropInbox(id));
    return;
  }
  const rows = store.listInbox(id);
  const controlled = applyControls(context, cache, instance, rows);
  if (!controlled) return;
  const { rows: consumed, events } = controlled;
  const execution = cache.get(instance.executionId) ?? loadExecution(context, instance);
  const step = await advance(context, controlled.instance, execution, events);
  commitTurn(context, cache, consumed, step);
}

/** @returns What is left to hand to the orchestrator; undefined when the turn ends here. */
function applyControls(
  context: EngineContext,
  cache: ExecutionCache,
  instance: Instance,
  rows: readonly InboxRow[],
): { instance: Instance; rows: readonly InboxRow[]; events: readonly HistoryEvent[] } | undefined {
  const parsed = rows.map((row) => ({ row, event: JSON.parse(row.json) as HistoryEvent }));
  const controls = parsed.filter(({ event }) => CONTROLS.includes(event.EventType));
  let suspended = instance.status === "Suspended";
  for (const { event } of controls) {
    if (event.EventType === EVENT.executionTerminated) {
      const completion = { status: "Terminated" as const, id: 0, result: event.Input ?? null };
      const events = [orchestratorStarted(isoNow(context)), event];
      const end = {
        beganAs: instance.executionId,
        instance,
        events,
        replaced: false,
        execution: loadExecution(context, instance),
        decisions: [],
        completion,
      };
      commitTurn(context, cache, rows, end);
      return undefined;
    }
    suspended = event.EventType === EVENT.suspended;
  }
  const rest = parsed.filter(({ event }) => !CONTROLS.includes(event.EventType));
  const status = suspended ? "Suspended" : instance.status === "Suspended" ? "Running" : instance.status;
  const next = { ...instance, status, updatedAt: context.clock.now() };
  if (!suspended && rest.length > 0) return { instance: next, rows, events: rest.map(({ event }) => event) };
  if (controls.length > 0) {
    context.commit(() => {
      for (const { row } of controls) context.store.dropFromInbox(row.seq);
      context.store.saveInstance(next);
    });
  }
  return undefined;
}

function loadExecution(context: EngineContext, instance: Instance): Execution {
  const texts = context.store.listHistory(instance.id, instance.executionId);
  return { events: texts.map((text) => JSON.parse(text) as HistoryEvent), texts };
}

/** Calls the orchestrator; again, in place, for as long as it continues as new. */
async function advance(
  context: EngineContext,
  start: Instance,
  loaded: Execution,
  inbound: readonly HistoryEvent[],
): Promise<Step> {
  let instance = start;
  let execution = loaded;
  let events: HistoryEvent[] = [orchestratorStarted(isoNow(context)), ...inbound];
  let fault = checkInbound(context, instance, execution.events, inbound);
  for (let round = 1; ; round += 1) {
    const output = await callOrchestrator(context, instance, execution, events);
    const status = output.customStatus === undefined || output.customStatus === null ? null : JSON.stringify(output.customStatus);
    instance = { ...instance, customStatus: status, updatedAt: context.clock.now() };
    fault ??= checkStatus(context, instance, status);
    const history = [...execution.events, ...events];
    const replayed = decide(context, instance, history, output, fault);
    warnOfTraps(context, instance, output, history, replayed);
    const completion = replayed.completion;
    if (completion?.status !== "ContinuedAsNew") {
      return {
        beganAs: start.executionId,
        instance,
        events,
        replaced: round > 1,
        execution,
        decisions: replayed.decisions,
        completion,
      };
    }
    if (round % BREATHE_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
    ({ instance, events } = continueAsNew(context, instance, completion));
    execution = { events: [], texts: [] };
  }
}

function continueAsNew(
  context: EngineContext,
  instance: Instance,
  completion: Extract<Completion, { status: "ContinuedAsNew" }>,
): { instance: Instance; events: HistoryEvent[] } {
  const at = isoNow(context);
  const next = { ...instance, executionId: randomUUID().replaceAll("-", ""), input: completion.input };
  const { id, executionId, name, input, parent } = next;
  const started = executionStarted(at, { instanceId: id, executionId, name, input, parent });
  return { instance: next, events: [orchestratorStarted(at), started, ...completion.carried, orchestratorCompleted(at)] };
}

async function callOrchestrator(
  context: EngineContext,
  instance: Instance,
  execution: Execution,
  events: readonly HistoryEvent[],
): Promise<TurnOutput> {
  const target = context.findFunction("orchestrator", instance.name);
  if (!target) {
    const error = missingFunction("orchestrator", instance.name, context.knownFunctions("orchestrator"));
    return { isDone: false, actions: [[]], error };
  }
  const text = formatTurnInput({
    history: [...execution.texts, ...events.map((event) => JSON.stringify(event))],
    input: instance.input,
    instanceId: instance.id,
    isReplaying: execution.events.length > 0,
    parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId ?? null,
  });
  context.counter.turn(Buffer.byteLength(text));
  const trace = { instanceId: instance.id, orchestrator: instance.name, input: text };
  let output: TurnOutput;
  let thrown: string | undefined;
  try {
    const data = await context.invoke(target, { data: { string: text } });
    output = JSON.parse(data?.json ?? "") as TurnOutput;
  } catch (error) {
    thrown = messageOf(error);
    output = parseThrown(thrown);
  }
  if (!context.isAlive()) throw new HostKilled();
  context.onTurn?.({ ...trace, output, thrown });
  return output;
}

function decide(
  context: EngineContext,
  instance: Instance,
  history: readonly HistoryEvent[],
  output: TurnOutput,
  fault: string | undefined,
): Replayed {
  const failed = (message: string): Replayed => {
    const result = `Orchestrator function '${instance.name}' failed: ${message}`;
    return { decisions: [], completion: { status: "Failed", id: 0, result, message }, keptOpenBy: [] };
  };
  if (fault) return failed(fault);
  const replayed = replay(history, output, {
    name: instance.name,
    instanceId: instance.id,
    executionId: instance.executionId,
    parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId ?? null,
    checkFunction(kind, name) {
      if (!context.findFunction(kind, name)) throw new ReplayFault(missingFunction(kind, name, context.knownFunctions(kind)));
    },
  });
  const large = checkOutbound(context, instance, replayed);
  return large ? failed(large) : replayed;
}
