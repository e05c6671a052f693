import { describe, expect, test } from "vitest";
import * as events from "../../../local/host/durable/events.ts";
import type { Action, HistoryEvent, RetryPolicy } from "../../../local/host/durable/protocol.ts";
import { replay, type Replayed } from "../../../local/host/durable/replay.ts";

const T0 = "2026-11-23T03:00:00.000Z";
const at = (ms: number): string => new Date(Date.parse(T0) + ms).toISOString();

const activity = (functionName: string, input: unknown = 1): Action => ({ actionType: 0, functionName, input });
const retried = (functionName: string, retryOptions: RetryPolicy): Action => ({
  actionType: 1,
  functionName,
  input: 1,
  retryOptions,
});
const timer = (ms: number, isCanceled = false): Action => ({ actionType: 5, fireAt: at(ms), isCanceled });
const event = (externalEventName: string): Action => ({ actionType: 6, externalEventName });
const any = (...compoundActions: Action[]): Action => ({ actionType: 11, compoundActions });
const all = (...compoundActions: Action[]): Action => ({ actionType: 12, compoundActions });
const again = (input: unknown): Action => ({ actionType: 4, input });

const begin = [
  events.orchestratorStarted(T0),
  events.executionStarted(T0, { instanceId: "i", executionId: "e", name: "o", input: null, parent: null }),
];
const turn = (ms: number, ...more: HistoryEvent[]): HistoryEvent[] => [events.orchestratorStarted(at(ms)), ...more];
const done = (id: number): HistoryEvent => events.taskCompleted(T0, id, "1");
const failed = (id: number): HistoryEvent => events.taskFailed(T0, id, "reason", "details");

const decide = (history: HistoryEvent[], actions: Action[], output: { isDone?: boolean; error?: string } = {}): Replayed =>
  replay(
    history,
    { isDone: false, actions: [actions], ...output },
    {
      name: "o",
      instanceId: "i",
      executionId: "e",
      parentInstanceId: "p",
      checkFunction: () => undefined,
    },
  );
const ids = (replayed: Replayed): string[] =>
  replayed.decisions.map((each) => `${each.id} ${each.kind} ${each.kind === "timer" ? each.fireAt.slice(17, 23) : each.name}`);

