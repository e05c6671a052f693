import { describe, expect, test } from "vitest";
import { newMappingState } from "../../storage/mappings.ts";
import { createStorage } from "../../storage/storage.ts";
import type { Storage } from "../../storage/storage.ts";
import { createMemoryTable } from "../support/memory-table.ts";
import { aChange, aLink, anItem, aPageId, at, tableKinds } from "./stores.ts";

/** Links with their claims, changes, an entry of attention, a run and the state of "old". */
async function fill(storage: Storage, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const link = aLink(n, { mapping: "old", item: anItem(n) });
    const etag = await storage.links.insert({ ...link, state: "reserved" });
    await storage.links.complete({ ...link, state: "linked" }, etag);
    await storage.claims.claim("page", link.pageId, "old", link.pageId);
    if (link.item) await storage.claims.claim("item", link.item.itemId, "old", link.pageId);
    await storage.changes.store(aChange(n, { mapping: "old" }));
  }
  await storage.attention.put({
    mapping: "old",
    kind: "failure",
    pageId: aPageId(1),
    outcome: { status: "failed", code: "c", reason: "r", remedy: "m" },
    item: null,
    attempts: 1,
    nextAttemptAt: null,
    since: at(0),
  });
  await storage.runs.record({
    mapping: "old",
    instanceId: "i",
    startedAt: at(0),
    endedAt: at(1),
    status: "completed",
    counts: {},
  });
  await storage.mappings.save({ ...newMappingState("old"), totals: { ...newMappingState("old").totals, links: count } });
}

async function moveAll(storage: Storage): Promise<number> {
  let steps = 0;
  while ((await storage.renames.moveRows("old", "new", 100)) > 0) steps += 1;
  return steps;
}

async function expectMoved(storage: Storage, count: number): Promise<void> {
  const { links } = await storage.links.list("new", { limit: 1_000 });
  expect(links.map(({ value }) => value.pageId)).toHaveLength(count);
  for (const { value } of links) {
    const owner = { mapping: "new", pageId: value.pageId };
    expect(value).toMatchObject({ mapping: "new", state: "linked" });
    expect(await storage.claims.find("page", value.pageId)).toEqual(owner);
    expect(await storage.claims.find("item", value.item?.itemId ?? "")).toEqual(owner);
    expect((await storage.links.findByItem("new", value.item?.itemId ?? ""))?.value.pageId).toBe(value.pageId);
  }
  expect(await storage.changes.count("new")).toBe(count);
  const changes = await storage.changes.listDue("new", at(99_999), { limit: 1_000 });
  expect(changes.every(({ value }) => value.mapping === "new")).toBe(true);
  expect((await storage.attention.list("new", "failure", { limit: 10 })).entries).toMatchObject([{ mapping: "new" }]);
  expect(await storage.runs.list("new", 10)).toMatchObject([{ mapping: "new" }]);
  expect((await storage.mappings.find("new"))?.value).toMatchObject({ name: "new", movedFrom: "old", totals: { links: count } });
  expect(await storage.mappings.names()).toEqual(["new"]);
}

describe.each(tableKinds())("a mapping that is renamed $where", ({ open }) => {
  test("takes its links, pointers, claims, changes, attention, runs and state along", async () => {
    const storage = createStorage(await open());
    await fill(storage, 3);
    await moveAll(storage);
    await expectMoved(storage, 3);
    expect((await storage.links.list("old", { limit: 10 })).links).toEqual([]);
    expect(await storage.changes.count("old")).toBe(0);
  });
});

describe("a mapping that is renamed", () => {
  test("is moved in bounded steps", async () => {
    const table = createMemoryTable();
    const storage = createStorage(table);
    await fill(storage, 120);
    expect(await storage.renames.moveRows("old", "new", 100)).toBe(100);
    expect(table.dump("old").length).toBeGreaterThan(200);
    await moveAll(storage);
    await expectMoved(storage, 120);
    expect(table.dump("old")).toEqual([]);
  });

  test("loses nothing when it is killed after any of its writes and begun again", async () => {
    let writes = 0;
    for (let killAt = 1; ; killAt += 1) {
      const table = createMemoryTable();
      const storage = createStorage(table);
      await fill(storage, 2);
      writes = 0;
      table.hooks = {
        before(operation) {
          if (operation.isWrite && (writes += 1) >= killAt) throw new Error("killed");
        },
      };
      const ended = await moveAll(storage).catch(() => undefined);
      table.hooks = {};
      await moveAll(storage);
      await expectMoved(storage, 2);
      if (ended !== undefined) break;
    }
    expect(writes).toBeGreaterThan(10);
  });

  test("lets a row that a late writer left behind not take the place of the one that is there", async () => {
    const storage = createStorage(createMemoryTable());
    await fill(storage, 1);
    await moveAll(storage);
    const present = await storage.links.find("new", aPageId(1));
    await storage.links.replace({ ...aLink(1, { mapping: "new" }), state: "linked", syncedAt: at(7) }, present?.etag ?? "");
    await storage.links.insert(aLink(1, { mapping: "old" }));
    await storage.links.insert(aLink(2, { mapping: "old" }));
    await moveAll(storage);
    expect((await storage.links.find("new", aPageId(1)))?.value.syncedAt).toBe(at(7));
    expect(await storage.links.find("new", aPageId(2))).toBeDefined();
    expect((await storage.links.list("old", { limit: 10 })).links).toEqual([]);
  });
});
