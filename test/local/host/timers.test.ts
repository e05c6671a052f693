import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openStore, type Host, type HostOptions } from "../../../local/host/host.ts";
import { parseSchedule } from "../../../local/host/schedule.ts";
import { createVirtualClock, type VirtualClock } from "../../../local/virtual-clock.ts";
import { buildApp, send, startTestHost, type TestApp } from "./support.ts";

const source = `
  import { app } from "@azure/functions";
  const runs = globalThis.timerRuns ??= [];
  app.timer("minutely", { schedule: "%TEST_SCHEDULE%", handler: async (timer) => { runs.push(timer); await globalThis.timerWork?.(); } });
  app.timer("failing", { schedule: "0 0 * * * *", handler: async () => { runs.push({ failing: true }); throw new Error("timer broke"); } });
`;

interface Run {
  readonly isPastDue?: boolean;
  readonly scheduleStatus?: { last: string; next: string; lastUpdated: string } | null;
  readonly failing?: boolean;
}
const shared = globalThis as unknown as { timerRuns?: Run[]; timerWork: (() => Promise<void>) | undefined };

let app: TestApp;
let clock: VirtualClock;
beforeAll(async () => {
  process.env["TEST_SCHEDULE"] = "0 * * * * *";
  app = await buildApp({ source });
});
afterAll(() => {
  Reflect.deleteProperty(process.env, "TEST_SCHEDULE");
  app.remove();
});
beforeEach(() => {
  shared.timerRuns = [];
  shared.timerWork = undefined;
  clock = createVirtualClock("2026-11-23T03:00:30.000Z");
});

const minutely = (): Run[] => (shared.timerRuns ?? []).filter((run) => !run.failing);
const startIt = (options: Partial<HostOptions> = {}): ReturnType<typeof startTestHost> =>
  startTestHost(app, { clock, ...options });

describe("timer triggers", () => {
  test("fire on their schedule, which an app setting may hold, in virtual time", async () => {
    const host = await startIt();
    await clock.advance(29_000);
    expect(minutely().length).toBe(0);
    await clock.advance(3_600_000);
    expect(minutely().length).toBe(60);
    expect(minutely().every((run) => run.isPastDue === false)).toBe(true);
    expect(minutely()[1]?.scheduleStatus).toEqual({
      last: "2026-11-23T03:01:00.000Z",
      next: "2026-11-23T03:02:00.000Z",
      lastUpdated: "2026-11-23T03:01:00.000Z",
    });
    await host.close();
  });

  test("a failed run is logged, not repeated, and the next one comes on time", async () => {
    const host = await startIt();
    await clock.advance(2 * 3_600_000);
    expect((shared.timerRuns ?? []).filter((run) => run.failing).length).toBe(2);
    expect(host.logged.filter((entry) => entry.message.includes("timer broke")).length).toBe(2);
    await host.close();
  });

  test("runs do not overlap", async () => {
    let running = 0;
    let most = 0;
    shared.timerWork = async () => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(150_000);
      running -= 1;
    };
    const host = await startIt();
    await clock.advance(100_000);
    const byHand = host.fireTimer("minutely");
    await clock.advance(800_000);
    await byHand;
    expect(most).toBe(1);
    expect(minutely().length).toBeGreaterThan(3);
    const closing = host.close();
    await clock.advance(900_000);
    await closing;
  });

  test("an occurrence missed while the host was down fires once, past due, and only once", async () => {
    const store = openStore(":memory:");
    const first = await startIt({ store });
    await clock.advance(60_000);
    await first.close();
    expect(minutely().length).toBe(1);

    await clock.advance(10 * 60_000);
    const second = await startIt({ store });
    await clock.advance(1_000);
    expect(minutely().length).toBe(2);
    expect(minutely()[1]?.isPastDue).toBe(true);
    await second.close();

    const third = await startIt({ store });
    await clock.advance(1_000);
    expect(minutely().length).toBe(2);
    await third.close();
    store.close();
  });

  test("fire by hand, and only by hand when timers are off", async () => {
    const host: Host = await startIt({ timers: false });
    await clock.advance(3_600_000);
    expect(minutely().length).toBe(0);

    await host.fireTimer("minutely");
    expect(minutely().length).toBe(1);
    expect((await send(host, "POST", "/admin/functions/minutely", {})).status).toBe(202);
    await clock.run(() => minutely().length === 2, 1_000);
    expect((await send(host, "POST", "/admin/functions/none", {})).status).toBe(404);
    await expect(host.fireTimer("none")).rejects.toThrow('There is no timer trigger "none".');
    await host.fireTimer("failing");
    expect(host.stats().executions).toEqual({ minutely: 2, failing: 1 });
    await host.close();
  });

  test("a missing app setting is named at start", async () => {
    const broken = await buildApp({ source: source.replace("TEST_SCHEDULE", "NOT_THERE") });
    await expect(startTestHost(broken)).rejects.toThrow(/"minutely" has a bad schedule.*"NOT_THERE" is not set/);
    broken.remove();
  });
});

describe("parseSchedule", () => {
  const next = (expression: string, after: string): string =>
    new Date(parseSchedule(expression).next(Date.parse(after))).toISOString();

  test.each([
    ["0 * * * * *", "2026-11-23T03:00:30Z", "2026-11-23T03:01:00.000Z"],
    ["*/15 * * * * *", "2026-11-23T03:00:30Z", "2026-11-23T03:00:45.000Z"],
    ["0 30 4 * * *", "2026-11-23T05:00:00Z", "2026-11-24T04:30:00.000Z"],
    ["30 4 * * *", "2026-11-23T05:00:00Z", "2026-11-24T04:30:00.000Z"],
    ["0 0 9 * * Mon-Fri", "2026-11-27T10:00:00Z", "2026-11-30T09:00:00.000Z"],
  ])("%s after %s is %s", (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  test("refuses what it would read otherwise than production", () => {
    expect(() => parseSchedule("0 0 0 13 * 5")).toThrow("not supported by the local host");
  });

  test("refuses what is no schedule", () => {
    expect(() => parseSchedule("* * *")).toThrow("has 3 fields");
    expect(() => parseSchedule("0 99 * * * *")).toThrow();
  });
});
