import { afterEach, describe, expect, test } from "vitest";
import { createSent } from "../support/sent.ts";
import type { SentRequest } from "../support/sent.ts";
import { createWorld, simpleConfig, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MANY_LIMIT_MS = 180_000; // ms of real time; beside other tests the machine may be slow

let world: World;
afterEach(async () => world.close());

const sent = createSent(() => world.now());

/** The greatest number of requests within any window of time. */
function mostWithin(requests: readonly SentRequest[], windowMs: number): number {
  const times = requests.map(({ atMs }) => atMs).sort((left, right) => left - right);
  let first = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? time) <= time - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

function gapsOf(requests: readonly SentRequest[]): readonly number[] {
  return requests.slice(1).map(({ atMs }, index) => atMs - (requests[index]?.atMs ?? 0));
}

describe("five hundred creations", { timeout: MANY_LIMIT_MS }, () => {
  test("are a second apart, at most 20 in any minute and 400 in any hour, and meet no limit", async () => {
    sent.clear();
    world = await createWorld({ onRequest: sent.onRequest, config: simpleConfig({ limits: { creates: 1_000 } }) });
    for (let index = 0; index < 500; index += 1) await world.person.createPage({ title: `Made ${index}`, status: "Ready" });
    const creations = (): readonly SentRequest[] => sent.list("github").filter(({ kind }) => kind === "mutation createIssue");
    await world.until(() => creations().length >= 500, 4 * HOUR_MS);
    await world.settled(HOUR_MS);

    const mutations = sent.list("github").filter(({ isWrite }) => isWrite);
    expect(creations()).toHaveLength(500);
    expect(Math.min(...gapsOf(mutations))).toBeGreaterThanOrEqual(1_000);
    expect(mostWithin(creations(), MINUTE_MS)).toBeLessThanOrEqual(20);
    expect(mostWithin(creations(), HOUR_MS)).toBeLessThanOrEqual(400);
    expect(mostWithin(sent.list("notion"), MINUTE_MS)).toBeLessThanOrEqual(180);
    expect(sent.list().filter(({ status }) => status === 429 || status === 403)).toEqual([]);
    const titles = world.github.store.nodes().flatMap((node) => (node.__typename === "Issue" ? [node.title] : []));
    expect(titles.filter((title) => title.startsWith("Made"))).toHaveLength(500);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe("a limit that was answered", () => {
  const twoMappings = {
    mappings: [simpleMapping(), simpleMapping({ name: "again", github: { repository: "acme/gadgets" } })],
  };

  test.each([
    {
      service: "notion" as const,
      fault: {
        match: "GET /v1/pages/{id}",
        kind: "status" as const,
        status: 429,
        headers: { "retry-after": "30" },
      },
      waitMs: 30_000,
    },
    {
      service: "github" as const,
      fault: {
        match: "createIssue",
        kind: "status" as const,
        status: 403,
        headers: { "retry-after": "60" },
        body: { message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again." },
      },
      waitMs: 60_000,
    },
  ])("by $service is waited for by every mapping", async ({ service, fault, waitMs }) => {
    sent.clear();
    world = await createWorld({
      onRequest: sent.onRequest,
      webhooks: false,
      config: twoMappings,
      github: { seedData: { repositories: [{ nameWithOwner: "acme/gadgets" }] } },
    });
    await world.advance(2 * MINUTE_MS);
    world[service].setFaults([fault]);
    const pageIds: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      pageIds.push(await world.person.createPage({ title: `Limited ${index}`, status: "Ready" }));
    }
    for (const [index, mapping] of ["engineering", "again"].entries()) {
      await world.call("POST", "sync", { mapping, pageIds: pageIds.filter((_, place) => place % 2 === index) });
    }
    const limited = (): SentRequest | undefined => sent.list(service).find(({ status }) => status === 429 || status === 403);
    await world.until(() => limited()?.answeredAtMs !== undefined, 5 * MINUTE_MS);
    const answeredAtMs = limited()?.answeredAtMs ?? 0;
    // Hints keep coming, for both mappings, and so do ticks.
    await world.call("POST", "sync", {});
    await world.advance(10_000);
    await world.person.createPage({ title: "Limited meanwhile", status: "Ready" });
    await world.call("POST", "sync", { full: true });
    await world.advance(20 * MINUTE_MS);
    await world.settled(HOUR_MS);

    const early = sent.list(service).filter(({ atMs }) => atMs > answeredAtMs + 1_000 && atMs < answeredAtMs + waitMs);
    expect(early).toEqual([]);
    const titles = world.github.store.nodes().flatMap((node) => (node.__typename === "Issue" ? [node.title] : []));
    expect(titles.filter((title) => title.startsWith("Limited")).sort()).toEqual(
      [...Array.from({ length: 10 }, (_, index) => `Limited ${index}`), "Limited meanwhile"].sort(),
    );
  });
});
