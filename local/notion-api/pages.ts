// Routes of pages: create, retrieve, update, move.
import { isObject, readBoolean, readObject, readUuid, refuseUnknown, type JsonObject } from "./body.ts";
import { prepareBlocks } from "./block-writes.ts";
import { notFoundError, notSimulatedError, shapeError, trashedError } from "./errors.ts";
import { listOptions, type Option, type Parent, type StoredPage, type StoredValue } from "./model.ts";
import { CURRENT_VERSION, toPageObject } from "./page-reads.ts";
import { parseProperties } from "./page-writes.ts";
import type { WriteContext } from "./property-writes.ts";
import { createShowUser, type Call, type Services } from "./services.ts";

const CREATE_FIELDS = ["parent", "properties", "icon", "cover", "children", "content", "template", "position"];
const UPDATE_FIELDS = ["properties", "icon", "cover", "is_locked", "in_trash", "is_archived", "erase_content"];
const LATER = ["markdown", "allow_async"];

const showPage = (services: Services, call: Call, page: StoredPage): object =>
  toPageObject(services.store, page, createShowUser(services, call), call.version, call.query.getAll("filter_properties"));

/** Finds a page by the first id of the path, in the trash or not. */
export function requirePage({ store }: Services, id: string | undefined): StoredPage {
  const pageId = readUuid(id, "path.page_id");
  const page = store.pages.get(pageId);
  if (!page) throw notFoundError("page", pageId);
  return page;
}

const createWriteContext = ({ store, random, profile }: Services, { actor }: Call): WriteContext => ({
  findUser: (id) => store.users.get(id),
  findPage: (id) => store.pages.get(id),
  canCreateOptions: actor.type === "person" || profile.canEditSchema !== false,
  newOptionId: () => random.uuid(),
  created: new Map<string, Option[]>(),
});

const keepNewOptions = ({ store, events }: Services, { actor }: Call, parent: Parent, created: WriteContext["created"]): void => {
  if (parent.type !== "data_source_id") return;
  for (const [propertyId, options] of created) store.addOptions(parent.data_source_id, propertyId, options);
  if (created.size === 0) return;
  const database: Parent = { type: "page_id", page_id: parent.database_id };
  events.record({
    type: "data_source.schema_updated",
    entityId: parent.data_source_id,
    author: actor,
    parent: database,
    propertyIds: [...created.keys()],
  });
};

const refuseLater = (body: JsonObject): void => {
  const later = LATER.find((field) => body[field] !== undefined);
  if (later) throw notSimulatedError(`"${later}" of pages`);
  if (isObject(body["template"]) && body["template"]["type"] !== "none") throw notSimulatedError(`"template" of pages`);
};

const readParent = ({ store }: Services, value: unknown): Parent => {
  const given = readObject(value, "body.parent");
  if (given["data_source_id"] !== undefined || given["database_id"] !== undefined) {
    const isDatabase = given["data_source_id"] === undefined;
    const id = readUuid(
      given[isDatabase ? "database_id" : "data_source_id"],
      `body.parent.${isDatabase ? "database_id" : "data_source_id"}`,
    );
    const found = isDatabase
      ? [...store.dataSources.values()].find(({ databaseId }) => databaseId === id)
      : store.dataSources.get(id);
    if (!found) throw notFoundError(isDatabase ? "database" : "data source", id);
    return { type: "data_source_id", data_source_id: found.id, database_id: found.databaseId };
  }
  if (given["page_id"] !== undefined) {
    const id = readUuid(given["page_id"], "body.parent.page_id");
    if (!store.pages.get(id)) throw notFoundError("page", id);
    return { type: "page_id", page_id: id };
  }
  if (given["workspace"] === true) return { type: "workspace", workspace: true };
  throw shapeError("body.parent.data_source_id", "defined", undefined);
};

const addDefaults = ({ store }: Services, parent: Parent, values: Map<string, StoredValue>): void => {
  for (const config of store.schemaOf({ parent })) {
    const dataSourceId = parent.type === "data_source_id" ? parent.data_source_id : "";
    if (config.type === "unique_id")
      values.set(config.id, { type: "unique_id", number: store.nextNumber(`${dataSourceId} ${config.id}`) });
    if (config.type === "status" && !values.has(config.id))
      values.set(config.id, { type: "status", optionId: listOptions(config)[0]?.id ?? null });
  }
};

