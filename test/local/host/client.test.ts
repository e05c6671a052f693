// What the durable client of the library sees, through HTTP functions that call it; as observed on the real extension.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host, LogEntry } from "../../../local/host/host.ts";
import { createVirtualClock, type VirtualClock } from "../../../local/virtual-clock.ts";
import { buildApp, ENDED, fixtures, send, startTestHost, statusOf, type Status, type TestApp } from "./support.ts";

let app: TestApp;
let clock: VirtualClock;
let host: Host & { readonly logged: LogEntry[] };

beforeAll(async () => {
  app = await buildApp({ path: `${fixtures}/cases-app.ts` });
  clock = createVirtualClock("2026-11-23T03:00:00.250Z");
  host = await startTestHost(app, { clock });
});
afterAll(async () => {
  await host.close();
  app.remove();
});

const startBy = (name: string, id: string, input?: unknown): Promise<Response> =>
  send(host, "POST", `/api/start/${name}/${id}`, input);
const call = (op: string, id: string, body: unknown = {}): Promise<Response> =>
  send(host, "POST", `/api/client/${op}/${id}`, body);
const end = async (id: string): Promise<Status> => {
  await clock.run(async () => ENDED.includes((await statusOf(host, id)).runtimeStatus), 60_000);
  return statusOf(host, id);
};
/** A call that rejects makes its function answer 500; the log has what it was rejected with. */
const rejection = async (work: Promise<Response>): Promise<string> => {
  const before = host.logged.length;
  expect((await work).status).toBe(500);
  return host.logged
    .slice(before)
    .map((entry) => entry.message)
    .join("\n");
};
const waiting = async (id: string): Promise<void> => {
  expect((await startBy("twoev", id)).status).toBe(202);
  await clock.run(async () => (await statusOf(host, id)).runtimeStatus === "Running", 1_000);
};

describe("startNew", () => {
  test("answers 202 with the links that manage the instance, on the caller's own origin", async () => {
    const response = await startBy("one", "links");
    const body = (await response.json()) as Record<string, string>;

    expect(response.status).toBe(202);
    expect(response.headers.get("retry-after")).toBe("10");
    expect(response.headers.get("location")).toBe(body["statusQueryGetUri"]);
    expect(Object.keys(body).sort()).toEqual(
      [
        "id",
        "statusQueryGetUri",
        "sendEventPostUri",
        "terminatePostUri",
        "rewindPostUri",
        "purgeHistoryDeleteUri",
        "restartPostUri",
        "suspendPostUri",
        "resumePostUri",
      ].sort(),
    );
    expect(body["id"]).toBe("links");
    expect(body["statusQueryGetUri"]?.startsWith(`${host.url}/runtime/webhooks/durabletask/instances/links?`)).toBe(true);
    expect((await host.fetch(new Request(body["statusQueryGetUri"] ?? ""))).status).toBeLessThan(203);
  });

  test("without an id makes one of 32 hexadecimal digits", async () => {
    const body = (await (await send(host, "POST", "/api/start/one")).json()) as { id: string };
    expect(body.id).toMatch(/^[0-9a-f]{32}$/);
  });

  test("rejects with 409 while the id is running, and replaces it once it has completed", async () => {
    await waiting("taken");
    expect(await rejection(startBy("one", "taken"))).toContain(
      'The operation failed with an unexpected status code: 409. Details: {"Message":"An Orchestration instance with the status Running already exists."}',
    );
    await call("terminate", "taken");
    await end("taken");
    expect((await startBy("one", "taken", 7)).status).toBe(202);
    expect(await end("taken")).toMatchObject({ name: "one", runtimeStatus: "Completed", input: 7 });
  });

  test("accepts an id that production will not like", async () => {
    expect((await startBy("one", "@x")).status).toBe(202);
  });

  test("answers 400 to a body that is not JSON", async () => {
    const response = await host.fetch(
      new Request(`${host.url}/durabletask/orchestrators/one/bad`, { method: "POST", body: "{" }),
    );
    expect(response.status).toBe(400);
  });

  test("with a timeout waits for the end and answers with the output", async () => {
    const answer = send(host, "POST", "/durabletask/orchestrators/chain/waited?timeout=10&pollingInterval=1", 3);
    await clock.advance(3_000);
    const response = await answer;
    expect([response.status, await response.json()]).toEqual([200, 3]);
  });
});

