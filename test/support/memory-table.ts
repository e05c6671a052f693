// A table in memory that behaves as Azure's, for tests in virtual time: test/storage/table.test.ts holds both to one contract.
import { readContinuation } from "../../storage/continuation.ts";
import { checkBatch, checkRow, rowKeyOf } from "../../storage/limits.ts";
import { RowChanged, RowExists } from "../../storage/row-error.ts";
import type { BatchOperation, Row, RowCondition, RowList, RowQuery, StoredRow, Table } from "../../storage/row.ts";
import { ServiceError } from "../../sync/error.ts";

/** One call of the table, as hooks see it. */
export interface TableOperation {
  readonly kind: "ensure" | "get" | "insert" | "replace" | "upsert" | "remove" | "list" | "batch";
  readonly partitionKey: string;
  readonly rowKeys: readonly string[];
  readonly isWrite: boolean;
}

/** Called around each operation. What they throw the caller gets; one that never resolves is a process that was killed there. */
export interface TableHooks {
  /** Nothing is done yet. */
  before?(operation: TableOperation): Promise<void> | void;
  /** All is done, and the caller does not know yet; not called after a conflict or a refusal. */
  after?(operation: TableOperation): Promise<void> | void;
}

export interface MemoryTable extends Table {
  /** May be changed at any time. */
  hooks: TableHooks;
  /** Every row, or those of a partition, in the order of their keys. */
  dump(partitionKey?: string): readonly StoredRow[];
}

export interface MemoryTableOptions {
  readonly hooks?: TableHooks;
  /** `false`: as in a new account, all fails until `ensure` was called. Default: the table is there. */
  readonly exists?: boolean;
  /** As Azure may: a full answer has a continuation even if no row is left, and then the next one is empty. */
  readonly emptyPages?: boolean;
}

/** Makes an empty table. What it holds lives as long as the value: hand it to one "process" after another. */
export function createMemoryTable(options: MemoryTableOptions = {}): MemoryTable {
  const rows = createRows();
  let exists = options.exists ?? true;

  async function run<T>(operation: TableOperation, work: () => T): Promise<T> {
    await table.hooks.before?.(operation);
    if (!exists && operation.kind !== "ensure") throw refuse("not_found", "The table was not made yet.");
    const result = work();
    await table.hooks.after?.(operation);
    return result;
  }

  function writeOne(operation: BatchOperation, partitionKey: string): Promise<string> {
    return run(describe(operation.kind, partitionKey, [rowKeyOf(operation)]), () => {
      checkOperation(rows, partitionKey, operation);
      return rows.apply(partitionKey, operation);
    });
  }

  const table: MemoryTable = {
    hooks: options.hooks ?? {},
    dump: (partitionKey) => rows.dump(partitionKey),

    ensure: () => run(describe("ensure", "", []), () => void (exists = true)),
    get: (partitionKey, rowKey) => run(describe("get", partitionKey, [rowKey]), () => rows.find(partitionKey, rowKey)),
    insert: (row) => writeOne({ kind: "insert", row }, row.partitionKey),
    replace: (row, etag) => writeOne({ kind: "replace", row, etag }, row.partitionKey),
    upsert: (row) => writeOne({ kind: "upsert", row }, row.partitionKey),

    async remove(partitionKey, rowKey, etag) {
      return run(describe("remove", partitionKey, [rowKey]), () => {
        const stored = rows.find(partitionKey, rowKey);
        if (!stored || (etag !== undefined && etag !== stored.etag)) return false;
        rows.apply(partitionKey, { kind: "remove", rowKey, etag: stored.etag });
        return true;
      });
    },

    list: (query) =>
      run(describe("list", query.partitionKey, []), () => listRows(rows.dump(query.partitionKey), query, options.emptyPages)),

    async batch(partitionKey, operations) {
      if (operations.length === 0) return [];
      return run(describe("batch", partitionKey, operations.map(rowKeyOf)), () => {
        checkBatch(partitionKey, operations);
        for (const [index, operation] of operations.entries()) checkOperation(rows, partitionKey, operation, index);
        return operations.map((operation) => rows.apply(partitionKey, operation));
      });
    },
  };
  return table;
}

