import type { GraphQLResolveInfo } from "graphql";
import type { Context } from "../context.ts";

/** Resolves one field; source and arguments are what the schema says they are. */
export type Resolver = (source: never, args: never, context: Context, info: GraphQLResolveInfo) => unknown;

/** Resolvers by field. A field that is neither here nor on its object is unimplemented. */
export type FieldResolvers = Readonly<Record<string, Resolver>>;
