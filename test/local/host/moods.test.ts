import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host, HostOptions } from "../../../local/host/host.ts";
import { createRandom, parseMoods } from "../../../local/host/moods.ts";
import { createVirtualClock, type VirtualClock } from "../../../local/virtual-clock.ts";
import { buildApp, ENDED, send, start, startTestHost, statusOf, type Status, type TestApp } from "./support.ts";

const source = `
  import { app } from "@azure/functions";
  import * as df from "durable-functions";
  const calls = globalThis.moodCalls ??= [];
  app.hook.preInvocation(async () => { await globalThis.moodGate?.(); });
  df.app.activity("work", { handler: async (input) => {
    const call = { input, began: globalThis.moodClock.now(), ended: 0, open: calls.filter((each) => !each.ended).length };
    calls.push(call);
    await globalThis.moodClock.sleep(100);
    call.ended = globalThis.moodClock.now();
    return { n: calls.length, text: input.size ? "x".repeat(input.size) : "" };
  } });
  df.app.orchestration("once", function* (context) { const { n } = yield context.df.callActivity("work", { a: 1 }); return n; });
  df.app.orchestration("onceThenWaits", function* (context) {
    yield context.df.callActivity("work", { a: 1 });
    return yield context.df.waitForExternalEvent("e");
  });
  df.app.orchestration("timed", function* (context) {
    const due = new Date(context.df.currentUtcDateTime.getTime() + 5000);
    yield context.df.createTimer(due);
    return context.df.currentUtcDateTime.getTime() - due.getTime();
  });
  df.app.orchestration("echo", function* (context) { return context.df.getInput(); });
  df.app.orchestration("largeInput", function* (context) { yield context.df.callActivity("work", { text: "x".repeat(20000) }); });
  df.app.orchestration("largeResult", function* (context) { yield context.df.callActivity("work", { size: 20000 }); });
  df.app.orchestration("largeChild", function* (context) { yield context.df.callSubOrchestrator("echo", "x".repeat(20000)); });
  df.app.orchestration("largeStatus", function* (context) { context.df.setCustomStatus("é".repeat(8300)); return 1; });
  df.app.orchestration("largeOutput", function* () { return "x".repeat(20000); });
  df.app.orchestration("largeNext", function* (context) { context.df.continueAsNew({ text: "x".repeat(20000) }); });
  df.app.orchestration("waits", function* (context) { return yield context.df.waitForExternalEvent("e"); });
`;

interface Call {
  readonly began: number;
  readonly ended: number;
  readonly open: number;
}
const shared = globalThis as unknown as {
  moodCalls?: Call[];
  moodClock: VirtualClock;
  moodGate: (() => Promise<void>) | undefined;
};

let app: TestApp;
let clock: VirtualClock;
let host: Host;
beforeAll(async () => {
  app = await buildApp({ source });
});
afterAll(() => app.remove());
beforeEach(() => {
  shared.moodCalls = [];
  shared.moodGate = undefined;
  clock = shared.moodClock = createVirtualClock("2026-11-23T03:00:00.000Z");
});

const startIt = async (options: Partial<HostOptions>): Promise<void> => {
  host = await startTestHost(app, { clock, seed: 7, ...options });
};
const calls = (): Call[] => shared.moodCalls ?? [];
const end = async (id: string): Promise<Status> => {
  await clock.run(async () => ENDED.includes((await statusOf(host, id)).runtimeStatus), 120_000);
  return statusOf(host, id);
};
const eventsOf = async (id: string): Promise<unknown[]> => {
  const response = await send(host, "GET", `/durabletask/instances/${id}?showHistory=true`);
  return ((await response.json()) as { historyEvents: { EventType: string }[] }).historyEvents.map((event) => event.EventType);
};
const idle = (): Promise<void> => clock.run(() => host.idle(), 120_000);

