import type { Side } from "./model.ts";

/**
 * What a service answered, in one form for both.
 *
 * - `failed`: it was refused and nothing was done.
 * - `unknown`: it may or may not have been carried out (timeout, 5xx, cut connection): look before repeating.
 * - `limited`: a limit was met; nothing was done; `retryAfterMs` says when to come back.
 */
export type ServiceErrorEnd = "failed" | "unknown" | "limited";

/** A vendor's error, translated once by its adapter. Its message holds no token, body or e-mail address. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly service: Side | "storage";
  /** Stable, snake_case: `not_found`, `forbidden`, `unauthorized`, `rate_limited`, `invalid`, `timeout`, `unavailable`, `incomplete_result` … */
  readonly code: string;
  readonly end: ServiceErrorEnd;
  readonly status: number | undefined;
  /** Milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(options: {
    readonly service: Side | "storage";
    readonly code: string;
    readonly message: string;
    readonly end: ServiceErrorEnd;
    readonly status?: number | undefined;
    readonly retryAfterMs?: number | undefined;
    readonly cause?: unknown;
  }) {
    super(options.message, { cause: options.cause });
    this.service = options.service;
    this.code = options.code;
    this.end = options.end;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}
