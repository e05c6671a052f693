import { describe, expect, test } from "vitest";
import { createLinks } from "../../storage/links.ts";
import { createMemoryTable, type TableOperation } from "../support/memory-table.ts";
import { aLink, anItem, aPageId, tableKinds } from "./stores.ts";

const ROW_CHANGED = { name: "RowChanged" };
const ROW_EXISTS = { name: "RowExists" };

describe.each(tableKinds())("links $where", ({ open }) => {
  test("are found by page once they are reserved, and reserved once", async () => {
    const links = createLinks(await open());
    const link = aLink(1, { reservation: { attempt: "a", sentAt: "s", deadlineAt: "d", repository: "r", looks: 0 } });

    expect(await links.find("engineering", link.pageId)).toBeUndefined();
    const etag = await links.insert(link);

    expect(await links.find("engineering", link.pageId)).toEqual({ value: link, etag });
    expect(await links.find("other", link.pageId)).toBeUndefined();
    await expect(links.insert(link)).rejects.toMatchObject(ROW_EXISTS);
  });

  test("are replaced by the ETag they were read with", async () => {
    const links = createLinks(await open());
    const first = await links.insert(aLink(1));
    const stamped = aLink(1, { stamp: { attempt: "b", holdUntil: "h" } });

    const second = await links.replace(stamped, first);

    await expect(links.replace(aLink(1), first)).rejects.toMatchObject(ROW_CHANGED);
    expect(await links.find("engineering", aPageId(1))).toEqual({ value: stamped, etag: second });
  });

  test("are found by item once they are complete, and completing twice is the same", async () => {
    const links = createLinks(await open());
    const reserved = await links.insert(aLink(1));
    const linked = aLink(1, { state: "linked", item: anItem(7) });

    const etag = await links.complete(linked, reserved);

    expect(await links.findByItem("engineering", "1007")).toEqual({ value: linked, etag });
    await expect(links.complete(linked, reserved)).rejects.toMatchObject(ROW_CHANGED);
    const again = await links.complete(linked, etag);
    expect(await links.findByItem("engineering", "1007")).toEqual({ value: linked, etag: again });
  });

  test("are found by their new companion alone once it took the place of another", async () => {
    const links = createLinks(await open());
    const linked = aLink(1, { state: "linked", item: anItem(7), companion: anItem(8) });
    const etag = await links.complete(linked, await links.insert(aLink(1)));
    const moved = { ...linked, companion: anItem(9) };

    const newEtag = await links.complete(moved, etag, "1008");

    expect(await links.findByItem("engineering", "1008")).toBeUndefined();
    expect(await links.findByItem("engineering", "1009")).toEqual({ value: moved, etag: newEtag });
    // The former one is free for another page, whose pointer stays when this is done again.
    await links.complete(aLink(2, { state: "linked", item: anItem(8) }), await links.insert(aLink(2)));
    await links.complete(moved, newEtag, "1008");
    expect((await links.findByItem("engineering", "1008"))?.value.pageId).toBe(aPageId(2));
  });

  test("do not take an item that points to another page", async () => {
    const links = createLinks(await open());
    await links.complete(aLink(1, { state: "linked", item: anItem(7) }), await links.insert(aLink(1)));
    const etag = await links.insert(aLink(2));

    await expect(links.complete(aLink(2, { item: anItem(7) }), etag)).rejects.toMatchObject(ROW_EXISTS);

    expect(await links.find("engineering", aPageId(2))).toEqual({ value: aLink(2), etag });
    expect((await links.findByItem("engineering", "1007"))?.value.pageId).toBe(aPageId(1));
  });

  test("that are detached stay with their page and are no longer found by item", async () => {
    const links = createLinks(await open());
    const linked = aLink(1, { state: "linked", item: anItem(7) });
    const etag = await links.complete(linked, await links.insert(aLink(1)));

    await expect(links.detach(linked, "W/\"datetime'old'\"")).rejects.toMatchObject(ROW_CHANGED);
    expect(await links.findByItem("engineering", "1007")).toBeDefined();
    const detached = await links.detach(linked, etag);

    expect(await links.findByItem("engineering", "1007")).toBeUndefined();
    expect(await links.find("engineering", aPageId(1))).toEqual({ value: { ...linked, state: "detached" }, etag: detached });
    await links.detach(linked, detached);
  });

  test("that are removed leave nothing", async () => {
    const links = createLinks(await open());
    const linked = aLink(1, { state: "linked", item: anItem(7) });
    const etag = await links.complete(linked, await links.insert(aLink(1)));

    expect(await links.remove(linked, etag)).toBe(true);
    expect(await links.remove(linked, etag)).toBe(false);
    expect(await links.findByItem("engineering", "1007")).toBeUndefined();
    expect(await links.find("engineering", aPageId(1))).toBeUndefined();
  });

  test("are found many at a time, by page and by item", async () => {
    const links = createLinks(await open());
    for (let n = 1; n <= 12; n++) {
      await links.complete(aLink(n, { state: "linked", item: anItem(n) }), await links.insert(aLink(n)));
    }

    const byPage = await links.findMany("engineering", [aPageId(99), aPageId(3), aPageId(12), aPageId(3)]);
    const byItem = await links.findManyByItem("engineering", ["1005", "9999"]);

    expect([...byPage.keys()]).toEqual([aPageId(3), aPageId(12)]);
    expect(byPage.get(aPageId(12))?.value.item?.number).toBe(12);
    expect([...byItem].map(([itemId, { value }]) => [itemId, value.pageId])).toEqual([["1005", aPageId(5)]]);
  });

  test("are listed page by page, without anything else of the mapping", async () => {
    const links = createLinks(await open());
    for (let n = 1; n <= 7; n++) {
      await links.complete(aLink(n, { item: anItem(n) }), await links.insert(aLink(n)));
    }

    const seen: string[] = [];
    let continuation: string | undefined;
    do {
      const page = await links.list("engineering", { limit: 3, continuation });
      seen.push(...page.links.map(({ value }) => value.pageId));
      ({ continuation } = page);
    } while (continuation !== undefined);

    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7].map(aPageId));
  });

  test("are saved many at a time; who lost the race is told, and the others are saved", async () => {
    const links = createLinks(await open());
    const stored = [];
    for (let n = 1; n <= 8; n++) stored.push({ link: aLink(n, { syncedAt: "now" }), etag: await links.insert(aLink(n)) });
    for (const n of [2, 4, 5, 8]) await links.replace(aLink(n, { syncedAt: "theirs" }), stored[n - 1]?.etag ?? "");

    const results = await links.saveMany("engineering", stored);

    expect(results.map(({ saved }) => saved)).toEqual([true, false, true, false, false, true, true, false]);
    for (const [index, result] of results.entries()) {
      const link = await links.find("engineering", aPageId(index + 1));
      expect(link?.value.syncedAt).toBe(result.saved ? "now" : "theirs");
      if (result.saved) expect(result.etag).toBe(link?.etag);
    }
    expect(await links.saveMany("engineering", [])).toEqual([]);
  });
});

