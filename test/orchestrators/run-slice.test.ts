import { describe, expect, test } from "vitest";
import { runSlice } from "../../orchestrators/run-slice.ts";
import { replayOrchestrator } from "../support/replay-orchestrator.ts";
import { runOrchestrator } from "../support/run-orchestrator.ts";

const INPUT = { mapping: "engineering", from: "k0", to: "k0~", count: 40 };
const COUNTS = { synced: 39, unchanged: 0, conflict: 0, waiting: 0, failed: 1, held: 0 };
const FAILURE = "Activity function 'syncSlice' failed: storage is down";

describe("runSlice", () => {
  test("returns how the pairs of its slice ended", () => {
    const { output, asked } = runOrchestrator(runSlice, { input: INPUT, activities: { syncSlice: () => COUNTS } });

    expect(asked).toEqual([{ kind: "activity", name: "syncSlice", input: INPUT, attempts: 3 }]);
    expect(output).toEqual({ ok: true, counts: COUNTS });
  });

  test("returns, and never throws, when its activity fails for good: its siblings go on", () => {
    const activities = {
      syncSlice: () => {
        throw new Error(FAILURE);
      },
    };

    expect(runOrchestrator(runSlice, { input: INPUT, activities }).output).toEqual({ ok: false });
  });
});

describe("runSlice on the engine of durable-functions", () => {
  test("is tried three times in all and then returns", async () => {
    const at = (seconds: number): string => `2026-01-01T10:00:${String(seconds).padStart(2, "0")}.000Z`;
    const fails = (id: number) => ({ activity: "syncSlice", id, error: FAILURE }) as const;
    const replay = replayOrchestrator(runSlice, INPUT);

    expect((await replay.turn()).actions[0]).toMatchObject([{ actionType: 1, functionName: "syncSlice", input: INPUT }]);
    expect((await replay.turn(fails(0))).isDone).toBe(false);
    expect((await replay.turn({ scheduledTimer: 1, at: at(5) }, { timer: 1, at: at(5) })).isDone).toBe(false);
    expect((await replay.turn(fails(2))).isDone).toBe(false);
    expect((await replay.turn({ scheduledTimer: 3, at: at(15) }, { timer: 3, at: at(15) })).isDone).toBe(false);
    // The platform waits once more after the last failure before it gives up.
    expect((await replay.turn(fails(4))).isDone).toBe(false);
    expect(await replay.turn({ scheduledTimer: 5, at: at(35) }, { timer: 5, at: at(35) })).toMatchObject({
      isDone: true,
      output: { ok: false },
    });
  });

  test("makes nothing of a failure that a later attempt made good", async () => {
    const replay = replayOrchestrator(runSlice, INPUT);
    await replay.turn();
    await replay.turn({ activity: "syncSlice", id: 0, error: FAILURE });
    await replay.turn({ scheduledTimer: 1, at: "2026-01-01T10:00:05.000Z" }, { timer: 1, at: "2026-01-01T10:00:05.000Z" });

    expect(await replay.turn({ activity: "syncSlice", id: 2, result: COUNTS })).toMatchObject({
      isDone: true,
      output: { ok: true, counts: COUNTS },
    });
  });
});
