import { type Clock, isoNow } from "../sync/clock.ts";
import type { ServiceError } from "../sync/error.ts";
import type { RequestKind } from "../sync/pacer.ts";
import { formatLone, type LoneMutation } from "./documents-pull-requests.ts";
import { withCode } from "./error.ts";
import { type Returned, toReturned } from "./returned.ts";
import type { GithubClient } from "./request.ts";

/** A mutation that has its request for itself, so that an unclear end concerns one pull request. */
export interface LoneWrite {
  readonly name: LoneMutation;
  readonly kind: RequestKind;
  readonly input: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly deadlineAtMs: number;
  /** What other codes mean here. */
  readonly codes?: Readonly<Record<string, string>>;
}

/**
 * Carries out one mutation.
 *
 * @throws ServiceError with end `unknown` when it may have been carried out.
 */
export async function sendLone(client: GithubClient, clock: Clock, write: LoneWrite): Promise<Returned> {
  const { name, kind, input, deadlineAtMs, codes = {} } = write;
  const translate = (error: ServiceError): ServiceError => {
    const code = codes[error.code];
    return code === undefined ? error : withCode(error, code);
  };
  const sending = await client.send({ kind, document: formatLone(name), variables: { input }, deadlineAtMs });
  if (sending.status === "notSent") throw sending.error;
  if (sending.status === "refused") throw translate(sending.error);
  const returned = toReturned(sending, name, "pullRequest", isoNow(clock));
  if ("error" in returned) throw translate(returned.error);
  return returned;
}
