// How orchestrations end, case by case as observed on the real extension; the functions are in the fixtures.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host, LogEntry } from "../../../local/host/host.ts";
import { createVirtualClock, type VirtualClock } from "../../../local/virtual-clock.ts";
import { buildApp, ENDED, fixtures, send, start, startTestHost, statusOf, type Status, type TestApp } from "./support.ts";

let app: TestApp;
let clock: VirtualClock;
let host: Host & { readonly logged: LogEntry[] };

beforeAll(async () => {
  app = await buildApp({ path: `${fixtures}/cases-app.ts` });
  clock = createVirtualClock("2026-11-23T03:00:00.000Z");
  host = await startTestHost(app, { clock });
});
afterAll(async () => {
  await host.close();
  app.remove();
});

const end = async (id: string, limitMs = 60_000): Promise<Status> => {
  await clock.run(async () => ENDED.includes((await statusOf(host, id)).runtimeStatus), limitMs);
  return statusOf(host, id);
};
const run = async (name: string, input: unknown = "", id = `case-${name}`): Promise<Status> => {
  expect((await start(host, name, id, input)).status).toBe(202);
  return end(id);
};
const raise = (id: string, name: string, data: unknown): Promise<Response> =>
  send(host, "POST", `/durabletask/instances/${id}/raiseEvent/${name}`, data);
/** Lets everything happen that needs no time. */
const settle = (): Promise<void> => clock.advance(0);

describe("outcomes of orchestrations", () => {
  test("a fan-out of 50 completes although every fifth activity fails twice", async () => {
    expect(await run("fanout", { n: 50, failTimes: 2 })).toMatchObject({
      runtimeStatus: "Completed",
      output: { sum: 1225, count: 50 },
    });
  });

  test("a fan-out whose retries are used up fails with the reason of the activity and details behind it", async () => {
    const { runtimeStatus, output } = await run("fanout", { n: 10, failTimes: 9 }, "used-up");

    expect(runtimeStatus).toBe("Failed");
    const text = "Orchestrator function 'fanout' failed: Activity function 'flaky' failed:  flaky used-up-0 attempt 3 \n ";
    expect(String(output).startsWith(text)).toBe(true);
    expect(String(output).length).toBeGreaterThan(text.length + 2_000);
  });

  test("a parent waits for its event with a custom status, and completes with what its children and catches gave", async () => {
    await start(host, "parent", "case-parent", { x: 1 });
    await clock.advance(1_000);
    expect(await statusOf(host, "case-parent")).toMatchObject({ runtimeStatus: "Running", customStatus: { phase: "event" } });

    await raise("case-parent", "go", { hello: "w" });
    const status = await end("case-parent");

    expect(status).toMatchObject({ runtimeStatus: "Completed", customStatus: { phase: "done" } });
    const childError = expect.stringMatching(/^Orchestrator function 'child' failed: child failed on purpose \n /) as unknown;
    expect(status.output).toEqual([
      { parent: "case-parent", r: { type: "object", value: { a: 1 } } },
      { parent: "case-parent", r: { type: "string", value: "str" } },
      { event: { hello: "w" } },
      { childError },
      { actError: "Activity function 'boomAct' failed:  act boom " },
    ]);
  });

  test("an orchestration that continues as new shows the input of its last execution", async () => {
    await start(host, "counter", "case-counter", { n: 0, max: 4 });
    await clock.advance(500);
    await raise("case-counter", "inc", 42);

    const last = { n: 3, max: 4, events: [42] };
    expect(await end("case-counter")).toMatchObject({ runtimeStatus: "Completed", input: last, output: { ...last, n: 4 } });
  });

  const failures: readonly (readonly [name: string, input: unknown, output: string])[] = [
    ["boom", null, "Orchestrator function 'boom' failed: orchestrator boom"],
    [
      "bigstatus",
      "",
      "Orchestrator function 'bigstatus' failed: The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. The current payload size is 19 KB.",
    ],
    [
      "nontask",
      "",
      "Orchestrator function 'nontask' failed: Durable Functions programming constraint violation: Orchestration yielded data of type number. Only Task types can be yielded. Please check your yield statements to make sure you only yield Task types resulting from calling Durable Functions APIs.",
    ],
  ];
  test.each(failures)("%s fails with the extension's own text", async (name, input, output) => {
    expect(await run(name, input)).toMatchObject({ runtimeStatus: "Failed", output });
  });

  test("an error with an empty message fails the instance, as newer extensions do", async () => {
    expect(await run("emptyerr")).toMatchObject({ runtimeStatus: "Failed" });
  });

  test("an unknown orchestrator is accepted, and then fails with the names that there are", async () => {
    const { runtimeStatus, output } = await run("nope");

    expect(runtimeStatus).toBe("Failed");
    expect(output).toMatch(
      /^Orchestrator function 'nope' failed: The function 'nope' doesn't exist, is disabled, or is not an orchestrator function\. Additional info: The following are the known orchestrator functions: ('\w+', )+'\w+'\.$/,
    );
    expect(output).toContain("'emptyerr'");
  });

  test("a timer that was not cancelled keeps a finished orchestration running until it fires", async () => {
    await start(host, "leftover", "case-leftover");
    await clock.advance(1_900);
    expect(await statusOf(host, "case-leftover")).toMatchObject({ runtimeStatus: "Running" });
    await clock.advance(200);
    expect(await end("case-leftover")).toMatchObject({ runtimeStatus: "Completed", output: "done" });
  });

  const completions: readonly (readonly [name: string, input: unknown, output: unknown])[] = [
    ["failfast", "", null],
    ["settled", null, [[true, false, true], "after"]],
    ["subretry", "", "Orchestrator function 'child' failed: child failed on purpose "],
    ["canstr", 1, { got: '"abc"' }],
    ["timer1500", "", 0],
    ["one", "", 1],
  ];
  test.each(completions)("%s completes as observed", async (name, input, output) => {
    expect(await run(name, input)).toMatchObject({ runtimeStatus: "Completed", output });
  });

  test("tasks that are yielded one after the other run one after the other", async () => {
    // The activity waits in real time, so the orchestration's own clock is the machine's here.
    const real = await startTestHost(app);
    await start(real, "parallelserial", "p");
    await expect.poll(async () => (await statusOf(real, "p")).output, { timeout: 5_000, interval: 20 }).toBe("serial");
    await real.close();
  });

  test("an exceeded retry timeout leaves the instance running for good", async () => {
    await start(host, "rtimeout", "case-rtimeout", null);
    await clock.advance(86_400_000);
    expect(await statusOf(host, "case-rtimeout")).toMatchObject({ runtimeStatus: "Running" });
  });

  test("a timer of ten days goes in hops, and fires on its day", async () => {
    await start(host, "longtimer", "case-longtimer");
    await clock.advance(10 * 86_400_000 - 1_000);
    expect(await statusOf(host, "case-longtimer")).toMatchObject({ runtimeStatus: "Running" });
    await clock.advance(2_000);
    expect(await statusOf(host, "case-longtimer")).toMatchObject({ runtimeStatus: "Completed" });
  });

  test("continue-as-new drops an event that nobody waited for", async () => {
    await start(host, "lostev", "case-lostev", { n: 0, got: [] });
    expect((await raise("case-lostev", "e", 1)).status).toBe(202);
    expect(await end("case-lostev")).toMatchObject({ runtimeStatus: "Completed", output: "event lost" });
  });

  test("events that come early are kept, in order", async () => {
    await start(host, "twoev", "case-twoev");
    await raise("case-twoev", "e", 1);
    await raise("case-twoev", "e", 2);
    expect(await end("case-twoev")).toMatchObject({ runtimeStatus: "Completed", output: [1, 2] });
  });

  test("events whose name differs by case are never received", async () => {
    await start(host, "twoev", "case-twoev-case");
    await raise("case-twoev-case", "E", 1);
    await raise("case-twoev-case", "E", 2);
    await clock.advance(60_000);
    expect(await statusOf(host, "case-twoev-case")).toMatchObject({ runtimeStatus: "Running" });
  });

  test("a finished instance can be started again under its id", async () => {
    expect(await run("one", 1, "again")).toMatchObject({ runtimeStatus: "Completed" });
    expect(await run("chain", 2, "again")).toMatchObject({ runtimeStatus: "Completed", name: "chain", output: 2 });
  });
});

