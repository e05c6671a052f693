import { describe, expect, test } from "vitest";
import { createPlans } from "../../storage/plans.ts";
import type { PlanHeader } from "../../storage/plans.ts";
import type { PlannedPair } from "../../sync/planned-pair.ts";
import { aPageId, at, tableKinds } from "./stores.ts";

const PLAN = "20260101000000-abcdef";

function aHeader(changes: Partial<PlanHeader> = {}): PlanHeader {
  return {
    planId: PLAN,
    mapping: null,
    mappings: ["engineering"],
    createdAt: at(0),
    state: "ready",
    progress: { mapping: 0, since: null, cursor: null, greatestAt: null, pagesRead: 0, tries: 0, incomplete: false },
    totals: null,
    ...changes,
  };
}

function aPair(n: number, changes: Partial<PlannedPair> = {}): PlannedPair {
  return {
    mapping: "engineering",
    pageId: aPageId(n),
    title: `Task ${n}`,
    item: null,
    link: "none",
    effects: [{ side: "github", kind: "update", field: "title", from: "a", to: "b", why: "changed in Notion" }],
    conflicts: [],
    problems: [],
    ...changes,
  };
}

describe.each(tableKinds())("plans $where", ({ open }) => {
  test("keep the first reading of a pair, and are listed page by page", async () => {
    const plans = createPlans(await open());
    await plans.addPairs(PLAN, [aPair(1), aPair(2)]);
    await plans.addPairs(PLAN, [aPair(2, { title: "Read again" }), aPair(3)]);

    const first = await plans.listPairs(PLAN, { limit: 2 });
    const rest = await plans.listPairs(PLAN, { limit: 2, continuation: first.continuation });

    expect(first.pairs).toEqual([aPair(1), aPair(2)]);
    expect(rest.pairs).toEqual([aPair(3)]);
  });

  test("list what is to be done and was not, key by key, and count how it ended", async () => {
    const plans = createPlans(await open());
    const problem = { field: "status", code: "status_unlisted", reason: "r", remedy: "m" };
    await plans.addPairs(PLAN, [aPair(1), aPair(2), aPair(3), aPair(4, { effects: [], problems: [problem] })]);
    const found = await plans.findPairs(PLAN, "engineering", [aPageId(2), aPageId(9)]);
    const second = found.get(aPageId(2));
    const results = second ? [{ pair: second, result: { status: "applied" } as const }] : [];

    expect(await plans.saveResults(PLAN, results)).toEqual([true]);
    expect(await plans.saveResults(PLAN, results)).toEqual([false]);
    const open1 = await plans.listOpen(PLAN, "engineering", { from: null, limit: 1 });
    const open2 = await plans.listOpen(PLAN, "engineering", { from: open1.next, limit: 10 });

    expect([...found.keys()]).toEqual([aPageId(2)]);
    expect([open1.pageIds, open2.pageIds, open2.next]).toEqual([[aPageId(1)], [aPageId(3)], null]);
    expect(await plans.summarize(PLAN)).toEqual({
      pairs: 4,
      effects: 3,
      conflicts: 0,
      problems: 1,
      results: { pending: 2, applied: 1 },
    });
  });

  test("that are old go with all their pairs, a bounded number at a time; others and those applied lately stay", async () => {
    const table = await open();
    const plans = createPlans(table);
    await plans.create(aHeader());
    await plans.create(aHeader({ planId: "20260101000001-applied", appliedAt: at(100) }));
    await plans.create(aHeader({ planId: "20260101000200-young", createdAt: at(200) }));
    await plans.addPairs(
      PLAN,
      Array.from({ length: 1_100 }, (_, n) => aPair(n)),
    );

    expect(await plans.purgeBefore(at(50), 1_000)).toBe(1_000);
    expect(await plans.find(PLAN)).toBeDefined();
    expect(await plans.purgeBefore(at(50), 1_000)).toBe(101);

    expect(await plans.find(PLAN)).toBeUndefined();
    expect((await plans.listPairs(PLAN, { limit: 10 })).pairs).toEqual([]);
    expect(await plans.find("20260101000001-applied")).toBeDefined();
    expect(await plans.find("20260101000200-young")).toBeDefined();
  });
});
