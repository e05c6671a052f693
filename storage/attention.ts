import type { Conflict, FieldProblem, ItemIdentity, Outcome } from "../sync/model.ts";
import { fromJsonRow, toJsonRow } from "./json-row.ts";
import { encodeKeyPart, keyRange, toKey } from "./key.ts";
import { isRowConflict } from "./row-error.ts";
import type { Row, Table } from "./row.ts";

/** `note`: the pair is in step, and something about it is worth knowing. */
export type AttentionKind = "failure" | "waiting" | "conflict" | "hold" | "note";

/** A pair that a person should know of. Times are ISO-8601 UTC. */
export interface Attention {
  readonly mapping: string;
  readonly kind: AttentionKind;
  /** The page; for an item that has no page yet, its item id. */
  readonly pageId: string;
  readonly outcome: Outcome;
  /** Only of notes. */
  readonly note?: FieldProblem;
  /** Clashes that people should see beside what the outcome says. */
  readonly conflicts?: readonly Conflict[];
  readonly item: ItemIdentity | null;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  /** Since when it is of this kind. */
  readonly since: string;
}

/** What status shows: at most one row per pair, however many kinds of trouble it had. */
export interface AttentionList {
  /** Stores an entry in place of what is there for this pair; the same kind keeps its `since`. */
  put(entry: Attention): Promise<void>;
  /** Removes what is there for a pair. */
  clear(mapping: string, pageId: string): Promise<void>;
  /** What is there for a pair. */
  find(mapping: string, pageId: string): Promise<Attention | undefined>;
  list(
    mapping: string,
    kind: AttentionKind,
    page: { readonly limit: number; readonly continuation?: string | undefined },
  ): Promise<{ readonly entries: readonly Attention[]; readonly continuation?: string }>;
}

const ATTEMPTS = 5;

/** Makes the store of what needs attention. */
export function createAttention(table: Table): AttentionList {
  async function findEntry(mapping: string, pageId: string) {
    const row = await table.get(encodeKeyPart(mapping), toKey("attention", pageId));
    return row && fromJsonRow(row, asAttention);
  }

  async function putOnce(entry: Attention): Promise<void> {
    const old = await findEntry(entry.mapping, entry.pageId);
    if (!old) await table.insert(toRow(entry));
    else {
      const since = old.value.kind === entry.kind ? old.value.since : entry.since;
      await table.replace(toRow({ ...entry, since }), old.etag);
    }
  }

  return {
    async put(entry) {
      for (let left = ATTEMPTS; ; left--) {
        try {
          await putOnce(entry);
          return;
        } catch (error) {
          if (!isRowConflict(error) || left === 1) throw error;
        }
      }
    },

    async clear(mapping, pageId) {
      const old = await findEntry(mapping, pageId);
      // Not removed means that another activity has just written: what it wrote stands.
      if (old) await table.remove(encodeKeyPart(mapping), toKey("attention", pageId), old.etag);
    },

    async find(mapping, pageId) {
      return (await findEntry(mapping, pageId))?.value;
    },

    async list(mapping, kind, { limit, continuation }) {
      const list = await table.list({
        partitionKey: encodeKeyPart(mapping),
        ...keyRange("attention"),
        where: [{ property: "kind", op: "eq", value: kind }],
        limit,
        continuation,
      });
      const entries = list.rows.map((row) => fromJsonRow(row, asAttention).value);
      return { entries, ...(list.continuation !== undefined && { continuation: list.continuation }) };
    },
  };
}

const asAttention = (value: unknown): Attention => value as Attention;

function toRow(entry: Attention): Row {
  return toJsonRow(encodeKeyPart(entry.mapping), toKey("attention", entry.pageId), entry, { kind: entry.kind });
}
