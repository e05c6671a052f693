import { describe, expect, test } from "vitest";
import { DEMO_BOT_ID, DEMO_DATA_SOURCE_ID, DEMO_PROPERTIES, DEMO_TOKEN, toSeedPageId } from "../../local/notion-api/seed.ts";
import { listTruncated, toPageSnapshot, toProperties } from "../../notion/page.ts";
import type { FieldMapping } from "../../sync/mapping.ts";
import { createBench, START, type Bench } from "./bench.ts";
import { aMapping } from "./builders.ts";

const parentField: FieldMapping = { notion: "Parent", github: "parent", direction: "both", conflict: "notion" };
const reference = { text: "acme/web#12", url: "https://github.com/acme/web/issues/12" };
const titlesOf = (pages: readonly Parameters<typeof toPageSnapshot>[0][]): unknown[] =>
  pages.map((page) => toPageSnapshot(page, aMapping(), START).fields["title"]);

describe("createNotionAdapter", () => {
  test("reads the bot's id with the right version and token, and asks the pacer first", async () => {
    const bench = createBench();

    const botId = await bench.run(bench.adapter.readBotId());

    expect(botId).toBe(DEMO_BOT_ID);
    expect(bench.acquired).toEqual(["read"]);
    expect(bench.sent).toEqual([{ authorization: `Bearer ${DEMO_TOKEN}`, version: "2026-03-11" }]);
  });

  test("reads the schema with options and relations", async () => {
    const bench = createBench();

    const schema = await bench.run(bench.adapter.readSchema(DEMO_DATA_SOURCE_ID));

    const byName = (name: string) => schema.properties.find((property) => property.name === name);
    expect(schema.dataSourceId).toBe(DEMO_DATA_SOURCE_ID);
    expect(schema.properties.map((property) => property.name)).toEqual(DEMO_PROPERTIES.map((property) => property.name));
    expect(byName("Status")?.options?.map((option) => option.name)).toContain("Won't do");
    expect(byName("Parent")).toEqual({ id: "prnt", name: "Parent", type: "relation", relatedDataSourceId: DEMO_DATA_SOURCE_ID });
  });

  test("takes a page from creation to the snapshot and back", async () => {
    const bench = createBench();
    const schema = await bench.run(bench.adapter.readSchema(DEMO_DATA_SOURCE_ID));
    const mapping = aMapping();

    const properties = toProperties({ status: "Ready", reference, fields: { title: "Fix it" } }, mapping, schema);
    const created = await bench.run(bench.adapter.createPage(DEMO_DATA_SOURCE_ID, properties, {}));
    const change = toProperties({ status: "Done", notice: "late", reference: null }, mapping, created);
    const updated = await bench.run(bench.adapter.updatePage(created.id, change));
    const read = await bench.run(bench.adapter.readPage(created.id));

    expect(toPageSnapshot(created, mapping, START)).toMatchObject({
      dataSourceId: DEMO_DATA_SOURCE_ID,
      status: "Ready",
      reference: "acme/web#12",
      fields: { title: "Fix it" },
      problems: [],
    });
    expect(toPageSnapshot(updated, mapping, START)).toMatchObject({ status: "Done", reference: null, notice: "late" });
    expect(toPageSnapshot(read, mapping, START)).toEqual(toPageSnapshot(updated, mapping, START));
    expect(bench.acquired).toEqual(["read", "create", "write", "read"]);
  });

  test("carries a title of more than 2,000 characters over whole", async () => {
    const bench = createBench();
    const title = `${"x".repeat(1999)}😀${"y".repeat(2500)}`;
    const page = await bench.aSavedPage("short");

    const updated = await bench.run(bench.adapter.updatePage(page.id, toProperties({ fields: { title } }, aMapping(), page)));

    expect(titlesOf([updated])).toEqual([title]);
  });

  test("gives a trashed page as such", async () => {
    const bench = createBench();
    const page = await bench.aSavedPage("old");
    await bench.run(act(bench, "PATCH", `/v1/pages/${page.id}`, { in_trash: true }));

    const read = await bench.run(bench.adapter.readPage(page.id));

    expect(toPageSnapshot(read, aMapping(), START).inTrash).toBe(true);
  });
});

