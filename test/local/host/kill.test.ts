// A host that is killed within this process, and the next one on the same data.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createMortalClock,
  openStore,
  type Host,
  type HostOptions,
  type HostStore,
  type MortalClock,
} from "../../../local/host/host.ts";
import { createVirtualClock, type VirtualClock } from "../../../local/virtual-clock.ts";
import { buildApp, ENDED, send, start, startTestHost, statusOf, type TestApp } from "./support.ts";

const source = `
  import { app } from "@azure/functions";
  import * as df from "durable-functions";
  const world = globalThis.killWorld;
  const clock = world.clock; // of the generation that loads this bundle
  df.app.activity("sleepy", { handler: async ({ ms, n }) => {
    world.log.push("begin " + n);
    await clock.sleep(ms);
    world.log.push("end " + n);
    return n;
  } });
  df.app.orchestration("child", function* (context) {
    const n = context.df.getInput();
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 500));
    return yield context.df.callActivity("sleepy", { ms: 100, n });
  });
  df.app.orchestration("family", function* (context) {
    const results = yield context.df.Task.all([
      context.df.callActivity("sleepy", { ms: 300, n: 1 }),
      context.df.callActivity("sleepy", { ms: 200, n: 2 }),
      context.df.callSubOrchestrator("child", 3),
      context.df.callSubOrchestrator("child", 4, context.df.instanceId + "-" + (context.df.getInput() || "kid")),
    ]);
    const last = yield context.df.callActivity("sleepy", { ms: 10, n: 5 });
    return [...results, last];
  });
  df.app.activity("stamp", { handler: async () => {
    const beganAt = clock.now();
    await clock.sleep(300);
    return beganAt;
  } });
  df.app.orchestration("stamped", function* (context) { return yield context.df.callActivity("stamp"); });
  const base = "http://" + process.env.WEBSITE_HOSTNAME.replace("localhost", "127.0.0.1") + "/durabletask/";
  const ask = async (path) => {
    world.log.push("asking");
    await fetch(base + path, { method: "POST", body: "1" }).catch(() => undefined);
    world.log.push("went on");
  };
  app.http("asks", { handler: async () => {
    world.asked = ask("orchestrators/family/asked?timeout=600&pollingInterval=1");
    await world.asked;
    return {};
  } });
  app.http("asksLater", { handler: async () => { await world.gate; await ask("orchestrators/family/later"); return {}; } });
`;

interface World {
  gate?: Promise<void>;
  clock: MortalClock;
  log: string[];
}
const shared = globalThis as unknown as { killWorld: World };

let app: TestApp;
let clock: VirtualClock;
let store: HostStore;
beforeAll(async () => {
  app = await buildApp({ source });
});
afterAll(() => app.remove());
beforeEach(() => {
  clock = createVirtualClock("2026-11-23T03:00:00.000Z");
  store = openStore(":memory:");
  shared.killWorld = { clock: createMortalClock(clock), log: [] };
});

const generation = (options: Partial<HostOptions> = {}): ReturnType<typeof startTestHost> => {
  shared.killWorld.clock = createMortalClock(clock);
  return startTestHost(app, { clock: shared.killWorld.clock, store, ...options });
};
const log = (): string[] => shared.killWorld.log;
const hasEnded = (host: Host, id: string) => async (): Promise<boolean> =>
  ENDED.includes((await statusOf(host, id)).runtimeStatus);

