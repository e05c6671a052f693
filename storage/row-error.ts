// Conflicts between writers. They are told apart by name, not by class: the bundle and whoever hands a table to it each have
// their own copy of these classes.

/** A row that was to be replaced or removed has another ETag by now, or is gone. */
export class RowChanged extends Error {
  override readonly name = "RowChanged";
  /** Position of the failing operation in its batch; `undefined` outside a batch, and when the service does not say. */
  readonly index: number | undefined;

  constructor(index?: number) {
    super("The row was changed or removed since it was read. Read it again and decide anew.");
    this.index = index;
  }
}

/** A row that was to be inserted is there already. */
export class RowExists extends Error {
  override readonly name = "RowExists";
  /** Position of the failing operation in its batch; `undefined` outside a batch, and when the service does not say. */
  readonly index: number | undefined;

  constructor(index?: number) {
    super("The row is there already.");
    this.index = index;
  }
}

/** Whether a row was changed by somebody else meanwhile. */
export function isRowChanged(error: unknown): error is RowChanged {
  return error instanceof Error && error.name === "RowChanged";
}

/** Whether a row was there already. */
export function isRowExists(error: unknown): error is RowExists {
  return error instanceof Error && error.name === "RowExists";
}

/** Whether somebody else wrote first, in either way. */
export function isRowConflict(error: unknown): error is RowChanged | RowExists {
  return isRowChanged(error) || isRowExists(error);
}

/** Whether a list was asked to go on from where no answer ended. */
export function isInvalidContinuation(error: unknown): boolean {
  return error instanceof Error && error.name === "ServiceError" && "code" in error && error.code === "invalid_continuation";
}