describe("listEdited", () => {
  test("lists in the order asked for, by cursors, until nothing is left", async () => {
    const bench = createBench();
    for (const title of ["a", "b", "c"]) {
      await bench.aSavedPage(title);
      await bench.clock.advance(60_000);
    }
    const list = (order: "newest" | "oldest", cursor?: string) =>
      bench.run(bench.adapter.listEdited(DEMO_DATA_SOURCE_ID, { since: "2026-01-01T10:00:00.000Z", order, pageSize: 2, cursor }));

    const first = await list("oldest");
    const second = await list("oldest", first.nextCursor ?? "");
    const newest = await list("newest");

    expect(first).toMatchObject({ complete: true, nextCursor: expect.any(String) as string });
    expect(second).toMatchObject({ complete: true, nextCursor: null });
    expect(titlesOf(first.pages)).toEqual(["a", "b"]);
    expect(titlesOf(second.pages)).toEqual(["c"]);
    expect(titlesOf(newest.pages)).toEqual(["c", "b"]);
  });

  test("includes what was edited in the very minute of `since`, and without `since` everything", async () => {
    const bench = createBench();
    await bench.aSavedPage("a");
    const list = (since: string | null) => bench.run(bench.adapter.listEdited(DEMO_DATA_SOURCE_ID, { since, order: "newest" }));

    expect(titlesOf((await list("2026-01-01T10:00:00.000Z")).pages)).toEqual(["a"]);
    expect(titlesOf((await list("2026-01-01T10:00:00.001Z")).pages)).toEqual([]);
    expect((await list(null)).pages.length).toBeGreaterThan(5);
  });

  test("says when Notion stopped early", async () => {
    const bench = createBench({ limits: { queryResults: 3 } });
    const list = (cursor?: string) =>
      bench.run(bench.adapter.listEdited(DEMO_DATA_SOURCE_ID, { since: null, order: "oldest", pageSize: 2, cursor }));

    const first = await list();
    const second = await list(first.nextCursor ?? "");

    expect(first).toMatchObject({ complete: true, pages: { length: 2 } });
    expect(second).toMatchObject({ complete: false, nextCursor: null, pages: { length: 1 } });
  });
});

describe("findByReference", () => {
  test("finds the page that names the item, alone or with a companion, and no longer number", async () => {
    const bench = createBench();
    const create = async (title: string, text: string): Promise<void> => {
      const properties = {
        Name: { title: [{ text: { content: title } }] },
        GitHub: { rich_text: [{ text: { content: text } }] },
      };
      await bench.run(bench.adapter.createPage(DEMO_DATA_SOURCE_ID, properties, {}));
    };
    await create("alone", "acme/web#1");
    await create("with companion", "acme/web#1 · PR #15");
    await create("longer", "acme/web#12");

    const found = await bench.run(bench.adapter.findByReference(DEMO_DATA_SOURCE_ID, "G%40hb", "acme/web#1"));
    const none = await bench.run(bench.adapter.findByReference(DEMO_DATA_SOURCE_ID, "GitHub", "acme/web#2"));

    expect(titlesOf(found).sort()).toEqual(["alone", "with companion"]);
    expect(none).toEqual([]);
  });
});

describe("readWholeProperties", () => {
  test("reads on where a page shows only 25 entries", async () => {
    const bench = createBench();
    const ids: string[] = [];
    for (let n = 0; n < 30; n += 1) ids.push((await bench.aSavedPage(`child ${n}`)).id);
    const mapping = aMapping([parentField]);
    const page = await bench.aSavedPage("parent");
    const updated = await bench.run(bench.adapter.updatePage(page.id, toProperties({ fields: { parent: ids } }, mapping, page)));
    const truncated = listTruncated(updated, mapping).map(({ propertyId }) => propertyId);

    const whole = await bench.run(bench.adapter.readWholeProperties(updated, truncated));

    expect(truncated).toEqual(["prnt"]);
    expect(toPageSnapshot(updated, mapping, START).problems).toEqual([expect.objectContaining({ code: "value_truncated" })]);
    expect(toPageSnapshot(whole, mapping, START)).toMatchObject({ fields: { parent: [...ids].sort() }, problems: [] });
    expect(listTruncated(whole, mapping)).toEqual([]);
  });

  test("asks for nothing when nothing is truncated", async () => {
    const bench = createBench();
    const page = await bench.run(bench.adapter.readPage(toSeedPageId(2)));

    expect(await bench.run(bench.adapter.readWholeProperties(page, []))).toEqual(page);
    expect(bench.acquired).toEqual(["read"]);
  });
});

/** Does what a person would do in Notion. */
async function act(bench: Bench, method: string, path: string, body: unknown): Promise<void> {
  const headers = { authorization: "Bearer ntn_person", "notion-version": "2026-03-11", "content-type": "application/json" };
  const request = new Request(`http://notion.test${path}`, { method, headers, body: JSON.stringify(body) });
  const response = await bench.simulator.fetch(request);
  if (!response.ok) throw new Error(await response.text());
}
