/** A stored value and the ETag it was read or written with. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}
