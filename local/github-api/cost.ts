// The documented formula: points and nodes follow from the document alone, before anything is carried out.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  Kind,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
} from "graphql";
import { ApiError } from "./errors.ts";
import { type ReadDocument } from "./documents.ts";

const MAX_PAGE = 100; // objects; documented
const MAX_IDS = 100; // ids of `nodes`; found by others
const MAX_NODES = 500_000; // a call; documented
const REQUESTS_PER_POINT = 100; // documented

/** What a request costs and needs. */
export interface Measure {
  readonly points: number;
  readonly nodeCount: number;
  /** Fields that need a scope for projects. */
  readonly projectFields: readonly string[];
}

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly projectFields: Set<string>;
  requests: number;
  nodes: number;
}

const valueOf = (walk: Walk, value: ValueNode | undefined): unknown =>
  value ? valueFromASTUntyped(value, { ...walk.variables }) : undefined;

const argument = (walk: Walk, field: FieldNode, name: string): unknown =>
  valueOf(walk, field.arguments?.find((node) => node.name.value === name)?.value);

function isLeftOut(walk: Walk, node: { readonly directives?: FieldNode["directives"] }): boolean {
  return (node.directives ?? []).some((directive) => {
    const condition = valueOf(walk, directive.arguments?.find((found) => found.name.value === "if")?.value);
    return (directive.name.value === "skip" && condition === true) || (directive.name.value === "include" && condition === false);
  });
}

/** A list of which only the count is wanted needs no bounds. */
function showsObjects(walk: Walk, selectionSet: SelectionSetNode | undefined): boolean {
  return (selectionSet?.selections ?? []).some((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === "nodes" || selection.name.value === "edges";
    const part = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    return showsObjects(walk, part?.selectionSet);
  });
}

function pageSize(walk: Walk, field: FieldNode): number {
  const name = field.name.value;
  for (const bound of ["first", "last"]) {
    const size = argument(walk, field, bound);
    if (typeof size !== "number") continue;
    if (size > MAX_PAGE)
      throw new ApiError(
        "EXCESSIVE_PAGINATION",
        `Requesting ${size} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${MAX_PAGE} records.`,
      );
    return size;
  }
  if (!showsObjects(walk, field.selectionSet)) return 0;
  throw new ApiError(
    "MISSING_PAGINATION_BOUNDARIES",
    `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
  );
}

function idCount(walk: Walk, field: FieldNode): number {
  const ids = argument(walk, field, "ids");
  const count = Array.isArray(ids) ? ids.length : 1;
  if (count > MAX_IDS)
    throw new ApiError("ARGUMENT_LIMIT", `You may not provide more than ${MAX_IDS} node ids; you provided ${count}.`);
  return count;
}

function measureField(walk: Walk, field: FieldNode, parent: GraphQLCompositeType, times: number): void {
  const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
  if (!definition || !field.selectionSet) return;
  const type = getNamedType(definition.type);
  if (!isCompositeType(type)) return;
  if (type.name.startsWith("ProjectV2")) walk.projectFields.add(field.name.value);
  let inside = times;
  if (type.name.endsWith("Connection")) {
    walk.requests += times;
    inside = times * pageSize(walk, field);
    walk.nodes += inside;
  } else if (field.name.value === "nodes" && parent.name === "Query") inside = times * idCount(walk, field);
  measure(walk, field.selectionSet, type, inside);
}

function measure(walk: Walk, selectionSet: SelectionSetNode, parent: GraphQLCompositeType, times: number): void {
  for (const selection of selectionSet.selections) {
    if (isLeftOut(walk, selection)) continue;
    if (selection.kind === Kind.FIELD) measureField(walk, selection, parent, times);
    else {
      const part = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
      const condition = part?.typeCondition ? walk.schema.getType(part.typeCondition.name.value) : parent;
      if (part && isCompositeType(condition)) measure(walk, part.selectionSet, condition, times);
    }
  }
}

/**
 * Measures a request.
 *
 * @throws ApiError `EXCESSIVE_PAGINATION`, `MISSING_PAGINATION_BOUNDARIES`, `ARGUMENT_LIMIT` or `MAX_NODE_LIMIT_EXCEEDED`: the whole request is refused.
 */
export function measureRequest(
  schema: GraphQLSchema,
  document: NonNullable<ReadDocument["document"]>,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Measure {
  const defaults = (operation.variableDefinitions ?? []).flatMap((definition) =>
    definition.defaultValue ? [[definition.variable.name.value, valueFromASTUntyped(definition.defaultValue)] as const] : [],
  );
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const walk: Walk = {
    schema,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: { ...Object.fromEntries(defaults), ...variables },
    projectFields: new Set(),
    requests: 0,
    nodes: 0,
  };
  const root = schema.getRootType(operation.operation);
  if (root) measure(walk, operation.selectionSet, root, 1);
  if (walk.nodes > MAX_NODES)
    throw new ApiError(
      "MAX_NODE_LIMIT_EXCEEDED",
      `This query requests up to ${walk.nodes} possible nodes which exceeds the maximum limit of ${MAX_NODES}.`,
    );
  return {
    points: Math.max(1, Math.round(walk.requests / REQUESTS_PER_POINT)),
    nodeCount: walk.nodes,
    projectFields: [...walk.projectFields],
  };
}
