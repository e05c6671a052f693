import { describe, expect, test } from "vitest";
import { createChanges } from "../../storage/change-store.ts";
import { aChange, aPage, at, tableKinds } from "./stores.ts";

const PLAN = "20260101000000-abcdef";
const NOW = at(60);

describe.each(tableKinds())("changes that a plan asks for $where", ({ open }) => {
  const planned = (n: number) => aChange(n, { source: "request", planId: PLAN });

  test("are told apart from other due ones", async () => {
    const changes = createChanges(await open());
    await changes.storeMany([planned(1), aChange(2), planned(3)]);

    const options = { sliceSize: 10, maxChanges: 100, onlyPlanned: true };
    const [slice] = (await changes.dueRanges("engineering", NOW, options)).slices;
    const due = await changes.listDue("engineering", NOW, { ...slice, limit: 10, onlyPlanned: true });

    expect(slice?.count).toBe(2);
    expect(due.map(({ value }) => value)).toEqual([planned(1), planned(3)]);
    expect(await changes.survey("engineering", NOW)).toMatchObject({ due: 3, planned: 2 });
  });

  test.each([
    { first: planned(1), second: aChange(1), name: "a hint after the plan" },
    { first: aChange(1), second: planned(1), name: "a plan after the hint" },
  ])("stay due as any other once the plan is done with them: $name", async ({ first, second }) => {
    const changes = createChanges(await open());
    await changes.store(first);
    await changes.store(second);

    const [both] = await changes.listDue("engineering", NOW, { limit: 10 });
    expect(both?.value).toMatchObject({ planId: PLAN, hinted: true });
    await changes.releaseMany(both ? [{ change: both, keep: both.value.hinted ?? false }] : []);

    const [left] = await changes.listDue("engineering", NOW, { limit: 10 });
    expect(left?.value.id).toBe(aChange(1).id);
    expect(left?.value).not.toHaveProperty("planId");
    expect(left?.value).not.toHaveProperty("hinted");
  });

  test("are gone with the plan when nothing else asks for them, and an old page is not kept beside them", async () => {
    const changes = createChanges(await open());
    await changes.store(aChange(1, { page: aPage(1, at(0)) }));
    await changes.store({ ...planned(1), storedAt: at(5) });
    await changes.store(planned(2));

    const [first, second] = await changes.listDue("engineering", NOW, { limit: 10 });
    expect(first?.value).not.toHaveProperty("page");
    await changes.releaseMany(second ? [{ change: second, keep: false }] : []);

    expect((await changes.listDue("engineering", NOW, { limit: 10 })).map(({ key }) => key)).toEqual([first?.key]);
  });

  test("that failed or wait can be listed, without those that are held or due", async () => {
    const changes = createChanges(await open());
    await changes.storeMany([aChange(1), aChange(2), aChange(3)]);
    const [first, second] = await changes.listDue("engineering", NOW, { limit: 10 });
    if (first) await changes.postpone(first, { notBefore: at(600), attempts: 1 });
    if (second) await changes.postpone(second, { notBefore: "9999-12-31T00:00:00.000Z", attempts: 1 });

    const { changes: listed } = await changes.listPostponed("engineering", NOW, { limit: 10 });

    expect(listed.map(({ value }) => value.id)).toEqual([aChange(1).id]);
    expect(await changes.find("engineering", "notion", aChange(1).id)).toEqual(listed[0]);
    expect(await changes.find("engineering", "github", aChange(1).id)).toBeUndefined();
  });
});
