import { type Clock, isoNow } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import type { RequestKind } from "../sync/pacer.ts";
import { isRecord } from "./answer.ts";
import { formatLone, type LoneMutation } from "./documents-pull-requests.ts";
import { toIncompleteError } from "./error.ts";
import { isItemNode, type ItemNode, toItemContent, toItemErrors } from "./items.ts";
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

/** What it gives back. */
export interface Written {
  readonly item: ItemSnapshot;
  readonly node: ItemNode;
}

const withCode = (error: ServiceError, code: string): ServiceError => {
  const { service, end, message, status, retryAfterMs } = error;
  return new ServiceError({ service, code, end, message, status, retryAfterMs });
};

/**
 * Carries out one mutation.
 *
 * @throws ServiceError with end `unknown` when it may have been carried out.
 */
export async function sendLone(client: GithubClient, clock: Clock, write: LoneWrite): Promise<Written> {
  const { name, kind, input, deadlineAtMs, codes = {} } = write;
  const translate = (error: ServiceError): ServiceError => {
    const code = codes[error.code];
    return code === undefined ? error : withCode(error, code);
  };
  const sending = await client.send({ kind, document: formatLone(name), variables: { input }, deadlineAtMs });
  if (sending.status === "notSent") throw sending.error;
  if (sending.status === "refused") throw translate(sending.error);
  const payload = sending.data[name];
  const node = isRecord(payload) ? payload["pullRequest"] : null;
  const { whole, byField } = toItemErrors(sending.errors, [name, "pullRequest"]);
  if (isItemNode(node) && !whole) return { item: toItemContent(node, isoNow(clock), byField).item, node };
  // An error of the mutation itself says how it ended; one of what it returns comes after the deed.
  const own = sending.errors.find(({ path }) => path.length === 0 || (path.length === 1 && path[0] === name));
  if (own && (payload ?? null) === null) throw translate(own.error);
  throw toIncompleteError("the pull request after its change");
}
