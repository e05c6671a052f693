import type { Link } from "../sync/model.ts";
import { fromChangeRow } from "./change-row.ts";
import type { Changes } from "./changes.ts";
import type { Claims } from "./claims.ts";
import { encodeKeyPart, fromKey } from "./key.ts";
import { fromLongValue, toLongValue } from "./long-value.ts";
import type { Mappings } from "./mappings.ts";
import { newMappingState } from "./mappings.ts";
import type { MappingState } from "./mappings.ts";
import { mapParallel } from "./parallel.ts";
import { isRowExists } from "./row-error.ts";
import type { Row, StoredRow, Table } from "./row.ts";
import { writeBatches } from "./write-batches.ts";

/** Moves what is stored of a mapping to its new name. */
export interface Renames {
  /**
   * Moves at most `max` rows, at most 100; returns how many: 0 when nothing is left under the former name.
   *
   * @remarks A row is there under the new name, and its claims with it, before it goes: killed in between, it is moved again. Rows of
   * a writer that came late do not take the place of those that are there, once the move has come to its end.
   */
  moveRows(from: string, to: string, max: number): Promise<number>;
}

const LAST = "mapping"; // its row says how far the renaming has come, and goes last

/** Makes the moving of rows. */
export function createRenames(
  table: Table,
  { changes, claims, mappings }: { readonly changes: Changes; readonly claims: Claims; readonly mappings: Mappings },
): Renames {
  async function moveClaims(row: StoredRow, from: string, to: string): Promise<void> {
    const [kind, ...parts] = fromKey(row.rowKey);
    if (kind === "page") {
      const { pageId, item, companion } = fromLongValue("value", row) as Link;
      const owner = { mapping: to, pageId };
      await claims.move("page", pageId, from, owner);
      for (const claimed of [item, companion]) if (claimed) await moveOwned("item", claimed.itemId, from, to);
    } else if (kind === "change" && parts[0] === "notion") await moveOwned("page", parts[1] ?? "", from, to);
  }

  async function moveOwned(kind: "page" | "item", id: string, from: string, to: string): Promise<void> {
    const owner = await claims.find(kind, id);
    if (owner?.mapping === from) await claims.move(kind, id, from, { mapping: to, pageId: owner.pageId });
  }

  async function copy(row: StoredRow, from: string, to: string, isLate: boolean): Promise<void> {
    if (fromKey(row.rowKey)[0] === "change") {
      await changes.store({ ...fromChangeRow(row), mapping: to });
      return;
    }
    const renamed = rename(row, from, to);
    if (!isLate) {
      await table.upsert(renamed);
      return;
    }
    try {
      await table.insert(renamed);
    } catch (error) {
      if (!isRowExists(error)) throw error;
    }
  }

  async function moveState(row: StoredRow, from: string, to: string): Promise<void> {
    const state = fromLongValue("value", row) as MappingState;
    await mappings.update(to, (present) => (present.movedFrom === from ? present : mergeStates(state, present, from)));
    await mappings.forget(from, row.etag);
  }

  return {
    async moveRows(from, to, max) {
      const partitionKey = encodeKeyPart(from);
      const { rows } = await table.list({ partitionKey, limit: max });
      const rest = rows.filter(({ rowKey }) => rowKey !== LAST);
      const last = rows.find(({ rowKey }) => rowKey === LAST);
      if (rest.length === 0 && last) await moveState(last, from, to);
      if (rest.length === 0) return last ? 1 : 0;
      const isLate = (await mappings.find(to))?.value.movedFrom === from;
      await mapParallel(rest, async (row) => {
        await copy(row, from, to, isLate);
        await moveClaims(row, from, to);
      });
      const removals = rest.map(({ rowKey, etag }) => ({ kind: "remove", rowKey, etag }) as const);
      await writeBatches(table, partitionKey, removals);
      return rows.length;
    },
  };
}

function rename(row: StoredRow, from: string, to: string): Row {
  const { etag: _etag, ...columns } = row;
  const value = fromLongValue("value", row);
  const isOwn = typeof value === "object" && value !== null && "mapping" in value && value.mapping === from;
  return { ...columns, ...(isOwn ? toLongValue("value", { ...value, mapping: to }) : {}), partitionKey: encodeKeyPart(to) };
}

/** All that was known under the former name, but for the run, which is under way under the new one. */
function mergeStates(former: MappingState, present: MappingState, from: string): MappingState {
  const { name, heartbeatAt, lastProgressAt, suspectedAt, runStartedAt, runCounts } = present;
  const run = { heartbeatAt, lastProgressAt, suspectedAt, runStartedAt, runCounts };
  return { ...newMappingState(name), ...former, name, ...run, movedFrom: from };
}
