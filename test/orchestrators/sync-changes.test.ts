import { describe, expect, test } from "vitest";
import type { FindChangesResult, Slice, SyncSliceInput } from "../../activities/contract.ts";
import { CHANGED_EVENT, RUN_SLICE, syncInstanceId } from "../../orchestrators/instance-id.ts";
import { syncChanges } from "../../orchestrators/sync-changes.ts";
import { replayOrchestrator } from "../support/replay-orchestrator.ts";
import { INSTANCE_ID, runOrchestrator } from "../support/run-orchestrator.ts";
import type { RunOptions } from "../support/run-orchestrator.ts";

const NOW = "2026-01-01T10:00:00.000Z";
const INPUT = { mapping: "engineering" };
const COUNTS = { synced: 1, unchanged: 0, conflict: 0, waiting: 0, failed: 0, held: 0 };
const FIND = { kind: "activity", name: "findChanges", input: { ...INPUT, instanceId: INSTANCE_ID }, attempts: 3 };

const inMs = (ms: number): string => new Date(Date.parse(NOW) + ms).toISOString();
const slices = (count: number): readonly Slice[] =>
  Array.from({ length: count }, (_, index) => ({ from: `k${index}`, to: `k${index}~`, count: 40 }));

function run(found: FindChangesResult, options: Partial<RunOptions> = {}) {
  return runOrchestrator(syncChanges, {
    input: INPUT,
    now: NOW,
    activities: { findChanges: () => found },
    children: { [RUN_SLICE]: () => ({ ok: true, counts: COUNTS }) },
    ...options,
  });
}

describe("syncChanges", () => {
  test("ends when nothing is stored", () => {
    const { asked, ...result } = run({ slices: [], nextDueAt: null });

    expect(asked).toEqual([FIND]);
    expect(result).toEqual({ output: undefined });
  });

  test("works the due slices, 4 at once, each exactly once, and looks again", () => {
    const { asked, continuedWith } = run({ slices: slices(9), nextDueAt: null });

    const waves = asked.flatMap((entry) => (entry.kind === "all" ? [entry.children] : []));
    expect(asked[0]).toEqual(FIND);
    expect(waves.map((wave) => wave.length)).toEqual([4, 4, 1]);
    expect(waves.flat()).toEqual(slices(9).map((slice) => ({ name: RUN_SLICE, input: { ...INPUT, ...slice } })));
    expect(continuedWith).toEqual(INPUT);
  });

  test("goes on with the other slices when one fails, and then leaves it to the tick instead of trying for ever", () => {
    const children = { [RUN_SLICE]: ({ from }: SyncSliceInput) => ({ ok: from !== "k1" }) };
    const { asked, ...result } = run({ slices: slices(6), nextDueAt: null }, { children });

    expect(asked.flatMap((entry) => (entry.kind === "all" ? entry.children : []))).toHaveLength(6);
    expect(result).toEqual({ output: undefined });
  });

  test.each([
    { first: "timer", timerCancelled: false },
    { first: "event", timerCancelled: true },
  ] as const)("sleeps until a change falls due soon, or a hint comes ($first first)", ({ first, timerCancelled }) => {
    const { asked, continuedWith } = run({ slices: [], nextDueAt: inMs(60_000) }, { first });

    expect(asked[1]).toEqual({ kind: "sleep", until: inMs(60_000), orEvent: CHANGED_EVENT, timerCancelled });
    expect(continuedWith).toEqual(INPUT);
  });

  test.each([
    { afterMs: 5 * 60_000, sleeps: true },
    { afterMs: 5 * 60_000 + 1, sleeps: false },
    { afterMs: Date.parse("9999-12-31T00:00:00.000Z") - Date.parse(NOW), sleeps: false },
  ])("a change due in $afterMs ms: sleeps for it $sleeps", ({ afterMs, sleeps }) => {
    const { asked, ...result } = run({ slices: [], nextDueAt: inMs(afterMs) });

    expect(asked.some(({ kind }) => kind === "sleep")).toBe(sleeps);
    expect("continuedWith" in result).toBe(sleeps);
  });

  test("ends with the error when the changes cannot be found, and the tick starts it again", () => {
    const activities = {
      findChanges: () => {
        throw new Error("storage is down");
      },
    };

    expect(() => run({ slices: [], nextDueAt: null }, { activities })).toThrow("storage is down");
  });

  test.each(["", {}, { mapping: "" }])("refuses the input %j with a message: without one the instance would hang", (input) => {
    expect(() => run({ slices: [], nextDueAt: null }, { input })).toThrow('Expected the input { "mapping": <name> }.');
  });

  test("hands on keys and counts of a few KB at most", () => {
    const { asked } = run({ slices: slices(25), nextDueAt: null });

    for (const entry of asked) expect(JSON.stringify(entry).length).toBeLessThan(2_000);
  });

  test("is one instance for each mapping", () => {
    expect(syncInstanceId("engineering")).toBe("sync-engineering");
  });
});

