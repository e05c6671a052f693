import type { Random } from "../simulator/random.ts";
import { readPageSize, type JsonObject } from "./body.ts";
import { validationError } from "./errors.ts";
import { compileFilter, compileSorts } from "./filters.ts";
import type { StoredDataSource, StoredPage } from "./model.ts";
import type { NotionStore } from "./store.ts";

const MAX_CURSORS = 10_000; // cursors kept; the oldest are forgotten first

/** One page of results of a query. */
export interface QueryResult {
  readonly pages: readonly StoredPage[];
  readonly nextCursor: string | null;
  /** The query ended at the greatest number of results, and there are more. */
  readonly isIncomplete: boolean;
}

/** What a query is asked with. */
export interface QueryRequest {
  readonly dataSource: StoredDataSource;
  readonly body: JsonObject;
  readonly nowMs: number;
  readonly actorId: string;
  readonly asOfMs: number | undefined;
}

/** Answers queries of one workspace. */
export interface QueryEngine {
  run(request: QueryRequest): QueryResult;
  clear(): void;
}

interface Cursor {
  /** The last page that was returned, as it was then: what comes after it in the order comes next. */
  readonly after: StoredPage;
  readonly returned: number;
}

/**
 * Creates the query engine.
 *
 * @param limits `queryResults`: the most results of one query over all its pages; `queryPageSize`: the most in one page.
 * @remarks A page that is edited while a client pages through may come twice and is never skipped by an ascending order.
 */
export function createQueryEngine(
  store: NotionStore,
  random: Random,
  limits: { readonly queryResults: number; readonly queryPageSize: number },
): QueryEngine {
  const cursors = new Map<string, Cursor>();

  const keep = (cursor: Cursor): string => {
    const token = random.uuid();
    cursors.set(token, cursor);
    if (cursors.size > MAX_CURSORS) for (const oldest of cursors.keys()) if (cursors.delete(oldest)) break;
    return token;
  };

  const find = (token: unknown): Cursor | undefined => {
    if (token === undefined || token === null) return undefined;
    const cursor = typeof token === "string" ? cursors.get(token) : undefined;
    if (!cursor) throw validationError(`The start_cursor provided is invalid: ${JSON.stringify(token)}`);
    return cursor;
  };

  return {
    run({ dataSource, body, nowMs, actorId, asOfMs }) {
      const context = { nowMs, actorId };
      const test = body["filter"] === undefined ? () => true : compileFilter(body["filter"], dataSource.properties, context);
      const order = compileSorts(body["sorts"], dataSource.properties);
      const size = Math.min(readPageSize(body["page_size"], "body.page_size"), limits.queryPageSize);
      const cursor = find(body["start_cursor"]);
      const found: StoredPage[] = [];
      for (const page of store.listPages(dataSource.id, asOfMs)) {
        if (!page.inTrash && (!cursor || order(page, cursor.after) > 0) && test(page)) found.push(page);
      }
      found.sort(order);
      const before = cursor?.returned ?? 0;
      const pages = found.slice(0, Math.min(size, limits.queryResults - before));
      const last = pages.at(-1);
      const returned = before + pages.length;
      const hasMore = found.length > pages.length;
      const isIncomplete = hasMore && returned >= limits.queryResults;
      return { pages, nextCursor: hasMore && !isIncomplete && last ? keep({ after: last, returned }) : null, isIncomplete };
    },
    clear: () => cursors.clear(),
  };
}
