import { describe, expect, test } from "vitest";
import { createChanges } from "../../storage/change-store.ts";
import type { Changes, StoredChange } from "../../storage/changes.ts";
import { branchKey } from "../../sync/branch-key.ts";
import { createMemoryTable } from "../support/memory-table.ts";
import { aChange, anItem, aPage, aPageId, at, tableKinds } from "./stores.ts";

const NOW = at(1000);
const LATER = at(9000);
const TOPIC = branchKey("owner/name", "topic");

/** The change of a pair that waits for a branch. */
async function wait(changes: Changes, n: number, waitsFor = TOPIC, more: object = {}): Promise<void> {
  await changes.store(aChange(n, more));
  const stored = (await changes.listDue("engineering", NOW, { limit: 999 })).find(({ value }) => value.id === aPageId(n));
  if (!stored) throw new Error("Expected the change that was just stored.");
  await changes.postpone(stored, { notBefore: LATER, attempts: 5, waitsFor });
}

const idsOf = (found: readonly StoredChange[]): readonly string[] => found.map(({ value }) => value.id);

describe.each(tableKinds())("changes that wait for a branch $where", ({ open }) => {
  test("are found by it, and no others are", async () => {
    const changes = createChanges(await open());
    await wait(changes, 1);
    await wait(changes, 2, branchKey("owner/name", "other"));
    await wait(changes, 3, branchKey("owner/other", "topic"));
    await wait(changes, 4);
    for (const change of [
      aChange(5),
      aChange(6, { side: "github", id: anItem(6).itemId }),
      aChange(7, { page: aPage(7, at(0)) }),
    ]) {
      await changes.store(change);
    }

    expect(idsOf(await changes.listWaiting("engineering", TOPIC))).toEqual([aPageId(1), aPageId(4)]);
    expect(await changes.listWaiting("other", TOPIC)).toEqual([]);
  });

  test("are due at once after a hint, and wait on until they are looked at", async () => {
    const changes = createChanges(await open());
    await wait(changes, 1);
    const hint = aChange(1, { notBefore: NOW, storedAt: NOW });
    await changes.store(hint);

    const [due, ...others] = await changes.listDue("engineering", NOW, { limit: 9 });
    expect(due?.value).toEqual({ ...hint, storedAt: at(0), attempts: 5, waitsFor: TOPIC });
    expect(others).toEqual([]);
    // A push that comes while the pair is looked at keeps it due.
    const [waiting] = await changes.listWaiting("engineering", TOPIC);
    await changes.store({ ...hint, id: waiting?.value.id ?? "" });
    expect(due && (await changes.postpone(due, { notBefore: LATER, attempts: 6, waitsFor: TOPIC }))).toBe(false);
  });

  test("wait no more once they are put off for another reason, or settled", async () => {
    const changes = createChanges(await open());
    await wait(changes, 1);
    await wait(changes, 2);
    const [first, second] = await changes.listDue("engineering", LATER, { limit: 9 });
    if (!first || !second) throw new Error("Expected two changes.");

    await changes.postpone(first, { notBefore: LATER, attempts: 6 });
    await changes.settle(second);

    expect(await changes.listWaiting("engineering", TOPIC)).toEqual([]);
  });

  test("of an older version, without the column, wait for nothing and are read as before", async () => {
    const table = await open();
    const changes = createChanges(table);
    await changes.store(aChange(1));
    const [stored] = await changes.listDue("engineering", NOW, { limit: 9 });
    await changes.store(aChange(1));

    expect(stored?.value).toEqual(aChange(1));
    expect(await changes.listWaiting("engineering", TOPIC)).toEqual([]);
  });
});

test("a look for who waits is one request, whatever else there is to do", async () => {
  let requests = 0;
  const table = createMemoryTable({ hooks: { before: () => void (requests += 1) } });
  const changes = createChanges(table);
  await changes.storeMany(Array.from({ length: 500 }, (_, n) => aChange(n)));
  await wait(changes, 500);
  requests = 0;

  expect(await changes.listWaiting("engineering", TOPIC)).toHaveLength(1);
  expect(requests).toBe(1);
});

test("a branch is the same whatever the case of its repository, and another in another repository or case", () => {
  expect(branchKey("Owner/Name", "topic")).toBe(TOPIC);
  expect(new Set([TOPIC, branchKey("owner/name", "Topic"), branchKey("owner/names", "topic")]).size).toBe(3);
});
