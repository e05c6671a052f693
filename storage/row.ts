// Rows of the one table and what can be asked of it. Azure, Azurite and the tests' memory version behave alike.

/** A property of a row; `undefined` is the same as no property. Numbers are finite. */
export type RowValue = string | number | boolean | undefined;

/**
 * A row as it is written. A property named `etag` is not stored, so that a row can be written back as it was read.
 * `limits.ts` tells what fits.
 */
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [property: string]: RowValue;
}

/** A row as it was read. */
export interface StoredRow extends Row {
  readonly etag: string;
}

export interface RowCondition {
  readonly property: string;
  readonly op: "le" | "ge" | "eq";
  readonly value: string | number | boolean;
}

/** Rows of one partition in ascending order of their keys. */
export interface RowQuery {
  readonly partitionKey: string;
  /** First row key. */
  readonly from?: string | undefined;
  /** Row key behind the last one. */
  readonly to?: string | undefined;
  readonly where?: readonly RowCondition[] | undefined;
  /** Properties to return; the keys and the ETag always come. */
  readonly select?: readonly string[] | undefined;
  /** Without a limit all rows are read. */
  readonly limit?: number | undefined;
  /** As an earlier answer to the same query gave it. */
  readonly continuation?: string | undefined;
}

export interface RowList {
  readonly rows: readonly StoredRow[];
  /** There may be more rows; only ever given with a limit. */
  readonly continuation?: string;
}

/** One write of a batch; `remove` is by ETag, always. */
export type BatchOperation =
  | { readonly kind: "insert"; readonly row: Row }
  | { readonly kind: "replace"; readonly row: Row; readonly etag: string }
  | { readonly kind: "upsert"; readonly row: Row }
  | { readonly kind: "remove"; readonly rowKey: string; readonly etag: string };

/**
 * The one table of the installation.
 *
 * All methods throw a `ServiceError` of the service `storage` for what is not a conflict: `failed` when it was refused,
 * `unknown` when it may have been done.
 *
 * @remarks A write whose answer is lost is sent again, at most twice: its own effect can then look like somebody else's
 * (`RowChanged`, `RowExists`, `false`). Reading again tells.
 */
export interface Table {
  /** Makes the table if it is not there. */
  ensure(): Promise<void>;
  get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  /**
   * @returns the ETag.
   * @throws RowExists
   */
  insert(row: Row): Promise<string>;
  /**
   * Replaces the whole row: properties that are not given are gone.
   *
   * @returns the new ETag.
   * @throws RowChanged
   */
  replace(row: Row, etag: string): Promise<string>;
  /** Inserts or replaces the whole row, whatever is there; returns the ETag. */
  upsert(row: Row): Promise<string>;
  /** Removes a row, only with this ETag if one is given; `false`: it was not there, or was changed. */
  remove(partitionKey: string, rowKey: string, etag?: string): Promise<boolean>;
  /** Lists rows; reads on through empty pages until there are enough rows or no more. */
  list(query: RowQuery): Promise<RowList>;
  /**
   * Writes at most 100 rows of one partition, all or none. A row may occur once.
   *
   * @returns the ETags in the order of the operations, `""` for removed rows.
   * @throws RowChanged or RowExists, with the index of the first operation that failed.
   */
  batch(partitionKey: string, operations: readonly BatchOperation[]): Promise<readonly string[]>;
}
