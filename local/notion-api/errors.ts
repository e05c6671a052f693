/** The code of Notion's own body for a status, where a planned fault names none. */
const CODES: Readonly<Record<number, string>> = {
  400: "validation_error",
  401: "unauthorized",
  403: "restricted_resource",
  404: "object_not_found",
  409: "conflict_error",
  429: "rate_limited",
  500: "internal_server_error",
  502: "bad_gateway",
  503: "service_unavailable",
  504: "gateway_timeout",
  529: "service_overload",
};

const MESSAGES: Readonly<Record<string, string>> = {
  conflict_error: "Conflict occurred while saving. Please try again.",
  rate_limited: "You have been rate limited. Please try again in a few minutes.",
  service_overload: "Notion is overloaded at the moment. Please try again later.",
  service_unavailable: "Notion is unavailable, please try again later.",
  unauthorized: "API token is invalid.",
  internal_server_error: "Unexpected error occurred.",
};

/** An answer of Notion that is not a success. */
export class NotionError extends Error {
  readonly status: number;
  readonly code: string;
  readonly additionalData: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { additionalData?: Readonly<Record<string, unknown>> | undefined; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = "NotionError";
    this.status = status;
    this.code = code;
    this.additionalData = more.additionalData;
    this.headers = more.headers ?? {};
  }
}

/** 400 `validation_error`. */
export function validationError(message: string): NotionError {
  return new NotionError(400, "validation_error", message);
}

const quote = (found: unknown): string => {
  const text = found === undefined ? "undefined" : JSON.stringify(found);
  return `\`${text.length > 100 ? `${text.slice(0, 100)}…` : text}\``;
};

/** 400 for a value of the wrong shape at `path`, such as `body.properties.Name`. */
export function shapeError(path: string, expected: string, found: unknown): NotionError {
  return validationError(
    `${path.split(".", 1)[0] ?? "body"} failed validation: ${path} should be ${expected}, instead was ${quote(found)}.`,
  );
}

/** 404 for an object that is missing or not shared, which Notion does not tell apart. */
export function notFoundError(what: string, id: string): NotionError {
  const advice = 'Make sure the relevant pages and databases are shared with your integration "Notion Sync".';
  return new NotionError(404, "object_not_found", `Could not find ${what} with ID: ${id}. ${advice}`);
}

/** 400 for a write to a page or block that is in the trash. */
export function trashedError(): NotionError {
  return validationError("Can't edit block that is archived. You must unarchive the block before editing.");
}

/** 501 for what the real service has and the simulator does not; it fails `verify()`. */
export function notSimulatedError(what: string): NotionError {
  return new NotionError(501, "not_simulated", `The simulator has no ${what}.`);
}

/** 403 for a capability that the connection was not given. */
export function capabilityError(): NotionError {
  return new NotionError(403, "restricted_resource", "Insufficient permissions for this endpoint.");
}

/** 429 of a fixed window. */
export function rateLimitError(reason: string, retryAfterSeconds: number): NotionError {
  return new NotionError(429, "rate_limited", MESSAGES["rate_limited"] ?? "", {
    additionalData: { rate_limit_reason: reason, retry_after: String(retryAfterSeconds) },
    headers: { "retry-after": String(retryAfterSeconds) },
  });
}

/** Notion's usual answer with this status, for a planned fault. */
export function toStatusError(status: number, additionalData?: Readonly<Record<string, unknown>>): NotionError {
  if (status === 429) return rateLimitError("public_api_request_rate_limit", 1);
  const code = CODES[status] ?? "internal_server_error";
  const headers: Record<string, string> = status === 529 ? { "retry-after": "1" } : {};
  return new NotionError(status, code, MESSAGES[code] ?? "The simulator was told to fail.", { additionalData, headers });
}

/** The response of an error. */
export function toErrorResponse(error: NotionError, requestId: string): Response {
  const body = {
    object: "error",
    status: error.status,
    code: error.code,
    message: error.message,
    ...(error.additionalData ? { additional_data: error.additionalData } : {}),
    request_id: requestId,
  };
  return Response.json(body, { status: error.status, headers: { ...error.headers, "x-notion-request-id": requestId } });
}
