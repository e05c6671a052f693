import { afterEach, describe, expect, test } from "vitest";
import type { Stats } from "../../local/host/host.ts";
import { createSent } from "../support/sent.ts";
import { createWorld, simpleMapping } from "../support/world.ts";
import type { World, WorldOptions } from "../support/world.ts";

const MINUTES = 10;

let world: World;
afterEach(async () => world.close());

const sent = createSent(() => world.now());

const sameSources = [simpleMapping(), simpleMapping({ name: "again" })];
const twoRepositories = [simpleMapping(), simpleMapping({ name: "gadgets", github: { repository: "acme/gadgets" } })];

async function start(mappings: readonly unknown[], options: WorldOptions = {}): Promise<void> {
  world = await createWorld({
    config: { mappings },
    onRequest: sent.onRequest,
    github: { seedData: { repositories: [{ nameWithOwner: "acme/gadgets" }] } },
    ...options,
  });
  // The first ticks set the watermarks and learn who the product is.
  await world.advance(3 * 60_000);
  await world.settled();
}

/** Lets idle minutes pass, from just after a tick on, and tells what they took. */
async function idleMinutes(): Promise<Pick<Stats, "executions" | "orchestrations"> & { readonly sent: unknown }> {
  await world.advance(60_000 - ((world.now() - 1_000) % 60_000));
  world.host().clearStats();
  sent.clear();
  await world.advance(MINUTES * 60_000);
  const { executions, orchestrations } = world.host().stats();
  return { executions, orchestrations, sent: { ...sent.count() } };
}

function ticksOnly(repositories: number): unknown {
  return {
    executions: { poll: MINUTES },
    orchestrations: 0,
    sent: { "POST /v1/data_sources/{id}/query": MINUTES, "query IssuesUpdated": MINUTES * repositories },
  };
}

describe("an idle minute", () => {
  test("costs one execution and one request to each source, however many mappings share them", async () => {
    await start(sameSources);

    expect(await idleMinutes()).toEqual(ticksOnly(1));
  });

  test("asks each of two repositories once", async () => {
    await start(twoRepositories);

    expect(await idleMinutes()).toEqual(ticksOnly(2));
  });

  test.each([
    ["with webhooks", true],
    ["without webhooks", false],
  ])("costs no more once edited pages have settled, though their times stay within the overlap (%s)", async (_, webhooks) => {
    await start(sameSources, { webhooks });
    const pageIds = [];
    for (const title of ["One", "Two", "Three"]) pageIds.push(await world.person.createPage({ title, status: "Ready" }));
    await world.until(async () => (await world.person.issuesTitled("Three")).length === 1, 5 * 60_000);
    await world.settled();
    for (const pageId of pageIds) await world.person.setTitle(pageId, `Renamed ${pageId}`);
    await world.advance(2 * 60_000);
    await world.settled();

    expect(await idleMinutes()).toEqual(ticksOnly(1));
  });

  test("costs no more after a hundred writes of our own, but for two scans while the overlap passes", async () => {
    const limits = { limits: { creates: 1_000 } };
    await start([simpleMapping(limits), simpleMapping({ name: "again", ...limits })]);
    for (let index = 0; index < 100; index += 1) await world.person.createPage({ title: `Bulk ${index}`, status: "Ready" });
    const made = async (): Promise<number> =>
      (await world.person.issues()).filter(({ title }) => title.startsWith("Bulk")).length;
    await world.until(async () => (await made()) === 100, 3_600_000);
    await world.settled();
    await world.advance(2 * 60_000);
    await world.settled();

    // More items lie within the overlap than a probe shows, for good. For what may have become visible late they are read whole
    // (two requests of 50 items) ten minutes after they were last, which was amid the writes, and ten minutes after that; then never again.
    const withOneScan = {
      executions: { poll: MINUTES, syncChanges: 2, findChanges: 1 },
      orchestrations: 1,
      sent: { "POST /v1/data_sources/{id}/query": MINUTES, "query IssuesUpdated": MINUTES + 2 },
    };
    expect(await idleMinutes()).toEqual(withOneScan);
    expect(await idleMinutes()).toEqual(withOneScan);
    expect(await idleMinutes()).toEqual(ticksOnly(1));
  });
});