describe("traps", () => {
  const warnings: readonly (readonly [what: string, id: string, text: string])[] = [
    ["a timer that is not cancelled", "case-leftover", "the instance stays Running until what is open ends (id 1)"],
    ["a retry timeout", "case-rtimeout", "retryTimeoutInMilliseconds is set"],
    ["an error without a message", "case-emptyerr", "an error with an empty message was thrown"],
    ["an event name in another case", "case-twoev-case", "the event 'E' differs from 'e' only by case"],
    ["a failure beside a retry in Task.all", "case-failfast", "results may reach the wrong task"],
  ];
  test.each(warnings)("%s is warned of when it happens", (_, id, text) => {
    const found = host.logged.filter((entry) => entry.level === "warning" && entry.message.includes(`(${id})`));
    expect(found.some((entry) => entry.message.includes(text))).toBe(true);
  });

  test("nothing is warned of where nothing is wrong", () => {
    const fine = ["case-fanout", "case-parent", "case-counter", "case-settled", "case-longtimer", "case-one"];
    expect(host.logged.filter((entry) => fine.some((id) => entry.message.includes(`(${id})`)))).toEqual([]);
  });
});

describe("what activities receive and return", () => {
  test("each kind of input arrives as observed", async () => {
    const { output } = await run("types");
    const date = "2024-05-01T12:00:00.000Z";
    expect(output).toEqual({
      out: [
        { type: "string", value: "str" },
        { type: "string", value: "123" },
        { type: "number", value: 5 },
        { type: "number", value: 1.5 },
        { type: "string", value: "True" },
        { type: "string", value: "False" },
        { type: "undefined", value: null },
        { type: "undefined", value: null },
        { type: "object", value: [1, "a"] },
        { type: "object", value: { d: date, off: "2024-05-01T12:00:00+02:00" } },
        { type: "string", value: date },
      ],
      iso: date,
      guid: 36,
    });
  });

  test("each kind of result comes back as observed", async () => {
    expect((await run("rets")).output).toEqual({
      jsonstr: ["string", '{"a":1}'],
      undef: ["object", null],
      nul: ["object", null],
      bool: ["boolean", true],
      big: ["number", 12345678901],
      arr: ["object", [1]],
      date: ["string", "1970-01-01T00:00:00.000Z"],
      esc: ["string", 'é\n"'],
    });
  });

  test("nothing is left over once all have ended", async () => {
    await settle();
    expect(host.idle()).toBe(true);
  });
});
