import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host, LogEntry } from "../../../local/host/host.ts";
import { buildApp, send, startTestHost, type TestApp } from "./support.ts";

const source = `
  import { app, HttpResponse } from "@azure/functions";
  const echo = async (request, context) => ({ jsonBody: {
    function: context.functionName, method: request.method, url: request.url, params: request.params, text: await request.text(),
    query: [...request.query], header: request.headers.get("x-test"), length: request.headers.get("content-length"),
  } });
  app.http("echo", { methods: ["POST", "GET"], authLevel: "anonymous", route: "echo/{one}/{two?}", handler: echo });
  app.http("literal", { methods: ["GET"], authLevel: "anonymous", route: "echo/literal", handler: echo });
  app.http("rest", { methods: ["GET"], authLevel: "anonymous", route: "files/{*path}", handler: echo });
  app.http("number", { methods: ["GET"], authLevel: "anonymous", route: "numbers/{n:int}", handler: echo });
  app.http("unrouted", { methods: ["GET"], authLevel: "anonymous", handler: echo });
  app.http("throws", { authLevel: "anonymous", handler: async (request) => { await request.json(); return {}; } });
  app.http("nothing", { methods: ["GET"], authLevel: "anonymous", handler: async () => undefined });
  app.http("answer", { methods: ["GET"], authLevel: "anonymous", handler: async () => new HttpResponse({
    status: 418, body: "short", headers: { "x-one": "1" },
    cookies: [{ name: "a", value: "1", path: "/", httpOnly: true, sameSite: "Strict" }, { name: "b", value: "2", maxAge: 60 }],
  }) });
  app.http("bytes", { methods: ["POST"], authLevel: "anonymous", handler: async (request) => ({ body: new Uint8Array(await request.arrayBuffer()) }) });
  app.http("needsFunctionKey", { methods: ["GET"], authLevel: "function", handler: async () => ({ body: "in" }) });
  app.http("needsAdminKey", { methods: ["GET"], authLevel: "admin", handler: async () => ({ body: "in" }) });
  app.hook.preInvocation((context) => { if (context.invocationContext.functionName === "hooked") context.inputs = [{ hooked: true }]; });
  app.hook.postInvocation((context) => { if (context.invocationContext.functionName === "hooked") context.result = { jsonBody: { saw: context.result } }; });
  app.http("hooked", { methods: ["GET"], authLevel: "anonymous", handler: async (input) => input.hooked });
  app.http("logs", { methods: ["GET"], authLevel: "anonymous", handler: async (request, context) => { context.warn("seen", 1); return {}; } });
`;

interface Echo {
  readonly function: string;
  readonly method: string;
  readonly url: string;
  readonly params: Record<string, string>;
  readonly text: string;
  readonly query: [string, string][];
  readonly header: string | null;
  readonly length: string | null;
}

let app: TestApp;
let host: Host & { readonly logged: LogEntry[] };

beforeAll(async () => {
  app = await buildApp({ source });
  host = await startTestHost(app);
});
afterAll(async () => {
  await host.close();
  app.remove();
});

const echo = async (path: string): Promise<Echo> => (await (await fetch(`${host.url}${path}`)).json()) as Echo;