describe("kill", () => {
  test("stops what the app waits for, and the next host runs the activity again", async () => {
    const first = await generation();
    await start(first, "family", "f");
    await clock.advance(150);
    expect(log()).toEqual(["begin 1", "begin 2"]);

    first.kill();
    await clock.advance(60_000);
    expect(log()).toEqual(["begin 1", "begin 2"]);

    const second = await generation();
    await clock.run(hasEnded(second, "f"), 60_000);
    expect(await statusOf(second, "f")).toMatchObject({ runtimeStatus: "Completed", output: [1, 2, 3, 4, 5] });
    expect(log().filter((line) => line === "begin 1").length).toBe(2);
    expect(log().filter((line) => line === "end 1").length).toBe(1);
    await second.close();
  });

  test("activities that had ended are not run again", async () => {
    const first = await generation();
    await start(first, "family", "f");
    await clock.advance(350);
    first.kill();
    const second = await generation();
    await clock.run(hasEnded(second, "f"), 60_000);
    for (const n of [1, 2]) expect(log().filter((line) => line === `begin ${n}`).length).toBe(1);
    await second.close();
  });

  test("lets a request of the app itself neither succeed nor fail, and cuts off callers from outside", async () => {
    const first = await generation();
    let open = (): void => undefined;
    shared.killWorld.gate = new Promise((resolve) => (open = resolve));
    const call = (path: string): Promise<string> =>
      fetch(`${first.url}/api/${path}`, { method: "POST" }).then(
        () => "answered",
        () => "cut off",
      );
    const outside = [call("asks"), call("asksLater")];
    await expect.poll(() => log(), { interval: 1 }).toContain("asking");
    await expect.poll(() => store.findInstance("asked"), { interval: 1 }).toBeDefined();

    first.kill();
    open();
    expect(await Promise.all(outside)).toEqual(["cut off", "cut off"]);
    await expect.poll(() => log().filter((line) => line === "asking").length, { interval: 1 }).toBe(2);
    // Each of these goes to the same port and back, longer than a refused or cut connection would take.
    for (let round = 0; round < 10; round += 1) expect(await call("asks")).toBe("cut off");
    expect(log()).not.toContain("went on");
  });

  test("writes nothing more: the data is the same a minute later", async () => {
    const first = await generation();
    await start(first, "family", "f");
    await clock.advance(250);
    first.kill();
    const dump = (): unknown => [store.listInstances(), store.listTasks(), store.listTimers(), store.listWaitingIds()];
    const before = dump();
    await clock.advance(60_000);
    expect(dump()).toEqual(before);
  });

  test("at any commit, before or after it, leaves data with which the next host ends right", async () => {
    let commits = 0;
    const whole = await generation({ onCommit: () => (commits += 0.5) });
    await start(whole, "family", "f");
    await clock.run(hasEnded(whole, "f"), 60_000);
    await whole.close();
    expect(commits).toBeGreaterThan(10);

    for (let at = 1; at <= commits; at += 1) {
      for (const when of ["before", "after"] as const) {
        store = openStore(":memory:");
        const first = await generation({
          onCommit: (n, moment) => {
            if (n === at && moment === when) first.kill();
          },
        });
        // The start is never answered when its own commit is the one.
        void start(first, "family", "f");
        await clock.advance(5_000);
        const second = await generation();
        await start(second, "family", "f");
        await clock.run(hasEnded(second, "f"), 60_000);
        expect(await statusOf(second, "f"), `${when} commit ${at}`).toMatchObject({
          runtimeStatus: "Completed",
          output: [1, 2, 3, 4, 5],
        });
        await clock.run(() => second.idle(), 60_000);
        await second.close();
        store.close();
      }
    }
  });
});

describe("terminate and start again", () => {
  test("an activity of the terminated execution runs to its end, and its result is dropped", async () => {
    const host = await generation();
    await start(host, "family", "f");
    await clock.advance(50);
    await send(host, "POST", "/durabletask/instances/f/terminate?reason=over");
    await clock.run(hasEnded(host, "f"), 1_000);
    // Its children go on, so the same child id would be taken.
    expect((await start(host, "family", "f", "other")).status).toBe(202);
    await clock.advance(100);
    expect((await statusOf(host, "f")).runtimeStatus).toBe("Running");

    await clock.run(hasEnded(host, "f"), 60_000);
    expect(await statusOf(host, "f")).toMatchObject({ runtimeStatus: "Completed", output: [1, 2, 3, 4, 5] });
    expect(log().filter((line) => line === "end 1").length).toBe(2);
    await host.close();
  });
});

describe("the result of an earlier execution", () => {
  test("is not taken for that of the next, although the ids are the same", async () => {
    const host = await generation();
    await start(host, "stamped", "s");
    await clock.advance(50);
    await send(host, "POST", "/durabletask/instances/s/terminate?reason=over");
    await clock.run(hasEnded(host, "s"), 1_000);
    const againAt = clock.now();
    expect((await start(host, "stamped", "s")).status).toBe(202);
    await clock.run(hasEnded(host, "s"), 60_000);
    expect((await statusOf(host, "s")).output).toBe(againAt);
    await host.close();
  });
});

describe("close", () => {
  test("lets running activities end and keeps their results", async () => {
    const first = await generation();
    await start(first, "family", "f");
    await clock.advance(50);
    const closing = first.close();
    await clock.advance(1_000);
    await closing;
    expect(log()).toEqual(["begin 1", "begin 2", "end 2", "end 1"]);

    const second = await generation();
    await clock.run(hasEnded(second, "f"), 60_000);
    expect(log().filter((line) => line === "begin 1").length).toBe(1);
    await second.close();
  });
});
