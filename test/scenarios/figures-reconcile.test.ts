import { afterEach, expect, test } from "vitest";
import { createBigBoard } from "../support/big-board.ts";
import { featureConfig } from "../support/feature-board.ts";
import { createSent } from "../support/sent.ts";
import type { World } from "../support/world.ts";

const HOUR_MS = 60 * 60_000;
const PAIRS = 250;

let world: World;
let now = (): number => 0;
afterEach(async () => world.close());

const sent = createSent(() => now());

interface Status {
  readonly idle: boolean;
  readonly mappings: readonly { readonly reconcile: { readonly endedAt: string | null } }[];
}

const endedAt = async (): Promise<string | null> =>
  ((await world.call("GET", "status")).body as Status).mappings[0]?.reconcile.endedAt ?? null;

test("a comparison of everything asks for 100 pages, 100 items and 40 cards a request, and writes nothing", async () => {
  const config = featureConfig({ body: "off", createLabels: false, pullRequest: null });
  const board = await createBigBoard(PAIRS, { config, onRequest: sent.onRequest, webhooks: false });
  world = board.world;
  now = () => world.now();
  await world.advance(HOUR_MS);
  await world.settled(HOUR_MS);

  // What the app wrote moved times that it was not told: the first comparison looks at those pairs once.
  for (let round = 0; round < 2; round += 1) {
    const before = await endedAt();
    sent.clear();
    world.host().clearStats();
    await world.call("POST", "sync", { full: true });
    await world.until(async () => (await endedAt()) !== before, HOUR_MS);
    await world.settled(HOUR_MS);
    await world.advance(1_000);
  }

  const ticks = world.host().stats().executions["poll"] ?? 0;
  const count = sent.count();
  expect((count["POST /v1/data_sources/{id}/query"] ?? 0) - ticks).toBe(Math.ceil(PAIRS / 100));
  expect(count["query ItemTimes"]).toBe(Math.ceil(PAIRS / 100));
  expect(count["query CardTimes"]).toBe(2 * Math.ceil(100 / 40) + Math.ceil((PAIRS % 100) / 40));
  expect(count).not.toHaveProperty("query Nodes");
  expect(count).not.toHaveProperty("query ProjectItems");
  expect(count).not.toHaveProperty("GET /v1/pages/{id}");
  expect(sent.writes()).toBe(0);
});