/** `POST /v1/pages` */
export function createPage(services: Services, call: Call): object {
  const { store, events, clock, random } = services;
  const { body, actor } = call;
  refuseLater(body);
  refuseUnknown(body, CREATE_FIELDS, "body");
  const parent = readParent(services, body["parent"]);
  const context = createWriteContext(services, call);
  const values = parseProperties(store.schemaOf({ parent }), readObject(body["properties"] ?? {}, "body.properties"), context);
  const id = random.uuid();
  const nowMs = clock.now();
  const blockContext = { ...context, createdMs: nowMs, authorId: actor.id, newId: () => random.uuid() };
  const children = body["children"] ?? body["content"] ?? [];
  const makeChildren = prepareBlocks(store, { type: "page_id", page_id: id }, children, "body.children", blockContext);

  keepNewOptions(services, call, parent, context.created);
  addDefaults(services, parent, values);
  const times = { createdMs: nowMs, editedMs: nowMs, createdBy: actor.id, editedBy: actor.id };
  const flags = { inTrash: false, isArchived: false, isLocked: false };
  const looks = { icon: body["icon"] ?? null, cover: body["cover"] ?? null };
  const page: StoredPage = { id, order: store.nextOrder(), ...times, parent, ...flags, ...looks, values };
  store.putPage(page);
  store.setChildren(
    id,
    makeChildren().map((block) => block.id),
  );
  events.record({ type: "page.created", entityId: id, author: actor, parent });
  return showPage(services, call, page);
}

/** `GET /v1/pages/{id}` */
export function retrievePage(services: Services, call: Call): object {
  return showPage(services, call, requirePage(services, call.ids[0]));
}

const readTrash = (body: JsonObject, version: string): boolean | undefined => {
  if (body["archived"] !== undefined && version >= CURRENT_VERSION)
    throw shapeError("body.archived", "not present", body["archived"]);
  const value = body["in_trash"] ?? body["archived"];
  return value === undefined ? undefined : readBoolean(value, "body.in_trash");
};

const readFlag = (body: JsonObject, field: string, present: boolean): boolean =>
  body[field] === undefined ? present : readBoolean(body[field], `body.${field}`);

/** `PATCH /v1/pages/{id}` */
export function updatePage(services: Services, call: Call): object {
  const { store, events, clock } = services;
  const { body, actor } = call;
  const page = requirePage(services, call.ids[0]);
  refuseLater(body);
  const inTrash = readTrash(body, call.version) ?? page.inTrash;
  refuseUnknown(body, call.version < CURRENT_VERSION ? [...UPDATE_FIELDS, "archived"] : UPDATE_FIELDS, "body");
  const writes = Object.keys(body).some((field) => field !== "in_trash" && field !== "archived" && body[field] !== undefined);
  if (page.inTrash && inTrash && writes) throw trashedError();
  const context = createWriteContext(services, call);
  const properties = readObject(body["properties"] ?? {}, "body.properties");
  const changed = parseProperties(store.schemaOf(page), properties, context);
  const isLocked = readFlag(body, "is_locked", page.isLocked);
  const isArchived = readFlag(body, "is_archived", page.isArchived);

  keepNewOptions(services, call, page.parent, context.created);
  const values = new Map([...page.values, ...changed]);
  const looks = {
    icon: body["icon"] === undefined ? page.icon : body["icon"],
    cover: body["cover"] === undefined ? page.cover : body["cover"],
  };
  const edited = { editedMs: clock.now(), editedBy: actor.id };
  const next: StoredPage = { ...page, ...looks, ...edited, inTrash, isLocked, isArchived, values };
  store.putPage(next);
  const event = { entityId: page.id, author: actor, parent: page.parent };
  if (body["erase_content"] === true) {
    events.record({ ...event, type: "page.content_updated", blockIds: store.childIds(page.id) });
    store.setChildren(page.id, []);
  }
  if (inTrash !== page.inTrash) events.record({ ...event, type: inTrash ? "page.deleted" : "page.undeleted" });
  if (changed.size > 0) events.record({ ...event, type: "page.properties_updated", propertyIds: [...changed.keys()] });
  return showPage(services, call, next);
}

/** `POST /v1/pages/{id}/move` */
export function movePage(services: Services, call: Call): object {
  const { store, events, clock } = services;
  refuseUnknown(call.body, ["parent"], "body");
  const page = requirePage(services, call.ids[0]);
  if (page.inTrash) throw trashedError();
  const parent = readParent(services, call.body["parent"]);
  const next: StoredPage = { ...page, parent, editedMs: clock.now(), editedBy: call.actor.id };
  store.putPage(next);
  events.record({ type: "page.moved", entityId: page.id, author: call.actor, parent });
  return showPage(services, call, next);
}
