import type { Side } from "../sync/model.ts";
import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { toKey } from "./key.ts";
import { isRowConflict } from "./row-error.ts";
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
  /** It began with the oldest: each page that it shows is noted as sighted. */
  readonly isWhole?: true;
}

/** Why a source cannot be read. */
export interface SourceTrouble {
  readonly service: Side;
  readonly code: string;
  readonly reason: string;
  /** ISO-8601 UTC. */
  readonly since: string;
  /** A part of the source is read on without the rest, which is not known from this time on; ISO-8601 UTC. */
  readonly unreadSince?: string;
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
  /** When the last read of everything began, from the oldest on; what was there then is noted as sighted. ISO-8601 UTC. */
  readonly sightedAt?: string;
  /** Whether the last read came to the end. */
  readonly complete: boolean;
  /** Fingerprints of content and time, by id, of what the last probe read: the overlap shows the same hits again. */
  readonly recent?: Readonly<Record<string, string>>;
  /** A full read since a time is wanted or in progress; the probe found more than it reads at once. */
  readonly scan?: SourceScan;
  /** Who our own edits are by. */
  readonly botId?: string;
  readonly schemaFingerprint?: string;
  /** Absent: the last read succeeded, or failed in a way that passes. */
  readonly trouble?: SourceTrouble;
}

/** The sources, one row each. */
export interface Sources {
  find(key: string): Promise<Versioned<SourceState> | undefined>;
  list(): Promise<readonly Versioned<SourceState>[]>;
  /** Asks for a read of everything, in the place of any other that is under way; it begins at `nowIso`. */
  wantWhole(key: string, nowIso: string): Promise<void>;
  /**
   * Stores the state; without an ETag only if there is none yet. Returns the new ETag.
   *
   * @throws RowChanged, RowExists
   */
  save(state: SourceState, etag?: string): Promise<string>;
  /** Remembers why a source cannot be read, until a read clears it; writes nothing while that stays the same. */
  noteTrouble(key: string, trouble: SourceTrouble): Promise<void>;
}

/** A source that was not read yet. */
export const newSourceState = (key: string): SourceState => ({ key, watermark: null, readAt: null, complete: false });

const WANT_ATTEMPTS = 10; // ticks and runs write it at the same time
const PARTITION_KEY = "source:"; // no mapping: their keys hold no `:`

/** Makes the store of the sources. */
export function createSources(table: Table): Sources {
  const find = async (key: string): Promise<Versioned<SourceState> | undefined> => {
    const row = await table.get(PARTITION_KEY, toKey(key));
    return row && fromJsonRow(row, asSourceState);
  };
  const save = (state: SourceState, etag?: string): Promise<string> => {
    const row = toJsonRow(PARTITION_KEY, toKey(state.key), state);
    return etag === undefined ? table.insert(row) : table.replace(row, etag);
  };

  return {
    find,
    save,

    async list() {
      const { rows } = await table.list({ partitionKey: PARTITION_KEY });
      return rows.map((row) => fromJsonRow(row, asSourceState));
    },

    async wantWhole(key, nowIso) {
      for (let left = WANT_ATTEMPTS; ; left -= 1) {
        const stored = await find(key);
        const scan = { since: null, cursor: null, greatestAt: null, startedAt: nowIso, isWhole: true } as const;
        try {
          await save({ ...(stored?.value ?? newSourceState(key)), scan }, stored?.etag);
          return;
        } catch (error) {
          if (!isRowConflict(error) || left === 1) throw error;
        }
      }
    },

    async noteTrouble(key, trouble) {
      const stored = await find(key);
      const state = stored?.value ?? newSourceState(key);
      if (state.trouble?.code === trouble.code && state.trouble.reason === trouble.reason) return;
      try {
        await save(withTrouble(state, trouble), stored?.etag);
      } catch (error) {
        // Somebody else read the same source, and knows better.
        if (!isRowConflict(error)) throw error;
      }
    },
  };
}

/** A source with a trouble; one that follows another begins where that one began. */
export function withTrouble(state: SourceState, trouble: SourceTrouble): SourceState {
  return { ...state, trouble: { ...trouble, ...pick(state.trouble) } };
}

const pick = (before: SourceTrouble | undefined): Partial<SourceTrouble> | undefined =>
  before && {
    since: before.since,
    ...(before.unreadSince === undefined ? {} : { unreadSince: before.unreadSince }),
  };

/** A source without its trouble: what could not be read meanwhile is read by a scan. */
export function withoutTrouble({ trouble, ...state }: SourceState, nowIso: string): SourceState {
  const unreadSince = trouble?.unreadSince;
  if (unreadSince === undefined) return state;
  const since = state.scan && (state.scan.since ?? "") < unreadSince ? state.scan.since : unreadSince;
  return { ...state, complete: false, scan: { since, cursor: null, greatestAt: null, startedAt: nowIso } };
}

const asSourceState = (value: unknown): SourceState => value as SourceState;
