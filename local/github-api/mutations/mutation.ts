import type { GraphQLFieldResolver } from "graphql";
import type { Context } from "../context.ts";
import { ApiError, forbidden, unprocessable } from "../errors.ts";
import { mayWrite, permissionFor, refusal } from "../profiles.ts";

/** Carries out one mutation and returns its payload. Throws before it changes anything, so that a failed alias has no effect. */
export type Mutate = (input: never, context: Context) => Readonly<Record<string, unknown>>;

/** Mutations by name. */
export type Mutations = Readonly<Record<string, Mutate>>;

/** What counts for the limit of content creation. */
const CREATIONS: ReadonlySet<string> = new Set([
  "createIssue",
  "createPullRequest",
  "addComment",
  "addProjectV2DraftIssue",
  "convertProjectV2DraftIssueItemToIssue",
]);

/** Throws what a fault of kind `partial` plans for this alias or root field. */
export function meetPartialFault({ partial }: Context, alias: string, fieldName: string): void {
  if (!partial?.aliases?.some((name) => name === alias || name === fieldName)) return;
  const message = partial.message ?? "Something went wrong while executing your query.";
  throw new ApiError(partial.type, message);
}

/** Wraps a mutation with what is the same for all: planned faults, permissions, the creation limit, the echo of `clientMutationId`. */
export function toMutationResolver(name: string, mutate: Mutate): GraphQLFieldResolver<unknown, Context> {
  return (_source, args, context, info) => {
    meetPartialFault(context, String(info.path.key), name);
    if (!mayWrite(context.profile, permissionFor(name))) throw forbidden(refusal(context.profile));
    const input = (args as { input: { clientMutationId?: string | null } }).input;
    if (CREATIONS.has(name) && !context.limits.countCreation(context.viewer.id)) throw unprocessable("was submitted too quickly");
    return { ...mutate(input as never, context), clientMutationId: input.clientMutationId ?? null };
  };
}
