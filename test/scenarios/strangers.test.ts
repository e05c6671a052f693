import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callAndWait } from "../support/plans.ts";
import { createSent } from "../support/sent.ts";
import { createWorld, GITHUB_SECRET } from "../support/world.ts";
import type { World } from "../support/world.ts";

const FLOOD = 2_000; // deliveries
const KB = 1024;
const COMMAND_BYTES = 64 * KB;
const PAGE_ID = "0abc0000-0000-4000-8000-000000000001";

let world: World;
const sent = createSent(() => world.now());
beforeEach(async () => {
  world = await createWorld({ moods: { keys: true }, onRequest: sent.onRequest, inMemory: true });
});
afterEach(async () => world.close());

const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string): Promise<Response> =>
  world.host().fetch(
    new Request(`http://app.test/${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
      ...(body === undefined ? {} : { body }),
    }),
  );
const post = (path: string, body: string): Promise<Response> =>
  ask("POST", `api/${path}`, { "x-functions-key": world.host().functionKey }, body);
const rows = (): string => createHash("sha256").update(JSON.stringify(world.memory?.dump())).digest("hex");

describe("without a key", () => {
  test.each([
    ["GET", "api/status"],
    ["GET", `api/explain?url=${PAGE_ID}`],
    ["GET", "api/links"],
    ["GET", "api/handshake"],
    ["POST", "api/handshake"],
    ["POST", "api/sync"],
    ["POST", "api/plan"],
    ["GET", `api/plan/20261125090000-000000000000`],
    ["POST", "api/apply"],
    ["POST", "api/retry"],
    ["POST", "api/mappings/engineering/pause"],
    ["POST", "api/mappings/engineering/resume"],
    ["GET", "runtime/webhooks/durabletask/instances/"],
    ["POST", "runtime/webhooks/durabletask/orchestrators/syncChanges"],
    ["POST", "runtime/webhooks/durabletask/instances/sync-engineering/terminate"],
    ["DELETE", "runtime/webhooks/durabletask/instances/sync-engineering"],
    ["POST", "admin/functions/poll"],
  ])("%s %s is 401 and does nothing", async (method, path) => {
    const before = rows();

    expect((await ask(method, path, {}, method === "POST" ? "{}" : undefined)).status).toBe(401);
    expect((await ask(method, path, { "x-functions-key": "guess" }, method === "POST" ? "{}" : undefined)).status).toBe(401);
    expect(rows()).toBe(before);
  });
});

test("no answer holds an address or a key by which orchestrations are managed", async () => {
  const pageId = await world.person.createPage({ title: "Shown", status: "Ready" });
  await world.settled();
  const { status, body, headers } = await callAndWait(world, "POST", "plan", {});
  const { planId } = body as { readonly planId: string };
  const answers = [JSON.stringify([status, body, [...headers]])];
  for (const [method, path, command] of [
    ["POST", "sync", {}],
    ["GET", "status", undefined],
    ["GET", "links", undefined],
    ["GET", `explain?url=${pageId}`, undefined],
    ["GET", `plan/${planId}`, undefined],
    ["POST", "apply", { planId }],
    ["POST", "retry", { all: true }],
    ["POST", "mappings/engineering/pause", {}],
    ["POST", "mappings/engineering/resume", {}],
    ["POST", "handshake", {}],
    ["GET", "handshake", undefined],
    ["GET", "health", undefined],
  ] as const) {
    const response = await callAndWait(world, method, path, command);
    expect(response.status, path).toBeLessThan(300);
    answers.push(JSON.stringify([response.body, [...response.headers]]));
  }

  for (const answer of answers) expect(answer).not.toMatch(/runtime\/webhooks|durabletask|code=|statusQueryGetUri/i);
});

describe("a flood of deliveries that nobody signed", () => {
  test.each([
    ["notion", "x-notion-signature", JSON.stringify({ type: "page.created", entity: { id: PAGE_ID, type: "page" } })],
    ["github", "x-hub-signature-256", JSON.stringify({ action: "opened", issue: { id: 1 } })],
  ])("of %s asks the storage for nothing, stores nothing and starts nothing", async (service, header, body) => {
    await ask("POST", `api/webhooks/${service}`, {}, body); // the first request of all makes the table
    const before = rows();
    let operations = 0;
    if (world.memory) world.memory.hooks = { before: () => void (operations += 1) };
    world.host().clearStats();
    sent.clear();
    const forged = { [header]: `sha256=${"0".repeat(64)}`, "x-github-event": "issues" };
    for (let index = 0; index < FLOOD; index += 1) {
      const { status } = await ask("POST", `api/webhooks/${service}`, index % 2 === 0 ? {} : forged, body);
      if (status !== 401) throw new Error(`a delivery was answered with ${status}`);
    }

    expect(operations).toBe(0);
    expect(rows()).toBe(before);
    expect(sent.list()).toEqual([]);
    expect(world.host().stats().orchestrations).toBe(0);
  });

  test("of Notion's handshake stores nothing while none is awaited", async () => {
    const before = rows();
    for (let index = 0; index < FLOOD; index += 1) {
      await ask("POST", "api/webhooks/notion", {}, JSON.stringify({ verification_token: `secret_${index}` }));
    }

    expect(rows()).toBe(before);
    expect(world.host().stats().orchestrations).toBe(0);
  });

  test("of Notion's handshake stores what may be a token, and no more than three, while one is awaited", async () => {
    await ask("POST", "api/handshake", { "x-functions-key": world.host().functionKey });
    const before = rows();
    const send = (token: unknown): Promise<Response> =>
      ask("POST", "api/webhooks/notion", {}, JSON.stringify({ verification_token: token }));
    const forged = { "x-notion-signature": `sha256=${"0".repeat(64)}` };
    await ask("POST", "api/webhooks/notion", forged, JSON.stringify({ verification_token: "secret_forged" }));
    for (const none of ["x".repeat(900 * KB), "half \ud800", "two words", { a: 1 }, 5])
      expect((await send(none)).status).toBe(401);
    expect(rows()).toBe(before);

    for (let index = 0; index < 20; index += 1) expect((await send(`secret_${index}`)).status).toBe(200);

    const shown = await ask("GET", "api/handshake", { "x-functions-key": world.host().functionKey });
    const { tokens } = (await shown.json()) as { readonly tokens: readonly { readonly token: string }[] };
    expect(tokens.map(({ token }) => token)).toEqual(["secret_19", "secret_18", "secret_17"]);
    expect(shown.headers.get("cache-control")).toBe("no-store");
  });

  test("that are as large and as deep as may be are refused all the same", async () => {
    const deep = (bytes: number): string => "[".repeat(bytes / 2) + "]".repeat(bytes / 2);

    expect((await ask("POST", "api/webhooks/notion", {}, deep(KB * KB))).status).toBe(401);
    expect((await ask("POST", "api/webhooks/github", {}, deep(KB * KB))).status).toBe(401);
  });
});

test("what a header says of a delivery is not kept at length", async () => {
  const signature = `sha256=${createHmac("sha256", GITHUB_SECRET).update("{}").digest("hex")}`;
  const named = { "x-github-event": "ping", "x-github-delivery": "y".repeat(5_000), "x-hub-signature-256": signature };

  expect((await ask("POST", "api/webhooks/github", named, "{}")).status).toBe(200);
  const lines = world.log.map(({ message }) => message).filter((message) => message.includes("yyyy"));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBeLessThan(300);
});

describe("a command", () => {
  const COMMANDS = ["sync", "plan", "apply", "retry"];

  test.each(COMMANDS)("%s of more than 64 KB is 413, and the answer names the limit", async (path) => {
    const response = await post(path, JSON.stringify({ mapping: "x".repeat(COMMAND_BYTES) }));

    expect(response.status).toBe(413);
    expect(await response.text()).toContain(String(COMMAND_BYTES));
  });

  test.each(COMMANDS)("%s that is no object, or nested to the limit, is 400", async (path) => {
    const half = COMMAND_BYTES / 2;
    for (const body of [
      "[]",
      "7",
      "null",
      "{",
      "[".repeat(half) + "]".repeat(half),
      `{"mapping":${"[".repeat(1_000)}${"]".repeat(1_000)}}`,
    ]) {
      expect((await post(path, body)).status, body.slice(0, 20)).toBe(400);
    }
  });

  test.each(["\\ud800", "../status", "a:b", "%2e%2e", "\\u0000"])("that names a plan %s is 404", async (planId) => {
    expect((await post("apply", `{"planId":"${planId}"}`)).status).toBe(404);
  });

  test("names at most a thousand pages", async () => {
    const toIds = (count: number): string => JSON.stringify({ pageIds: Array(count).fill(PAGE_ID.replaceAll("-", "")) });
    const refused = await post("sync", toIds(1_001));

    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("1,000");
    expect((await post("sync", toIds(1_000))).status).toBe(202);
  });

  test.each([
    "status?list=failures&continuation=engineering~made-up",
    "status?list=made-up",
    "status?list=constructor",
    "status?list=__proto__",
    "status?list=",
    `status?list=failures&continuation=engineering~${btoa("null")}`,
    `status?list=failures&continuation=engineering~${btoa("5")}`,
    `status?list=failures&continuation=engineering~${"A".repeat(6_000)}`,
  ])("that asks for the rest of no list is 400 (%s)", async (path) => {
    const response = await ask("GET", `api/${path}`, { "x-functions-key": world.host().functionKey });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  test("is not repeated at length in the answer", async () => {
    const long = "x".repeat(COMMAND_BYTES - 100);
    for (const [path, body] of [
      ["sync", { mapping: long }],
      ["sync", { confirm: long }],
      ["sync", { [long]: 1 }],
      ["plan", { mapping: long }],
      ["apply", { planId: long }],
      ["retry", { pageId: long }],
    ] as const) {
      const response = await post(path, JSON.stringify(body));
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect((await response.text()).length, path).toBeLessThan(1_000);
    }
    for (const query of ["explain?url=", "links?mapping=", "links?q=", "links?continuation=", "status?list="]) {
      const response = await ask("GET", `api/${query}${long}`, { "x-functions-key": world.host().functionKey });
      expect(response.status, query).toBeGreaterThanOrEqual(400);
      expect((await response.text()).length, query).toBeLessThan(1_000);
    }
  });
});