describe("syncChanges on the engine of durable-functions", () => {
  test("fans out, waits for every child and continues as new with the same input", async () => {
    const replay = replayOrchestrator(syncChanges, INPUT);
    const first = await replay.turn();
    const second = await replay.turn({ activity: "findChanges", id: 0, result: { slices: slices(5), nextDueAt: null } });
    const third = await replay.turn(
      { child: RUN_SLICE, id: 3, result: { ok: true } },
      { child: RUN_SLICE, id: 1, result: { ok: true } },
      { child: RUN_SLICE, id: 2, result: { ok: true } },
    );
    const fourth = await replay.turn({ child: RUN_SLICE, id: 4, result: { ok: true } });
    const last = await replay.turn({ child: RUN_SLICE, id: 5, result: { ok: true } });

    expect(first.actions[0]).toMatchObject([{ actionType: 1, functionName: "findChanges", input: INPUT }]);
    expect(first.actions[0]?.[0]?.retryOptions).toEqual({
      firstRetryIntervalInMilliseconds: 5_000,
      maxNumberOfAttempts: 3,
      backoffCoefficient: 2,
    });
    expect(second.actions[0]?.[1]?.compoundActions?.map(({ functionName }) => functionName)).toEqual(Array(4).fill(RUN_SLICE));
    expect(third).toEqual(second);
    expect(fourth.actions[0]?.[2]?.compoundActions).toMatchObject([{ functionName: RUN_SLICE, input: { from: "k4" } }]);
    expect(last).toMatchObject({ isDone: true });
    expect(last.actions[0]?.at(-1)).toMatchObject({ actionType: 4, input: INPUT });
  });

  test("cancels its timer when a hint comes first: else the instance would stay open until it fires", async () => {
    const due = inMs(60_000);
    const replay = replayOrchestrator(syncChanges, INPUT);
    await replay.turn();
    const asleep = await replay.turn({ activity: "findChanges", id: 0, result: { slices: [], nextDueAt: due } });
    const woken = await replay.turn({ scheduledTimer: 1, at: due }, { event: CHANGED_EVENT });

    expect(asleep.isDone).toBe(false);
    expect(asleep.actions[0]?.[1]?.compoundActions).toMatchObject([
      { actionType: 5, fireAt: due },
      { actionType: 6, externalEventName: CHANGED_EVENT },
    ]);
    expect(woken.isDone).toBe(true);
    expect(woken.actions[0]?.[1]?.compoundActions?.[0]).toMatchObject({ actionType: 5, isCanceled: true });
    expect(woken.actions[0]?.at(-1)).toMatchObject({ actionType: 4, input: INPUT });
  });

  test("wakes by its timer, which is then not cancelled", async () => {
    const due = inMs(60_000);
    const replay = replayOrchestrator(syncChanges, INPUT);
    await replay.turn();
    await replay.turn({ activity: "findChanges", id: 0, result: { slices: [], nextDueAt: due } });
    const woken = await replay.turn({ scheduledTimer: 1, at: due }, { timer: 1, at: due });

    expect(woken.isDone).toBe(true);
    expect(woken.actions[0]?.[1]?.compoundActions?.[0]?.isCanceled).not.toBe(true);
  });

  test("does not sleep when a hint came while it was looking", async () => {
    const replay = replayOrchestrator(syncChanges, INPUT);
    await replay.turn();
    const woken = await replay.turn(
      { event: CHANGED_EVENT },
      { activity: "findChanges", id: 0, result: { slices: [], nextDueAt: inMs(60_000) } },
    );

    expect(woken.isDone).toBe(true);
    expect(woken.actions[0]?.at(-1)).toMatchObject({ actionType: 4 });
  });
});
