import { afterEach, describe, expect, test } from "vitest";
import { statusOf } from "../support/several-boards.ts";
import { createWorld, simpleConfig } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const LIMIT_MS = 180_000; // ms of real time; beside other tests the machine may be slow
const LONG_MS = 3 * 60 * 60_000;
const holds = async () => (await statusOf(world)).holds;
const links = async (): Promise<number> => (await statusOf(world)).mappings[0]?.links ?? -1;

async function makePages(count: number, name: string): Promise<readonly string[]> {
  const pageIds: string[] = [];
  for (let n = 1; n <= count; n += 1) pageIds.push(await world.person.createPage({ title: `${name} ${n}`, status: "Ready" }));
  return pageIds;
}

async function confirm(holdId: string): Promise<void> {
  expect(await world.call("POST", "sync", { confirm: holdId })).toMatchObject({ status: 202 });
}

async function titled(name: string): Promise<number> {
  return (await world.person.issues()).filter((issue) => issue.title.startsWith(name)).length;
}

describe("holds", { timeout: LIMIT_MS }, () => {
  test("a hundred pages put in the trash at once: 5 to 25 are let go, the rest is one hold, and confirmed it is done", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 1_000 }, onTrash: "close" }) });
    const pageIds = await makePages(100, "Heap");
    await world.until(async () => (await links()) === 100, LONG_MS);
    await world.settled(LONG_MS);

    for (const pageId of pageIds) await world.person.trashPage(pageId);
    await world.advance(5 * 60_000);
    await world.settled(LONG_MS);
    const left = await links();
    expect(left).toBeGreaterThanOrEqual(75);
    expect(left).toBeLessThanOrEqual(95);
    const open = (await world.person.issues()).filter((issue) => issue.title.startsWith("Heap") && issue.state === "OPEN");
    expect(open).toHaveLength(left);
    const [hold, ...others] = await holds();
    expect(others).toEqual([]);
    expect(hold).toMatchObject({ kind: "removals", count: left });

    // What is held keeps nothing else from being done.
    await makePages(1, "Beside");
    await world.advance(2 * 60_000);
    expect(await titled("Beside")).toBe(1);

    await confirm(hold?.id ?? "");
    await world.until(async () => (await links()) === 1, LONG_MS);
    await world.settled(LONG_MS);
    expect(await holds()).toEqual([]);
    const closed = (await world.person.issues()).filter((issue) => issue.title.startsWith("Heap") && issue.state === "CLOSED");
    expect(closed).toHaveLength(100);
  });

  test("too many new pages at once are held; edits, closing and trash go on beside it", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 3 } }) });
    const first = await makePages(2, "Early");
    await world.until(async () => (await links()) === 2, LONG_MS);
    await makePages(6, "Late");
    await world.advance(3 * 60_000);
    await world.settled(LONG_MS);
    expect(await titled("Late")).toBe(1);
    expect(await holds()).toMatchObject([{ kind: "creates", count: 5 }]);

    const [one = "", other = ""] = first;
    await world.person.setTitle(one, "Early edited");
    await world.person.trashPage(other);
    await world.advance(2 * 60_000);
    await world.settled(LONG_MS);
    expect(await titled("Early edited")).toBe(1);
    expect(await links()).toBe(2);
    expect(await holds()).toMatchObject([{ kind: "creates", count: 5 }]);
  });

  test("a hold stays when the hour is over, and is confirmed while more pages arrive: none is lost and none made twice", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 3 } }) });
    await makePages(10, "Many");
    await world.advance(70 * 60_000);
    await world.settled(LONG_MS);
    expect(await titled("Many")).toBe(3);
    expect(await holds()).toMatchObject([{ count: 7 }]);

    await confirm("creates-engineering");
    await makePages(6, "More");
    await world.advance(10 * 60_000);
    await world.settled(LONG_MS);
    const [hold] = await holds();
    if (hold) await confirm(hold.id);
    await world.until(async () => (await titled("Many")) + (await titled("More")) === 16, LONG_MS);
    await world.settled(LONG_MS);
    expect(await holds()).toEqual([]);
    expect(await links()).toBe(16);
    expect(await titled("Many")).toBe(10);
    expect(await titled("More")).toBe(6);
  });

  test("there is no hold of another name, and nothing is let through by one", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 1 } }) });
    await makePages(3, "Still");
    await world.advance(2 * 60_000);
    await world.settled(LONG_MS);
    expect(await world.call("POST", "sync", { confirm: "merges-engineering" })).toMatchObject({ status: 404 });
    await world.advance(2 * 60_000);
    expect(await titled("Still")).toBe(1);
  });
});
