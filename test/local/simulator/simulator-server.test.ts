import { afterEach, describe, expect, test } from "vitest";
import { realClock } from "../../../local/clock.ts";
import type { Fault, Simulator, SimulatorOptions } from "../../../local/simulator/contract.ts";
import { createSimulatorServer } from "../../../local/simulator/simulator-server.ts";
import { createVersionedMap } from "../../../local/simulator/versioned-map.ts";
import type { Vendor } from "../../../local/simulator/vendor.ts";
import { createVirtualClock } from "../../../local/virtual-clock.ts";

const START = "2026-01-01T00:00:00.000Z";
const open: Simulator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

/** A vendor that counts what was carried out, and sends a webhook for each. */
function createCounter(options: Partial<SimulatorOptions> = {}): {
  simulator: Simulator;
  done: () => number;
  left: () => number;
} {
  let count = 0;
  let left = 0;
  const simulator = createSimulatorServer({
    clock: realClock,
    retryDelayMs: (attempt) => (attempt < 3 ? 1_000 * attempt : undefined),
    ...options,
    createVendor: ({ webhooks, missing, clock }): Vendor => {
      const values = createVersionedMap<number>(clock);
      values.seed("count", 0);
      return {
        describe: ({ method, url }) => ({ kind: `${method} ${url.pathname}`, write: method !== "GET" }),
        handle({ method, url, signal }, { asOfMs, partial, note }) {
          if (url.pathname === "/unknown") {
            missing("GET /unknown");
            return Response.json({ missing: true }, { status: 501 });
          }
          if (url.pathname === "/crash") throw new Error("boom");
          if (url.pathname === "/wait")
            return new Promise((resolve) => {
              signal.addEventListener("abort", () => {
                left += 1;
                resolve(new Response());
              });
            });
          if (method === "GET") return Response.json({ count: asOfMs === undefined ? count : values.getAsOf(asOfMs, "count") });
          count += 1;
          values.set("count", count);
          note({ count });
          const event = count;
          webhooks.send({
            render: (attempt, secret) => ({ headers: { "x-secret": secret }, body: JSON.stringify({ event, attempt }) }),
          });
          return Response.json({ count, partial: partial?.aliases });
        },
        faultAnswer: ({ status, effect }) => Response.json({ vendor: status, effect: effect?.status }, { status }),
        reset: () => void (count = 0),
      };
    },
  });
  open.push(simulator);
  return { simulator, done: () => count, left: () => left };
}

const ask = (simulator: Simulator, method = "POST", path = "/things", init: RequestInit = {}): Promise<Response> =>
  simulator.fetch(new Request(`http://simulator.test${path}`, { method, ...init }));

describe("faults", () => {
  test("a status fault answers the vendor's body, meets the planned requests only, and carries nothing out", async () => {
    const { simulator, done } = createCounter();
    simulator.setFaults([{ match: "POST", kind: "status", status: 429, headers: { "retry-after": "7" }, skip: 2, times: 2 }]);

    const statuses = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await ask(simulator)).status);

    expect(statuses).toEqual([200, 200, 429, 429, 200]);
    expect(done()).toBe(3);
    expect(simulator.journal().requests[2]).toMatchObject({ status: 429, fault: "status" });
  });

  test("dropAfterEffect carries out and then cuts the connection, in the process and over a socket", async () => {
    const { simulator, done } = createCounter();
    simulator.setFaults([{ match: "POST /things", kind: "dropAfterEffect", times: 2 }]);
    const url = await simulator.listen();

    await expect(ask(simulator)).rejects.toThrow(new TypeError("fetch failed"));
    await expect(fetch(`${url}/things`, { method: "POST" })).rejects.toThrow(TypeError);

    expect(done()).toBe(2);
    expect(simulator.journal().requests.map((entry) => entry.status)).toEqual([0, 0]);
  });

  test("dropAfterEffect with a status lets the vendor see what was answered", async () => {
    const { simulator } = createCounter();
    simulator.setFaults([{ match: "POST", kind: "dropAfterEffect", status: 503 }]);

    const response = await ask(simulator);

    expect(await response.json()).toEqual({ vendor: 503, effect: 200 });
  });

  test("a hanging request ends when its caller aborts, and afterEffect carries it out first", async () => {
    const { simulator, done } = createCounter();
    simulator.setFaults([
      { match: "POST /first", kind: "hang" },
      { match: "POST /second", kind: "hang", afterEffect: true },
    ]);
    const controller = new AbortController();
    const url = await simulator.listen();

    const first = ask(simulator, "POST", "/first", { signal: controller.signal });
    const second = fetch(`${url}/second`, { method: "POST", signal: controller.signal });
    await expect.poll(() => simulator.journal().total).toBe(2);
    await expect.poll(done).toBe(1);
    controller.abort();

    await expect(first).rejects.toThrow("aborted");
    await expect(second).rejects.toThrow("aborted");
    expect(done()).toBe(1);
  });

  test("a request notices that its client has gone, also over a socket", async () => {
    const { simulator, left } = createCounter();
    const url = await simulator.listen();
    for (const ask of [simulator.fetch.bind(simulator), fetch]) {
      const controller = new AbortController();
      const before = simulator.journal().total;
      const answer = ask(new Request(`${url}/wait`, { signal: controller.signal }));
      await expect.poll(() => simulator.journal().total).toBe(before + 1);
      controller.abort();
      await expect(answer).rejects.toThrow("aborted");
    }
    await expect.poll(left).toBe(2);
  });

  test("a delayed request whose caller gives up is not carried out", async () => {
    const clock = createVirtualClock(START);
    const { simulator, done } = createCounter({ clock });
    simulator.setFaults([{ match: "POST", kind: "delay", delayMs: 60_000 }]);
    const controller = new AbortController();

    const answer = clock.busy(ask(simulator, "POST", "/things", { signal: controller.signal }));
    await clock.advance(30_000);
    controller.abort();
    await expect(answer).rejects.toThrow("aborted");
    await clock.advance(60_000);

    expect(done()).toBe(0);
    expect(simulator.journal().requests).toMatchObject([{ status: 0, fault: "delay" }]);
  });

  test("a delay waits on the clock, and other faults may follow it", async () => {
    const clock = createVirtualClock(START);
    const { simulator } = createCounter({ clock });
    simulator.setFaults([
      { match: "POST", kind: "delay", delayMs: 60_000 },
      { match: "POST", kind: "partial", aliases: ["a"] },
    ]);

    let answer: Response | undefined;
    void clock.busy(ask(simulator).then((response) => (answer = response)));
    await clock.run(() => answer !== undefined, 60_000);

    expect(clock.now() - Date.parse(START)).toBe(60_000);
    expect(await answer?.json()).toEqual({ count: 1, partial: ["a"] });
  });

  test("staleList shows the state of a while ago", async () => {
    const clock = createVirtualClock(START);
    const { simulator } = createCounter({ clock });
    await ask(simulator);
    await clock.advance(120_000);
    await ask(simulator);
    simulator.setFaults([
      { match: "GET", kind: "staleList", ageMs: 60_000 },
      { match: "GET", kind: "staleList", ageMs: 180_000 },
    ]);

    const counts = [];
    for (let index = 0; index < 2; index += 1) counts.push(await (await ask(simulator, "GET")).json());

    // The first request is met by both faults of the plan, and the first of them counts.
    expect(counts).toEqual([{ count: 1 }, { count: 2 }]);
  });

  test("verify names unknown routes, crashes and faults that never fired", async () => {
    const { simulator } = createCounter();
    simulator.verify();
    simulator.setFaults([{ match: "mutation closeIssue", kind: "hang" }]);
    await ask(simulator, "GET", "/unknown");
    const crash = await ask(simulator, "GET", "/crash");

    expect(crash.status).toBe(500);
    expect(() => simulator.verify()).toThrow(/GET \/unknown[\s\S]*boom[\s\S]*hang on "mutation closeIssue"/);

    simulator.reset();
    simulator.verify();
  });
});