describe("getStatus", () => {
  test("rejects for an unknown id", async () => {
    expect(await rejection(call("status", "nobody"))).toContain("HTTP 404");
  });

  test("has the observed keys, whole seconds, and no history", async () => {
    await startBy("boom", "boom", null);
    await end("boom");
    const status = (await (await call("status", "boom", { showHistory: true })).json()) as Record<string, unknown>;

    expect(Object.keys(status).sort()).toEqual(
      ["name", "instanceId", "createdTime", "lastUpdatedTime", "input", "output", "runtimeStatus", "customStatus"].sort(),
    );
    expect(status).toMatchObject({ input: null, customStatus: null, createdTime: "2026-11-23T03:00:03.000Z" });
  });

  test("shows the history to whoever asks for it over HTTP", async () => {
    const response = await send(host, "GET", "/durabletask/instances/boom?showHistory=true&showHistoryOutput=true");
    const { historyEvents } = (await response.json()) as { historyEvents: Record<string, unknown>[] };
    expect(historyEvents.map((event) => event["EventType"])).toEqual(["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"]);
    expect(historyEvents[1]).toMatchObject({ FunctionName: "noop", Result: 1 });
  });

  test("is 202 while running, 200 when ended, and 500 for a failure only when asked", async () => {
    await waiting("codes");
    const code = async (path: string): Promise<number> => (await send(host, "GET", `/durabletask/instances/${path}`)).status;
    expect(await code("codes")).toBe(202);
    expect(await code("boom")).toBe(200);
    expect(await code("boom?returnInternalServerErrorOnFailure=true")).toBe(500);
  });
});

describe("lists", () => {
  test("getStatusAll has every instance, children too", async () => {
    await startBy("subretry", "family");
    await end("family");
    const all = (await (await call("all", "x")).json()) as Status[];
    expect(all.map((status) => status.instanceId)).toEqual(expect.arrayContaining(["family", "family-s", "boom"]));
  });

  test("getStatusBy filters by status", async () => {
    const some = (await (await call("by", "x", { runtimeStatus: ["Terminated"] })).json()) as Status[];
    expect(some.every((status) => status.runtimeStatus === "Terminated")).toBe(true);
  });

  test("pages go on with the continuation token", async () => {
    const first = await send(host, "GET", "/durabletask/instances/?top=2");
    const token = first.headers.get("x-ms-continuation-token") ?? "";
    const headers = { "x-ms-continuation-token": token };
    const second = await host.fetch(new Request(`${host.url}/durabletask/instances/?top=2`, { headers }));
    const ids = async (response: Response): Promise<string[]> =>
      ((await response.json()) as Status[]).map((each) => each.instanceId);
    const [left, right] = [await ids(first), await ids(second)];
    expect([left.length, right.length, new Set([...left, ...right]).size]).toEqual([2, 2, 4]);
  });
});

describe("suspend, resume, terminate", () => {
  test("a suspended instance receives its events only after it was resumed", async () => {
    await waiting("held");
    await call("suspend", "held");
    await clock.run(async () => (await statusOf(host, "held")).runtimeStatus === "Suspended", 1_000);
    await call("raise", "held", { name: "e", data: 1 });
    await call("raise", "held", { name: "e", data: 2 });
    await clock.advance(5_000);
    expect(await statusOf(host, "held")).toMatchObject({ runtimeStatus: "Suspended" });
    expect(host.idle()).toBe(true);

    await call("resume", "held");
    expect(await end("held")).toMatchObject({ runtimeStatus: "Completed", output: [1, 2] });
  });

  test("resume shows Running again", async () => {
    await waiting("resumed");
    await call("suspend", "resumed");
    await clock.run(async () => (await statusOf(host, "resumed")).runtimeStatus === "Suspended", 1_000);
    await call("resume", "resumed");
    await clock.run(async () => (await statusOf(host, "resumed")).runtimeStatus === "Running", 1_000);
  });

  test("terminate gives the reason as the output, and resolves again when it has ended", async () => {
    await waiting("stopped");
    expect((await call("terminate", "stopped")).status).toBe(200);
    expect(await end("stopped")).toMatchObject({ runtimeStatus: "Terminated", output: "because" });
    expect((await call("terminate", "stopped")).status).toBe(200);
    expect((await send(host, "POST", "/durabletask/instances/stopped/terminate?reason=x")).status).toBe(410);
  });

  test("they reject for an unknown id", async () => {
    for (const op of ["suspend", "resume", "terminate"]) {
      expect(await rejection(call(op, "nobody"))).toContain("No instance with ID 'nobody' found.");
    }
  });
});

