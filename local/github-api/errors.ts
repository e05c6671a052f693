import type { GraphQLError, GraphQLFormattedError } from "graphql";

/** An error as GitHub words it in the `errors` of a GraphQL answer. */
export class ApiError extends Error {
  readonly type: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;

  constructor(type: string | undefined, message: string, extensions?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = "ApiError";
    this.type = type;
    this.extensions = extensions;
  }
}

/** One entry of `errors`, with the `type` that GitHub puts beside the message. */
export interface ErrorEntry extends GraphQLFormattedError {
  readonly type?: string;
}

/** The error for a node id that leads nowhere, or to something the token may not see. */
export const unresolvedNode = (id: string): ApiError =>
  new ApiError("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);

/** The error for a value that GitHub refuses. */
export const unprocessable = (message: string): ApiError => new ApiError("UNPROCESSABLE", message);

/** The error for a permission that the token lacks. */
export const forbidden = (message: string): ApiError => new ApiError("FORBIDDEN", message, { saml_failure: false });

/** Writes an error of graphql-js in GitHub's form. */
export function formatError(error: GraphQLError): ErrorEntry {
  const { message, locations, path, extensions } = error.toJSON();
  const cause = error.originalError instanceof ApiError ? error.originalError : undefined;
  const allExtensions = { ...extensions, ...cause?.extensions };
  return {
    ...(cause?.type ? { type: cause.type } : {}),
    ...(path ? { path } : {}),
    ...(Object.keys(allExtensions).length > 0 ? { extensions: allExtensions } : {}),
    ...(locations ? { locations } : {}),
    message,
  };
}

/** Writes an error that stops the whole request, so that there is no `data`. */
export function formatApiError(error: ApiError, path?: readonly (string | number)[]): ErrorEntry {
  return {
    ...(error.type ? { type: error.type } : {}),
    ...(path ? { path } : {}),
    ...(error.extensions ? { extensions: { ...error.extensions } } : {}),
    message: error.message,
  };
}