describe("control routes", () => {
  const control = async (url: string, method: string, path: string, body?: unknown): Promise<[number, unknown]> => {
    const response = await fetch(`${url}/__sim/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return [response.status, await response.json()];
  };

  test("the journal counts reads, writes and kinds, and starts anew", async () => {
    const { simulator } = createCounter();
    const url = await simulator.listen();
    await fetch(`${url}/things`, { method: "POST", headers: { authorization: "Bearer hush" }, body: "secret text" });
    await fetch(`${url}/things`);

    const [, journal] = await control(url, "GET", "requests");
    await control(url, "DELETE", "requests");

    expect(journal).toMatchObject({ total: 2, reads: 1, writes: 1, byKind: { "POST /things": 1, "GET /things": 1 } });
    expect(journal).toMatchObject({ requests: [{ detail: { count: 1 } }, {}] });
    expect(JSON.stringify(journal)).not.toMatch(/hush|secret text/);
    expect(simulator.journal().total).toBe(0);
  });

  test.each([
    [{}, "Expected a list"],
    [[{ match: "x", kind: "delay" }], "delayMs"],
    [[{ match: "x", kind: "explode" }], "explode"],
    [[{ match: "", kind: "hang" }], "match"],
    [
      [
        { match: "x", kind: "hang" },
        { match: "why", kind: "hang", tims: 1 },
      ],
      'faults[1] ("why"): "tims"',
    ],
    [[{ match: "x", kind: "status", status: 700 }], "status"],
    [[{ match: "x", kind: "hang", times: 0 }], "times"],
  ])("a malformed fault is refused by name: %j", async (faults, expected) => {
    const { simulator } = createCounter();
    const url = await simulator.listen();

    const [status, body] = await control(url, "PUT", "faults", faults);

    expect(status).toBe(400);
    expect(JSON.stringify(body).replaceAll("\\", "")).toContain(expected);
  });

  test("faults, webhooks and reset answer JSON; what is not there is 404", async () => {
    const { simulator, done } = createCounter();
    const url = await simulator.listen();
    const plan: Fault[] = [{ match: "POST", kind: "status", status: 500 }];

    expect(await control(url, "PUT", "faults", plan)).toEqual([200, { faults: plan }]);
    expect((await ask(simulator)).status).toBe(500);
    expect((await control(url, "PUT", "webhooks", { lose: 0.5, double: true }))[0]).toBe(200);
    expect((await control(url, "PUT", "webhooks", { lose: 2 }))[0]).toBe(400);
    expect((await control(url, "PUT", "webhooks", { loose: 1 }))[0]).toBe(400);
    await ask(simulator);
    expect((await control(url, "POST", "reset"))[0]).toBe(200);
    expect(done()).toBe(0);
    expect((await control(url, "GET", "nothing"))[0]).toBe(404);
  });
});
