import { createServer } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { realClock } from "../../local/clock.ts";
import { DEMO_DATA_SOURCE_ID, toSeedPageId } from "../../local/notion-api/seed.ts";
import type { Fault } from "../../local/simulator/contract.ts";
import { createNotionAdapter } from "../../notion/client.ts";
import { CommittedError } from "../../notion/error.ts";
import { ServiceError } from "../../sync/error.ts";
import { createBench, START, type Bench } from "./bench.ts";

const SECRET_TITLE = "a confidential title";
const CREATE = "POST /v1/pages";
const UPDATE = "PATCH /v1/pages/{id}";
const READ = "GET /v1/pages/{id}";
const PAGE_ID = toSeedPageId(0);
const title = { title: { title: [{ text: { content: SECRET_TITLE } }] } };

const read = (bench: Bench) => bench.adapter.readPage(PAGE_ID);
const update = (bench: Bench, signal?: AbortSignal) => bench.adapter.updatePage(PAGE_ID, title, { signal });
const create = (bench: Bench, signal?: AbortSignal) => bench.adapter.createPage(DEMO_DATA_SOURCE_ID, title, { signal });
const listTitle = async (bench: Bench): Promise<readonly string[]> => {
  const since = "2026-01-01T10:00:00.000Z";
  const { pages } = await bench.run(bench.adapter.listEdited(DEMO_DATA_SOURCE_ID, { since, order: "newest" }));
  return pages.map((page) => page.id);
};

const asBody = (code: string, more: object = {}): object => ({ object: "error", code, message: SECRET_TITLE, ...more });

const answers: readonly {
  readonly name: string;
  readonly fault: Omit<Fault, "match" | "kind">;
  readonly code: string;
  readonly write: string;
  readonly read: string;
}[] = [
  { name: "400", fault: { status: 400 }, code: "invalid", write: "failed", read: "failed" },
  { name: "403", fault: { status: 403 }, code: "forbidden", write: "failed", read: "failed" },
  {
    name: "403 of a full workspace",
    fault: { status: 403, body: asBody("restricted_resource", { additional_data: { block_limit: "block_creation" } }) },
    code: "block_limit",
    write: "failed",
    read: "failed",
  },
  { name: "404", fault: { status: 404 }, code: "not_found", write: "failed", read: "failed" },
  { name: "409", fault: { status: 409 }, code: "conflict", write: "failed", read: "failed" },
  {
    name: "409 of a full database",
    fault: { status: 409, body: asBody("row_limit_exceeded") },
    code: "row_limit",
    write: "failed",
    read: "failed",
  },
  {
    name: "429 that must not be retried",
    fault: {
      status: 429,
      body: asBody("rate_limited", { additional_data: { rate_limit_reason: "public_api_request_blocked" } }),
    },
    code: "blocked",
    write: "failed",
    read: "failed",
  },
  { name: "500", fault: { status: 500 }, code: "unavailable", write: "unknown", read: "failed" },
  {
    name: "502 with a page of HTML",
    fault: { status: 502, body: "<html>" },
    code: "unavailable",
    write: "unknown",
    read: "failed",
  },
  { name: "503", fault: { status: 503 }, code: "unavailable", write: "unknown", read: "failed" },
  { name: "504", fault: { status: 504 }, code: "unavailable", write: "unknown", read: "failed" },
  {
    name: "200 with half a body",
    fault: { status: 200, body: '{"object":"pa' },
    code: "malformed_answer",
    write: "unknown",
    read: "failed",
  },
];