describe("without moods", () => {
  test("a timer fires exactly, an activity runs once and at once", async () => {
    await startIt({});
    await start(host, "timed", "t");
    await start(host, "once", "o");
    expect((await end("t")).output).toBe(0);
    expect((await end("o")).output).toBe(1);
    await idle();
    expect(calls().map((call) => call.began)).toEqual([Date.parse("2026-11-23T03:00:00.000Z")]);
    await host.close();
  });
});

describe("earlyTimers", () => {
  test("durable timers fire before their time, by up to a second", async () => {
    await startIt({ moods: { earlyTimers: true } });
    for (let index = 0; index < 10; index += 1) await start(host, "timed", `t${index}`);
    const early: number[] = [];
    for (let index = 0; index < 10; index += 1) early.push(Number((await end(`t${index}`)).output));
    expect(Math.max(...early)).toBeLessThan(0);
    expect(Math.min(...early)).toBeGreaterThanOrEqual(-1_000);
    expect(new Set(early).size).toBeGreaterThan(5);
    await host.close();
  });
});

describe("doubleActivities", () => {
  test("an activity runs twice at the same time and once more after the end, and its first result counts", async () => {
    await startIt({ moods: { doubleActivities: true } });
    await start(host, "once", "o");
    const { output } = await end("o");
    await idle();

    expect(calls().length).toBe(3);
    expect(calls()[1]).toMatchObject({ open: 1, began: calls()[0]?.began });
    expect(calls()[2]?.began).toBeGreaterThanOrEqual(calls()[0]?.ended ?? Infinity);
    expect(output).toBe(2);
    expect((await statusOf(host, "o")).output).toBe(2);
    await host.close();
  });
});

describe("doubleActivities, while the orchestration goes on", () => {
  test("the second result is dropped", async () => {
    await startIt({ moods: { doubleActivities: true } });
    await start(host, "onceThenWaits", "o");
    await clock.advance(1_000);
    expect(calls().length).toBe(2);
    expect(await eventsOf("o")).toEqual(["ExecutionStarted", "TaskCompleted"]);
    expect(host.stats().turns).toBe(2);
    await host.close();
  });
});

describe("lateActivities", () => {
  test("activities start up to ten seconds late", async () => {
    await startIt({ moods: { lateActivities: true } });
    const begunAt = clock.now();
    for (let index = 0; index < 10; index += 1) await start(host, "once", `o${index}`);
    await clock.advance(0);
    expect(host.idle()).toBe(false);
    await idle();
    const late = calls().map((call) => call.began - begunAt);
    expect(late.length).toBe(10);
    expect(Math.max(...late)).toBeLessThanOrEqual(10_000);
    expect(Math.max(...late)).toBeGreaterThan(1_000);
    await host.close();
  });
});

describe("busyEnd", () => {
  test("an ended instance answers 409 for a while, at most five seconds, and then starts again", async () => {
    await startIt({ moods: { busyEnd: true } });
    await start(host, "echo", "b", 1);
    await end("b");
    const refused = await start(host, "echo", "b", 2);
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { Message: "An Orchestration instance with the status Running already exists." },
    ]);
    await clock.advance(5_000);
    expect((await start(host, "echo", "b", 2)).status).toBe(202);
    expect((await end("b")).output).toBe(2);
    await host.close();
  });
});

describe("doubleStart", () => {
  test("two starts of a free id both answer 202, and one of them runs", async () => {
    await startIt({ moods: { doubleStart: true } });
    const answers = await Promise.all([start(host, "echo", "d", 1), start(host, "echo", "d", 2)]);
    expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
    expect((await end("d")).output).toBe(2);
    await idle();
    expect(host.stats().executions).toEqual({ echo: 1 });
    expect(await eventsOf("d")).toEqual(["ExecutionStarted", "ExecutionCompleted"]);
    await host.close();
  });

  test("a start that comes while the first turn is under way replaces it", async () => {
    await startIt({ moods: { doubleStart: true } });
    let second: Response | undefined;
    shared.moodGate = async () => {
      shared.moodGate = undefined;
      second = await start(host, "echo", "d", 2);
    };
    await start(host, "echo", "d", 1);
    expect((await end("d")).output).toBe(2);
    expect(second?.status).toBe(202);
    await host.close();
  });

  test("off, the second is refused", async () => {
    await startIt({});
    const answers = await Promise.all([start(host, "waits", "d", 1), start(host, "waits", "d", 2)]);
    expect(answers.map((answer) => answer.status)).toEqual([202, 409]);
    await host.close();
  });
});

