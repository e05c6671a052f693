import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  validate,
} from "graphql";

/** A document that was read once. */
export interface ReadDocument {
  readonly document: DocumentNode | undefined;
  readonly errors: readonly GraphQLError[];
}

const MAX_CACHED = 500; // documents; a client that makes up a text for each batch must not fill the memory

/** Parses and validates documents, each text once. */
export function createDocumentReader(schema: GraphQLSchema): (text: string) => ReadDocument {
  const cache = new Map<string, ReadDocument>();
  const read = (text: string): ReadDocument => {
    try {
      const document = parse(text);
      return { document, errors: validate(schema, document) };
    } catch (error) {
      if (error instanceof GraphQLError) return { document: undefined, errors: [error] };
      throw error;
    }
  };
  return (text) => {
    const found = cache.get(text);
    if (found) return found;
    const fresh = read(text);
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value ?? "");
    cache.set(text, fresh);
    return fresh;
  };
}

/** Finds the operation that a request means. */
export function findOperation(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operationName ? operations.find((operation) => operation.name?.value === operationName) : operations[0];
}

/** Names of the root fields, in order, whether `@include` or `@skip` leaves them out or not. */
export function rootFields(operation: OperationDefinitionNode): string[] {
  return operation.selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));
}

/** Names an operation as the journal does: `query Nodes`, `mutation closeIssue`, `mutation batch`. */
export function nameOperation(operation: OperationDefinitionNode): string {
  const fields = rootFields(operation);
  const first = fields[0] ?? "unknown";
  if (operation.operation !== OperationTypeNode.MUTATION) return `${operation.operation} ${operation.name?.value ?? first}`;
  return fields.every((field) => field === first) ? `mutation ${first}` : "mutation batch";
}
