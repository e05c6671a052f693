import { ServiceError } from "../sync/error.ts";

const TOO_LARGE = ["PropertyValueTooLarge", "EntityTooLarge", "RequestBodyTooLarge", "TooManyProperties", "KeyValueTooLarge"];

const ROW_MISSING = ["ResourceNotFound", "EntityNotFound"];

/** Names of the errors by which `@azure/identity` says that it has no token; some of them carry the status of who refused it. */
const NO_TOKEN = [
  "CredentialUnavailableError",
  "AuthenticationError",
  "AggregateAuthenticationError",
  "AuthenticationRequiredError",
];

/** What the answer to a request for one row says about that row. */
export interface RowFault {
  /** The row is not there; a missing table is not meant. */
  readonly missing: boolean;
  readonly changed: boolean;
  readonly exists: boolean;
}

/** Tells what an error of the SDK says about the row. */
export function readRowFault(error: unknown): RowFault {
  const { status, code } = readAnswer(error);
  return {
    // A 404 of anybody else, as of a gateway on the way, says nothing of the row.
    missing: status === 404 && code !== undefined && ROW_MISSING.includes(code),
    changed: status === 412,
    exists: status === 409 && code === "EntityAlreadyExists",
  };
}

/** The position of the operation that a batch failed at: the service puts it before the message, as in `2:The specified …`. */
export function readBatchIndex(error: unknown): number | undefined {
  const match = error instanceof Error ? /^(\d+):/.exec(error.message) : null;
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/**
 * Translates an error of the SDK. It is not kept as the cause, because it holds the request with its content and signature.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes
 */
export function toServiceError(error: unknown): ServiceError {
  if (isWithoutToken(error)) {
    return new ServiceError({
      service: "storage",
      code: "unauthorized",
      end: "failed",
      message:
        "The app gets no token for its identity, so table storage was not asked. Check that the identity is assigned to the app and that AZURE_CLIENT_ID is its client id.",
    });
  }
  const { status, code } = readAnswer(error);
  const answer = status === undefined ? "did not answer" : `answered ${status}`;
  return new ServiceError({
    service: "storage",
    code: toCode(status, code),
    end: isUnclear(status) ? "unknown" : "failed",
    message: `Table storage ${answer}${code === undefined ? "" : ` "${code}"`}.`,
    status,
  });
}

/** `true` when the request may have been carried out. */
function isUnclear(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 408 || status === 429;
}

function toCode(status: number | undefined, code: string | undefined): string {
  if (status === undefined) return code === "timeout" ? "timeout" : "unavailable";
  if (status === 408) return "timeout";
  if (isUnclear(status)) return "unavailable";
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 413 || (code !== undefined && TOO_LARGE.includes(code))) return "too_large";
  return "invalid";
}

const isWithoutToken = (error: unknown): boolean => error instanceof Error && NO_TOKEN.includes(error.name);

function readAnswer(error: unknown): { readonly status: number | undefined; readonly code: string | undefined } {
  if (!(error instanceof Error) || isWithoutToken(error)) return { status: undefined, code: undefined };
  const status = readProperty(error, "statusCode");
  const details = readProperty(error, "details");
  const code = readProperty(readProperty(details, "odataError"), "code") ?? readProperty(error, "code");
  return {
    status: typeof status === "number" ? status : undefined,
    code: error.name === "AbortError" ? "timeout" : typeof code === "string" ? code : undefined,
  };
}

function readProperty(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
