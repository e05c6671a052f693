import {
  isFullDataSource,
  isFullPage,
  type CreatePageResponse,
  type QueryDataSourceParameters,
  type QueryDataSourceResponse,
} from "@notionhq/client";
import type { Clock } from "../sync/clock.ts";
import { ServiceError, type ServiceErrorEnd } from "../sync/error.ts";
import type { Pacer, RequestKind } from "../sync/pacer.ts";
import { toNotionId } from "./id.ts";
import { readWholeProperties } from "./property-items.ts";
import { createRequester } from "./request.ts";
import { toDataSourceSchema, type DataSourceSchema, type NotionPage, type NotionProperties } from "./schema.ts";

/** Milliseconds; Notion itself ends a request after 60 s. */
const DEFAULT_TIMEOUT_MS = 20_000;

/** @see https://developers.notion.com/reference/pagination */
const MAX_PAGE_SIZE = 100;

export interface ListEditedOptions {
  /** ISO-8601 UTC, inclusive; Notion rounds edit times down to the minute, so pass an overlap. `null` lists all pages. */
  readonly since: string | null;
  readonly order: "newest" | "oldest";
  readonly cursor?: string | undefined;
  readonly pageSize?: number | undefined;
}

/** One page of the results of a query. */
export interface EditedPages {
  readonly pages: readonly NotionPage[];
  readonly nextCursor: string | null;
  /** `false` when Notion stopped early, at 10,000 results: what is not listed is not gone. */
  readonly complete: boolean;
}

/** A page's content. */
export interface PageMarkdown {
  /** Notion-flavored Markdown; addresses of files in it are other ones at each read. */
  readonly markdown: string;
  /** `false` when Notion left blocks out: what is missing is not gone, and the page's content must not be replaced. */
  readonly complete: boolean;
}

/** What a request may be given besides its content. */
export interface RequestOptions {
  /** Ends the request; a write that was sent then ends `unknown`. */
  readonly signal?: AbortSignal | undefined;
}

/** Notion's API as far as the sync needs it. Methods throw ServiceError, besides what token and pacer throw. */
export interface NotionAdapter {
  /** Reads the id under which our own changes appear as author. */
  readBotId(): Promise<string>;
  readSchema(dataSourceId: string): Promise<DataSourceSchema>;
  /** Lists one result page of what was edited, with all properties; rows that move meanwhile may come twice. */
  listEdited(dataSourceId: string, options: ListEditedOptions): Promise<EditedPages>;
  /** @throws ServiceError `not_found` when it is missing or not shared, which Notion does not tell apart. */
  readPage(pageId: string): Promise<NotionPage>;
  /** Reads on the properties of which a page holds only the first 25 entries, and gives the page with all of them. */
  readWholeProperties(page: NotionPage, propertyIds: readonly string[]): Promise<NotionPage>;
  /** Reads a page's content as Markdown. @throws ServiceError `not_found` when it is missing or not shared. */
  readMarkdown(pageId: string): Promise<PageMarkdown>;
  /**
   * Finds the pages whose "GitHub" property says exactly `text`, or `text` followed by a space and more; at most 100.
   *
   * @param property Name or id.
   * @param type Of a property of type `url`, `text` is the address.
   * @remarks Notion's index may lag behind its pages.
   */
  findByReference(
    dataSourceId: string,
    property: string,
    text: string,
    type?: "rich_text" | "url",
  ): Promise<readonly NotionPage[]>;
  /** Makes a page and gives it as Notion saved it. @throws CommittedError when Notion made it and answered with an error. */
  createPage(dataSourceId: string, properties: NotionProperties, options: RequestOptions): Promise<NotionPage>;
  /** Changes the given properties and gives the page as Notion saved it. @throws ServiceError `in_trash`, `conflict` … */
  updatePage(pageId: string, properties: NotionProperties, options?: RequestOptions): Promise<NotionPage>;
}

export interface NotionAdapterOptions {
  /** Origin, without a path. */
  readonly baseUrl: string;
  readonly token: () => Promise<string>;
  /** Called with the token that Notion refused; `token` is then asked once more. */
  readonly onUnauthorized: (refused: string) => void;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly fetch: typeof fetch;
  /** Default 20 s. */
  readonly timeoutMs?: number | undefined;
}

const withoutContent = (what: string, end: ServiceErrorEnd): ServiceError =>
  new ServiceError({
    service: "notion",
    code: "forbidden",
    end,
    message: `Notion gave a ${what} without its properties; the connection needs the capability to read content.`,
  });

const toFullPage = (page: CreatePageResponse, kind: RequestKind): NotionPage => {
  if (isFullPage(page)) return page;
  throw withoutContent("page", kind === "read" ? "failed" : "unknown");
};

const listPages = ({ results }: QueryDataSourceResponse): readonly NotionPage[] => results.filter((result) => isFullPage(result));

/** Creates the adapter of one Notion connection. */
export function createNotionAdapter(options: NotionAdapterOptions): NotionAdapter {
  const send = createRequester({ ...options, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS });

  return {
    async readBotId() {
      const user = await send("read", (client) => client.users.me({}));
      return toNotionId(user.id);
    },

    async readSchema(dataSourceId) {
      const dataSource = await send("read", (client) => client.dataSources.retrieve({ data_source_id: dataSourceId }));
      if (!isFullDataSource(dataSource)) throw withoutContent("data source", "failed");
      return toDataSourceSchema(dataSource);
    },

    async listEdited(dataSourceId, { since, order, cursor, pageSize = MAX_PAGE_SIZE }) {
      const query: QueryDataSourceParameters = {
        data_source_id: dataSourceId,
        sorts: [{ timestamp: "last_edited_time", direction: order === "newest" ? "descending" : "ascending" }],
        page_size: pageSize,
        result_type: "page",
        ...(since !== null && { filter: { timestamp: "last_edited_time", last_edited_time: { on_or_after: since } } }),
        ...(cursor !== undefined && { start_cursor: cursor }),
      };
      const answer = await send("read", (client) => client.dataSources.query(query));
      return {
        pages: listPages(answer),
        nextCursor: answer.has_more ? answer.next_cursor : null,
        complete: answer.request_status?.type !== "incomplete",
      };
    },

    async readPage(pageId) {
      return toFullPage(await send("read", (client) => client.pages.retrieve({ page_id: pageId })), "read");
    },

    async readMarkdown(pageId) {
      const answer = await send("read", (client) => client.pages.retrieveMarkdown({ page_id: pageId }));
      return { markdown: answer.markdown, complete: !answer.truncated && answer.unknown_block_ids.length === 0 };
    },

    readWholeProperties: (page, propertyIds) => readWholeProperties(send, page, propertyIds),

    async findByReference(dataSourceId, property, text, type = "rich_text") {
      const answer = await send("read", (client) =>
        client.dataSources.query({
          data_source_id: dataSourceId,
          result_type: "page",
          filter:
            type === "url"
              ? { property, url: { equals: text } }
              : {
                  or: [
                    { property, rich_text: { equals: text } },
                    { property, rich_text: { starts_with: `${text} ` } },
                  ],
                },
        }),
      );
      return listPages(answer);
    },

    async createPage(dataSourceId, properties, { signal }) {
      const page = await send(
        "create",
        (client) => client.pages.create({ parent: { data_source_id: dataSourceId }, properties }),
        signal,
      );
      return toFullPage(page, "create");
    },

    async updatePage(pageId, properties, { signal } = {}) {
      const page = await send("write", (client) => client.pages.update({ page_id: pageId, properties }), signal);
      return toFullPage(page, "write");
    },
  };
}
