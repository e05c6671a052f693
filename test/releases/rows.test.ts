import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { StoredRow } from "../../storage/row.ts";
import { SCHEMA_VERSION } from "../../storage/schema-version.ts";
import { createStorage } from "../../storage/storage.ts";
import { createMemoryTable } from "../support/memory-table.ts";
import type { MemoryTable } from "../support/memory-table.ts";
import { readRow, readStoredValues } from "../support/stored-values.ts";
import type { StoredValues } from "../support/stored-values.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const releases = join(resolve(import.meta.dirname, "../.."), "test/fixtures/releases");
const versions = readdirSync(releases);
const readRows = (version: string): readonly StoredRow[] =>
  readFileSync(join(releases, version, "rows.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as StoredRow);
const newest = versions.toSorted((left, right) => left.localeCompare(right, undefined, { numeric: true })).at(-1) ?? "";
const kindOf = ({ partitionKey, rowKey }: StoredRow): string =>
  partitionKey.includes(":") ? (partitionKey.split(":")[0] ?? "") : (rowKey.split(":")[0] ?? "");

/** A table with rows as they were stored, or as a newer version would have stored them. */
async function fill(rows: readonly StoredRow[], newer = false): Promise<MemoryTable> {
  const table = createMemoryTable();
  for (const row of rows) await table.insert(newer ? { ...row, schemaVersion: SCHEMA_VERSION + 1 } : row);
  return table;
}

describe.each(versions)("the rows of release %s", (version) => {
  const rows = readRows(version);

  test("are of every kind that there is, each with its schema version", () => {
    expect([...new Set(rows.map(kindOf))].toSorted()).toEqual([
      "attention",
      "budget",
      "change",
      "claim",
      "handshake",
      "item",
      "mapping",
      "mappings",
      "node",
      "page",
      "plan",
      "plans",
      "run",
      "sighted",
      "source",
    ]);
    for (const row of rows) expect(typeof row["schemaVersion"], row.rowKey).toBe("number");
  });

  test("are read as they were meant", async () => {
    const meant = JSON.parse(readFileSync(join(releases, version, "values.json"), "utf8")) as StoredValues;
    const read = await readStoredValues(await fill(rows), rows);

    expect(Object.keys(read)).toHaveLength(rows.length);
    expect(read).toMatchObject(meant);
    for (const [key, value] of Object.entries(read)) expect(value, key).toBeTruthy();
  });
});

describe("rows of a newer version", () => {
  const rows = readRows(newest);
  const examples = [...new Map(rows.map((row) => [kindOf(row), row])).entries()];
  const dump = (table: MemoryTable): string => JSON.stringify(table.dump());

  test.each(examples)("of the kind %s are refused, by name and with the remedy", async (_, row) => {
    const table = await fill([...rows.filter((each) => each !== row)]);
    await table.insert({ ...row, schemaVersion: SCHEMA_VERSION + 1 });

    const refusal = readRow(table, row);

    await expect(refusal).rejects.toThrow(`Expected row "${row.rowKey}" of partition "${row.partitionKey}"`);
    await expect(refusal).rejects.toThrow("deploy that version again");
  });

  test("are not overwritten by what writes without looking", async () => {
    const table = await fill(rows, true);
    const { mappings, runs, changes, attention, claims, handshakes } = createStorage(table);
    const before = dump(table);
    const run = rows.find((row) => kindOf(row) === "run");
    const stored = JSON.parse(String(run?.["value0"])) as Parameters<typeof runs.record>[0];
    const change = rows.find((row) => kindOf(row) === "change");
    const id = String(change?.["id"]);
    const hint = {
      mapping: "engineering",
      side: "notion",
      id,
      notBefore: "",
      storedAt: "",
      attempts: 0,
      source: "poll",
    } as const;
    const held = rows.find((row) => kindOf(row) === "attention");
    const claimed = rows.flatMap(({ partitionKey }) => /^claim:page:(.+)$/.exec(partitionKey)?.[1] ?? [])[0] ?? "";
    const pageId = held?.rowKey.split(":")[1] ?? "";

    for (const write of [
      () => runs.record(stored),
      () => changes.store(hint),
      () => changes.storeMany([hint]),
      () => mappings.update("engineering", (state) => ({ ...state, paused: true })),
      () => mappings.forget("engineering", ""),
      () => attention.clear("engineering", pageId),
      () => claims.release("page", claimed, "engineering", pageId),
      () => handshakes.update((handshake) => ({ ...handshake, openUntil: null })),
    ]) {
      await expect(write()).rejects.toThrow("A newer version of the app wrote it");
    }
    expect(dump(table)).toBe(before);
  });

  let world: World | undefined;
  afterEach(async () => world?.close());

  test("stop the app plainly: it answers 503, its log names the row, and nothing is written on any side", async () => {
    const table = await fill(rows, true);
    world = await createWorld({ table, webhooks: false });
    const before = new Map(table.dump().map((row) => [`${row.partitionKey} ${row.rowKey}`, JSON.stringify(row)]));
    await world.person.createPage({ title: "A page", status: "Ready" });
    await world.advance(5 * 60_000);
    const { status } = await world.call("GET", "status");
    await world.call("POST", "sync", {});
    await world.advance(5 * 60_000);

    expect(status).toBe(503);
    expect(world.log.some(({ message }) => /newer version of the app wrote it/.test(message))).toBe(true);
    for (const [key, row] of before) {
      expect(table.dump().map((each) => (`${each.partitionKey} ${each.rowKey}` === key ? JSON.stringify(each) : ""))).toContain(
        row,
      );
    }
    expect(await world.person.issuesTitled("A page")).toEqual([]);
  });
});
