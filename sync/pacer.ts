/** What a request costs at the other side: a read, a write, or a write that makes something new. */
export type RequestKind = "read" | "write" | "create";

/** Hands out the times at which requests of one credential may be sent; shared by all mappings and instances. */
export interface Pacer {
  /**
   * Waits until one request of this kind may be sent.
   *
   * @throws ServiceError `limited` with `retryAfterMs` when that is more than 5 s away.
   */
  acquire(kind: RequestKind): Promise<void>;
  /** Remembers that the service allows nothing before `untilMs` (milliseconds since 1970), for everybody with this credential. */
  block(untilMs: number): Promise<void>;
}
