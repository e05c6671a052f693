import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isRowChanged, isRowExists } from "../../storage/row-error.ts";
import type { BatchOperation, Row, StoredRow, Table } from "../../storage/row.ts";
import { createTable } from "../../storage/table.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { createMemoryTable } from "../support/memory-table.ts";

let azurite: Azurite;
let tables = 0;

beforeAll(async () => {
  azurite = await startAzurite(["table"]);
});
afterAll(() => azurite.close());

const openAzure = () => createTable({ connectionString: azurite.connectionString, name: `contract${++tables}` });

const KINDS: readonly (readonly [string, () => Table, () => Table])[] = [
  ["in Azurite", openAzure, openAzure],
  ["in memory", () => createMemoryTable(), () => createMemoryTable({ exists: false })],
  ["in memory with empty pages", () => createMemoryTable({ emptyPages: true }), () => createMemoryTable({ exists: false })],
];

const aRow = (rowKey: string, more: Partial<Row> = {}): Row => ({ partitionKey: "p", rowKey, ...more });
const withoutEtag = ({ etag: _, ...row }: StoredRow) => row;
const conflict = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => {
      if (isRowChanged(error)) return error.index === undefined ? "changed" : `changed at ${error.index}`;
      if (isRowExists(error)) return error.index === undefined ? "exists" : `exists at ${error.index}`;
      return error;
    },
  );