describe("errors of the adapter", () => {
  test.each(answers)("$name ends a write $write and a read $read", async ({ fault, code, write, read: readEnd }) => {
    const bench = createBench();
    bench.simulator.setFaults([
      { match: UPDATE, kind: "status", ...fault },
      { match: READ, kind: "status", ...fault },
    ]);

    const ofWrite = await bench.fail(update(bench));
    const ofRead = await bench.fail(read(bench));

    expect(ofWrite).toMatchObject({ service: "notion", code, end: write });
    expect(ofRead).toMatchObject({ service: "notion", code, end: readEnd });
    for (const error of [ofWrite, ofRead]) {
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(SECRET_TITLE);
      expect(error.cause).toBeUndefined();
    }
    expect(bench.simulator.journal().total).toBe(2); // nothing was retried
    expect(bench.blockedUntil).toEqual([]);
  });

  test.each([
    {
      name: "429 with Retry-After",
      fault: { status: 429, headers: { "retry-after": "7" } },
      code: "rate_limited",
      afterMs: 7_000,
    },
    {
      name: "429 that tells the time in its body only",
      fault: {
        status: 429,
        headers: { "retry-after": "" },
        body: asBody("rate_limited", { additional_data: { retry_after: "90" } }),
      },
      code: "rate_limited",
      afterMs: 90_000,
    },
    {
      name: "429 without a time",
      fault: { status: 429, headers: { "retry-after": "" }, body: asBody("rate_limited") },
      code: "rate_limited",
      afterMs: 60_000,
    },
    { name: "529", fault: { status: 529, headers: { "retry-after": "3" } }, code: "overloaded", afterMs: 3_000 },
  ])("$name ends limited, and everybody with this credential waits", async ({ fault, code, afterMs }) => {
    const bench = createBench();
    bench.fault({ match: UPDATE, kind: "status", ...fault });

    const error = await bench.fail(update(bench));

    expect(error).toMatchObject({ code, end: "limited", status: fault.status, retryAfterMs: afterMs });
    expect(bench.blockedUntil).toEqual([new Date(bench.clock.now() + afterMs).toISOString()]);
    expect(bench.simulator.journal().total).toBe(1);
  });

  test("a limit of the pacer itself sends nothing", async () => {
    const bench = createBench();
    bench.refusal = new ServiceError({
      service: "notion",
      code: "rate_limited",
      end: "limited",
      message: "Later.",
      retryAfterMs: 9_000,
    });

    const error = await bench.fail(update(bench));

    expect(error).toBe(bench.refusal);
    expect(bench.blockedUntil).toEqual([]);
    expect(bench.simulator.journal().total).toBe(0);
  });

  test("a creation that Notion carried out and answered with 503 names the page", async () => {
    const bench = createBench();
    bench.fault({ match: CREATE, kind: "dropAfterEffect", status: 503 });

    const error = await bench.fail(create(bench));

    expect(error).toBeInstanceOf(CommittedError);
    expect(error).toMatchObject({ code: "unavailable", end: "unknown", status: 503 });
    expect([error instanceof CommittedError && error.committedPageId]).toEqual(await listTitle(bench));
  });

  test("a connection cut after the effect leaves the creation unknown", async () => {
    const bench = createBench();
    bench.fault({ match: CREATE, kind: "dropAfterEffect" });

    const error = await bench.fail(create(bench));

    expect(error).toMatchObject({ code: "unreachable", end: "unknown" });
    expect(await listTitle(bench)).toHaveLength(1);
  });

  test("a request that hangs is ended after 20 s: a write is unknown, a read failed", async () => {
    const bench = createBench();
    bench.simulator.setFaults([
      { match: UPDATE, kind: "hang", afterEffect: true },
      { match: READ, kind: "hang" },
    ]);
    const startedAt = bench.clock.now();

    const ofWrite = await bench.fail(update(bench));
    const ofRead = await bench.fail(read(bench));

    expect(ofWrite).toMatchObject({ code: "timeout", end: "unknown" });
    expect(ofRead).toMatchObject({ code: "timeout", end: "failed" });
    expect(bench.clock.now() - startedAt).toBe(40_000);
  });

  test("an answer in time leaves no timer behind", async () => {
    const bench = createBench();
    await bench.run(read(bench));

    const idle = bench.clock.run(() => false, 60_000);

    await expect(idle).rejects.toThrow(`nothing is left to wait for at ${START}`);
  });

  test("the caller's signal ends a request under way as unknown, and a request not yet sent as failed", async () => {
    const bench = createBench();
    bench.fault({ match: UPDATE, kind: "hang" });
    const deadline = new AbortController();
    bench.clock.setTimer(1_500, () => deadline.abort());

    const underWay = await bench.fail(update(bench, deadline.signal));
    const notSent = await bench.fail(update(bench, deadline.signal));

    expect(underWay).toMatchObject({ code: "aborted", end: "unknown" });
    expect(notSent).toMatchObject({ code: "aborted", end: "failed" });
    expect(bench.simulator.journal().total).toBe(1);
  });

  test("a token that was exchanged is read anew, once", async () => {
    const bench = createBench({ profile: { tokens: ["ntn_new"] } });
    bench.tokens.push("ntn_new");

    const page = await bench.run(update(bench));

    expect(page.id).toBe(PAGE_ID);
    expect(bench.unauthorized.count).toBe(1);
    expect(bench.acquired).toEqual(["write", "write"]);
    expect(bench.sent[1]?.authorization).toBe("Bearer ntn_new");
  });

  test("a token that is refused twice fails the request without showing it", async () => {
    const bench = createBench();
    bench.fault({ match: READ, kind: "status", status: 401, times: 2 });

    const error = await bench.fail(read(bench));

    expect(error).toMatchObject({ code: "unauthorized", end: "failed", status: 401 });
    expect(`${error.stack ?? ""} ${JSON.stringify(error)}`).not.toContain(bench.tokens[0]);
    expect(bench.simulator.journal().total).toBe(2);
  });

  test("a page that is missing is told from one in the trash", async () => {
    const bench = createBench();
    const missing = "00000000-0000-4000-8000-00000000ffff";
    await bench.run(bench.adapter.updatePage(PAGE_ID, {}));
    const trash = new Request(`http://notion.test/v1/pages/${PAGE_ID}`, {
      method: "PATCH",
      headers: { authorization: "Bearer ntn_person", "notion-version": "2026-03-11", "content-type": "application/json" },
      body: JSON.stringify({ in_trash: true }),
    });
    expect((await bench.simulator.fetch(trash)).status).toBe(200);

    expect(await bench.fail(bench.adapter.readPage(missing))).toMatchObject({ code: "not_found", end: "failed" });
    expect(await bench.fail(update(bench))).toMatchObject({ code: "in_trash", end: "failed" });
  });

  test.each([
    { name: "an unknown status", properties: { Status: { status: { name: SECRET_TITLE } } }, code: "option_missing" },
    { name: "an unknown property", properties: { [SECRET_TITLE]: { number: 1 } }, code: "property_missing" },
    {
      name: "another type",
      properties: { Estimate: { rich_text: [{ text: { content: SECRET_TITLE } }] } },
      code: "property_type",
    },
    { name: "an option with a comma", properties: { Type: { select: { name: `${SECRET_TITLE}, x` } } }, code: "invalid" },
  ])("Notion's refusal of $name has a code of its own and repeats no content", async ({ properties, code }) => {
    const bench = createBench();

    const error = await bench.fail(bench.adapter.updatePage(PAGE_ID, properties));

    expect(error).toMatchObject({ code, end: "failed", status: 400 });
    expect(error.message).toMatch(/ \(400 validation_error, request .+\)$/);
    expect(error.message).not.toContain(SECRET_TITLE);
  });

  test("nothing of it is printed", async () => {
    const bench = createBench();
    const printers = (["log", "info", "warn", "error"] as const).map((name) => vi.spyOn(console, name));

    await bench.fail(bench.adapter.updatePage(PAGE_ID, { Status: { status: { name: SECRET_TITLE } } }));

    const printed = printers.flatMap((printer) => printer.mock.calls);
    vi.restoreAllMocks();
    expect(printed).toEqual([]);
  });

  test("a connection without the right to insert is told so", async () => {
    const bench = createBench({ profile: { canInsert: false } });

    expect(await bench.fail(create(bench))).toMatchObject({ code: "forbidden", end: "failed", status: 403 });
  });

  test("Notion's own limit is met and respected", async () => {
    const bench = createBench({ limits: { requestsPerMinute: 1 } });
    await bench.run(read(bench));

    const error = await bench.fail(read(bench));

    expect(error).toMatchObject({ code: "rate_limited", end: "limited" });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(bench.blockedUntil).toEqual([new Date(bench.clock.now() + (error.retryAfterMs ?? 0)).toISOString()]);
  });

  test("a write that never left this machine has failed", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const adapter = createNotionAdapter({
      baseUrl: `http://127.0.0.1:${port}`,
      token: () => Promise.resolve("ntn_x"),
      onUnauthorized: () => undefined,
      clock: realClock,
      pacer: { acquire: () => Promise.resolve(), block: () => Promise.resolve() },
      fetch,
    });

    const error: unknown = await adapter.createPage(DEMO_DATA_SOURCE_ID, title, {}).catch((reason: unknown) => reason);

    expect(error).toMatchObject({
      code: "unreachable",
      end: "failed",
      message: expect.stringContaining("ECONNREFUSED") as string,
    });
  });
});
