import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { toKey } from "./key.ts";
import type { Table } from "./row.ts";
import type { Versioned } from "./versioned.ts";

/** The budgets: one row per credential, whose JSON only the pacer knows. */
export interface Budgets {
  /** @param credential a name of the credential, never the token. */
  find(credential: string): Promise<Versioned<unknown> | undefined>;
  /**
   * Stores the state; without an ETag only if there is none yet. Returns the new ETag.
   *
   * @throws RowChanged, RowExists
   */
  replace(credential: string, state: unknown, etag?: string): Promise<string>;
}

const ROW_KEY = "budget";

/** Makes the store of the budgets. */
export function createBudgets(table: Table): Budgets {
  return {
    async find(credential) {
      const row = await table.get(toKey("budget", credential), ROW_KEY);
      return row && fromJsonRow(row, (state) => state);
    },

    replace(credential, state, etag) {
      const row = toJsonRow(toKey("budget", credential), ROW_KEY, state);
      return etag === undefined ? table.insert(row) : table.replace(row, etag);
    },
  };
}
