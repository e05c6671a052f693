import { type ExecutionResult, type GraphQLSchema, OperationTypeNode, execute } from "graphql";
import type { RequestContext } from "../simulator/vendor.ts";
import type { Context } from "./context.ts";
import { type Measure, measureRequest } from "./cost.ts";
import { type ReadDocument, findOperation, nameOperation, rootFields } from "./documents.ts";
import { ApiError, type ErrorEntry, formatApiError, formatError } from "./errors.ts";
import type { Profile } from "./profiles.ts";
import { readField } from "./schema.ts";

/** The body of a GraphQL request. */
export interface GraphqlBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Reads the body of a GraphQL request; `undefined` when it is none. */
export function parseGraphqlBody(text: string): GraphqlBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (!isRecord(body) || typeof body["query"] !== "string") return undefined;
    const { query, variables, operationName } = body;
    return {
      query,
      variables: isRecord(variables) ? variables : {},
      operationName: typeof operationName === "string" ? operationName : undefined,
    };
  } catch {
    return undefined;
  }
}

/** What the journal says of a GraphQL request. */
export function describeGraphql(body: GraphqlBody | undefined, { document }: ReadDocument) {
  const operation = document && body ? findOperation(document, body.operationName) : undefined;
  if (!operation) return { kind: "query invalid", write: false };
  const fields: Record<string, number> = {};
  for (const field of rootFields(operation)) fields[field] = (fields[field] ?? 0) + 1;
  return { kind: nameOperation(operation), write: operation.operation === OperationTypeNode.MUTATION, detail: { fields } };
}

/** What carries out GraphQL requests. */
export interface GraphqlEndpointOptions {
  readonly schema: GraphQLSchema;
  readonly read: (text: string) => ReadDocument;
}

/** The answer of a GraphQL request and what it cost. */
export interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly ErrorEntry[];
}

function scopeError(profile: Profile, { projectFields }: Measure, isMutation: boolean): ApiError | undefined {
  if (profile.kind !== "classic") return undefined;
  const { scopes } = profile;
  const message = (field: string, needed: readonly string[]): ApiError =>
    new ApiError(
      "INSUFFICIENT_SCOPES",
      `Your token has not been granted the required scopes to execute this query. The '${field}' field requires one of the following scopes: [${needed
        .map((scope) => `'${scope}'`)
        .join(
          ", ",
        )}], but your token has only been granted the: [${scopes.map((scope) => `'${scope}'`).join(", ")}] scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
    );
  const [projectField] = projectFields;
  if (projectField !== undefined) {
    const needed = isMutation ? ["project"] : ["read:project", "project"];
    if (!needed.some((scope) => scopes.includes(scope))) return message(projectField, needed.slice(0, 1));
  }
  if (isMutation && !scopes.includes("repo") && !scopes.includes("public_repo")) return message("mutation", ["public_repo"]);
  return undefined;
}

const refused = (error: ApiError): GraphqlAnswer => ({ errors: [formatApiError(error)] });

/** Spends the points of a request; returns the refusal when the budget is used up. */
function spend(context: Omit<Context, "cost" | "nodeCount">, points: number): ApiError | undefined {
  const { limits, viewer, knobs } = context;
  if (limits.spend(viewer.id, points)) return undefined;
  if (knobs.rateLimitType === "RATE_LIMITED")
    return new ApiError("RATE_LIMITED", `API rate limit exceeded for user ID ${viewer.databaseId}.`);
  return new ApiError("RATE_LIMIT", `API rate limit already exceeded for user ID ${viewer.databaseId}.`, {
    code: "graphql_rate_limit",
  });
}

/** Creates the handler of valid GraphQL requests; the rest (who, limits of requests) is decided before. */
export function createGraphqlEndpoint({ schema, read }: GraphqlEndpointOptions) {
  return (body: GraphqlBody, base: Omit<Context, "cost" | "nodeCount">, request: RequestContext): GraphqlAnswer => {
    const { document, errors } = read(body.query);
    if (!document || errors.length > 0) return { errors: errors.map(formatError) };
    const operation = findOperation(document, body.operationName);
    if (!operation) return { errors: [{ message: `No operation named "${body.operationName ?? ""}"` }] };
    let measure: Measure;
    try {
      measure = measureRequest(schema, document, operation, body.variables);
    } catch (error) {
      if (error instanceof ApiError) return refused(error);
      throw error;
    }
    const isMutation = operation.operation === OperationTypeNode.MUTATION;
    const refusal = spend(base, measure.points) ?? scopeError(base.profile, measure, isMutation);
    if (refusal) return refused(refusal);
    request.note({ cost: measure.points });
    const context: Context = { ...base, cost: measure.points, nodeCount: measure.nodeCount };
    const result = execute({
      schema,
      document,
      variableValues: body.variables,
      operationName: body.operationName ?? null,
      contextValue: context,
      fieldResolver: readField,
    }) as ExecutionResult;
    if (!result.errors) return { data: result.data };
    const entries = result.errors.map(formatError);
    request.note({ errors: entries.map(({ type, message }) => type ?? message) });
    return "data" in result ? { data: result.data, errors: entries } : { errors: entries };
  };
}
