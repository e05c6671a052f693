import { isHTTPResponseError, isNotionClientError } from "@notionhq/client";
import type { RequestKind } from "../sync/pacer.ts";
import { ServiceError, type ServiceErrorEnd } from "../sync/error.ts";
import { toNotionId } from "./id.ts";

/** Milliseconds; the length of Notion's window, for a limit that comes without a time. */
const DEFAULT_RETRY_AFTER_MS = 60_000;

/** Codes of Node's fetch for a request that never left this machine. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** A write that Notion carried out although it answered with an error. */
export class CommittedError extends ServiceError {
  /** The page that was made or changed. Lowercase UUID with dashes. */
  readonly committedPageId: string;

  constructor(committedPageId: string, status: number, message: string) {
    super({ service: "notion", code: "unavailable", end: "unknown", status, message });
    this.committedPageId = committedPageId;
  }
}

/** What the sender knows about a request that went wrong. */
export interface FailedRequest {
  readonly kind: RequestKind;
  /** Whether our own time limit or the caller's signal ended it. */
  readonly ended?: "timeout" | "aborted" | undefined;
}

interface VendorError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly additional: Readonly<Record<string, unknown>>;
}

const toFields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
const toText = (value: unknown): string => (typeof value === "string" ? value : "");

/** What is passed on of an answer has its form: something in between may say back what it was sent, a token too. */
const asWord = (form: RegExp, value: unknown): string | undefined =>
  typeof value === "string" && form.test(value) ? value : undefined;

const parseBody = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return toFields(JSON.parse(body));
  } catch {
    return {};
  }
};

const toRetryAfterMs = (...candidates: readonly unknown[]): number | undefined => {
  const seconds = candidates.map((value) => Number.parseInt(toText(value), 10)).find((value) => value >= 0);
  return seconds === undefined ? undefined : seconds * 1000;
};

const readVendorError = (error: unknown): VendorError | undefined => {
  if (!isNotionClientError(error) || !isHTTPResponseError(error)) return undefined;
  // Read from the body, because the SDK keeps only codes that it knows.
  const body = parseBody(error.body);
  const additional = toFields(body["additional_data"]);
  const header = error.headers instanceof Headers ? error.headers.get("retry-after") : undefined;
  return {
    status: error.status,
    code: asWord(/^[a-z_]{1,60}$/, body["code"]) ?? "no code",
    message: toText(body["message"]),
    requestId: asWord(/^[0-9a-f-]{1,40}$/i, body["request_id"] ?? error.request_id),
    retryAfterMs: toRetryAfterMs(header, additional["retry_after"]),
    additional,
  };
};

const CODES: Readonly<Record<number, string>> = { 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict" };

/** Refusals that Notion tells apart by its message only. */
const VALIDATIONS: readonly { readonly pattern: RegExp; readonly code: string }[] = [
  { pattern: /^can't edit .*\b(?:archived|trash)/i, code: "in_trash" },
  { pattern: /\bis not a property that exists\b/i, code: "property_missing" },
  { pattern: /^[^:]* is expected to be \w+\.?$/i, code: "property_type" },
  { pattern: /\bstatus option\b.*\bdoes not exist\b/i, code: "option_missing" },
];

const SENTENCES: Readonly<Record<string, string>> = {
  unauthorized: "Notion does not accept the token.",
  forbidden: "The Notion connection may not do this; check its capabilities.",
  block_limit: "The Notion workspace has reached its block limit.",
  not_found: "Notion does not find this, or it is not shared with the connection.",
  conflict: "Notion did not save the change because of another one at the same time.",
  row_limit: "The Notion database has reached its limit of rows.",
  in_trash: "The page is in Notion's trash and cannot be changed there.",
  property_missing: "The data source has no such property; check the mapping.",
  property_type: "The property is of another type than the mapping needs.",
  option_missing: "The status property has no such option; add it in Notion, or correct the mapping.",
  blocked: "Notion blocks the requests of this connection.",
  rate_limited: "Notion's request limit was met.",
  overloaded: "Notion is overloaded.",
  redirected: "Notion's address sends to another one, where no token is sent.",
  unavailable: "Notion did not carry the request out in order.",
  invalid: "Notion refused the request as invalid.",
  timeout: "Notion did not answer in time.",
  aborted: "The request was given up because its time was over.",
  unreachable: "Notion could not be reached, or the connection was cut.",
  malformed_answer: "Notion's answer could not be read.",
};

const toCode = (error: VendorError): string => {
  const { status, code, message, additional } = error;
  if (status >= 300 && status < 400) return "redirected";
  if (status === 429) return additional["rate_limit_reason"] === "public_api_request_blocked" ? "blocked" : "rate_limited";
  if (status === 529) return "overloaded";
  if (status >= 500 || status === 408) return "unavailable";
  if (status === 403 && additional["block_limit"] !== undefined) return "block_limit";
  if (status === 409 && code === "row_limit_exceeded") return "row_limit";
  if (status === 400) return VALIDATIONS.find(({ pattern }) => pattern.test(message))?.code ?? "invalid";
  return CODES[status] ?? "invalid";
};

const endOf = (code: string, kind: RequestKind): ServiceErrorEnd => {
  if (code === "rate_limited" || code === "overloaded") return "limited";
  const isUnclear = ["unavailable", "timeout", "aborted", "unreachable", "malformed_answer"].includes(code);
  return isUnclear && kind !== "read" ? "unknown" : "failed"; // a read has no effect that could be unclear
};

const describe = (code: string, ...details: readonly (string | undefined)[]): string => {
  const known = details.filter((detail) => detail !== undefined && detail !== "");
  return `${SENTENCES[code] ?? "Notion refused the request."}${known.length > 0 ? ` (${known.join(", ")})` : ""}`;
};

const toConnectionError = (error: unknown, request: FailedRequest): ServiceError => {
  const reason = asWord(/^[A-Z_]{1,40}$/, toFields(error instanceof Error ? error.cause : undefined)["code"]) ?? "";
  const code = request.ended ?? (error instanceof SyntaxError ? "malformed_answer" : "unreachable");
  const end = code === "unreachable" && NEVER_SENT.has(reason) ? "failed" : endOf(code, request.kind);
  return new ServiceError({ service: "notion", code, end, message: describe(code, reason) });
};

/**
 * Translates what the SDK or its fetch threw.
 *
 * @remarks Notion's own message may repeat what was sent, so it is left out; status, code and request id lead to it. Reads never end `unknown`.
 * @see https://developers.notion.com/reference/status-codes
 */
export function toServiceError(error: unknown, request: FailedRequest): ServiceError {
  if (error instanceof ServiceError) return error;
  const vendor = readVendorError(error);
  if (!vendor) return toConnectionError(error, request);

  const code = toCode(vendor);
  const end = endOf(code, request.kind);
  const message = describe(code, `${vendor.status} ${vendor.code}`, vendor.requestId && `request ${vendor.requestId}`);
  const committed = toText(vendor.additional["committed_resource_id"]);
  if (end === "unknown" && committed) return new CommittedError(toNotionId(committed), vendor.status, message);
  const retryAfterMs = end === "limited" ? (vendor.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS) : undefined;
  return new ServiceError({ service: "notion", code, end, status: vendor.status, retryAfterMs, message });
}
