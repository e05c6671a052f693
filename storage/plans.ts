import type { FieldProblem } from "../sync/model.ts";
import type { PlannedPair, PlannedResult } from "../sync/planned-pair.ts";
import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { keyAfter, keyRange, toKey } from "./key.ts";
import { mapParallel } from "./parallel.ts";
import type { Row, StoredRow, Table } from "./row.ts";
import type { Versioned } from "./versioned.ts";
import { writeBatches } from "./write-batches.ts";

/** How far the making of a plan has come. */
export interface PlanProgress {
  /** Place in the plan's list of mappings. */
  readonly mapping: number;
  /** Only pages edited from then on, ISO-8601 UTC; `null`: all. */
  readonly since: string | null;
  readonly cursor: string | null;
  readonly greatestAt: string | null;
  readonly pagesRead: number;
  /** How often this step ended early in a row for something other than a limit. */
  readonly tries: number;
  /** A data source holds more than can be read. */
  readonly incomplete: boolean;
}

/** A plan in figures. */
export interface PlanTotals {
  /** Pages that were compared. */
  readonly pages: number;
  /** Pairs with something to do or to say. */
  readonly pairs: number;
  readonly effects: number;
  readonly conflicts: number;
  readonly problems: number;
  /** `false`: a data source holds more pages than Notion lists. */
  readonly complete: boolean;
}

/** What there is of a plan besides its pairs. Times are ISO-8601 UTC. */
export interface PlanHeader {
  readonly planId: string;
  /** The one mapping that it was asked for; `null`: all. */
  readonly mapping: string | null;
  readonly mappings: readonly string[];
  readonly createdAt: string;
  readonly state: "running" | "ready" | "failed";
  readonly progress: PlanProgress;
  readonly totals: PlanTotals | null;
  readonly failure?: Omit<FieldProblem, "field">;
  /** When a person asked for it to be carried out. */
  readonly appliedAt?: string;
}

/** Sums over the pairs of a plan. */
export interface PlanSummary {
  readonly pairs: number;
  readonly effects: number;
  readonly conflicts: number;
  readonly problems: number;
  /** Pairs by how they ended; `pending`: there is something to do, and nothing was done yet. */
  readonly results: Readonly<Record<string, number>>;
}

/** The saved plans: a header, and a row for each pair with something to do or to say. */
export interface Plans {
  /** @throws RowExists */
  create(header: PlanHeader): Promise<void>;
  find(planId: string): Promise<Versioned<PlanHeader> | undefined>;
  /** @throws RowChanged */
  save(header: PlanHeader, etag: string): Promise<string>;
  /** Stores pairs; one that is there already stays as it is. */
  addPairs(planId: string, pairs: readonly PlannedPair[]): Promise<void>;
  /** In the order of mappings and pages. */
  listPairs(
    planId: string,
    page: { readonly limit: number; readonly continuation?: string | undefined },
  ): Promise<{ readonly pairs: readonly PlannedPair[]; readonly continuation?: string }>;
  /** Lists pages of a mapping with something to do and no result yet, from a key on. */
  listOpen(
    planId: string,
    mapping: string,
    page: { readonly from: string | null; readonly limit: number },
  ): Promise<{ readonly pageIds: readonly string[]; readonly next: string | null }>;
  /** By page id; pages that the plan does not know are left out. */
  findPairs(planId: string, mapping: string, pageIds: readonly string[]): Promise<ReadonlyMap<string, Versioned<PlannedPair>>>;
  /** Notes how pairs ended, each by its ETag; `false`: somebody else was first. In the order of the pairs. */
  saveResults(
    planId: string,
    pairs: readonly { readonly pair: Versioned<PlannedPair>; readonly result: PlannedResult }[],
  ): Promise<readonly boolean[]>;
  summarize(planId: string): Promise<PlanSummary>;
  /** Removes plans made and applied before a time, with at most about `maxRows` rows in one call; returns how many rows are gone. */
  purgeBefore(iso: string, maxRows: number): Promise<number>;
}

const HEADERS = "plans:"; // no mapping: their keys hold no `:`
const PURGED_PLANS = 50; // looked at in one call
const PURGED_ROWS = 1_000; // of one plan at a time

