import { toKey } from "./key.ts";
import { isRowConflict } from "./row-error.ts";
import type { Row, StoredRow, Table } from "./row.ts";
import { checkSchemaVersion, SCHEMA_VERSION } from "./schema-version.ts";

export type ClaimKind = "page" | "item";

/** To whom a page or an item belongs. */
export interface Owner {
  readonly mapping: string;
  readonly pageId: string;
}

export type ClaimResult = { readonly claimed: true } | ({ readonly claimed: false } & Owner);

/** The claims: a page or an item belongs to at most one link of the whole installation. */
export interface Claims {
  /** Claims a page or an item for a pair; also `claimed` when that pair has it already. Not claimed: says who has it. */
  claim(kind: ClaimKind, id: string, mapping: string, pageId: string): Promise<ClaimResult>;
  find(kind: ClaimKind, id: string): Promise<Owner | undefined>;
  /** Gives up a claim of this pair; `false`: it has none, or somebody else wrote first. */
  release(kind: ClaimKind, id: string, mapping: string, pageId: string): Promise<boolean>;
  /** Hands a claim of the mapping `from` to another owner; also `claimed` when that owner has it already. */
  move(kind: ClaimKind, id: string, from: string, to: Owner): Promise<ClaimResult>;
}

const ROW_KEY = "claim";
const ATTEMPTS = 5;

/** Makes the store of the claims. */
export function createClaims(table: Table): Claims {
  async function findRow(kind: ClaimKind, id: string) {
    const row = await table.get(toPartitionKey(kind, id), ROW_KEY);
    return row && { owner: toOwner(row), etag: row.etag };
  }

  /** Tries anew while others write in between, which happens a few times at most. */
  async function settle(attempt: () => Promise<ClaimResult>): Promise<ClaimResult> {
    for (let left = ATTEMPTS; ; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (!isRowConflict(error) || left === 1) throw error;
      }
    }
  }

  return {
    async claim(kind, id, mapping, pageId) {
      const owner = { mapping, pageId };
      return settle(async () => {
        try {
          await table.insert(toRow(kind, id, owner));
          return { claimed: true };
        } catch (error) {
          const row = isRowConflict(error) ? await findRow(kind, id) : undefined;
          if (!row) throw error;
          return toResult(row.owner, owner);
        }
      });
    },

    async find(kind, id) {
      return (await findRow(kind, id))?.owner;
    },

    async release(kind, id, mapping, pageId) {
      const row = await findRow(kind, id);
      if (row?.owner.mapping !== mapping || row.owner.pageId !== pageId) return false;
      return table.remove(toPartitionKey(kind, id), ROW_KEY, row.etag);
    },

    async move(kind, id, from, to) {
      return settle(async () => {
        const row = await findRow(kind, id);
        if (!row) await table.insert(toRow(kind, id, to));
        else if (row.owner.mapping === from) await table.replace(toRow(kind, id, to), row.etag);
        else return toResult(row.owner, to);
        return { claimed: true };
      });
    },
  };
}

function toResult(owner: Owner, wanted: Owner): ClaimResult {
  const isOurs = owner.mapping === wanted.mapping && owner.pageId === wanted.pageId;
  return isOurs ? { claimed: true } : { claimed: false, ...owner };
}

function toPartitionKey(kind: ClaimKind, id: string): string {
  return toKey("claim", kind, id);
}

function toRow(kind: ClaimKind, id: string, owner: Owner): Row {
  return { ...owner, partitionKey: toPartitionKey(kind, id), rowKey: ROW_KEY, schemaVersion: SCHEMA_VERSION };
}

function toOwner(row: StoredRow): Owner {
  checkSchemaVersion(row);
  return { mapping: String(row["mapping"]), pageId: String(row["pageId"]) };
}