describe("raiseEvent", () => {
  test("resolves with data, also with null", async () => {
    await waiting("raised");
    expect((await call("raise", "raised", { name: "e", data: { a: 1 } })).status).toBe(200);
    expect((await call("raise", "raised", { name: "e", data: null })).status).toBe(200);
    expect(await end("raised")).toMatchObject({ output: [{ a: 1 }, null] });
  });

  test("without data rejects while running, and resolves when terminated", async () => {
    await waiting("nodata");
    const text = await rejection(call("raise", "nodata", { name: "e" }));
    expect(text).toContain("400");
    expect(text).toContain("Invalid JSON content");
    await call("terminate", "nodata");
    await end("nodata");
    expect((await call("raise", "nodata", { name: "e" })).status).toBe(200);
  });

  test("rejects for an unknown id", async () => {
    expect(await rejection(call("raise", "nobody", { name: "e", data: 1 }))).toContain("No instance with ID 'nobody' found.");
  });
});

describe("purge", () => {
  test("rejects while running, removes an ended one, and finds nothing the second time", async () => {
    await waiting("purged");
    const text = await rejection(call("purge", "purged"));
    expect(text).toContain("412");
    expect(text).toContain(
      "Only orchestrations in a terminal state can be purged, but the orchestration with instance ID purged has status Running",
    );
    await call("terminate", "purged");
    await end("purged");
    expect(await (await call("purge", "purged")).json()).toEqual({ instancesDeleted: 1 });
    expect(await (await call("purge", "purged")).json()).toEqual({ instancesDeleted: 0 });
    expect((await send(host, "GET", "/durabletask/instances/purged")).status).toBe(404);
  });

  test("by status counts what it removed", async () => {
    const failed = (await (await call("by", "x", { runtimeStatus: ["Failed"] })).json()) as Status[];
    expect(failed.length).toBeGreaterThan(1);
    expect(await (await call("purgeBy", "x", { runtimeStatus: ["Failed"] })).json()).toEqual({ instancesDeleted: failed.length });
    expect(await (await call("by", "x", { runtimeStatus: ["Failed"] })).json()).toEqual([]);
  });
});

describe("the rest", () => {
  test("waitForCompletionOrCreateCheckStatusResponse answers with the output of an ended instance", async () => {
    await startBy("fanout", "fan", { n: 50, failTimes: 2 });
    await end("fan");
    const response = await call("wait", "fan");
    expect([response.status, await response.json()]).toEqual([200, { sum: 1225, count: 50 }]);
  });

  test("rewind says why not, and that it is not supported where production would do it", async () => {
    await startBy("one", "rewound");
    await end("rewound");
    expect(await rejection(call("rewind", "rewound"))).toContain(
      'This orchestration has status Completed, but only orchestrations in the "Failed" state can be rewound.',
    );
    await startBy("boom", "rewound");
    await end("rewound");
    expect(await rejection(call("rewind", "rewound"))).toContain("not supported by the local host: rewind");
  });

  test("entities are not supported, and say so", async () => {
    const response = await send(host, "GET", "/durabletask/entities/counter/a");
    expect([response.status, await response.text()]).toEqual([501, "not supported by the local host: entities"]);
  });

  test("restart runs it again with the same input", async () => {
    await startBy("chain", "restarted", 2);
    await end("restarted");
    const response = await send(host, "POST", "/durabletask/instances/restarted/restart");
    const { id } = (await response.json()) as { id: string };
    expect(response.status).toBe(202);
    expect(await end(id)).toMatchObject({ name: "chain", output: 2 });
  });
});
