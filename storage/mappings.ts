import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { decodeKeyPart, encodeKeyPart, toKey } from "./key.ts";
import { isRowConflict } from "./row-error.ts";
import type { Table } from "./row.ts";
import { SCHEMA_VERSION } from "./schema-version.ts";
import type { OutcomeCounts } from "../sync/model.ts";
import type { Versioned } from "./versioned.ts";

/**
 * What a guard counts within an hour: issues and pull requests made, merges, links given up because a page or item went away, and
 * pairs written to because their mapping was changed.
 */
export type GuardKind = "creates" | "merges" | "removals" | "changedMapping";

/** Work that a guard stopped. */
export interface Hold {
  readonly id: string;
  readonly kind: GuardKind;
  readonly since: string;
}

/** A saved plan that a person wants carried out. */
export interface ApplyCommand {
  readonly planId: string;
  /** Key of the first pair that is not a change yet; `null`: none is. */
  readonly from: string | null;
}

/** A comparison of everything, asked for and carried on in steps. Times are ISO-8601 UTC. */
export interface Reconcile {
  /** Begins or goes on from then on. */
  readonly dueAt: string;
  /** Since when pages count as sighted; `null`: the reading of them is not asked for yet. */
  readonly startedAt: string | null;
  /** How far the reading of the pages had come at the last look. */
  readonly read: string | null;
  /** The page of the last link that was compared; `null`: none was, the pages are still being read. */
  readonly after: string | null;
  /** How many links were compared. */
  readonly compared: number;
  /** How many links the mapping counted when the first of them was; absent before that. */
  readonly counted?: number;
}

/** Pairs of a mapping, by how they ended last. */
export interface MappingTotals extends OutcomeCounts {
  readonly links: number;
}

/** What is remembered of a mapping. Times are ISO-8601 UTC; `null`: never. */
export interface MappingState {
  readonly name: string;
  readonly paused: boolean;
  readonly lastSyncAt: string | null;
  /** When a run last said that it is alive. */
  readonly heartbeatAt: string | null;
  /** When a run last settled or postponed a change. */
  readonly lastProgressAt: string | null;
  /** When a tick last found that a run with due changes made no progress, without ending it yet. */
  readonly suspectedAt: string | null;
  /** When the run in progress began; `null`: none. */
  readonly runStartedAt: string | null;
  readonly totals: MappingTotals;
  /** What was done in the current hour, by guard; an absent one: nothing yet. */
  readonly guards: Readonly<
    Partial<
      Record<GuardKind, { readonly startedAt: string; /** Below zero: so many a person has confirmed. */ readonly count: number }>
    >
  >;
  /** What the guards stopped, until a person confirms it. */
  readonly holds: readonly Hold[];
  /** Plans to be carried out, in this order. */
  readonly applies: readonly ApplyCommand[];
  /** `null`: none is wanted. */
  readonly reconcile: Reconcile | null;
  /** When the last reconcile ended. */
  readonly reconciledAt: string | null;
  /** Outcomes of the run in progress. */
  readonly runCounts: Readonly<Record<string, number>>;
  /** The former name from which everything was moved here; `null`: none. */
  readonly movedFrom: string | null;
  /** Of the mapping's configuration, to see that it changed. */
  readonly configFingerprint: string | null;
  /** What was looked up once: ids of the repository, the project, options; whoever writes it reads it. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The one row of each mapping. */
export interface Mappings {
  find(name: string): Promise<Versioned<MappingState> | undefined>;
  /**
   * Stores the state; without an ETag only if there is none yet. Returns the new ETag.
   *
   * @throws RowChanged, RowExists
   */
  save(state: MappingState, etag?: string): Promise<string>;
  /**
   * Reads, changes and writes the state, anew when somebody else wrote in between; writes nothing when `change` gives back
   * the very value that it was given.
   *
   * @throws RowChanged after 50 attempts.
   */
  update(name: string, change: (state: MappingState) => MappingState): Promise<Versioned<MappingState>>;
  /** The names of all mappings that ever ran, those too that the configuration has no more. */
  names(): Promise<readonly string[]>;
  /** Removes the name of a mapping and its state, which stays when it was changed. */
  forget(name: string, etag: string): Promise<void>;
}

const ROW_KEY = "mapping";
const NAMES = "mappings:"; // no mapping: their keys hold no `:`
const UPDATE_ATTEMPTS = 50; // slices of one run write it at the same time

/** The state of a mapping that never ran. */
export function newMappingState(name: string): MappingState {
  return {
    name,
    paused: false,
    lastSyncAt: null,
    heartbeatAt: null,
    lastProgressAt: null,
    suspectedAt: null,
    runStartedAt: null,
    totals: { links: 0, synced: 0, unchanged: 0, conflict: 0, waiting: 0, failed: 0, held: 0 },
    guards: {},
    holds: [],
    applies: [],
    reconcile: null,
    reconciledAt: null,
    runCounts: {},
    movedFrom: null,
    configFingerprint: null,
    facts: {},
  };
}

/** Makes the store of the mappings. */
export function createMappings(table: Table): Mappings {
  async function find(name: string) {
    const row = await table.get(encodeKeyPart(name), ROW_KEY);
    return row && fromJsonRow(row, asMappingState);
  }

  async function save(state: MappingState, etag?: string) {
    const row = toJsonRow(encodeKeyPart(state.name), toKey(ROW_KEY), state);
    if (etag !== undefined) return table.replace(row, etag);
    // The name first: who is killed in between comes back for the state.
    await table.upsert({ partitionKey: NAMES, rowKey: encodeKeyPart(state.name), schemaVersion: SCHEMA_VERSION });
    return table.insert(row);
  }

  return {
    find,
    save,

    async names() {
      const { rows } = await table.list({ partitionKey: NAMES, select: [] });
      return rows.map(({ rowKey }) => decodeKeyPart(rowKey));
    },

    async forget(name, etag) {
      // The name first: who is killed in between finds the state, and forgets it again.
      await table.remove(NAMES, encodeKeyPart(name));
      await table.remove(encodeKeyPart(name), ROW_KEY, etag);
    },

    async update(name, change) {
      for (let left = UPDATE_ATTEMPTS; ; left--) {
        const stored = await find(name);
        const state = stored?.value ?? newMappingState(name);
        const changed = change(state);
        if (stored && changed === state) return stored;
        try {
          return { value: changed, etag: await save(changed, stored?.etag) };
        } catch (error) {
          if (!isRowConflict(error) || left === 1) throw error;
        }
      }
    },
  };
}

/** Rows written before a field was added get its first value. */
function asMappingState(value: unknown): MappingState {
  const state = value as MappingState;
  return { ...newMappingState(state.name), ...state };
}
