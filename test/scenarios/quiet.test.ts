import { afterEach, describe, expect, test } from "vitest";
import { DEMO_GRACE_ID } from "../../local/notion-api/seed.ts";
import { richText } from "../support/branches.ts";
import { editFeatures, featureConfig, FEATURE_SEED, people, prepareFeatures, reportWhenAsked } from "../support/feature-board.ts";
import { countAll, isFaultless } from "../support/feature-faults.ts";
import { createSent } from "../support/sent.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;

let world: World;
afterEach(async () => world.close());

const sent = createSent(() => world.now());

describe("a mapping that uses every feature", () => {
  test("is quiet after convergence: five full runs and every delivery once more write nothing, on both sides", async () => {
    world = await createWorld({ onRequest: sent.onRequest, config: featureConfig(), notion: { seedData: FEATURE_SEED } });
    const board = await prepareFeatures(world);
    const expected = await editFeatures(world, board, 1, true);
    // Two that cannot be done whole: a branch that is missing, and a person who cannot be assigned.
    const troubled = [
      await world.person.createPage({ title: "No branch", status: "Backlog" }),
      await world.person.createPage({ title: "No such assignee", status: "Backlog" }),
    ];
    await world.person.setPage(troubled[0] ?? "", { Branch: richText("nowhere"), Status: { status: { name: "Ready" } } });
    await world.person.setPage(troubled[1] ?? "", { Owner: people(DEMO_GRACE_ID), Status: { status: { name: "Ready" } } });
    await world.until(async () => {
      await reportWhenAsked(world);
      return isFaultless(world, expected);
    }, 30 * MINUTE_MS);
    // Pairs that wait look again after 1, 2, 4 … 60 minutes.
    await world.advance(3 * 60 * MINUTE_MS);
    await world.settled();
    const counts = countAll(world);
    const delivered = world.deliveries.map((delivery) => delivery.clone());
    expect(expected.length + troubled.length).toBeGreaterThanOrEqual(15);
    expect(delivered.length).toBeGreaterThan(60);
    sent.clear();

    for (let run = 0; run < 5; run += 1) {
      expect((await world.call("POST", "sync", { full: true })).status).toBe(202);
      await world.advance(MINUTE_MS);
      await world.settled();
    }
    for (const delivery of delivered) expect(await world.redeliver(delivery)).toBeLessThan(300);
    await world.advance(5 * MINUTE_MS);
    await world.settled();

    expect(sent.list().length).toBeGreaterThan(20);
    expect(sent.list().filter(({ isWrite }) => isWrite)).toEqual([]);
    expect(isFaultless(world, expected)).toBe(true);
    expect(countAll(world)).toEqual(counts);
  });
});
