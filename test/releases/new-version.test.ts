import { rmSync } from "node:fs";
import { afterEach, beforeAll, afterAll, describe, expect, test } from "vitest";
import { DEMO_SEED } from "../../local/notion-api/seed.ts";
import { buildNextRelease } from "../support/next-release.ts";
import { createWorld, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MAPPINGS = 10;
const PAGES = 3; // of each mapping
const SLICES = 4; // host.json: activities at a time
const HOUR_MS = 3_600_000;
const DATABASE_ID = "1f0de70a-0000-4000-8000-00000000da7a";

const toSource = (index: number): string => `1f0de70a-0000-4000-8000-0000000051${String(index).padStart(2, "0")}`;
const indices = Array.from({ length: MAPPINGS }, (_, index) => index);
const [demoSource] = DEMO_SEED.dataSources;
const seedData = {
  ...DEMO_SEED,
  dataSources: indices.map((index) => ({
    ...demoSource,
    id: toSource(index),
    databaseId: DATABASE_ID,
    title: `Tasks ${index}`,
    properties: demoSource?.properties ?? [],
  })),
  pages: [],
};
const mappings = indices.map((index) =>
  simpleMapping({
    name: `team-${index}`,
    notion: { dataSourceId: toSource(index), githubProperty: "GitHub", errorProperty: "Sync" },
    limits: { creates: 1_000 },
  }),
);

let directory: string;
beforeAll(async () => {
  directory = await buildNextRelease("careful");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let world: World;
afterEach(async () => world.close());

const statusOf = async (instanceId: string) => {
  const response = await world.host().fetch(new Request(`http://app.test/durabletask/instances/${instanceId}`));
  return (await response.json()) as { readonly name: string; readonly runtimeStatus: string };
};
const runs = () => Promise.all(indices.map((index) => statusOf(`sync-team-${index}`)));
const countSlices = async (): Promise<number> => {
  const response = await world.host().fetch(new Request("http://app.test/durabletask/instances/?runtimeStatus=Running"));
  const running = (await response.json()) as readonly { readonly name: string }[];
  return running.filter(({ name }) => name === "runSlice").length;
};
const titles = async (): Promise<readonly string[]> =>
  (await world.person.issues())
    .map(({ title }) => title)
    .filter((title) => title.startsWith("Task"))
    .toSorted();

describe("a new version over running work", () => {
  test("lets ten mappings with slices in flight finish, doubles nothing and loses nothing, and goes on as the new one", async () => {
    world = await createWorld({ config: { mappings }, notion: { seedData }, webhooks: false });
    const pages: { readonly id: string; readonly title: string }[] = [];
    for (const index of indices) {
      for (let page = 0; page < PAGES; page += 1) {
        const title = `Task ${index}-${page}`;
        pages.push({ title, id: await world.person.createPage({ title, status: "Ready", dataSourceId: toSource(index) }) });
      }
    }
    // Amid the work: some issues are made, every mapping has its run, and as many slices as there may be are under way.
    await world.until(async () => (await titles()).length >= 2 && (await countSlices()) === SLICES, HOUR_MS);
    const before = await runs();
    expect(before.map(({ name, runtimeStatus }) => `${name} ${runtimeStatus}`)).toEqual(
      Array(MAPPINGS).fill("syncChanges Running"),
    );

    world.kill();
    await world.start(directory);
    world.host().clearStats();
    await world.until(async () => (await titles()).length >= pages.length, HOUR_MS);
    await world.settled(HOUR_MS);

    expect(await titles()).toEqual(pages.map(({ title }) => title).toSorted());
    expect(world.host().stats().executions["syncChanges"]).toBeGreaterThan(0);
    for (const { id } of pages) expect(await world.person.textOf(id, "GitHub")).toMatch(/^acme\/widgets#\d+$/);

    for (const { id, title } of pages) await world.person.setTitle(id, `${title}, edited`);
    await world.advance(3 * 60_000);
    await world.settled(HOUR_MS);

    expect(await titles()).toEqual(pages.map(({ title }) => `${title}, edited`).toSorted());
    expect((await runs()).map(({ name }) => name)).toEqual(Array(MAPPINGS).fill("syncChanges2"));
    expect(world.log.filter(({ message }) => message.includes("Non-Deterministic"))).toEqual([]);
    expect((await world.call("GET", "status")).body).toMatchObject({ idle: true, failures: [], conflicts: [], holds: [] });
  });
});
