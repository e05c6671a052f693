import { describe, expect, test } from "vitest";
import { createChanges } from "../../storage/change-store.ts";
import type { StoredChange } from "../../storage/changes.ts";
import { createMemoryTable } from "../support/memory-table.ts";
import { aChange, anItem, aPage, aPageId, at, tableKinds } from "./stores.ts";

const NOW = at(1000);
const only = (list: readonly StoredChange[]): StoredChange => {
  const [change, ...rest] = list;
  if (!change || rest.length > 0) throw new Error(`Expected one change, found ${list.length}.`);
  return change;
};

describe.each(tableKinds())("changes $where", ({ open }) => {
  test("are due from their time on, those of one mapping in the order of their keys", async () => {
    const changes = createChanges(await open());
    const item = aChange(0, { side: "github", id: anItem(1).itemId });
    const carried = aChange(2, { source: "poll", page: aPage(2, at(0)) });
    for (const change of [carried, aChange(1), item, aChange(3, { notBefore: at(1001) }), aChange(4, { mapping: "other" })]) {
      await changes.store(change);
    }

    const due = await changes.listDue("engineering", NOW, { limit: 10 });

    expect(due.map(({ value }) => value)).toEqual([item, aChange(1), carried]);
    expect((await changes.listDue("engineering", at(1001), { limit: 10 })).length).toBe(4);
    expect((await changes.listDue("engineering", NOW, { limit: 2 })).length).toBe(2);
    expect(await changes.count("engineering")).toBe(4);
  });

  test("are settled by the ETag they were read with: a hint that came meanwhile stays", async () => {
    const changes = createChanges(await open());
    await changes.store(aChange(1));
    const before = only(await changes.listDue("engineering", NOW, { limit: 9 }));
    await changes.store(aChange(1));

    expect(await changes.settle(before)).toBe(false);
    const after = only(await changes.listDue("engineering", NOW, { limit: 9 }));
    expect(after.etag).not.toBe(before.etag);
    expect(await changes.settle(after)).toBe(true);
    expect(await changes.settle(after)).toBe(false);
    expect(await changes.count("engineering")).toBe(0);
  });

  test("that are not settled keep their age and attempts when a hint comes, and are due at the earlier time", async () => {
    const changes = createChanges(await open());
    await changes.store(aChange(1, { storedAt: at(1), notBefore: at(5000), attempts: 3 }));
    await changes.store(aChange(1, { storedAt: at(9), notBefore: at(9), attempts: 0, source: "poll" }));

    const merged = aChange(1, { storedAt: at(1), notBefore: at(9), attempts: 3, source: "poll" });
    expect(only(await changes.listDue("engineering", NOW, { limit: 9 })).value).toEqual(merged);

    await changes.store(aChange(1, { storedAt: at(10), notBefore: at(7000) }));
    expect(only(await changes.listDue("engineering", NOW, { limit: 9 })).value.notBefore).toBe(at(9));
  });

  test("carry a page only if it was read after every hint", async () => {
    const changes = createChanges(await open());
    const carried = async () => only(await changes.listDue("engineering", NOW, { limit: 9 })).value.page?.readAt;
    await changes.store(aChange(1, { storedAt: at(2), page: aPage(1, at(1)) }));
    expect(await carried()).toBe(at(1));

    await changes.store(aChange(1, { storedAt: at(5) }));
    expect(await carried()).toBeUndefined();
    await changes.store(aChange(1, { storedAt: at(6), page: aPage(1, at(4)) }));
    expect(await carried()).toBeUndefined();
    await changes.store(aChange(1, { storedAt: at(9), page: aPage(1, at(8)) }));
    expect(await carried()).toBe(at(8));
  });

  test("that were put off still carry no page that was read before their last hint", async () => {
    const changes = createChanges(await open());
    await changes.store(aChange(1, { storedAt: at(1) }));
    await changes.store(aChange(1, { storedAt: at(5) }));
    await changes.postpone(only(await changes.listDue("engineering", NOW, { limit: 9 })), { notBefore: at(6), attempts: 1 });

    await changes.store(aChange(1, { storedAt: at(7), page: aPage(1, at(3)) }));

    expect(only(await changes.listDue("engineering", NOW, { limit: 9 })).value.page).toBeUndefined();
  });

  test("are stored many at a time as if they came one by one", async () => {
    const changes = createChanges(await open());
    await changes.store(aChange(3, { storedAt: at(1), attempts: 2 }));
    await changes.store(aChange(200, { storedAt: at(1), attempts: 4 }));
    const many = Array.from({ length: 230 }, (_, n) => aChange(n, { storedAt: at(5), notBefore: at(5), source: "poll" }));

    await changes.storeMany([...many, aChange(7, { mapping: "other" }), aChange(8, { storedAt: at(6), notBefore: at(5) })]);

    const due = await changes.listDue("engineering", NOW, { limit: 1000 });
    expect(due).toHaveLength(230);
    expect(due[3]?.value).toMatchObject({ storedAt: at(1), notBefore: at(0), attempts: 2, source: "poll" });
    expect(due[200]?.value).toMatchObject({ storedAt: at(1), attempts: 4 });
    expect(due[8]?.value.storedAt).toBe(at(6));
    expect(await changes.count("other")).toBe(1);
    await changes.storeMany([]);
  });

  test("are cut into slices that hold each due change once", async () => {
    const changes = createChanges(await open());
    await changes.storeMany(Array.from({ length: 25 }, (_, n) => aChange(n)));
    await changes.store(aChange(99, { notBefore: at(2000) }));

    const { slices, total, more } = await changes.dueRanges("engineering", NOW, { sliceSize: 10, maxChanges: 100 });

    expect(slices.map(({ count }) => count)).toEqual([10, 10, 5]);
    expect({ total, more }).toEqual({ total: 25, more: false });
    const found = [];
    for (const slice of slices) found.push(...(await changes.listDue("engineering", NOW, { ...slice, limit: 40 })));
    expect(found.map(({ value }) => value.id)).toEqual(Array.from({ length: 25 }, (_, n) => aPageId(n)));
    expect(await changes.dueRanges("engineering", NOW, { sliceSize: 10, maxChanges: 20 })).toMatchObject({
      total: 20,
      more: true,
    });
    expect(await changes.dueRanges("nothing", NOW, { sliceSize: 10, maxChanges: 20 })).toEqual({
      slices: [],
      total: 0,
      more: false,
    });
  });

  test("carry all that was shown of their item, until a hint shows nothing", async () => {
    const changes = createChanges(await open());
    const shown = async () => only(await changes.listDue("engineering", NOW, { limit: 9 })).value.shows;
    const one = { print: "one", at: at(0) };
    const two = { print: "two" };
    await changes.store(aChange(1, { shows: [one] }));
    await changes.store(aChange(1, { shows: [one] }));
    expect(await shown()).toEqual([one]);

    await changes.store(aChange(1, { shows: [two] }));
    expect(await shown()).toEqual([one, two]);

    await changes.store(aChange(1));
    await changes.store(aChange(1, { shows: [one] }));
    expect(await shown()).toBeUndefined();
  });

  test("tell when the next is due and since when the oldest is", async () => {
    const changes = createChanges(await open());
    expect(await changes.nextDueAt("engineering")).toBeUndefined();
    expect(await changes.oldestDue("engineering", NOW)).toBeUndefined();
    await changes.store(aChange(1, { notBefore: at(5000) }));
    expect(await changes.oldestDue("engineering", NOW)).toBeUndefined();
    expect(await changes.nextDueAt("engineering")).toBe(at(5000));
    await changes.store(aChange(2, { notBefore: at(30) }));
    await changes.store(aChange(3, { notBefore: at(20) }));

    expect(await changes.oldestDue("engineering", NOW)).toBe(at(20));
    expect(await changes.nextDueAt("engineering")).toBe(at(20));
    expect(await changes.survey("engineering", NOW)).toEqual({
      count: 3,
      due: 2,
      unread: 2,
      planned: 0,
      oldestDueAt: at(20),
      nextDueAt: at(5000),
    });
  });

  test("are put off without their page, unless a hint came meanwhile", async () => {
    const changes = createChanges(await open());
    await changes.store(aChange(1, { page: aPage(1, at(0)) }));
    const change = only(await changes.listDue("engineering", NOW, { limit: 9 }));

    expect(await changes.postpone(change, { notBefore: at(2000), attempts: 1 })).toBe(true);
    expect(await changes.postpone(change, { notBefore: at(9000), attempts: 2 })).toBe(false);

    expect(await changes.listDue("engineering", NOW, { limit: 9 })).toEqual([]);
    const later = only(await changes.listDue("engineering", at(2000), { limit: 9 }));
    expect(later.value).toEqual(aChange(1, { notBefore: at(2000), attempts: 1, source: "retry" }));
  });

  test("are settled and put off many at a time, each for itself", async () => {
    const changes = createChanges(await open());
    await changes.storeMany(Array.from({ length: 12 }, (_, n) => aChange(n)));
    const due = await changes.listDue("engineering", NOW, { limit: 20 });
    await changes.store(aChange(2));
    await changes.store(aChange(8));

    const settled = await changes.settleMany(due.slice(0, 6));
    const postponed = await changes.postponeMany(
      due.slice(6).map((change) => ({ change, to: { notBefore: at(2000), attempts: 1 } })),
    );

    expect(settled).toEqual([true, true, false, true, true, true]);
    expect(postponed).toEqual([true, true, false, true, true, true]);
    const left = await changes.listDue("engineering", NOW, { limit: 20 });
    expect(left.map(({ value }) => value.id)).toEqual([aPageId(2), aPageId(8)]);
    expect(await changes.count("engineering")).toBe(7);
    expect(await changes.settleMany([])).toEqual([]);
  });

  test("stored at the same time for one page make one row, and none is lost", async () => {
    const changes = createChanges(await open());

    await Promise.all(Array.from({ length: 12 }, (_, n) => changes.store(aChange(1, { storedAt: at(n + 1) }))));

    const change = only(await changes.listDue("engineering", NOW, { limit: 9 }));
    expect(change.value.notBefore).toBe(at(0));
  });
});

