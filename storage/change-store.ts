import type { Change } from "../sync/model.ts";
import { fromChangeRow, MERGE_COLUMNS, mergeHint, toChangeKey, toChangeRow } from "./change-row.ts";
import { encodeKeyPart, keyAfter, keyRange } from "./key.ts";
import { mapParallel, PARALLEL_REQUESTS } from "./parallel.ts";
import { isRowChanged, isRowConflict, isRowExists } from "./row-error.ts";
import type { BatchOperation, Row, RowCondition, StoredRow, Table } from "./row.ts";
import { writeBatches } from "./write-batches.ts";
import { HELD_FROM, type Changes, type ChangeSlice, type ChangeSurvey, type Postponement, type StoredChange } from "./changes.ts";

const PLANNED: RowCondition = { property: "planned", op: "eq", value: true };

const STORE_ATTEMPTS = 5;

/** Makes the store of the changes. */
export function createChanges(table: Table): Changes {
  async function store(change: Change): Promise<void> {
    const row = toChangeRow(change);
    for (let left = STORE_ATTEMPTS; left > 0; left--) {
      try {
        await table.insert(row);
        return;
      } catch (error) {
        if (!isRowExists(error)) throw error;
      }
      const stored = await table.get(row.partitionKey, row.rowKey);
      if (!stored) continue;
      try {
        await table.replace(mergeHint(stored, change), stored.etag);
        return;
      } catch (error) {
        if (!isRowChanged(error)) throw error;
      }
    }
    // Many write at once: the hint must not be lost, how old it is may.
    const { page: _page, shows: _shows, ...hint } = change;
    await table.upsert(toChangeRow(hint));
  }

  async function storeOfMapping(mapping: string, changes: readonly Change[]): Promise<void> {
    if (changes.length <= PARALLEL_REQUESTS) {
      await mapParallel(changes, store);
      return;
    }
    const hints = changes.map((change) => ({ change, row: toChangeRow(change) }));
    const stored = await listStored(mapping, hints.map(({ row }) => row.rowKey).sort());
    const operations = hints.map(({ change, row }): BatchOperation => {
      const old = stored.get(row.rowKey);
      return old ? { kind: "replace", row: mergeHint(old, change), etag: old.etag } : { kind: "insert", row };
    });
    const etags = await writeBatches(table, encodeKeyPart(mapping), operations);
    await mapParallel(
      changes.filter((_, index) => etags[index] === undefined),
      store,
    );
  }

  async function listStored(mapping: string, keys: readonly string[]) {
    const range = { from: keys[0], to: keyAfter(keys.at(-1) ?? "") };
    const { rows } = await table.list({ partitionKey: encodeKeyPart(mapping), ...range, select: MERGE_COLUMNS });
    return new Map(rows.map((row) => [row.rowKey, row]));
  }

  async function survey(mapping: string, nowIso: string): Promise<ChangeSurvey> {
    const select = ["notBefore", "side", "source", "planned"];
    const { rows } = await table.list({ partitionKey: encodeKeyPart(mapping), ...keyRange("change"), select });
    const times = rows.map((row) => String(row["notBefore"])).sort();
    const due = times.filter((time) => time <= nowIso).length;
    const unread = rows.filter((row) => row["side"] === "notion" && row["source"] === "webhook");
    return {
      count: times.length,
      due,
      unread: unread.filter((row) => String(row["notBefore"]) <= nowIso).length,
      planned: rows.filter((row) => row["planned"] === true && String(row["notBefore"]) <= nowIso).length,
      oldestDueAt: due > 0 ? times[0] : undefined,
      nextDueAt: times[due],
    };
  }

  return {
    store,

    async storeMany(changes) {
      const byMapping = Map.groupBy(changes, (change) => change.mapping);
      for (const [mapping, ofMapping] of byMapping) await storeOfMapping(mapping, toDistinct(ofMapping));
    },

    async listDue(mapping, nowIso, { from, to, limit, onlyPlanned = false }) {
      const all = keyRange("change");
      const { rows } = await table.list({
        partitionKey: encodeKeyPart(mapping),
        from: from ?? all.from,
        to: to ?? all.to,
        where: dueConditions(nowIso, onlyPlanned),
        limit,
      });
      return rows.map(toStored);
    },

    async dueRanges(mapping, nowIso, { sliceSize, maxChanges, onlyPlanned = false }) {
      const { rows, continuation } = await table.list({
        partitionKey: encodeKeyPart(mapping),
        ...keyRange("change"),
        where: dueConditions(nowIso, onlyPlanned),
        select: [],
        limit: maxChanges,
      });
      const slices: ChangeSlice[] = [];
      for (let start = 0; start < rows.length; start += sliceSize) {
        const slice = rows.slice(start, start + sliceSize);
        const [first, last] = [slice[0], slice.at(-1)];
        if (first && last) slices.push({ from: first.rowKey, to: keyAfter(last.rowKey), count: slice.length });
      }
      return { slices, total: rows.length, more: continuation !== undefined };
    },

    survey,

    async nextDueAt(mapping) {
      const { oldestDueAt, nextDueAt } = await survey(mapping, "");
      return oldestDueAt ?? nextDueAt;
    },

    async oldestDue(mapping, nowIso) {
      return (await survey(mapping, nowIso)).oldestDueAt;
    },

    async count(mapping) {
      return (await survey(mapping, "")).count;
    },

    settle: ({ value, key, etag }) => table.remove(encodeKeyPart(value.mapping), key, etag),

    async settleMany(changes) {
      return writeMany(
        changes,
        changes.map(({ key, etag }) => ({ kind: "remove", rowKey: key, etag })),
      );
    },

    async postpone(change, to) {
      try {
        await table.replace(toPostponed(change, to), change.etag);
        return true;
      } catch (error) {
        if (isRowConflict(error)) return false;
        throw error;
      }
    },

    async postponeMany(changes) {
      return writeMany(
        changes.map(({ change }) => change),
        changes.map(({ change, to }) => ({ kind: "replace", row: toPostponed(change, to), etag: change.etag })),
      );
    },

    async find(mapping, side, id) {
      const row = await table.get(encodeKeyPart(mapping), toChangeKey(side, id));
      return row && toStored(row);
    },

    async listWaiting(mapping, waitsFor) {
      const { rows } = await table.list({
        partitionKey: encodeKeyPart(mapping),
        ...keyRange("change"),
        where: [{ property: "waitsFor", op: "eq", value: waitsFor }],
        select: ["mapping", "side", "id", "source", ...MERGE_COLUMNS],
      });
      return rows.map(toStored);
    },

    async listPostponed(mapping, nowIso, { limit, continuation }) {
      const list = await table.list({
        partitionKey: encodeKeyPart(mapping),
        ...keyRange("change"),
        where: [
          { property: "source", op: "eq", value: "retry" },
          { property: "notBefore", op: "ge", value: nowIso },
          { property: "notBefore", op: "le", value: HELD_FROM },
        ],
        limit,
        continuation,
      });
      return {
        changes: list.rows.map(toStored),
        ...(list.continuation !== undefined && { continuation: list.continuation }),
      };
    },

    async releaseMany(changes) {
      await writeMany(
        changes.map(({ change }) => change),
        changes.map(({ change, keep }) =>
          keep
            ? { kind: "replace", row: toReleased(change), etag: change.etag }
            : { kind: "remove", rowKey: change.key, etag: change.etag },
        ),
      );
    },
  };

  async function writeMany(changes: readonly StoredChange[], operations: readonly BatchOperation[]) {
    const mapping = changes[0]?.value.mapping;
    if (mapping === undefined) return [];
    const etags = await writeBatches(table, encodeKeyPart(mapping), operations);
    return etags.map((etag) => etag !== undefined);
  }
}

function dueConditions(nowIso: string, onlyPlanned: boolean): readonly RowCondition[] {
  const isDue = { property: "notBefore", op: "le", value: nowIso } as const;
  return onlyPlanned ? [isDue, PLANNED] : [isDue];
}

function toStored(row: StoredRow): StoredChange {
  return { value: fromChangeRow(row), etag: row.etag, key: row.rowKey, hintedAt: String(row["hintedAt"]) };
}

function toReleased({ value, hintedAt }: StoredChange): Row {
  const { planId: _planId, hinted: _hinted, ...rest } = value;
  return toChangeRow(rest, hintedAt);
}

function toPostponed({ value, hintedAt }: StoredChange, { notBefore, attempts, waitsFor }: Postponement): Row {
  const { page: _page, shows: _shows, waitsFor: _waitsFor, ...rest } = value;
  const waiting = waitsFor === undefined ? {} : { waitsFor };
  return toChangeRow({ ...rest, ...waiting, notBefore, attempts, source: "retry" }, hintedAt);
}

/** One hint for each page or item, the last one: a batch holds a row once. */
function toDistinct(changes: readonly Change[]): readonly Change[] {
  return [...new Map(changes.map((change) => [toChangeRow(change).rowKey, change])).values()];
}