function describe(kind: TableOperation["kind"], partitionKey: string, rowKeys: readonly string[]): TableOperation {
  return { kind, partitionKey, rowKeys, isWrite: kind !== "get" && kind !== "list" };
}

interface Rows {
  find(partitionKey: string, rowKey: string): StoredRow | undefined;
  apply(partitionKey: string, operation: BatchOperation): string;
  dump(partitionKey?: string): readonly StoredRow[];
}

function createRows(): Rows {
  const partitions = new Map<string, Map<string, StoredRow>>();
  let lastEtag = 0;

  function dumpPartition(partition: ReadonlyMap<string, StoredRow> | undefined): readonly StoredRow[] {
    return [...(partition?.values() ?? [])].sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1));
  }

  return {
    find: (partitionKey, rowKey) => partitions.get(partitionKey)?.get(rowKey),

    apply(partitionKey, operation) {
      const partition = partitions.get(partitionKey) ?? new Map<string, StoredRow>();
      partitions.set(partitionKey, partition);
      if (operation.kind === "remove") {
        partition.delete(operation.rowKey);
        return "";
      }
      const etag = `W/"datetime'${++lastEtag}'"`;
      const properties = Object.entries(operation.row).filter(([, value]) => value !== undefined);
      const { rowKey } = operation.row;
      partition.set(rowKey, Object.freeze({ ...Object.fromEntries(properties), partitionKey, rowKey, etag }));
      return etag;
    },

    dump(partitionKey) {
      if (partitionKey !== undefined) return dumpPartition(partitions.get(partitionKey));
      return [...partitions.keys()].sort().flatMap((key) => dumpPartition(partitions.get(key)));
    },
  };
}

/** @throws what the service would answer; nothing is written yet. */
function checkOperation(rows: Rows, partitionKey: string, operation: BatchOperation, index?: number): void {
  if (operation.kind !== "remove") checkRow(operation.row);
  const stored = rows.find(partitionKey, rowKeyOf(operation));
  if (operation.kind === "insert" && stored) throw new RowExists(index);
  if ((operation.kind === "replace" || operation.kind === "remove") && stored?.etag !== operation.etag) {
    throw new RowChanged(index);
  }
}

function listRows(all: readonly StoredRow[], query: RowQuery, emptyPages = false): RowList {
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  const start = query.continuation === undefined ? "" : (readContinuation(query.continuation).nextRowKey ?? "");
  const rest = all.filter(({ rowKey }) => rowKey >= start && isInRange(rowKey, query));
  const rows: StoredRow[] = [];
  let looked = 0;
  while (looked < rest.length && rows.length < limit) {
    const row = rest[looked++];
    if (row && (query.where ?? []).every((condition) => holds(row, condition))) rows.push(toSelected(row, query.select));
  }
  const isFull = rows.length === limit;
  const next = rest[looked]?.rowKey ?? (emptyPages && isFull ? `${rest.at(-1)?.rowKey ?? ""}!` : undefined);
  return { rows, ...(isFull && next !== undefined && { continuation: btoa(JSON.stringify({ nextRowKey: next })) }) };
}

function refuse(code: string, message: string): ServiceError {
  return new ServiceError({ service: "storage", code, end: "failed", message });
}

function isInRange(rowKey: string, { from, to }: RowQuery): boolean {
  return (from === undefined || rowKey >= from) && (to === undefined || rowKey < to);
}

function holds(row: Row, { property, op, value }: RowCondition): boolean {
  const stored = row[property];
  if (typeof stored !== typeof value || stored === undefined) return false;
  if (op === "eq") return stored === value;
  return op === "le" ? stored <= value : stored >= value;
}

function toSelected(row: StoredRow, select: readonly string[] | undefined): StoredRow {
  if (!select) return row;
  const { partitionKey, rowKey, etag } = row;
  const selected = select.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]] as const]));
  return { ...Object.fromEntries(selected), partitionKey, rowKey, etag };
}