describe("links", () => {
  test("of a slice of 40 pairs are saved in one request, and read at most 8 at a time", async () => {
    const table = createMemoryTable();
    const links = createLinks(table);
    const stored = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => ({ link: aLink(n), etag: await links.insert(aLink(n)) })),
    );
    const operations: TableOperation[] = [];
    let underWay = 0;
    let most = 0;
    table.hooks = {
      before: async (operation) => {
        operations.push(operation);
        most = Math.max(most, ++underWay);
        await Promise.resolve();
      },
      after: () => {
        underWay--;
      },
    };

    await links.findMany(
      "engineering",
      stored.map(({ link }) => link.pageId),
    );
    await links.saveMany("engineering", stored);

    expect(operations.map(({ kind }) => kind)).toEqual([...Array<string>(40).fill("get"), "batch"]);
    expect(most).toBe(8);
  });

  test("of a slice that lost one race are saved in two requests", async () => {
    const kinds: string[] = [];
    const table = createMemoryTable();
    const links = createLinks(table);
    const stored = [];
    for (let n = 0; n < 40; n++) stored.push({ link: aLink(n), etag: await links.insert(aLink(n)) });
    await links.replace(aLink(17), stored[17]?.etag ?? "");
    table.hooks = { before: ({ kind }) => void kinds.push(kind) };

    const results = await links.saveMany("engineering", stored);

    expect(results.findIndex(({ saved }) => !saved)).toBe(17);
    expect(results.filter(({ saved }) => saved)).toHaveLength(39);
    expect(kinds).toEqual(["batch", "batch"]);
  });

  test("too large for one batch are saved in several", async () => {
    const links = createLinks(createMemoryTable());
    const fields = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`f${n}`, { page: "x".repeat(30_000), item: null }]));
    const stored = [];
    for (let n = 0; n < 20; n++) stored.push({ link: aLink(n, { base: { fields } }), etag: await links.insert(aLink(n)) });

    const results = await links.saveMany("engineering", stored);

    expect(results.every(({ saved }) => saved)).toBe(true);
    expect((await links.find("engineering", aPageId(19)))?.value.base).toEqual({ fields });
  });

  test("report a killed write to the caller once the table is back", async () => {
    const table = createMemoryTable();
    const links = createLinks(table);
    const linked = aLink(1, { state: "linked", item: anItem(1) });
    const etag = await links.insert(aLink(1));
    table.hooks = { after: () => Promise.reject(new Error("killed")) };
    await expect(links.complete(linked, etag)).rejects.toThrow("killed");
    table.hooks = {};

    const found = await links.find("engineering", aPageId(1));

    expect(found?.value).toEqual(linked);
    await links.complete(linked, found?.etag ?? "");
    expect((await links.findByItem("engineering", "1001"))?.value).toEqual(linked);
  });
});
