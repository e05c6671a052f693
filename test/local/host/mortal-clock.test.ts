import { describe, expect, test } from "vitest";
import { createMortalClock } from "../../../local/host/mortal-clock.ts";
import { createVirtualClock } from "../../../local/virtual-clock.ts";

describe("createMortalClock", () => {
  test("passes time on, and nothing of it goes on after a kill", async () => {
    const shared = createVirtualClock("2026-11-23T03:00:00.000Z");
    const mortal = createMortalClock(shared);
    const seen: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await mortal.sleep(ms);
      seen.push(name);
    };
    mortal.setTimer(1_000, () => seen.push("timer"));
    void mortal.busy(sleeper("sleep", 1_000));
    mortal.setTimer(3_000, () => seen.push("late timer"));
    void mortal.busy(sleeper("late sleep", 3_000));
    await shared.advance(2_000);
    expect(seen).toEqual(["timer", "sleep"]);

    mortal.kill();
    await shared.advance(10_000);
    expect(seen).toEqual(["timer", "sleep"]);
  });

  test("a kill lets the shared clock go on, whatever was busy or asleep", async () => {
    const shared = createVirtualClock("2026-11-23T03:00:00.000Z");
    const mortal = createMortalClock(shared);
    void mortal.busy(new Promise(() => undefined));
    void mortal.busy(mortal.sleep(5_000));
    mortal.kill();
    let busyMeanwhile = false;
    void shared.busy(
      (async () => {
        await shared.sleep(100);
        busyMeanwhile = true;
        await new Promise((resolve) => setTimeout(resolve, 20));
        busyMeanwhile = false;
      })(),
    );
    await shared.advance(1_000);
    // The work of somebody else still stops the clock: the counts are right after the kill.
    expect(busyMeanwhile).toBe(false);
    expect(shared.now()).toBe(Date.parse("2026-11-23T03:00:01.000Z"));
  });

  test("a sleep ends early with its signal's reason", async () => {
    const mortal = createMortalClock(createVirtualClock("2026-11-23T03:00:00.000Z"));
    await expect(mortal.busy(mortal.sleep(1_000, AbortSignal.abort(new Error("enough"))))).rejects.toThrow("enough");
  });
});
