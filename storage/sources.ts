import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { toKey } from "./key.ts";
import type { Table } from "./row.ts";
import type { Versioned } from "./versioned.ts";

/** A read of everything since a time, page by page. */
export interface SourceScan {
  /** `null`: from the beginning. */
  readonly since: string | null;
  readonly cursor: string | null;
  /** The greatest edit time seen so far; `null`: none yet. */
  readonly greatestAt: string | null;
  /** When it was asked for; ISO-8601 UTC. */
  readonly startedAt: string;
}

/** How far a data source or a repository has been read, for all its mappings. */
export interface SourceState {
  /** `notion:<data source id>`, `github:<owner/name>` or the like; chosen by the caller. */
  readonly key: string;
  /** The time up to which changes have been read, less the overlap; `null`: not read yet. ISO-8601 UTC. */
  readonly watermark: string | null;
  /** When everything new was last read; ISO-8601 UTC. */
  readonly readAt: string | null;
  /** When everything since the watermark was last read; ISO-8601 UTC. */
  readonly wholeAt?: string;
  /** Whether the last read came to the end. */
  readonly complete: boolean;
  /** Fingerprints of content and time, by id, of what the last probe read: the overlap shows the same hits again. */
  readonly recent?: Readonly<Record<string, string>>;
  /** A full read since a time is wanted or in progress; the probe found more than it reads at once. */
  readonly scan?: SourceScan;
  /** Who our own edits are by. */
  readonly botId?: string;
  readonly schemaFingerprint?: string;
}

/** The sources, one row each. */
export interface Sources {
  find(key: string): Promise<Versioned<SourceState> | undefined>;
  list(): Promise<readonly Versioned<SourceState>[]>;
  /**
   * Stores the state; without an ETag only if there is none yet. Returns the new ETag.
   *
   * @throws RowChanged, RowExists
   */
  save(state: SourceState, etag?: string): Promise<string>;
}

const PARTITION_KEY = "source:"; // no mapping: their keys hold no `:`

/** Makes the store of the sources. */
export function createSources(table: Table): Sources {
  return {
    async find(key) {
      const row = await table.get(PARTITION_KEY, toKey(key));
      return row && fromJsonRow(row, asSourceState);
    },

    async list() {
      const { rows } = await table.list({ partitionKey: PARTITION_KEY });
      return rows.map((row) => fromJsonRow(row, asSourceState));
    },

    save(state, etag) {
      const row = toJsonRow(PARTITION_KEY, toKey(state.key), state);
      return etag === undefined ? table.insert(row) : table.replace(row, etag);
    },
  };
}

const asSourceState = (value: unknown): SourceState => value as SourceState;
