import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { isRowConflict } from "./row-error.ts";
import type { Table } from "./row.ts";

/** A handshake that is awaited. Times are ISO-8601 UTC. */
export interface Handshake {
  /** `null`: none is awaited. */
  readonly openUntil: string | null;
  /** The newest first; tokens are sealed, never stored as they are. */
  readonly tokens: readonly { readonly sealed: string; readonly at: string }[];
}

/** The one row of the Notion handshake. */
export interface Handshakes {
  find(): Promise<Handshake>;
  /** Reads, changes and writes it, anew when somebody else wrote in between; returns what was there before. */
  update(change: (handshake: Handshake) => Handshake): Promise<Handshake>;
}

const PARTITION_KEY = "handshake:"; // no mapping: their keys hold no `:`
const ROW_KEY = "notion";
const UPDATE_ATTEMPTS = 10;
const NONE: Handshake = { openUntil: null, tokens: [] };

/** Makes the store of the handshake. */
export function createHandshakes(table: Table): Handshakes {
  async function read() {
    const row = await table.get(PARTITION_KEY, ROW_KEY);
    return row && fromJsonRow(row, (value) => value as Handshake);
  }

  return {
    find: async () => (await read())?.value ?? NONE,
    async update(change) {
      for (let left = UPDATE_ATTEMPTS; ; left--) {
        const stored = await read();
        const before = stored?.value ?? NONE;
        const row = toJsonRow(PARTITION_KEY, ROW_KEY, change(before));
        try {
          await (stored ? table.replace(row, stored.etag) : table.insert(row));
          return before;
        } catch (error) {
          if (!isRowConflict(error) || left === 1) throw error;
        }
      }
    },
  };
}
