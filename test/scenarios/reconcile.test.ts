import { afterEach, describe, expect, test } from "vitest";
import { makeBoardPair } from "../support/board-pair.ts";
import { fullConfig, fullMapping } from "../support/full-config.ts";
import { createWorld } from "../support/world.ts";
import type { World, WorldOptions } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const MINUTES = 60_000; // ms
const HOUR = 60 * MINUTES;
const OTHERS = { property: "Name", title: { contains: "nobody has this in a title" } };

/** A world without deliveries: what the poll does not see only a reconcile finds. */
async function start(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({ config: fullConfig(), webhooks: false, ...options });
}

interface Status {
  readonly idle: boolean;
  readonly mappings: readonly {
    readonly name: string;
    readonly links: number;
    readonly reconcile: { readonly endedAt: string | null; readonly dueAt: string | null; readonly compared: number | null };
  }[];
  readonly failures: readonly { readonly code: string }[];
}

const status = async (): Promise<Status> => (await world.call("GET", "status")).body as Status;
const endedAt = async (place = 0): Promise<string | null> => (await status()).mappings[place]?.reconcile.endedAt ?? null;

/** Asks for a comparison of everything, and waits for its end. */
async function reconcile(): Promise<void> {
  await world.advance(1_000);
  const before = await endedAt();
  expect((await world.call("POST", "sync", { full: true })).status).toBe(202);
  await world.until(async () => (await endedAt()) !== before, HOUR);
  await world.settled(HOUR);
}

describe("a comparison of everything", () => {
  test("finds what was done on the board of a project, which no poll shows", async () => {
    await start();
    const { card, shown, issue } = await makeBoardPair(world, "Moved on the board");
    await card.set("Estimate", 8);
    await card.set("Status", "Done");
    await world.advance(10 * MINUTES);
    expect(await shown("Estimate")).toBe(3);

    await reconcile();

    expect(await shown("Estimate")).toBe(8);
    expect(await shown("Status")).toBe("Done");
    expect((await issue()).state).toBe("CLOSED");
  });

  test("finds a page in the trash, and lets its item go", async () => {
    await start();
    const { pageId } = await makeBoardPair(world, "In the trash");
    await world.person.trashPage(pageId);
    await world.advance(10 * MINUTES);
    expect((await status()).mappings[0]?.links).toBe(1);

    await reconcile();

    expect((await status()).mappings[0]?.links).toBe(0);
  });

  test("finds an issue that is gone, and says so", async () => {
    await start();
    const { issue } = await makeBoardPair(world, "Deleted on GitHub");
    await world.person.github(`mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }`, {
      id: (await issue()).id,
    });
    await world.advance(10 * MINUTES);
    expect((await status()).failures).toEqual([]);

    await reconcile();
    await world.advance(15 * MINUTES);

    expect((await status()).failures.map(({ code }) => code)).toEqual(["item_missing"]);
  });

  test("goes on after a kill, and after a limit, from where it was", async () => {
    await start();
    const { card, shown } = await makeBoardPair(world, "Moved on the board");
    await card.set("Estimate", 8);
    world.github.setFaults([{ match: "ItemTimes", kind: "status", status: 502, times: 2 }]);

    await world.call("POST", "sync", { full: true });
    await world.advance(500);
    world.kill();
    await world.start();
    await world.until(async () => (await endedAt()) !== null, HOUR);
    await world.settled();

    expect(await shown("Estimate")).toBe(8);
  });

  test("waits while the mapping is paused", async () => {
    await start();
    const { card, shown } = await makeBoardPair(world, "Moved on the board");
    await card.set("Estimate", 8);
    await world.call("POST", "mappings/engineering/pause");
    await world.call("POST", "sync", { full: true });
    await world.advance(10 * MINUTES);
    expect(await status()).toMatchObject({ idle: true, mappings: [{ reconcile: { endedAt: null } }] });

    await world.call("POST", "mappings/engineering/resume");
    await world.until(async () => (await endedAt()) !== null, HOUR);
    await world.settled();

    expect(await shown("Estimate")).toBe(8);
  });

  test("comes by its schedule, for each mapping at a time of its own", async () => {
    const second = { ...fullMapping(), name: "design", notion: { ...(fullMapping()["notion"] as object), filter: OTHERS } };
    const environment = { POLL_SCHEDULE: "0 */10 * * * *", RECONCILE_SCHEDULE: "0 0 3 * * *" };
    await start({ config: { mappings: [fullMapping(), second] }, startAt: "2026-11-25T02:30:00.000Z", environment });

    await world.advance(HOUR);
    expect(await endedAt(0)).toMatch(/^2026-11-25T03:[01]/);
    expect((await status()).mappings[1]?.reconcile).toMatchObject({ endedAt: null, dueAt: "2026-11-25T15:00:00.000Z" });
    expect((await status()).idle).toBe(true);

    await world.advance(12 * HOUR);
    expect(await endedAt(1)).toMatch(/^2026-11-25T15:[01]/);
    expect(await endedAt(0)).toMatch(/^2026-11-25T03:[01]/);
  });
});
