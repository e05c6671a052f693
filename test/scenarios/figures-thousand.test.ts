import { afterEach, describe, expect, test } from "vitest";
import { createBigBoard } from "../support/big-board.ts";
import type { BigBoard } from "../support/big-board.ts";
import { createSent } from "../support/sent.ts";
import type { Sent } from "../support/sent.ts";
import type { World } from "../support/world.ts";

const PAIRS = 1_000;
const HOUR_MS = 60 * 60_000;
const MB = 1024 * 1024;
const BATCH = 20; // mutations in one request

let world: World;
let now = (): number => 0;
afterEach(async () => world.close());

interface Scene extends BigBoard {
  readonly sent: Sent;
  readonly peakHeapBytes: () => number;
}

async function start(webhooks: boolean): Promise<Scene> {
  let peak = 0;
  const sent = createSent(() => now());
  const onRequest: Sent["onRequest"] = (send, request) => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
    return sent.onRequest(send, request);
  };
  const board = await createBigBoard(PAIRS, { onRequest, webhooks });
  world = board.world;
  now = () => world.now();
  // So long that none of the pages and issues looks freshly edited.
  await world.advance(HOUR_MS);
  await world.settled();
  sent.clear();
  world.host().clearStats();
  peak = process.memoryUsage().heapUsed;
  return { ...board, sent, peakHeapBytes: () => peak };
}

async function editAll({ pageIds }: Scene, titleOf: (index: number) => string): Promise<void> {
  for (const [index, pageId] of pageIds.entries()) await world.person.setTitle(pageId, titleOf(index));
}

/** The titles of the issues in the order of their numbers; read beside the API, which would count it. */
function issueTitles(): readonly string[] {
  const issues = world.github.store.nodes().filter((node) => node.__typename === "Issue");
  return issues.sort((left, right) => left.number - right.number).map((issue) => issue.title);
}

async function untilEdited(count: number): Promise<void> {
  await world.until(() => issueTitles().filter((title) => title.startsWith("New")).length >= count, HOUR_MS);
  await world.settled();
}

function expectWithinLimits(sent: Sent): void {
  expect(sent.list().filter(({ status }) => status === 429 || status === 403)).toEqual([]);
  const { historyBytes, largestPayload } = world.host().stats();
  expect(historyBytes).toBeLessThanOrEqual(MB);
  expect(largestPayload.bytes).toBeLessThanOrEqual(4 * 1024);
}

describe("a thousand changed pages", () => {
  test("found by the poll are done in one run within the smallest number of requests, one bad page named", async () => {
    const scene = await start(false);
    const heapBefore = scene.peakHeapBytes();
    const bad = 500;
    // GitHub takes at most 256 characters.
    await editAll(scene, (index) => (index === bad ? "Too long ".repeat(40) : `New ${index}`));
    await untilEdited(PAIRS - 1);

    const { sent, pageIds } = scene;
    const count = sent.count();
    const queries = (count["POST /v1/data_sources/{id}/query"] ?? 0) - ticks();
    const reads = count["query Nodes"] ?? 0;
    expect(queries).toBeLessThanOrEqual((1.1 * PAIRS) / 100);
    expect(reads).toBeLessThanOrEqual((1.1 * PAIRS) / 40);
    expect(sent.list("github").filter(({ isWrite }) => isWrite).length).toBeLessThanOrEqual((1.1 * PAIRS) / BATCH);
    // The bad page is told on its page: one read of what is written to, and one write.
    expect(sent.list("notion").length - ticks() - queries).toBeLessThanOrEqual(2);
    expectWithinLimits(sent);
    expect(world.host().stats().executions["syncSlice"]).toBe(PAIRS / 40);
    expect(scene.peakHeapBytes() - heapBefore).toBeLessThanOrEqual(256 * MB);

    expect(issueTitles()).toEqual(pageIds.map((_, index) => (index === bad ? `Task ${index}` : `New ${index}`)));
    const { body } = await world.call("GET", "status");
    expect(body).toMatchObject({
      failures: [
        { pageId: pageIds[bad], reason: expect.stringMatching(/title/) as string, remedy: expect.stringMatching(/\w/) as string },
      ],
    });
    expect(await world.person.textOf(pageIds[bad] ?? "", "Sync")).toMatch(/title/);
  });

  test("told by a thousand deliveries are read in bulk and leave a short history", async () => {
    const scene = await start(true);
    await editAll(scene, (index) => `New ${index}`);
    await untilEdited(PAIRS);

    const { sent } = scene;
    const writes = sent.list("github").filter(({ isWrite }) => isWrite).length;
    // The first deliveries start the run before the thousand are there: some pages are read one by one.
    expect(sent.list("notion").length - ticks()).toBeLessThanOrEqual(100);
    expect(sent.count()["query Nodes"]).toBeLessThanOrEqual(30);
    expect(writes).toBeLessThanOrEqual((1.1 * PAIRS) / BATCH);
    expectWithinLimits(sent);
    expect(issueTitles()).toEqual(scene.pageIds.map((_, index) => `New ${index}`));

    // What the product itself wrote is more than a probe shows; it is read whole twice, and the minutes are idle then.
    await world.advance(30 * 60_000);
    await world.settled();
    sent.clear();
    world.host().clearStats();
    await world.advance(10 * 60_000);
    expect(sent.count()).toEqual({ "POST /v1/data_sources/{id}/query": 10, "query IssuesUpdated": 10 });
    expect(world.host().stats()).toMatchObject({ executions: { poll: 10 }, orchestrations: 0 });
  });
});

/** Each tick probes once; a tick during a scan does not. */
function ticks(): number {
  return world.host().stats().executions["poll"] ?? 0;
}
