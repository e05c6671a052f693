import { afterEach, describe, expect, test } from "vitest";
import { createBigBoard } from "../support/big-board.ts";
import type { BigBoard } from "../support/big-board.ts";
import { featureConfig, names, select } from "../support/feature-board.ts";
import { showItems } from "../support/big-project.ts";
import { createSent } from "../support/sent.ts";
import type { World } from "../support/world.ts";

const LIMIT_MS = 180_000; // ms of real time; beside other tests the machine may be slow
const HOUR_MS = 60 * 60_000;
const BATCH = 20; // mutations in one request

let world: World;
let now = (): number => 0;
afterEach(async () => world.close());

const sent = createSent(() => now());

/** Pairs of a mapping with a project, whose items are in it; webhooks are off. */
async function start(pairs: number): Promise<BigBoard> {
  const config = featureConfig({ body: "off", createLabels: false, pullRequest: null });
  const board = await createBigBoard(pairs, { config, onRequest: sent.onRequest, webhooks: false });
  world = board.world;
  now = () => world.now();
  await world.advance(HOUR_MS);
  await world.settled(HOUR_MS);
  sent.clear();
  world.host().clearStats();
  return board;
}

describe("a thousand changed pages of a mapping with a project", () => {
  test(
    "are done in one run within the smallest number of requests",
    async () => {
      const pairs = 1_000;
      const { pageIds } = await start(pairs);
      for (const [index, pageId] of pageIds.entries()) {
        await world.person.setPage(pageId, {
          Name: { title: [{ text: { content: `New ${index}` } }] },
          Estimate: { number: index + 1 },
        });
      }
      await untilDone(({ estimate }) => estimate !== undefined);
      await world.settled();

      const count = sent.count();
      const mutations = sent.list("github").filter(({ isWrite }) => isWrite);
      const queries = (count["POST /v1/data_sources/{id}/query"] ?? 0) - ticks();
      expect(queries).toBeLessThanOrEqual((1.1 * pairs) / 100);
      expect(sent.list("notion").length).toBe(count["POST /v1/data_sources/{id}/query"]);
      expect(count["query Nodes"]).toBeLessThanOrEqual((1.1 * pairs) / 40);
      expect(count["query ProjectItems"]).toBeLessThanOrEqual((1.1 * pairs) / 20);
      expect(mutations.length).toBeLessThanOrEqual((1.1 * 2 * pairs) / BATCH);
      expect(showItems(world)).toEqual(pageIds.map((_, index) => ({ title: `New ${index}`, estimate: index + 1 })));
      expect((await world.call("GET", "status")).body).toMatchObject({ failures: [] });
    },
    LIMIT_MS,
  );
});

describe("a hundred changed pages", () => {
  test("of which one names a label and one an issue type that is not there: the others are done in the same run", async () => {
    const { pageIds } = await start(100);
    for (const [index, pageId] of pageIds.entries()) {
      await world.person.setPage(pageId, {
        Name: { title: [{ text: { content: `New ${index}` } }] },
        Estimate: { number: index + 1 },
        ...(index === 30 ? { Labels: names("bug", "no such label") } : {}),
        ...(index === 60 ? { Type: select("Epic") } : {}),
      });
    }
    await untilDone(({ title }) => title.startsWith("New"));
    await world.settled();

    expect(showItems(world)).toEqual(pageIds.map((_, index) => ({ title: `New ${index}`, estimate: index + 1 })));
    expect(world.host().stats().executions["syncSlice"]).toBe(3);
    const { failures } = (await world.call("GET", "status")).body as { failures: { pageId: string; reason: string }[] };
    expect(failures.map(({ pageId }) => pageId).sort()).toEqual([pageIds[30], pageIds[60]].sort());
    expect(await world.person.textOf(pageIds[30] ?? "", "Sync")).toMatch(/no such label/);
    expect(await world.person.textOf(pageIds[60] ?? "", "Sync")).toMatch(/Epic/);
  });
});

async function untilDone(isDone: (shown: ReturnType<typeof showItems>[number]) => boolean): Promise<void> {
  await world.until(() => world.isQuiet() && showItems(world).every(isDone), HOUR_MS);
}

/** Each tick probes once. */
function ticks(): number {
  return world.host().stats().executions["poll"] ?? 0;
}
