import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { encodeKeyPart, keyRange, toKey } from "./key.ts";
import type { Table } from "./row.ts";
import { writeBatches } from "./write-batches.ts";

/** One run of a mapping, in progress or ended. Times are ISO-8601 UTC. */
export interface Run {
  readonly mapping: string;
  /** The orchestration instance. */
  readonly instanceId: string;
  readonly startedAt: string;
  /** `null`: in progress. */
  readonly endedAt: string | null;
  readonly status: "running" | "completed" | "failed" | "terminated";
  /** Outcomes and the like, by name. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The runs of each mapping. */
export interface Runs {
  /** Stores a run in place of an earlier report of it, which has the same mapping, instance and start. */
  record(run: Run): Promise<void>;
  /** Newest first. */
  list(mapping: string, limit: number): Promise<readonly Run[]>;
  /** Removes at most `max` runs that started before a time, oldest last; returns how many are gone. */
  purgeBefore(mapping: string, iso: string, max: number): Promise<number>;
}

const LATEST_MS = 9_999_999_999_999; // in the year 2286; keys count down from it, because rows come in ascending order

/** Makes the store of the runs. */
export function createRuns(table: Table): Runs {
  return {
    async record(run) {
      const rowKey = toKey("run", toReversedTime(run.startedAt), run.instanceId);
      await table.upsert(toJsonRow(encodeKeyPart(run.mapping), rowKey, run));
    },

    async list(mapping, limit) {
      const { rows } = await table.list({ partitionKey: encodeKeyPart(mapping), ...keyRange("run"), limit });
      return rows.map((row) => fromJsonRow(row, asRun).value);
    },

    async purgeBefore(mapping, iso, max) {
      const partitionKey = encodeKeyPart(mapping);
      const { from } = keyRange("run", toReversedTime(iso, 1));
      const { rows } = await table.list({ partitionKey, from, to: keyRange("run").to, select: [], limit: max });
      const removals = rows.map(({ rowKey, etag }) => ({ kind: "remove", rowKey, etag }) as const);
      const etags = await writeBatches(table, partitionKey, removals);
      return etags.filter((etag) => etag !== undefined).length;
    },
  };
}

const asRun = (value: unknown): Run => value as Run;

function toReversedTime(iso: string, beforeMs = 0): string {
  return String(LATEST_MS - (Date.parse(iso) - beforeMs)).padStart(String(LATEST_MS).length, "0");
}
