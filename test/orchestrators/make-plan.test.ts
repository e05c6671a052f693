import { describe, expect, test } from "vitest";
import type { PlanPagesResult } from "../../activities/contract.ts";
import { planInstanceId } from "../../orchestrators/instance-id.ts";
import { makePlan } from "../../orchestrators/make-plan.ts";
import { replayOrchestrator } from "../support/replay-orchestrator.ts";

const INPUT = { planId: "20260101000000-abcdef" };
const NOW = "2026-01-01T10:00:00.000Z";

/** Steps one generation by hand; each activity is answered by the next result, an error is thrown. */
function run(results: readonly (PlanPagesResult | Error)[]) {
  const asked: string[] = [];
  let continuedWith: unknown;
  const df = {
    getInput: () => INPUT,
    currentUtcDateTime: new Date(NOW),
    callActivityWithRetry: (name: string, _retry: unknown, input: unknown) => ({ name, input }),
    createTimer: (date: Date) => ({ until: date.toISOString() }),
    continueAsNew: (input: unknown) => (continuedWith = input),
  };
  const steps = makePlan({ df } as never);
  const left = [...results];
  let step = steps.next();
  while (!step.done) {
    asked.push(JSON.stringify(step.value));
    const isTimer = "until" in step.value;
    const result = isTimer ? undefined : left.shift();
    step = result instanceof Error ? steps.throw(result) : steps.next(result);
  }
  return { asked, continuedWith, left };
}

const ACTIVITY = JSON.stringify({ name: "planPages", input: INPUT });
const timer = (ms: number): string => JSON.stringify({ until: new Date(Date.parse(NOW) + ms).toISOString() });

describe("makePlan", () => {
  test("reads on until the plan is done", () => {
    expect(run([{ next: "more" }, { next: "more" }, { next: "done" }])).toEqual({
      asked: [ACTIVITY, ACTIVITY, ACTIVITY],
      continuedWith: undefined,
      left: [],
    });
  });

  test("sleeps while a limit is in the way", () => {
    const { asked } = run([{ next: "wait", waitMs: 90_000 }, { next: "done" }]);

    expect(asked).toEqual([ACTIVITY, timer(90_000), ACTIVITY]);
  });

  test("tries again a minute after a step that failed for good", () => {
    const { asked, continuedWith } = run([new Error("storage is down"), { next: "done" }]);

    expect(asked).toEqual([ACTIVITY, timer(60_000), ACTIVITY]);
    expect(continuedWith).toBeUndefined();
  });

  test("continues as new before its history gets long", () => {
    const { asked, continuedWith, left } = run(Array.from({ length: 30 }, () => ({ next: "more" }) as const));

    expect(asked).toHaveLength(20);
    expect(left).toHaveLength(10);
    expect(continuedWith).toEqual(INPUT);
  });

  test("is one instance for each plan", () => {
    expect(planInstanceId("x")).toBe("plan-x");
  });
});

describe("makePlan on the engine of durable-functions", () => {
  test("waits by a durable timer and goes on", async () => {
    const replay = replayOrchestrator(makePlan, INPUT);
    await replay.turn();
    const asleep = await replay.turn({ activity: "planPages", id: 0, result: { next: "wait", waitMs: 90_000 } });

    expect(asleep.isDone).toBe(false);
    expect(asleep.actions.flat().map(({ actionType }) => actionType)).toEqual([1, 5]);
  });
});
