import { expect, test } from "vitest";
import { createMemoryTable, type TableOperation } from "../support/memory-table.ts";

const row = { partitionKey: "p", rowKey: "a" };

test("a process killed before a write left no effect, one killed after it did, and the caller of both hears nothing", async () => {
  const table = createMemoryTable();
  const never = () => new Promise<void>(() => undefined);
  const silent = async (work: Promise<unknown>) =>
    Promise.race([work.then(() => "heard"), new Promise((turn) => setImmediate(() => turn("silent")))]);

  table.hooks = { before: never };
  expect(await silent(table.insert(row))).toBe("silent");
  expect(table.dump()).toEqual([]);

  table.hooks = { after: never };
  expect(await silent(table.insert(row))).toBe("silent");
  expect(table.dump()).toMatchObject([row]);

  table.hooks = {};
  expect(await silent(table.get("p", "a"))).toBe("heard");
});

test("hooks see every operation, and those that took effect once more", async () => {
  const seen: string[] = [];
  const tell = (when: string) => (operation: TableOperation) => {
    seen.push(`${when} ${operation.kind} ${operation.rowKeys.join("+")}${operation.isWrite ? " writes" : ""}`);
  };
  const table = createMemoryTable({ hooks: { before: tell("before"), after: tell("after") } });

  await table.insert(row);
  await table.insert(row).catch(() => undefined);
  await table.batch("p", [
    { kind: "upsert", row },
    { kind: "insert", row: { ...row, rowKey: "b" } },
  ]);
  await table.list({ partitionKey: "p" });

  expect(seen).toEqual([
    "before insert a writes",
    "after insert a writes",
    "before insert a writes",
    "before batch a+b writes",
    "after batch a+b writes",
    "before list ",
    "after list ",
  ]);
});

test("a full answer may promise more when nothing is left, as Azure's may", async () => {
  const table = createMemoryTable({ emptyPages: true });
  await table.insert(row);

  const first = await table.list({ partitionKey: "p", limit: 1 });
  const second = await table.list({ partitionKey: "p", limit: 1, continuation: first.continuation });

  expect(first.rows).toHaveLength(1);
  expect(first.continuation).toBeDefined();
  expect(second).toEqual({ rows: [] });
});
