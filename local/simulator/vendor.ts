// What a vendor's simulator gives the shared kit, and what it gets from it.
import type { Clock } from "../clock.ts";
import type { Fault } from "./contract.ts";
import type { RequestName } from "./journal.ts";
import type { Random } from "./random.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/** A request whose body was read. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly bodyText: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** What the kit lends to a vendor for its whole life. */
export interface SimulatorKit {
  readonly clock: Clock;
  readonly random: Random;
  readonly webhooks: WebhookSender;
  /** Records a route or field that is not there, or another fault of the test, for `verify()`; each name once. */
  readonly missing: (name: string) => void;
}

/** What the kit lends to a vendor for one request. */
export interface RequestContext {
  /** The fault of kind `partial` that met the request. */
  readonly partial?: Fault;
  /** Lists, queries and search show the state at this time (ms since 1970); `undefined` means now. */
  readonly asOfMs?: number;
  /** Adds to the journal entry's detail. Never a token or a body. */
  readonly note: (detail: Readonly<Record<string, unknown>>) => void;
}

/** What a fault of kind `status` or `dropAfterEffect` with a status answers. */
export interface FaultAnswer {
  readonly status: number;
  readonly fault: Fault;
  readonly request: ReceivedRequest;
  /** What the request would have been answered, when it was carried out. */
  readonly effect?: Response;
}

/** The part of a simulator that knows one vendor. */
export interface Vendor {
  /** Names a request; must not change anything. */
  describe(request: ReceivedRequest): RequestName;
  /** Carries a request out. A rejection is answered with 500 and fails `verify()`. */
  handle(request: ReceivedRequest, context: RequestContext): Response | Promise<Response>;
  /** The vendor's own answer for a status; headers and body of the fault are laid over it by the kit. */
  faultAnswer(answer: FaultAnswer): Response | Promise<Response>;
  /** Back to the seed. */
  reset(): void;
  /** Fields of `PUT /__sim/webhooks` that the vendor reads itself. */
  readonly webhookFields?: readonly string[];
  /** Called after `PUT /__sim/webhooks` was carried out, with its whole body. */
  webhooksControlled?(body: Readonly<Record<string, unknown>>): void;
}