/** Sends a body in chunks, without a length, as `fetch` cannot be made to for a string. */
const sendChunked = (path: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${host.url}${path}`, { method: "POST" }, (incoming) => {
      let text = "";
      incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
      incoming.on("end", () => resolve(text));
    });
    outgoing.on("error", reject);
    outgoing.write(body);
    outgoing.end();
  });

describe("routes", () => {
  test("parameters, query and headers arrive, and the URL is the one that was called", async () => {
    const response = await fetch(`${host.url}/api/echo/a%20b/c?q=1&q2=x`, { headers: { "x-test": "yes" } });
    expect((await response.json()) as Echo).toMatchObject({
      function: "echo",
      method: "GET",
      url: `${host.url}/api/echo/a%20b/c?q=1&q2=x`,
      params: { one: "a b", two: "c" },
      query: [
        ["q", "1"],
        ["q2", "x"],
      ],
      header: "yes",
    });
  });

  test("an optional parameter may be missing", async () => {
    expect((await echo("/api/echo/a")).params).toEqual({ one: "a" });
  });

  test("a literal segment wins over a parameter", async () => {
    expect((await echo("/api/echo/literal")).function).toBe("literal");
  });

  test("a catch-all takes the rest of the path", async () => {
    expect((await echo("/api/files/a/b/c.txt")).params).toEqual({ path: "a/b/c.txt" });
  });

  test("a function without a route is found by its name, in any case", async () => {
    expect((await echo("/API/Unrouted")).function).toBe("unrouted");
  });

  test.each([
    ["an unknown path", "GET", "/api/none"],
    ["a path outside the prefix", "GET", "/unrouted"],
    ["a wrong method", "DELETE", "/api/echo/a"],
    ["an unmet constraint", "GET", "/api/numbers/x"],
    ["too many segments", "GET", "/api/unrouted/more"],
  ])("%s is 404", async (_, method, path) => {
    expect((await fetch(`${host.url}${path}`, { method })).status).toBe(404);
  });

  test("a met constraint is found", async () => {
    expect((await echo("/api/numbers/12")).params).toEqual({ n: "12" });
  });

  test("the host's own page is at the root", async () => {
    expect((await fetch(host.url)).status).toBe(200);
  });

  test("another prefix, also none, comes from host.json", async () => {
    const bare = await buildApp({ source }, { extensions: { http: { routePrefix: "" } } });
    const other = await startTestHost(bare);
    expect((await fetch(`${other.url}/unrouted`)).status).toBe(200);
    expect((await fetch(`${other.url}/api/unrouted`)).status).toBe(404);
    await other.close();
    bare.remove();
  });
});

describe("bodies", () => {
  test("a text arrives over the socket and in this process alike", async () => {
    const outside = await fetch(`${host.url}/api/echo/x`, { method: "POST", body: "héllo" });
    const inside = await host.fetch(new Request(`${host.url}/api/echo/x`, { method: "POST", body: "héllo" }));
    const expected = { text: "héllo", length: "6" };
    expect((await outside.json()) as Echo).toMatchObject(expected);
    expect((await inside.json()) as Echo).toMatchObject(expected);
  });

  test("bytes come back unchanged", async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    const response = await fetch(`${host.url}/api/bytes`, { method: "POST", body: bytes });
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
  });

  test("a body sent in chunks is empty, as in production", async () => {
    expect((JSON.parse(await sendChunked("/api/echo/x", "lost")) as Echo).text).toBe("");
  });
});

describe("answers", () => {
  test("status, headers, cookies and body go out", async () => {
    const response = await fetch(`${host.url}/api/answer`);
    expect([response.status, await response.text(), response.headers.get("x-one")]).toEqual([418, "short", "1"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/; HttpOnly; SameSite=Strict", "b=2; Max-Age=60"]);
  });

  test("no answer is 204 without a body", async () => {
    const response = await fetch(`${host.url}/api/nothing`);
    expect([response.status, await response.text()]).toEqual([204, ""]);
  });

  test("an error in a handler is 500 without a body, and is logged", async () => {
    const response = await fetch(`${host.url}/api/throws`, { method: "POST", body: "{not json" });
    expect([response.status, await response.text()]).toEqual([500, ""]);
    expect(host.logged.some((entry) => entry.level === "error" && entry.category === "Function.throws")).toBe(true);
  });

  test("hooks may replace inputs and results", async () => {
    expect(await (await fetch(`${host.url}/api/hooked`)).json()).toEqual({ saw: true });
  });

  test("what the app logs has its function's name", async () => {
    await fetch(`${host.url}/api/logs`);
    expect(host.logged).toContainEqual(
      expect.objectContaining({ level: "warning", category: "Function.logs.User", message: "seen 1" }),
    );
  });
});

describe("streams", () => {
  test("an app that asks for HTTP streams receives chunks, and answers through the library's own server", async () => {
    const streaming = await buildApp({
      source: `import { app as first } from "@azure/functions"; first.setup({ enableHttpStream: true });${source}`,
    });
    const other = await startTestHost(streaming);
    const path = (to: string): string => `${other.url}/api/${to}`;

    const chunks = new Blob(["chunk ", "by chunk"]).stream();
    const echoed = await fetch(path("echo/x?q=1"), { method: "POST", body: chunks, duplex: "half" } as RequestInit);
    expect((await echoed.json()) as Echo).toMatchObject({ text: "chunk by chunk", params: { one: "x" }, query: [["q", "1"]] });
    const answer = await fetch(path("answer"));
    expect([answer.status, await answer.text(), answer.headers.getSetCookie().length]).toEqual([418, "short", 2]);
    expect((await fetch(path("throws"), { method: "POST", body: "{" })).status).toBe(500);
    await other.close();
    streaming.remove();
  });
});

describe("keys", () => {
  const status = async (to: Host, path: string, key?: string): Promise<number> =>
    (await fetch(`${to.url}${path}`, key === undefined ? {} : { headers: { "x-functions-key": key } })).status;

  test("are not asked for by default, but for what manages orchestrations", async () => {
    expect(await status(host, "/api/needsFunctionKey")).toBe(200);
    expect(await status(host, "/runtime/webhooks/durabletask/instances/")).toBe(401);
    expect(await status(host, "/Runtime/Webhooks/DurableTask/orchestrators/single")).toBe(401);
    expect(await status(host, "/runtime/webhooks/durabletask/instances/", host.functionKey)).toBe(403);
  });

  test("are asked for when enforced, at each level", async () => {
    const keyed = await startTestHost(app, { moods: { keys: true }, keys: { function: "fk", system: "sk" } });

    expect(keyed.functionKey).toBe("fk");
    expect(await status(keyed, "/api/unrouted")).toBe(200);
    expect(await status(keyed, "/api/needsFunctionKey")).toBe(401);
    expect(await status(keyed, "/api/needsFunctionKey", "wrong")).toBe(401);
    expect(await status(keyed, "/api/needsFunctionKey", "fk")).toBe(200);
    expect(await status(keyed, "/api/needsFunctionKey?code=fk")).toBe(200);
    expect(await status(keyed, "/api/needsAdminKey", "fk")).toBe(403);
    expect(await status(keyed, "/api/needsAdminKey", "sk")).toBe(200);
    expect(await status(keyed, "/admin/host/status")).toBe(401);
    expect(await status(keyed, "/admin/host/status", "fk")).toBe(200);
    expect(await status(keyed, "/runtime/webhooks/durabletask/instances/")).toBe(401);
    expect(await status(keyed, "/runtime/webhooks/durabletask/instances/", "fk")).toBe(403);
    expect(await status(keyed, "/runtime/webhooks/durabletask/instances/?code=sk")).toBe(200);
    await keyed.close();
  });

  test("are made for a data file and kept in it", async () => {
    const dataFile = `${app.directory}/keys.db`;
    const first = await startTestHost(app, { dataFile });
    await first.close();
    const second = await startTestHost(app, { dataFile });
    await second.close();
    expect(second.functionKey).toBe(first.functionKey);
    expect(first.functionKey.length).toBeGreaterThanOrEqual(32);
  });
});

describe("the admin routes", () => {
  test("tell that the host runs", async () => {
    expect(await (await fetch(`${host.url}/admin/host/status`)).json()).toMatchObject({ state: "Running" });
  });

  test("fire nothing that is not a timer trigger", async () => {
    expect((await send(host, "POST", "/admin/functions/unrouted", {})).status).toBe(404);
  });
});

describe("a bad app", () => {
  test("is refused with what is wrong with it", async () => {
    const empty = await buildApp({ source: "export const nothing = 1;" });
    await expect(startTestHost(empty)).rejects.toThrow("registered no functions");
    empty.remove();
    const doubled = await buildApp({
      source: `import { app } from "@azure/functions"; app.get("a", async () => ({})); app.get("a", async () => ({}));`,
    });
    await expect(startTestHost(doubled)).rejects.toThrow('"a" has already been registered');
    doubled.remove();
  });
});