describe("changes", () => {
  test("of 1,000 hits are stored in 11 requests, and 40 settled in one", async () => {
    const table = createMemoryTable();
    const changes = createChanges(table);
    const kinds: string[] = [];
    table.hooks = { before: ({ kind }) => void kinds.push(kind) };

    await changes.storeMany(Array.from({ length: 1000 }, (_, n) => aChange(n)));
    expect(kinds).toEqual(["list", ...Array<string>(10).fill("batch")]);
    const due = await changes.listDue("engineering", NOW, { limit: 40 });
    kinds.length = 0;
    await changes.settleMany(due);

    expect(kinds).toEqual(["batch"]);
  });

  test("stored for a webhook take one request", async () => {
    const kinds: string[] = [];
    const changes = createChanges(createMemoryTable({ hooks: { before: ({ kind }) => void kinds.push(kind) } }));

    await changes.store(aChange(1));

    expect(kinds).toEqual(["insert"]);
  });

  test("are kept even when somebody else always writes in between", async () => {
    const table = createMemoryTable();
    const changes = createChanges(table);
    await changes.store(aChange(1, { attempts: 1 }));
    const [row] = table.dump();
    if (!row) throw new Error("Expected a row.");
    table.hooks = {
      after: async ({ kind }) => {
        if (kind === "get") await table.upsert(row);
      },
    };

    await changes.store(aChange(1, { storedAt: at(50), notBefore: at(50), page: aPage(1, at(40)) }));

    const change = only(await changes.listDue("engineering", NOW, { limit: 9 }));
    expect(change.value).toEqual(aChange(1, { storedAt: at(50), notBefore: at(50) }));
  });
});
