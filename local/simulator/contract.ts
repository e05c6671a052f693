// What both simulators share: how they are made, watched, disturbed and told to call back.
import type { Clock } from "../clock.ts";

/** One request that a simulator received. Never holds a token. */
export interface JournalEntry {
  /** ISO-8601 UTC of the arrival, by the injected clock. */
  readonly at: string;
  /** Of a fixed form: `PATCH /v1/pages/{id}`, `mutation closeIssue`, `query Nodes`, `POST /app/installations/{id}/access_tokens`. */
  readonly kind: string;
  readonly write: boolean;
  /** HTTP status of the answer; 0 when none was sent. */
  status: number;
  /** The name of the fault that met it, if any. */
  fault?: string;
  /** What helps a test to say more: ids touched, aliases of a batch, error type. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Answer of `GET /__sim/requests`. */
export interface Journal {
  readonly total: number;
  readonly reads: number;
  readonly writes: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly requests: readonly JournalEntry[];
}

/**
 * One planned fault. `match` is a kind as in the journal, or a part of one; `times` is how many matching requests it meets (default 1),
 * after letting `skip` of them pass (default 0).
 *
 * - `status`: answer with `status`, `headers`, and `body` (default: the vendor's body for that status); nothing is done.
 * - `delay`: wait `delayMs`, then go on as usual.
 * - `hang`: never answer; with `afterEffect` the request is carried out first.
 * - `dropAfterEffect`: carry the request out, then cut the connection without an answer; with `status`, answer that instead.
 * - `partial`: GraphQL only: the aliases (or root fields) in `aliases` fail with `type` and `message`; the others go on.
 * - `staleList`: lists, queries and search show the state of `ageMs` ago.
 */
export interface Fault {
  readonly match: string;
  readonly kind: "status" | "delay" | "hang" | "dropAfterEffect" | "partial" | "staleList";
  readonly times?: number;
  readonly skip?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
  readonly afterEffect?: boolean;
  readonly aliases?: readonly string[];
  readonly type?: string;
  readonly message?: string;
  readonly ageMs?: number;
}

/** Body of `PUT /__sim/webhooks`; what is left out stays as it is. */
export interface WebhookControl {
  readonly enabled?: boolean;
  /** Share of deliveries that are lost, 0 to 1, or `true` for all. */
  readonly lose?: number | boolean;
  /** Every delivery is sent twice. */
  readonly double?: boolean;
  /** Deliveries that wait at the same time are sent in reverse order. */
  readonly reorder?: boolean;
  readonly delayMs?: number;
  /** Where deliveries go, and the secret that signs them. */
  readonly url?: string;
  readonly secret?: string;
}

/** Sends one delivery; replaced in tests that have no sockets. */
export type Deliver = (request: Request) => Promise<Response>;

/** What is common to the options of both simulators. */
export interface SimulatorOptions {
  readonly clock: Clock;
  /** Seed of all randomness (ids, moods); printed by whoever makes one up. */
  readonly seed?: number;
  readonly webhooks?: WebhookControl;
  /** Default: the global `fetch`. */
  readonly deliver?: Deliver;
}

/** A running simulator. */
export interface Simulator {
  /** Answers one request in this process, without a socket. Rejects with a TypeError where the connection would have been cut. */
  fetch(request: Request): Promise<Response>;
  /** Serves on 127.0.0.1; port 0 takes a free one. Resolves to the URL, without a slash at its end. */
  listen(port?: number): Promise<string>;
  close(): Promise<void>;
  /** Back to the seed: state, journal, faults, limits. */
  reset(): void;
  journal(): Journal;
  clearJournal(): void;
  setFaults(faults: readonly Fault[]): void;
  setWebhooks(control: WebhookControl): void;
  /** Resolves when no delivery waits to be sent. */
  webhooksSettled(): Promise<void>;
  /**
   * @throws Error that names each unknown route or unimplemented field that was met, and each planned fault that never fired, since the last reset.
   */
  verify(): void;
}