describe("smallPayloads", () => {
  const large: readonly (readonly [orchestrator: string, named: string])[] = [
    ["largeInput", "input of activity 'work' from orchestration 'largeInput' (x)"],
    ["largeResult", "result of activity 'work' in orchestration 'largeResult' (x)"],
    ["largeChild", "input of sub-orchestration 'echo' from orchestration 'largeChild' (x)"],
    ["largeStatus", "custom status of orchestration 'largeStatus' (x)"],
    ["largeOutput", "result of orchestration 'largeOutput' (x)"],
    ["largeNext", "input of continued orchestration 'largeNext' (x)"],
  ];
  test.each(large)("%s fails by name", async (name, named) => {
    await startIt({ moods: { smallPayloads: true } });
    await start(host, name, "x");
    const status = await end("x");
    expect(status.runtimeStatus).toBe("Failed");
    expect(status.output).toContain(`payload too large for the local host: ${named} has `);
    expect(host.stats().largestPayload.what).toBe(named);
    expect(host.stats().largestPayload.bytes).toBeGreaterThan(16 * 1024);
    await host.close();
  });

  test("an input of a start and an event fail by name", async () => {
    await startIt({ moods: { smallPayloads: true } });
    await start(host, "echo", "x", "x".repeat(20_000));
    expect((await end("x")).output).toContain("input of orchestration 'echo' (x)");
    await start(host, "waits", "y");
    await send(host, "POST", "/durabletask/instances/y/raiseEvent/e", "x".repeat(20_000));
    expect((await end("y")).output).toContain("event 'e' of orchestration 'waits' (y)");
    await host.close();
  });

  test("off, they pass, and the largest is named all the same", async () => {
    await startIt({});
    await start(host, "largeOutput", "x");
    expect((await end("x")).runtimeStatus).toBe("Completed");
    expect(host.stats().largestPayload).toEqual({ what: "result of orchestration 'largeOutput' (x)", bytes: 20_002 });
    host.clearStats();
    expect(host.stats()).toEqual({
      executions: {},
      orchestrations: 0,
      turns: 0,
      historyBytes: 0,
      largestPayload: { what: "", bytes: 0 },
    });
    await host.close();
  });
});

describe("all moods at once", () => {
  test("orchestrations end right", async () => {
    await startIt({ moods: parseMoods("all") });
    for (let index = 0; index < 10; index += 1) await start(host, index % 2 ? "once" : "timed", `m${index}`);
    for (let index = 0; index < 10; index += 1) expect((await end(`m${index}`)).runtimeStatus).toBe("Completed");
    await idle();
    expect(calls().length).toBe(15);
    await host.close();
  });
});

describe("parseMoods", () => {
  test("refuses a mood that does not exist, and lists those that do", () => {
    expect(() => parseMoods("keys,sunny")).toThrow('There is no mood "sunny". Moods: all, keys, earlyTimers');
    expect(parseMoods("keys,busyEnd")).toEqual({ keys: true, busyEnd: true });
    expect(parseMoods("")).toEqual({});
  });

  test("the same seed gives the same randomness", () => {
    const [left, right] = [createRandom(5), createRandom(5)];
    expect(Array.from({ length: 5 }, left)).toEqual(Array.from({ length: 5 }, right));
  });
});
