import { describe, expect, test } from "vitest";
import { type Attention, createAttention } from "../../storage/attention.ts";
import { createBudgets } from "../../storage/budgets.ts";
import { createClaims } from "../../storage/claims.ts";
import { createMappings, newMappingState } from "../../storage/mappings.ts";
import { createRuns, type Run } from "../../storage/runs.ts";
import { createSources } from "../../storage/sources.ts";
import { createStorage } from "../../storage/storage.ts";
import { createMemoryTable } from "../support/memory-table.ts";
import { aChange, aLink, aPageId, at, tableKinds } from "./stores.ts";

const kinds = tableKinds();

describe.each(kinds)("claims $where", ({ open }) => {
  const engineering = { mapping: "engineering", pageId: aPageId(1) };
  const design = { mapping: "design", pageId: aPageId(1) };

  test("belong to who was first, and claiming again is the same", async () => {
    const claims = createClaims(await open());

    expect(await claims.claim("item", "7", "engineering", aPageId(1))).toEqual({ claimed: true });
    expect(await claims.claim("item", "7", "engineering", aPageId(1))).toEqual({ claimed: true });
    expect(await claims.claim("item", "7", "engineering", aPageId(2))).toEqual({ claimed: false, ...engineering });
    expect(await claims.claim("item", "7", "design", aPageId(1))).toEqual({ claimed: false, ...engineering });
    expect(await claims.claim("page", "7", "design", aPageId(1))).toEqual({ claimed: true });
    expect(await claims.find("item", "7")).toEqual(engineering);
    expect(await claims.find("item", "8")).toBeUndefined();
  });

  test("go to one of many who ask at the same time", async () => {
    const claims = createClaims(await open());

    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => claims.claim("item", "7", "engineering", aPageId(n))));

    expect(results.filter(({ claimed }) => claimed)).toHaveLength(1);
  });

  test("are given up by their mapping only", async () => {
    const claims = createClaims(await open());
    await claims.claim("page", "x", "engineering", aPageId(1));

    expect(await claims.release("page", "x", "design", aPageId(1))).toBe(false);
    expect(await claims.release("page", "x", "engineering", aPageId(2))).toBe(false);
    expect(await claims.find("page", "x")).toEqual(engineering);
    expect(await claims.release("page", "x", "engineering", aPageId(1))).toBe(true);
    expect(await claims.release("page", "x", "engineering", aPageId(1))).toBe(false);
    expect(await claims.find("page", "x")).toBeUndefined();
  });

  test("move from the mapping that has them", async () => {
    const claims = createClaims(await open());
    await claims.claim("page", "x", "engineering", aPageId(1));

    expect(await claims.move("page", "x", "other", design)).toEqual({ claimed: false, ...engineering });
    expect(await claims.move("page", "x", "engineering", design)).toEqual({ claimed: true });
    expect(await claims.move("page", "x", "engineering", design)).toEqual({ claimed: true });
    expect(await claims.find("page", "x")).toEqual(design);
    expect(await claims.move("page", "unclaimed", "engineering", design)).toEqual({ claimed: true });
  });
});

describe.each(kinds)("the state of mappings $where", ({ open }) => {
  test("begins as never run, and is changed by everybody who asks", async () => {
    const mappings = createMappings(await open());
    expect(await mappings.find("a/b: ü")).toBeUndefined();

    await Promise.all(
      [1, 2, 3, 4].map(() =>
        mappings.update("a/b: ü", (state) => ({ ...state, totals: { ...state.totals, synced: state.totals.synced + 1 } })),
      ),
    );

    const stored = await mappings.find("a/b: ü");
    expect(stored?.value).toEqual({ ...newMappingState("a/b: ü"), totals: { ...newMappingState("").totals, synced: 4 } });
  });

  test("is not written when nothing changes, and saved by ETag", async () => {
    const mappings = createMappings(await open());
    const { etag, value } = await mappings.update("engineering", (state) => ({ ...state, paused: true }));

    expect((await mappings.update("engineering", (state) => state)).etag).toBe(etag);
    await expect(mappings.save(value)).rejects.toMatchObject({ name: "RowExists" });
    const next = await mappings.save({ ...value, paused: false, facts: { repositoryId: "R_1" } }, etag);
    await expect(mappings.save(value, etag)).rejects.toMatchObject({ name: "RowChanged" });
    expect(await mappings.find("engineering")).toEqual({
      value: { ...value, paused: false, facts: { repositoryId: "R_1" } },
      etag: next,
    });
  });
});

describe.each(kinds)("sources and budgets $where", ({ open }) => {
  test("of all mappings are found by key, and saved by ETag", async () => {
    const sources = createSources(await open());
    const source = { key: "github:owner/name", watermark: at(1), readAt: null, complete: false };

    const etag = await sources.save(source);

    expect(await sources.find("github:owner/name")).toEqual({ value: source, etag });
    expect(await sources.find("github:owner")).toBeUndefined();
    await expect(sources.save(source)).rejects.toMatchObject({ name: "RowExists" });
    const next = await sources.save({ ...source, complete: true, botId: "b" }, etag);
    await expect(sources.save(source, etag)).rejects.toMatchObject({ name: "RowChanged" });
    expect(await sources.list()).toEqual([{ value: { ...source, complete: true, botId: "b" }, etag: next }]);
  });

  test("of one credential change only by ETag", async () => {
    const budgets = createBudgets(await open());
    expect(await budgets.find("notion")).toBeUndefined();

    const etag = await budgets.replace("notion", { nextAt: 1_764_000_000_123, sent: [1, 2] });

    expect(await budgets.find("notion")).toEqual({ value: { nextAt: 1_764_000_000_123, sent: [1, 2] }, etag });
    await expect(budgets.replace("notion", {})).rejects.toMatchObject({ name: "RowExists" });
    await budgets.replace("notion", { nextAt: 2 }, etag);
    await expect(budgets.replace("notion", { nextAt: 3 }, etag)).rejects.toMatchObject({ name: "RowChanged" });
    expect((await budgets.find("notion"))?.value).toEqual({ nextAt: 2 });
  });
});

