import { appendBlockChildren, deleteBlock, listBlockChildren, retrieveBlock, updateBlock } from "./blocks.ts";
import { queryDataSource, retrieveDatabase, retrieveDataSource } from "./data-sources.ts";
import { retrieveMarkdown } from "./markdown.ts";
import { createPage, movePage, retrievePage, updatePage } from "./pages.ts";
import { retrievePropertyItem } from "./property-items.ts";
import type { Call, Services } from "./services.ts";
import { listUsers, retrieveSelf, retrieveUser } from "./users.ts";

/** One route of the API. */
export interface Route {
  /** As in the journal. */
  readonly kind: string;
  /** The capability that the connection needs. */
  readonly needs: "read" | "update" | "insert";
  handle(services: Services, call: Call): object;
}

const ROUTES: readonly Route[] = [
  { kind: "GET /v1/users/me", needs: "read", handle: retrieveSelf },
  { kind: "GET /v1/users/{id}", needs: "read", handle: retrieveUser },
  { kind: "GET /v1/users", needs: "read", handle: listUsers },
  { kind: "GET /v1/databases/{id}", needs: "read", handle: retrieveDatabase },
  { kind: "GET /v1/data_sources/{id}", needs: "read", handle: retrieveDataSource },
  { kind: "POST /v1/data_sources/{id}/query", needs: "read", handle: queryDataSource },
  { kind: "POST /v1/pages", needs: "insert", handle: createPage },
  { kind: "GET /v1/pages/{id}", needs: "read", handle: retrievePage },
  { kind: "GET /v1/pages/{id}/markdown", needs: "read", handle: retrieveMarkdown },
  { kind: "PATCH /v1/pages/{id}", needs: "update", handle: updatePage },
  { kind: "POST /v1/pages/{id}/move", needs: "update", handle: movePage },
  { kind: "GET /v1/pages/{id}/properties/{id}", needs: "read", handle: retrievePropertyItem },
  { kind: "GET /v1/blocks/{id}", needs: "read", handle: retrieveBlock },
  { kind: "PATCH /v1/blocks/{id}", needs: "update", handle: updateBlock },
  { kind: "DELETE /v1/blocks/{id}", needs: "update", handle: deleteBlock },
  { kind: "GET /v1/blocks/{id}/children", needs: "read", handle: listBlockChildren },
  { kind: "PATCH /v1/blocks/{id}/children", needs: "insert", handle: appendBlockChildren },
];

const MATCHERS = ROUTES.map((route) => {
  const [method = "", path = ""] = route.kind.split(" ");
  return { route, method, pattern: new RegExp(`^${path.replaceAll("{id}", "([^/]+)")}$`) };
});

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Finds the route of a request and the variable parts of its path. */
export function findRoute(method: string, path: string): { route: Route; ids: string[] } | undefined {
  for (const matcher of MATCHERS) {
    const match = matcher.method === method ? matcher.pattern.exec(path) : null;
    if (match) return { route: matcher.route, ids: match.slice(1).map(decode) };
  }
  return undefined;
}

/** The name of a request that has no route: its ids are left out. */
export function toUnknownKind(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\/[0-9a-f-]{32,36}(?=\/|$)/gi, "/{id}")}`;
}
