import { TableClient, type TableServiceClientOptions, type TransactionAction } from "@azure/data-tables";
import type { TokenCredential } from "@azure/identity";
import { ServiceError } from "../sync/error.ts";
import { createBatchEtags, type Policy } from "./batch-etags.ts";
import { invalidContinuation, readContinuation } from "./continuation.ts";
import { fromEntity, toEntity } from "./entity.ts";
import { toFilter } from "./filter.ts";
import { checkBatch, checkRow } from "./limits.ts";
import { RowChanged, RowExists } from "./row-error.ts";
import type { BatchOperation, RowQuery, StoredRow, Table } from "./row.ts";
import { readBatchIndex, readRowFault, toServiceError } from "./table-error.ts";

export type { BatchOperation, Row, RowList, RowQuery, StoredRow, Table } from "./row.ts";

/** The name of the one table. */
export const TABLE_NAME = "notionsync";
const TIMEOUT_MS = 10_000;
const RETRY_OPTIONS = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };
const PAGE_MAX_ROWS = 1000; // $top; see "Query timeout and pagination" of the REST API

/** A connection string, or the address of the table service and a credential of `@azure/identity`. */
export type TableConnection =
  { readonly connectionString: string } | { readonly tableServiceUri: string; readonly credential: TokenCredential };

export type TableOptions = TableConnection & {
  /** `TABLE_NAME` by default. */
  readonly name?: string;
  /** For one request; 10 s by default. */
  readonly timeoutMs?: number;
};

/** Opens the table; nothing is sent before the first call. */
export function createTable(options: TableOptions): Table {
  const batchEtags = createBatchEtags();
  const client = openClient(options, batchEtags.policy);

  async function readPage(query: RowQuery, pageSize: number, continuation: string | undefined) {
    const queryOptions = {
      filter: toFilter(query),
      ...(query.select && { select: ["partitionKey", "rowKey", ...query.select] }),
    };
    const pages = client.listEntities({ queryOptions }).byPage({
      maxPageSize: pageSize,
      ...(continuation !== undefined && { continuationToken: continuation }),
    });
    const page = await translated(() => pages.next());
    if (page.done === true) return { rows: [], next: undefined };
    return { rows: page.value.map(fromEntity), next: page.value.continuationToken };
  }

  return {
    ensure: () => translated(() => client.createTable()),

    async get(partitionKey, rowKey) {
      try {
        return fromEntity(await client.getEntity(partitionKey, rowKey));
      } catch (error) {
        if (readRowFault(error).missing) return undefined;
        throw toServiceError(error);
      }
    },

    async insert(row) {
      checkRow(row);
      return written(() => client.createEntity(toEntity(row)));
    },

    async replace(row, etag) {
      checkRow(row);
      return written(() => client.updateEntity(toEntity(row), "Replace", { etag }));
    },

    async upsert(row) {
      checkRow(row);
      return written(() => client.upsertEntity(toEntity(row), "Replace"));
    },

    async remove(partitionKey, rowKey, etag) {
      try {
        await client.deleteEntity(partitionKey, rowKey, { etag: etag ?? "*" });
        return true;
      } catch (error) {
        const { missing, changed } = readRowFault(error);
        if (missing || changed) return false;
        throw toServiceError(error);
      }
    },

    async list(query) {
      const limit = query.limit ?? Number.POSITIVE_INFINITY;
      if (query.continuation !== undefined) readContinuation(query.continuation);
      const rows: StoredRow[] = [];
      let continuation = query.continuation;
      do {
        const page = await readPage(query, Math.min(limit - rows.length, PAGE_MAX_ROWS), continuation).catch((error: unknown) => {
          // What the caller gave has the form of one, and is none all the same.
          throw continuation !== undefined && isRefused(error) ? invalidContinuation() : error;
        });
        rows.push(...page.rows);
        continuation = page.next;
      } while (continuation !== undefined && rows.length < limit);
      return { rows, ...(continuation !== undefined && { continuation }) };
    },

    async batch(partitionKey, operations) {
      if (operations.length === 0) return [];
      checkBatch(partitionKey, operations);
      const actions = operations.map((operation) => toAction(partitionKey, operation));
      try {
        const { subResponses } = await client.submitTransaction(actions, batchEtags.optionsFor(operations));
        return operations.map((operation, index) => (operation.kind === "remove" ? "" : (subResponses[index]?.etag ?? "")));
      } catch (error) {
        throw toWriteError(error, readBatchIndex(error));
      }
    },
  };
}

function openClient(options: TableOptions, batchPolicy: Policy): TableClient {
  const { name = TABLE_NAME, timeoutMs = TIMEOUT_MS } = options;
  const clientOptions: TableServiceClientOptions = {
    retryOptions: RETRY_OPTIONS,
    additionalPolicies: [
      { policy: batchPolicy, position: "perCall" },
      { policy: createPatiencePolicy(timeoutMs), position: "perRetry" },
    ],
  };
  if ("connectionString" in options) {
    const allowInsecureConnection = /=http[:;]/i.test(options.connectionString);
    return TableClient.fromConnectionString(options.connectionString, name, { ...clientOptions, allowInsecureConnection });
  }
  return new TableClient(options.tableServiceUri, name, options.credential, clientOptions);
}

/** Limits how long one request takes, and keeps the SDK from waiting as long as a busy service asks for: callers decide that. */
function createPatiencePolicy(timeoutMs: number): Policy {
  return {
    name: "patiencePolicy",
    async sendRequest(request, next) {
      request.timeout = timeoutMs;
      const response = await next(request);
      for (const header of ["retry-after", "retry-after-ms", "x-ms-retry-after-ms"]) response.headers.delete(header);
      return response;
    },
  };
}

function toAction(partitionKey: string, operation: BatchOperation): TransactionAction {
  switch (operation.kind) {
    case "insert":
      return ["create", toEntity(operation.row)];
    case "replace":
      return ["update", toEntity(operation.row), "Replace", { etag: operation.etag }];
    case "upsert":
      return ["upsert", toEntity(operation.row), "Replace"];
    case "remove":
      return ["delete", { partitionKey, rowKey: operation.rowKey }];
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof ServiceError && error.service === "storage" && error.code === "invalid" && error.status === 400;

async function written(send: () => Promise<{ readonly etag?: string }>): Promise<string> {
  try {
    return (await send()).etag ?? "";
  } catch (error) {
    throw toWriteError(error);
  }
}

function toWriteError(error: unknown, index?: number): Error {
  const { missing, changed, exists } = readRowFault(error);
  if (missing || changed) return new RowChanged(index);
  return exists ? new RowExists(index) : toServiceError(error);
}

async function translated<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toServiceError(error);
  }
}