/** Makes the store of the plans. */
export function createPlans(table: Table): Plans {
  async function removeRows(planId: string, max: number): Promise<number> {
    const partitionKey = toPartitionKey(planId);
    const { rows } = await table.list({ partitionKey, select: [], limit: max });
    await writeBatches(
      table,
      partitionKey,
      rows.map(({ rowKey, etag }) => ({ kind: "remove", rowKey, etag })),
    );
    return rows.length;
  }

  return {
    async create(header) {
      await table.insert(toHeaderRow(header));
    },

    async find(planId) {
      const row = await table.get(HEADERS, toKey(planId));
      return row && fromJsonRow(row, asHeader);
    },

    save: (header, etag) => table.replace(toHeaderRow(header), etag),

    async addPairs(planId, pairs) {
      const operations = pairs.map((pair) => ({ kind: "insert", row: toPairRow(planId, pair) }) as const);
      await writeBatches(table, toPartitionKey(planId), operations);
    },

    async listPairs(planId, { limit, continuation }) {
      const list = await table.list({ partitionKey: toPartitionKey(planId), ...keyRange("pair"), limit, continuation });
      const pairs = list.rows.map((row) => fromJsonRow(row, asPair).value);
      return { pairs, ...(list.continuation !== undefined && { continuation: list.continuation }) };
    },

    async listOpen(planId, mapping, { from, limit }) {
      const range = keyRange("pair", mapping);
      const { rows } = await table.list({
        partitionKey: toPartitionKey(planId),
        from: from ?? range.from,
        to: range.to,
        where: [{ property: "result", op: "eq", value: "pending" }],
        select: ["pageId"],
        limit,
      });
      const last = rows.at(-1);
      return {
        pageIds: rows.map((row) => String(row["pageId"])),
        next: last && rows.length >= limit ? keyAfter(last.rowKey) : null,
      };
    },

    async findPairs(planId, mapping, pageIds) {
      const rows = await mapParallel(pageIds, (pageId) => table.get(toPartitionKey(planId), toPairKey(mapping, pageId)));
      const found = rows.flatMap((row): readonly StoredRow[] => (row ? [row] : [])).map((row) => fromJsonRow(row, asPair));
      return new Map(found.map((pair) => [pair.value.pageId, pair]));
    },

    async saveResults(planId, pairs) {
      const operations = pairs.map(
        ({ pair, result }) => ({ kind: "replace", row: toPairRow(planId, { ...pair.value, result }), etag: pair.etag }) as const,
      );
      return (await writeBatches(table, toPartitionKey(planId), operations)).map((etag) => etag !== undefined);
    },

    async summarize(planId) {
      const select = ["effects", "conflicts", "problems", "result"];
      const { rows } = await table.list({ partitionKey: toPartitionKey(planId), ...keyRange("pair"), select });
      const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
      const results: Record<string, number> = {};
      for (const row of rows) {
        const result = String(row["result"]);
        if (result !== "none") results[result] = (results[result] ?? 0) + 1;
      }
      return { pairs: rows.length, effects: sum("effects"), conflicts: sum("conflicts"), problems: sum("problems"), results };
    },

    async purgeBefore(iso, maxRows) {
      const { rows } = await table.list({ partitionKey: HEADERS, limit: PURGED_PLANS });
      const old = rows.map((row) => fromJsonRow(row, asHeader)).filter(({ value }) => (value.appliedAt ?? value.createdAt) < iso);
      let gone = 0;
      for (const { value, etag } of old) {
        while (gone < maxRows) {
          const removed = await removeRows(value.planId, PURGED_ROWS);
          gone += removed;
          if (removed > 0) continue;
          // The header goes last, so that a plan that was not removed whole is found again.
          if (await table.remove(HEADERS, toKey(value.planId), etag)) gone += 1;
          break;
        }
      }
      return gone;
    },
  };
}

const asHeader = (value: unknown): PlanHeader => value as PlanHeader;
const asPair = (value: unknown): PlannedPair => value as PlannedPair;

function toPartitionKey(planId: string): string {
  return toKey("plan", planId);
}

function toPairKey(mapping: string, pageId: string): string {
  return toKey("pair", mapping, pageId);
}

function toHeaderRow(header: PlanHeader): Row {
  return toJsonRow(HEADERS, toKey(header.planId), header);
}

function toPairRow(planId: string, pair: PlannedPair): Row {
  const hasWork = pair.effects.length > 0 || pair.link !== "none";
  return toJsonRow(toPartitionKey(planId), toPairKey(pair.mapping, pair.pageId), pair, {
    pageId: pair.pageId,
    effects: pair.effects.length,
    conflicts: pair.conflicts.length,
    problems: pair.problems.length,
    result: pair.result?.status ?? (hasWork ? "pending" : "none"),
  });
}
