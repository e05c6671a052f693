import { afterEach, describe, expect, test } from "vitest";
import { DEMO_DATA_SOURCE_ID, DEMO_SEED } from "../../local/notion-api/seed.ts";
import type { JournalEntry } from "../../local/simulator/contract.ts";
import { createWorld, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

const OTHER_DATA_SOURCE_ID = "1f0de70a-0000-4000-8000-00000000aaaa";
const GRACE_MS = 1_000; // ms; design, section 9: what was under way when the limit was answered
const RETRY_AFTER_S = 30;

let world: World;
afterEach(async () => world.close());

/** Two mappings, each with a data source of its own, over one credential for each service. */
async function createTwoMappings(): Promise<void> {
  const [first] = DEMO_SEED.dataSources;
  if (!first) throw new Error("The demo has no data source.");
  const other = { ...first, id: OTHER_DATA_SOURCE_ID, databaseId: "1f0de70a-0000-4000-8000-00000000bbbb", title: "Other tasks" };
  const notion = { dataSourceId: OTHER_DATA_SOURCE_ID, githubProperty: "GitHub", errorProperty: "Sync" };
  world = await createWorld({
    config: { mappings: [simpleMapping(), simpleMapping({ name: "other", notion })] },
    notion: { seedData: { ...DEMO_SEED, dataSources: [...DEMO_SEED.dataSources, other] } },
  });
}

/** Makes pages in both data sources; each becomes an issue. */
async function createPages(count: number): Promise<readonly string[]> {
  const pageIds: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const dataSourceId = n % 2 === 0 ? DEMO_DATA_SOURCE_ID : OTHER_DATA_SOURCE_ID;
    pageIds.push(await world.person.createPage({ title: `Paced ${n}`, status: "Ready", dataSourceId }));
  }
  return pageIds;
}

async function areAllTitled(count: number, toTitle: (n: number) => string): Promise<boolean> {
  const titles = new Set((await world.person.issues()).map((issue) => issue.title));
  return Array.from({ length: count }, (_, n) => toTitle(n)).every((title) => titles.has(title));
}

/** What the app sent, without what the person did. */
function sentTo(service: "notion" | "github"): readonly JournalEntry[] {
  const { requests } = world[service].journal();
  return requests.filter(({ detail }) => detail?.["actor"] !== "ada" && detail?.["as"] !== "person");
}

describe("a limit that a service answers", () => {
  test.each([
    { service: "notion" as const, match: "PATCH /v1/pages", status: 429 },
    { service: "github" as const, match: "mutation", status: 403 },
  ])("of $service is respected by all mappings until its time", async ({ service, match, status }) => {
    await createTwoMappings();
    const count = 10;
    const pageIds = await createPages(count);
    await world.until(() => areAllTitled(count, (n) => `Paced ${n}`), 5 * 60_000);
    await world.settled();
    for (const [n, pageId] of pageIds.entries()) {
      if (service === "github") await world.person.setTitle(pageId, `Paced ${n}, again`);
      else await world.person.github(RENAME, { id: await issueIdOf(`Paced ${n}`), title: `Paced ${n}, again` });
    }
    world[service].clearJournal();
    world[service].setFaults([{ match, kind: "status", status, headers: { "retry-after": String(RETRY_AFTER_S) } }]);
    await world.advance(3 * 60_000);
    await world.settled(10 * 60_000);

    const sent = sentTo(service);
    const limit = sent.find((entry) => entry.status === status);
    const limitedAtMs = Date.parse(limit?.at ?? "");
    expect(limit).toBeDefined();
    const early = sent.filter(({ at }) => {
      const afterMs = Date.parse(at) - limitedAtMs;
      return afterMs > GRACE_MS && afterMs < RETRY_AFTER_S * 1_000;
    });
    expect(early).toEqual([]);
    expect(await areAllTitled(count, (n) => `Paced ${n}, again`)).toBe(true);
    for (const [n, pageId] of pageIds.entries()) expect(await world.person.textOf(pageId, "Name")).toBe(`Paced ${n}, again`);
  });
});

const RENAME = `mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }`;

async function issueIdOf(title: string): Promise<string> {
  const [issue] = await world.person.issuesTitled(title);
  return issue?.id ?? "";
}

describe("writes to GitHub", () => {
  test("are at least a second apart, whatever mapping they come from", async () => {
    await createTwoMappings();

    const count = 12;
    const pageIds = await createPages(count);
    await world.until(() => areAllTitled(count, (n) => `Paced ${n}`), 5 * 60_000);
    for (const [n, pageId] of pageIds.entries()) {
      await world.person.setTitle(pageId, `Paced ${n}, again`);
      await world.advance(150);
    }
    await world.until(() => areAllTitled(count, (n) => `Paced ${n}, again`), 5 * 60_000);

    const times = sentTo("github")
      .filter(({ write }) => write)
      .map(({ at }) => Date.parse(at));
    expect(times.length).toBeGreaterThan(count);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  });
});