describe.each(kinds)("attention $where", ({ open }) => {
  const entry = (n: number, more: Partial<Attention> = {}): Attention => ({
    mapping: "engineering",
    kind: "failure",
    pageId: aPageId(n),
    outcome: { status: "failed", code: "value_unlisted", reason: "why", remedy: "what to do" },
    item: null,
    attempts: 1,
    nextAttemptAt: at(60),
    since: at(n),
    ...more,
  });

  test("is asked once for a pair, since the trouble began", async () => {
    const attention = createAttention(await open());
    await attention.put(entry(1, { since: at(1) }));
    await attention.put(entry(1, { since: at(9), attempts: 2 }));

    const { entries } = await attention.list("engineering", "failure", { limit: 10 });
    expect(entries).toEqual([entry(1, { since: at(1), attempts: 2 })]);

    await attention.put(entry(1, { kind: "waiting", since: at(20) }));
    expect((await attention.list("engineering", "failure", { limit: 10 })).entries).toEqual([]);
    expect((await attention.list("engineering", "waiting", { limit: 10 })).entries).toEqual([
      entry(1, { kind: "waiting", since: at(20) }),
    ]);
  });

  test("is found for a pair, and is another mapping's for nobody", async () => {
    const attention = createAttention(await open());
    await attention.put(entry(1, { since: at(1) }));

    expect(await attention.find("engineering", aPageId(1))).toEqual(entry(1, { since: at(1) }));
    expect(await attention.find("engineering", aPageId(2))).toBeUndefined();
    expect(await attention.find("web", aPageId(1))).toBeUndefined();
  });

  test("ends when it is cleared, also twice", async () => {
    const attention = createAttention(await open());
    await attention.put(entry(1));
    await attention.put(entry(2));

    await attention.clear("engineering", aPageId(1));
    await attention.clear("engineering", aPageId(1));

    expect((await attention.list("engineering", "failure", { limit: 10 })).entries).toEqual([entry(2)]);
  });

  test("is listed by kind, page by page", async () => {
    const attention = createAttention(await open());
    for (let n = 0; n < 9; n++) await attention.put(entry(n, { kind: n % 2 === 0 ? "failure" : "hold" }));

    const first = await attention.list("engineering", "failure", { limit: 3 });
    const second = await attention.list("engineering", "failure", { limit: 3, continuation: first.continuation });

    expect([...first.entries, ...second.entries].map(({ pageId }) => pageId)).toEqual([0, 2, 4, 6, 8].map(aPageId));
  });
});

describe.each(kinds)("runs $where", ({ open }) => {
  const run = (n: number, more: Partial<Run> = {}): Run => ({
    mapping: "engineering",
    instanceId: "sync-engineering",
    startedAt: at(n),
    endedAt: null,
    status: "running",
    counts: { synced: n },
    ...more,
  });

  test("are listed newest first, each once", async () => {
    const runs = createRuns(await open());
    for (const n of [2, 1, 3]) await runs.record(run(n));
    await runs.record(run(3, { status: "completed", endedAt: at(4) }));

    expect(await runs.list("engineering", 2)).toEqual([run(3, { status: "completed", endedAt: at(4) }), run(2)]);
    expect(await runs.list("other", 2)).toEqual([]);
  });

  test("that are old are removed in bounded steps", async () => {
    const runs = createRuns(await open());
    for (let n = 1; n <= 6; n++) await runs.record(run(n));

    expect(await runs.purgeBefore("engineering", at(5), 3)).toBe(3);
    expect(await runs.purgeBefore("engineering", at(5), 3)).toBe(1);
    expect(await runs.purgeBefore("engineering", at(5), 3)).toBe(0);
    expect((await runs.list("engineering", 10)).map(({ startedAt }) => startedAt)).toEqual([at(6), at(5)]);
  });
});

test("the stores of one table keep out of each other's way, also for a mapping named like one of them", async () => {
  const table = createMemoryTable({ exists: false });
  const storage = createStorage(table);
  await storage.ensure();

  for (const mapping of ["source:", "budget:notion", "claim", "mapping"]) {
    await storage.links.insert(aLink(1, { mapping }));
    await storage.changes.store(aChange(1, { mapping }));
    await storage.mappings.save(newMappingState(mapping));
  }
  await storage.sources.save({ key: "k", watermark: null, readAt: null, complete: true });
  await storage.budgets.replace("notion", {});
  await storage.claims.claim("page", "p", "mapping", "p");
  await storage.runs.record({
    mapping: "claim",
    instanceId: "i",
    startedAt: at(0),
    endedAt: null,
    status: "running",
    counts: {},
  });

  expect(table.dump()).toHaveLength(20);
  expect(table.dump().every((row) => row["schemaVersion"] === 1)).toBe(true);
  expect(await storage.sources.list()).toHaveLength(1);
  expect(await storage.changes.count("claim")).toBe(1);
  expect((await storage.links.list("source:", { limit: 10 })).links).toHaveLength(1);
});