describe("replay", () => {
  test("waits for each action before the next, and hands out ids in that order", () => {
    const actions = [activity("a"), activity("b")];
    expect(ids(decide(begin, actions))).toEqual(["0 activity a"]);
    expect(ids(decide([...begin, events.taskScheduled(T0, 0, "a"), ...turn(1, done(0))], actions))).toEqual(["1 activity b"]);
  });

  test("fans out at once, and waits for all, also after a failure", () => {
    const actions = [all(activity("a"), activity("b")), activity("c")];
    expect(ids(decide(begin, actions))).toEqual(["0 activity a", "1 activity b"]);
    const scheduled = [...begin, events.taskScheduled(T0, 0, "a"), events.taskScheduled(T0, 1, "b")];
    expect(ids(decide([...scheduled, ...turn(1, failed(0))], actions))).toEqual([]);
    expect(ids(decide([...scheduled, ...turn(1, failed(0), done(1))], actions))).toEqual(["2 activity c"]);
  });

  test("a race goes on with the first, and its cancelled timer does not hold up the end", () => {
    const raced = [any(event("go"), timer(60_000, true))];
    const history = [...begin, events.timerCreated(T0, 0, at(60_000)), ...turn(1, events.eventRaised(T0, "go", "1"))];
    expect(decide(history, raced, { isDone: true })).toMatchObject({
      completion: { status: "Completed", id: 1 },
      keptOpenBy: [],
    });
  });

  test("a timer that was not cancelled keeps it open, in success and in failure", () => {
    const raced = [any(event("go"), timer(60_000))];
    const history = [...begin, events.timerCreated(T0, 0, at(60_000)), ...turn(1, events.eventRaised(T0, "go", "1"))];
    for (const output of [{ isDone: true }, { error: "broke" }]) {
      expect(decide(history, raced, output)).toMatchObject({ completion: undefined, keptOpenBy: [0] });
    }
  });

  test("retries wait longer each time up to the limit, and once more for nothing after the last failure", () => {
    const policy = {
      firstRetryIntervalInMilliseconds: 100,
      maxNumberOfAttempts: 4,
      backoffCoefficient: 3,
      maxRetryIntervalInMilliseconds: 500,
    };
    const history = [...begin];
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      history.push(events.taskScheduled(T0, attempt * 2, "a"), ...turn(attempt, failed(attempt * 2)));
      const [decision] = decide(history, [retried("a", policy)]).decisions;
      if (decision?.kind !== "timer") throw new Error("no timer after a failure");
      waits.push(Date.parse(decision.fireAt) - Date.parse(at(attempt)));
      history.push(
        events.timerCreated(T0, decision.id, decision.fireAt),
        ...turn(attempt, events.timerFired(T0, decision.id, decision.fireAt)),
      );
    }
    expect(waits).toEqual([100, 300, 500, 0]);
    expect(decide(history, [retried("a", policy)], { error: "gave up" }).completion).toMatchObject({
      status: "Failed",
      result: "Orchestrator function 'o' failed: gave up",
    });
  });

  test("a long timer goes in hops of three days", () => {
    const day = 86_400_000;
    const actions = [timer(10 * day)];
    const first = decide(begin, actions).decisions[0];
    expect(first).toMatchObject({ kind: "timer", fireAt: at(3 * day) });
    const fired = [...begin, events.timerCreated(T0, 0, at(3 * day)), ...turn(3 * day, events.timerFired(T0, 0, at(3 * day)))];
    expect(decide(fired, actions).decisions[0]).toMatchObject({ id: 1, fireAt: at(6 * day) });
  });

  test("continue-as-new carries only the events that come after it in the batch", () => {
    const actions = [activity("a"), again("x")];
    const early = events.eventRaised(T0, "e", "1");
    const late = events.eventRaised(T0, "e", "2");
    const history = [...begin, events.taskScheduled(T0, 0, "a"), ...turn(1, early, done(0), late)];
    expect(decide(history, actions, { isDone: true }).completion).toEqual({
      status: "ContinuedAsNew",
      input: '"x"',
      carried: [late],
    });
  });

  test("code that asks for something else than the history fails as non-deterministic", () => {
    const history = [...begin, events.taskScheduled(T0, 0, "a"), ...turn(1, done(0))];
    for (const actions of [[activity("other")], [timer(5)], []]) {
      const { completion } = decide(history, actions);
      expect(completion).toMatchObject({ status: "Failed" });
      expect(completion?.status === "Failed" && completion.message).toContain("Non-Deterministic workflow detected");
    }
  });

  test.each([
    [7, "entities"],
    [8, "CallHttp"],
    [13, "entities"],
  ])("action %i fails: %s is not supported", (actionType, what) => {
    expect(decide(begin, [{ actionType }]).completion).toMatchObject({ message: `not supported by the local host: ${what}` });
  });

  test("a sub-orchestration may not have the id of itself or its parent", () => {
    for (const instanceId of ["i", "p"]) {
      expect(decide(begin, [{ actionType: 2, functionName: "c", instanceId }]).completion).toMatchObject({ status: "Failed" });
    }
    expect(decide(begin, [{ actionType: 2, functionName: "c" }]).decisions).toMatchObject([{ instanceId: "e:0", input: null }]);
  });

  test("ten thousand actions in a row do not overflow the stack", () => {
    const actions = Array.from({ length: 10_000 }, () => event("e"));
    const raised = Array.from({ length: 10_000 }, () => events.eventRaised(T0, "e", "1"));
    expect(decide([...turn(0, ...raised), ...begin], actions, { isDone: true }).completion).toMatchObject({
      status: "Completed",
    });
    expect(decide([...begin, ...raised], actions, { isDone: true }).completion).toMatchObject({ status: "Completed" });
  });
});
