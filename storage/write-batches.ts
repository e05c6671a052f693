import { BATCH_MAX_BYTES, BATCH_MAX_ROWS, measureOperation } from "./limits.ts";
import { mapParallel } from "./parallel.ts";
import { isRowConflict } from "./row-error.ts";
import type { BatchOperation, Table } from "./row.ts";

const CONFLICTS_BEFORE_SINGLE = 3;

/**
 * Writes any number of rows of one partition in as few requests as it can; each row stands for itself.
 *
 * @returns for each operation the ETag (`""` for a removal), or `undefined` when somebody else wrote first.
 * @remarks Not atomic. A batch that meets a conflict is sent again without the operation that failed, and after three conflicts
 * one by one.
 */
export async function writeBatches(
  table: Table,
  partitionKey: string,
  operations: readonly BatchOperation[],
): Promise<readonly (string | undefined)[]> {
  const etags: (string | undefined)[] = [];
  for (const chunk of toChunks(operations)) etags.push(...(await writeChunk(table, partitionKey, chunk)));
  return etags;
}

async function writeChunk(table: Table, partitionKey: string, chunk: readonly BatchOperation[]) {
  const results = new Map<BatchOperation, string>();
  let rest = chunk;
  for (let conflicts = 0; conflicts < CONFLICTS_BEFORE_SINGLE && rest.length > 1; conflicts++) {
    try {
      const etags = await table.batch(partitionKey, rest);
      for (const [index, operation] of rest.entries()) results.set(operation, etags[index] ?? "");
      return chunk.map((operation) => results.get(operation));
    } catch (error) {
      if (!isRowConflict(error)) throw error;
      if (error.index === undefined) break;
      rest = rest.toSpliced(error.index, 1);
    }
  }
  await mapParallel(rest, async (operation) => {
    const etag = await writeOne(table, partitionKey, operation);
    if (etag !== undefined) results.set(operation, etag);
  });
  return chunk.map((operation) => results.get(operation));
}

async function writeOne(table: Table, partitionKey: string, operation: BatchOperation): Promise<string | undefined> {
  try {
    switch (operation.kind) {
      case "insert":
        return await table.insert(operation.row);
      case "replace":
        return await table.replace(operation.row, operation.etag);
      case "upsert":
        return await table.upsert(operation.row);
      case "remove":
        return (await table.remove(partitionKey, operation.rowKey, operation.etag)) ? "" : undefined;
    }
  } catch (error) {
    if (isRowConflict(error)) return undefined;
    throw error;
  }
}

function toChunks(operations: readonly BatchOperation[]): readonly (readonly BatchOperation[])[] {
  const chunks: BatchOperation[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const operation of operations) {
    const size = measureOperation(operation);
    const last = chunks.at(-1);
    if (last && last.length < BATCH_MAX_ROWS && bytes + size <= BATCH_MAX_BYTES) {
      last.push(operation);
      bytes += size;
    } else {
      chunks.push([operation]);
      bytes = size;
    }
  }
  return chunks;
}
