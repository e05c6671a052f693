// Routes of data sources and their databases.
import { readBoolean, readUuid, refuseUnknown } from "./body.ts";
import { notFoundError, shapeError, validationError } from "./errors.ts";
import { toMinute } from "./ids.ts";
import { findProperty, type StoredDataSource } from "./model.ts";
import { CURRENT_VERSION, toPageObject, toTrashFlags } from "./page-reads.ts";
import { toPageUrl } from "./rich-text.ts";
import { createShowUser, type Call, type Services } from "./services.ts";

const QUERY_FIELDS = ["filter", "sorts", "start_cursor", "page_size", "result_type", "in_trash", "archived", "is_archived"];

const requireDataSource = ({ store }: Services, id: string | undefined): StoredDataSource => {
  const dataSourceId = readUuid(id, "path.data_source_id");
  const found = store.dataSources.get(dataSourceId);
  if (!found) throw notFoundError("data source", dataSourceId);
  return found;
};

const toTitle = (content: string): object[] => {
  const annotations = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: "default" };
  return [{ type: "text", text: { content, link: null }, annotations, plain_text: content, href: null }];
};

const toCommon = (source: StoredDataSource, version: string): object => ({
  cover: null,
  icon: null,
  created_time: toMinute(source.createdMs),
  last_edited_time: toMinute(source.editedMs),
  title: toTitle(source.title),
  description: [],
  is_inline: false,
  ...toTrashFlags(false, version),
  public_url: null,
});

/** `GET /v1/data_sources/{id}` */
export function retrieveDataSource(services: Services, call: Call): object {
  const source = requireDataSource(services, call.ids[0]);
  return {
    object: "data_source",
    id: source.id,
    ...toCommon(source, call.version),
    created_by: { object: "user", id: source.createdBy },
    last_edited_by: { object: "user", id: source.createdBy },
    parent: { type: "database_id", database_id: source.databaseId },
    database_parent: { type: "workspace", workspace: true },
    properties: Object.fromEntries(source.properties.map((config) => [config.name, config])),
    url: toPageUrl(source.databaseId),
  };
}

/** `GET /v1/databases/{id}` */
export function retrieveDatabase({ store }: Services, call: Call): object {
  const databaseId = readUuid(call.ids[0], "path.database_id");
  const sources = [...store.dataSources.values()].filter((source) => source.databaseId === databaseId);
  const [first] = sources;
  if (!first) throw notFoundError("database", databaseId);
  return {
    object: "database",
    id: databaseId,
    ...toCommon(first, call.version),
    is_locked: false,
    parent: { type: "workspace", workspace: true },
    data_sources: sources.map(({ id, title }) => ({ id, name: title })),
    url: toPageUrl(databaseId),
  };
}

/** `POST /v1/data_sources/{id}/query` */
export function queryDataSource(services: Services, call: Call): object {
  const { body, version } = call;
  const dataSource = requireDataSource(services, call.ids[0]);
  refuseUnknown(body, QUERY_FIELDS, "body");
  if (body["archived"] !== undefined && version >= CURRENT_VERSION)
    throw shapeError("body.archived", "not present", body["archived"]);
  for (const flag of ["in_trash", "is_archived"])
    if (body[flag] !== undefined && readBoolean(body[flag], `body.${flag}`))
      throw validationError(`Pages with ${flag} cannot be queried.`);
  const only = call.query.getAll("filter_properties");
  const unknown = only.find((key) => !findProperty(dataSource.properties, key));
  if (unknown !== undefined) throw validationError(`Could not find property with name or id: ${unknown}`);
  const request = { dataSource, body, nowMs: services.clock.now(), actorId: call.actor.id, asOfMs: call.asOfMs };
  const { pages, nextCursor, isIncomplete } =
    body["result_type"] === "data_source" ? { pages: [], nextCursor: null, isIncomplete: false } : services.queries.run(request);
  const showUser = createShowUser(services, call);
  return {
    object: "list",
    results: pages.map((page) => toPageObject(services.store, page, showUser, version, only)),
    next_cursor: nextCursor,
    has_more: nextCursor !== null,
    type: "page_or_data_source",
    page_or_data_source: {},
    ...(isIncomplete ? { request_status: { type: "incomplete", incomplete_reason: "query_result_limit_reached" } } : {}),
  };
}
