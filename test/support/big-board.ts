// A board of many pages whose issues are there already: the product links them by what each page names, without writing.
import { DEMO_DATA_SOURCE_ID, DEMO_SEED, toSeedPageId } from "../../local/notion-api/seed.ts";
import { createWorld, simpleMapping } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

/** A world with so many linked pairs. */
export interface BigBoard {
  readonly world: World;
  readonly pageIds: readonly string[];
}

const LINK_LIMIT_MS = 60 * 60_000; // of the world's time

/**
 * Starts a world and lets the product link all pairs; then two hours pass, so that no page or issue looks freshly edited.
 *
 * @throws Error when they are not all linked within an hour of the world's time.
 */
export async function createBigBoard(pairs: number, options: WorldOptions = {}): Promise<BigBoard> {
  const places = Array.from({ length: pairs }, (_, index) => index);
  const pages = places.map((index) => ({
    id: toSeedPageId(1_000 + index),
    dataSourceId: DEMO_DATA_SOURCE_ID,
    properties: {
      Name: { title: [{ text: { content: `Task ${index}` } }] },
      Status: { status: { name: "Ready" } },
      GitHub: { rich_text: [{ text: { content: `acme/widgets#${index + 1}` } }] },
    },
  }));
  const world = await createWorld({
    config: { mappings: [simpleMapping()] },
    ...options,
    notion: { ...options.notion, seedData: { ...DEMO_SEED, pages } },
    github: {
      ...options.github,
      seedData: {
        withoutDemoIssues: true,
        issues: places.map((index) => ({ title: `Task ${index}`, createdAt: "2026-11-01T09:00:00Z" })),
      },
    },
  });
  await world.call("POST", "sync", { full: true });
  await world.until(async () => (await countLinks(world)) === pairs, LINK_LIMIT_MS);
  await world.settled(LINK_LIMIT_MS);
  return { world, pageIds: pages.map(({ id }) => id) };
}

/** How many links are stored, counted in the table. */
export async function countLinks(world: World): Promise<number> {
  const rows = world.memory?.dump() ?? [];
  return Promise.resolve(rows.filter((row) => row.rowKey.startsWith("page:") && JSON.stringify(row).includes("linked")).length);
}
