import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  type GraphQLFieldResolver,
  type GraphQLSchema,
  buildASTSchema,
  defaultFieldResolver,
  isObjectType,
  parse,
} from "graphql";
import { requireRead } from "./access.ts";
import type { Context } from "./context.ts";
import { ApiError } from "./errors.ts";
import { MUTATIONS } from "./mutations/index.ts";
import { meetPartialFault, toMutationResolver } from "./mutations/mutation.ts";
import { permissionToRead } from "./profiles.ts";
import { RESOLVERS } from "./resolvers/index.ts";
import type { Resolver } from "./resolvers/resolver.ts";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Reads a field from its object, or says by name that the simulator does not have it: never null in silence. */
export const readField: GraphQLFieldResolver<unknown, Context> = (source, args, context, info) => {
  const { parentType, fieldName } = info;
  if (isObject(source) && fieldName in source) return defaultFieldResolver(source, args, context, info);
  const name = `${parentType.name}.${fieldName}`;
  context.missing(`not implemented by the simulator: ${name}`);
  throw new ApiError("NOT_IMPLEMENTED", `not implemented by the simulator: ${name}`);
};

function readSdl(): string {
  const packageFile = createRequire(import.meta.url).resolve("github-schema/package.json");
  return readFileSync(join(dirname(packageFile), "github-schema.graphql"), "utf8");
}

function attach(
  schema: GraphQLSchema,
  typeName: string,
  fieldName: string,
  resolve: GraphQLFieldResolver<unknown, Context>,
): void {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (!field) throw new Error(`The schema has no ${typeName}.${fieldName}.`);
  field.resolve = resolve;
}

const toFieldResolver = (resolve: Resolver): GraphQLFieldResolver<unknown, Context> =>
  resolve as GraphQLFieldResolver<unknown, Context>;

/** A root field of a query that a fault of kind `partial` can meet. */
function disturbed(resolve: Resolver): GraphQLFieldResolver<unknown, Context> {
  return (source, args, context, info) => {
    meetPartialFault(context, String(info.path.key), info.fieldName);
    return toFieldResolver(resolve)(source, args, context, info);
  };
}

/** A field that not every token may read. */
function guarded(name: string, resolve: Resolver): GraphQLFieldResolver<unknown, Context> {
  if (permissionToRead(name) === undefined) return toFieldResolver(resolve);
  return (source, args, context, info) => {
    requireRead(context, name);
    return toFieldResolver(resolve)(source, args, context, info);
  };
}

let shared: GraphQLSchema | undefined;

/** GitHub's public schema with the simulator's resolvers; built once in a process, which takes some 400 ms. */
export function githubSchema(): GraphQLSchema {
  if (shared) return shared;
  const schema = buildASTSchema(parse(readSdl(), { noLocation: true }), { assumeValidSDL: true });
  for (const [typeName, fields] of Object.entries(RESOLVERS))
    for (const [fieldName, resolve] of Object.entries(fields))
      attach(
        schema,
        typeName,
        fieldName,
        typeName === "Query" ? disturbed(resolve) : guarded(`${typeName}.${fieldName}`, resolve),
      );
  for (const [name, mutate] of Object.entries(MUTATIONS)) attach(schema, "Mutation", name, toMutationResolver(name, mutate));
  shared = schema;
  return schema;
}
