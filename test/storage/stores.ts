// The tables that every store is tested over, and values with good defaults.
import { afterAll, beforeAll } from "vitest";
import type { Table } from "../../storage/row.ts";
import { createTable } from "../../storage/table.ts";
import type { Change, ItemIdentity, Link, PageSnapshot } from "../../sync/model.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { createMemoryTable } from "../support/memory-table.ts";

/** Says how to open a new table of each kind; Azurite runs as long as the tests of the file. */
export function tableKinds(): readonly { readonly where: string; readonly open: () => Promise<Table> }[] {
  let azurite: Azurite;
  let count = 0;
  beforeAll(async () => {
    azurite = await startAzurite(["table"]);
  });
  afterAll(() => azurite.close());
  return [
    {
      where: "in Azurite",
      open: async () => {
        const table = createTable({ connectionString: azurite.connectionString, name: `stores${++count}` });
        await table.ensure();
        return table;
      },
    },
    { where: "in memory", open: () => Promise.resolve(createMemoryTable({ emptyPages: true })) },
  ];
}

export function aPageId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

export function anItem(n: number): ItemIdentity {
  return {
    kind: "issue",
    itemId: String(1000 + n),
    nodeId: `I_${n}`,
    repositoryId: "R_1",
    repository: "owner/name",
    number: n,
    url: `https://github.com/owner/name/issues/${n}`,
  };
}

export function aLink(n: number, more: Partial<Link> = {}): Link {
  return { mapping: "engineering", pageId: aPageId(n), state: "reserved", ...more };
}

export function aChange(n: number, more: Partial<Change> = {}): Change {
  return {
    mapping: "engineering",
    side: "notion",
    id: aPageId(n),
    notBefore: at(0),
    storedAt: at(0),
    attempts: 0,
    source: "webhook",
    ...more,
  };
}

export function aPage(n: number, readAt: string): PageSnapshot {
  return {
    pageId: aPageId(n),
    url: `https://notion.so/${n}`,
    dataSourceId: aPageId(0),
    readAt,
    editedAt: at(0),
    inTrash: false,
    status: "Ready",
    reference: null,
    notice: "",
    branch: null,
    fields: { title: "A title", labels: ["a"] },
    problems: [],
  };
}

/** A time, in seconds after the tests' midnight. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
}