describe.each(KINDS)("the table %s", (_name, open, openNew) => {
  async function ready(): Promise<Table> {
    const table = open();
    await table.ensure();
    return table;
  }

  test("says that it is not there before it was made, and is made twice without harm", async () => {
    const table = openNew();

    await expect(table.get("p", "a")).rejects.toMatchObject({ name: "ServiceError", code: "not_found", end: "failed" });
    await expect(table.insert(aRow("a"))).rejects.toMatchObject({ name: "ServiceError", code: "not_found" });
    await table.ensure();
    await table.ensure();

    expect(await table.get("p", "a")).toBeUndefined();
  });

  test("gives back what was stored, value by value", async () => {
    const table = await ready();
    const row = aRow("values", {
      empty: "",
      text: `a'b"c\\d\n\u2028\u2029 é 漢 😀 {"x":1} %2F`,
      yes: true,
      no: false,
      zero: 0,
      minus: -7,
      half: 0.5,
      milliseconds: 1_764_000_000_123,
      big: 2 ** 40,
    });

    await table.insert(row);
    await table.batch("p", [{ kind: "insert", row: { ...row, rowKey: "batched", text: "a'b\"c\\d\n é 漢 😀 {x}" } }]);

    const stored = await table.get("p", "values");
    expect(stored && withoutEtag(stored)).toEqual(row);
    expect(await table.get("p", "batched")).toMatchObject({
      empty: "",
      text: "a'b\"c\\d\n é 漢 😀 {x}",
      milliseconds: row["milliseconds"],
    });
  });

  test("keeps no property that is undefined, nor an ETag as a property", async () => {
    const table = await ready();

    const etag = await table.insert(aRow("a", { none: undefined, etag: "mine" }));

    expect(await table.get("p", "a")).toEqual({ partitionKey: "p", rowKey: "a", etag });
  });

  test("refuses to insert a row that is there", async () => {
    const table = await ready();
    await table.insert(aRow("a", { n: 1 }));

    expect(await conflict(table.insert(aRow("a", { n: 2 })))).toBe("exists");
    expect(await table.get("p", "a")).toMatchObject({ n: 1 });
  });

  test("replaces a row only with the ETag it has, as a whole", async () => {
    const table = await ready();
    const first = await table.insert(aRow("a", { n: 1, old: true }));

    const second = await table.replace(aRow("a", { n: 2 }), first);

    expect(second).not.toBe(first);
    expect(await table.get("p", "a")).toEqual({ partitionKey: "p", rowKey: "a", n: 2, etag: second });
    expect(await conflict(table.replace(aRow("a", { n: 3 }), first))).toBe("changed");
    expect(await conflict(table.replace(aRow("missing"), second))).toBe("changed");
    expect(await table.get("p", "a")).toMatchObject({ n: 2 });
  });

  test("gives a new ETag with every write, however fast they come", async () => {
    const table = await ready();
    const etags = [await table.insert(aRow("a"))];

    for (let n = 0; n < 30; n++) etags.push(await table.upsert(aRow("a", { n })));

    expect(new Set(etags).size).toBe(31);
    expect(await table.get("p", "a")).toMatchObject({ etag: etags.at(-1), n: 29 });
  });

  test("lets one of many writers with the same ETag through", async () => {
    const table = await ready();
    const etag = await table.insert(aRow("a"));

    const ends = await Promise.all(Array.from({ length: 10 }, (_, n) => conflict(table.replace(aRow("a", { n }), etag))));

    expect(ends.filter((end) => end === "no error")).toHaveLength(1);
    expect(ends.filter((end) => end === "changed")).toHaveLength(9);
  });

  test("removes a row only with the ETag it has, if one is given", async () => {
    const table = await ready();
    const old = await table.insert(aRow("a"));
    const etag = await table.upsert(aRow("a", { n: 2 }));

    expect(await table.remove("p", "a", old)).toBe(false);
    expect(await table.get("p", "a")).toMatchObject({ n: 2 });
    expect(await table.remove("p", "a", etag)).toBe(true);
    expect(await table.remove("p", "a", etag)).toBe(false);
    expect(await table.remove("p", "a")).toBe(false);
    await table.insert(aRow("a"));
    expect(await table.remove("p", "a")).toBe(true);
    expect(await table.get("p", "a")).toBeUndefined();
  });

  test("lists a range of one partition in the order of the keys", async () => {
    const table = await ready();
    await table.batch(
      "p",
      ["b", "c:1", "a", "c:2", "d"].map((key) => ({ kind: "insert", row: aRow(key) })),
    );
    await table.insert({ partitionKey: "q", rowKey: "b" });

    const keys = async (range: { from?: string; to?: string }) =>
      (await table.list({ partitionKey: "p", ...range })).rows.map(({ rowKey }) => rowKey);

    expect(await keys({})).toEqual(["a", "b", "c:1", "c:2", "d"]);
    expect(await keys({ from: "b", to: "d" })).toEqual(["b", "c:1", "c:2"]);
    expect(await keys({ from: "c:", to: "c;" })).toEqual(["c:1", "c:2"]);
    expect(await keys({ from: "x" })).toEqual([]);
    expect((await table.list({ partitionKey: "nobody's" })).rows).toEqual([]);
  });

  test("filters by properties; a row without the property does not fit", async () => {
    const table = await ready();
    await table.insert(aRow("a", { at: "2026-01-01T00:00:00.000Z", kind: "it's", n: 1, ok: true }));
    await table.insert(aRow("b", { at: "2026-01-02T00:00:00.000Z", kind: "other", n: 2, ok: false }));
    await table.insert(aRow("c"));

    const keys = async (property: string, op: "le" | "ge" | "eq", value: string | number | boolean) =>
      (await table.list({ partitionKey: "p", where: [{ property, op, value }] })).rows.map(({ rowKey }) => rowKey);

    expect(await keys("at", "le", "2026-01-01T12:00:00.000Z")).toEqual(["a"]);
    expect(await keys("at", "ge", "2026-01-01T12:00:00.000Z")).toEqual(["b"]);
    expect(await keys("kind", "eq", "it's")).toEqual(["a"]);
    expect(await keys("n", "ge", 2)).toEqual(["b"]);
    expect(await keys("ok", "eq", true)).toEqual(["a"]);
  });

  test("returns the selected properties, the keys and the ETag", async () => {
    const table = await ready();
    const etag = await table.insert(aRow("a", { n: 1, text: "long" }));

    const { rows } = await table.list({ partitionKey: "p", select: ["n", "absent"] });

    expect(rows).toEqual([{ partitionKey: "p", rowKey: "a", n: 1, etag }]);
  });

  test("goes on where a limited list stopped, and comes to an end", async () => {
    const table = await ready();
    const all = Array.from({ length: 25 }, (_, n) => `k${String(n).padStart(2, "0")}`);
    await table.batch(
      "p",
      all.map((key, n) => ({ kind: "insert", row: aRow(key, { odd: n % 2 === 1 }) })),
    );

    for (const where of [undefined, [{ property: "odd", op: "eq", value: true } as const]]) {
      const seen: string[] = [];
      let continuation: string | undefined;
      let calls = 0;
      do {
        const list = await table.list({ partitionKey: "p", from: "k05", where, limit: 5, continuation });
        expect(list.rows.length).toBeLessThanOrEqual(5);
        seen.push(...list.rows.map(({ rowKey }) => rowKey));
        ({ continuation } = list);
      } while (continuation !== undefined && ++calls < 20);
      expect(seen).toEqual(all.slice(5).filter((key) => where === undefined || Number(key.slice(1)) % 2 === 1));
    }
  });

  test("lists more than the service gives in one page", async () => {
    const table = await ready();
    for (let start = 0; start < 1100; start += 100) {
      const rows = Array.from({ length: 100 }, (_, n) => aRow(`k${String(start + n).padStart(4, "0")}`));
      await table.batch(
        "p",
        rows.map((row) => ({ kind: "insert", row })),
      );
    }

    const { rows, continuation } = await table.list({ partitionKey: "p", select: [] });

    expect(rows).toHaveLength(1100);
    expect(rows.at(-1)?.rowKey).toBe("k1099");
    expect(continuation).toBeUndefined();
  });

  test.each([
    "nonsense",
    btoa("null"),
    btoa("5"),
    btoa('"text"'),
    btoa("[]"),
    btoa("{}"),
    btoa('{"nextPartitionKey":5,"nextRowKey":{}}'),
    btoa('{"nextRowKey":"a\\u0000b"}'),
    btoa('{"nextPartitionKey":"p","more":"x"}'),
    btoa(JSON.stringify({ nextPartitionKey: "p", nextRowKey: "x".repeat(10_000) })),
    "A".repeat(10_000),
  ])("refuses a continuation that it did not give (%#)", async (continuation) => {
    const table = await ready();

    await expect(table.list({ partitionKey: "p", limit: 1, continuation })).rejects.toMatchObject({
      name: "ServiceError",
      code: "invalid_continuation",
      end: "failed",
    });
  });

  test("writes a batch of all kinds at once, and gives the ETags in its order", async () => {
    const table = await ready();
    const changed = await table.insert(aRow("changed"));
    const removed = await table.insert(aRow("it's removed"));

    const etags = await table.batch("p", [
      { kind: "upsert", row: aRow("upserted") },
      { kind: "remove", rowKey: "it's removed", etag: removed },
      { kind: "replace", row: aRow("changed", { n: 2 }), etag: changed },
      { kind: "insert", row: aRow("inserted") },
    ]);

    const rows = await Promise.all(["upserted", "it's removed", "changed", "inserted"].map((key) => table.get("p", key)));
    expect(rows.map((row) => row?.etag ?? "")).toEqual(etags);
    expect(etags.map((etag) => etag === "")).toEqual([false, true, false, false]);
    expect(rows[2]).toMatchObject({ n: 2 });
    expect(await table.batch("p", [])).toEqual([]);
  });

  const FAILING: readonly (readonly [string, (stale: string) => BatchOperation, string])[] = [
    ["an insert of a row that is there", () => ({ kind: "insert", row: aRow("b") }), "exists at 2"],
    ["a replace with an old ETag", (etag) => ({ kind: "replace", row: aRow("b"), etag }), "changed at 2"],
    ["a replace of a missing row", (etag) => ({ kind: "replace", row: aRow("missing"), etag }), "changed at 2"],
    ["a removal with an old ETag", (etag) => ({ kind: "remove", rowKey: "b", etag }), "changed at 2"],
    ["a removal of a missing row", (etag) => ({ kind: "remove", rowKey: "missing", etag }), "changed at 2"],
  ];

  test.each(FAILING)("writes nothing of a batch with %s, and says where it failed", async (_what, failing, end) => {
    const table = await ready();
    const etag = await table.insert(aRow("a", { n: 1 }));
    const stale = await table.insert(aRow("b"));
    await table.upsert(aRow("b", { n: 1 }));
    const before = await table.list({ partitionKey: "p" });

    const work = table.batch("p", [
      { kind: "insert", row: aRow("new") },
      { kind: "remove", rowKey: "a", etag },
      failing(stale),
      { kind: "upsert", row: aRow("c") },
    ]);

    expect(await conflict(work)).toBe(end);
    expect(await table.list({ partitionKey: "p" })).toEqual(before);
  });

  test("takes 100 rows in a batch, and many batches at once", async () => {
    const table = await ready();
    const batches = Array.from({ length: 10 }, (_, batch) =>
      Array.from({ length: 100 }, (_, n): BatchOperation => ({
        kind: "insert",
        row: aRow(`${batch}-${n}`, { text: "x".repeat(500) }),
      })),
    );

    const etags = await Promise.all(batches.map((batch) => table.batch("p", batch)));

    const { rows } = await table.list({ partitionKey: "p", select: [] });
    const stored = new Map(rows.map(({ rowKey, etag }) => [rowKey, etag]));
    expect(stored.size).toBe(1000);
    expect(etags.flat()).toEqual(batches.flat().map((_, index) => stored.get(`${Math.floor(index / 100)}-${index % 100}`)));
  });

  const long = (chars: number) => "x".repeat(chars);
  const parts = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`part${n}`, long(32_000)]));
  const refusals: readonly (readonly [string, Row])[] = [
    ["a text of more than 32,768 characters", aRow("a", { text: long(32_769) })],
    ["a row of more than 1 MiB", aRow("a", parts(40))],
    ["a key of more than 512 characters", aRow(long(513))],
    ...["a/b", "a\\b", "a#b", "a?b", "a\tb", "a\u0085b"].map((key) => [`the key ${JSON.stringify(key)}`, aRow(key)] as const),
  ];

  test.each(refusals)("refuses %s", async (_what, row) => {
    const table = await ready();

    await expect(table.insert(row)).rejects.toMatchObject({ name: "ServiceError", service: "storage", end: "failed" });
    await expect(table.upsert(row)).rejects.toMatchObject({ name: "ServiceError", service: "storage", end: "failed" });
    expect((await table.list({ partitionKey: "p" })).rows).toEqual([]);
  });

  test("takes texts, rows and keys up to the limits", async () => {
    const table = await ready();
    const row = aRow(`k${long(511)}`, { text: long(32_768), ...parts(14) });

    await table.insert(row);

    const stored = await table.get("p", row.rowKey);
    expect(stored && withoutEtag(stored)).toEqual(row);
  });

  test("refuses a batch with more than 100 rows, one row twice, too many bytes or two partitions", async () => {
    const table = await ready();
    const inserts = (count: number, more: Partial<Row> = {}) =>
      Array.from({ length: count }, (_, n): BatchOperation => ({ kind: "insert", row: aRow(`k${n}`, more) }));
    const batches = [
      inserts(101),
      [...inserts(1), ...inserts(1)],
      inserts(100, { ...parts(2) }),
      [...inserts(1), { kind: "insert", row: { partitionKey: "other", rowKey: "k" } } as const],
    ];

    for (const batch of batches) {
      await expect(table.batch("p", batch)).rejects.toMatchObject({ name: "ServiceError", service: "storage", end: "failed" });
    }
    expect((await table.list({ partitionKey: "p" })).rows).toEqual([]);
  });
});
