import { describe, expect, test } from "vitest";
import { realClock } from "../../local/clock.ts";
import { createVirtualClock } from "../../local/virtual-clock.ts";

const START = "2026-11-25T09:00:00.000Z";

describe.each([
  ["the machine's clock", () => realClock],
  ["a virtual clock", () => createVirtualClock(START)],
])("%s", (_name, make) => {
  test("ends a sleep whose signal was aborted before, with the signal's reason", async () => {
    const reason = new Error("no longer wanted");

    await expect(make().sleep(1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("ends an endless sleep when its signal is aborted", async () => {
    const controller = new AbortController();
    const sleep = make().sleep(Infinity, controller.signal);
    controller.abort(new Error("enough"));

    await expect(sleep).rejects.toThrow("enough");
  });
});

describe("a virtual clock", () => {
  test("stands still while work is busy, and runs timers in the order of their times", async () => {
    const clock = createVirtualClock(START);
    const seen: string[] = [];
    clock.setTimer(2_000, () => seen.push("second"));
    clock.setTimer(1_000, () => seen.push("first"));
    const cleared = clock.setTimer(1_500, () => seen.push("cleared"));
    cleared.clear();
    void clock.busy(
      new Promise<void>((resolve) =>
        setImmediate(() =>
          setImmediate(() => {
            seen.push(`work at ${clock.now() - Date.parse(START)} ms`);
            resolve();
          }),
        ),
      ),
    );

    await clock.run(() => seen.length === 3, 10_000);

    expect(seen).toEqual(["work at 0 ms", "first", "second"]);
    expect(clock.now()).toBe(Date.parse(START) + 2_000);
  });

  test("goes on while busy work sleeps", async () => {
    const clock = createVirtualClock(START);
    let isDone = false;
    void clock.busy(clock.sleep(60_000).then(() => (isDone = true)));

    await clock.run(() => isDone, 61_000);

    expect(clock.now()).toBe(Date.parse(START) + 60_000);
  });

  test("says that nothing is left to wait for, and when a condition takes too long", async () => {
    const clock = createVirtualClock(START);
    await expect(clock.run(() => false, 1_000)).rejects.toThrow("nothing is left to wait for");

    clock.setTimer(2_000, () => undefined);
    await expect(clock.run(() => false, 1_000)).rejects.toThrow("does not hold after 1000 ms");
  });
});
