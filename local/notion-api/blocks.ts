// Routes of blocks: list, append, retrieve, update, delete.
import { appendBlocks, parseBlockContent } from "./block-writes.ts";
import { isObject, readObject, readUuid, refuseUnknown, sliceItems } from "./body.ts";
import { notFoundError, shapeError, trashedError, validationError } from "./errors.ts";
import { toMinute } from "./ids.ts";
import { TITLE_ID, toPlainText, type Parent, type StoredBlock, type StoredPage } from "./model.ts";
import { CURRENT_VERSION, toTrashFlags } from "./page-reads.ts";
import type { Call, Services } from "./services.ts";

const toBlockObject = ({ store }: Services, block: StoredBlock, version: string): object => ({
  object: "block",
  id: block.id,
  parent: block.parent,
  created_time: toMinute(block.createdMs),
  last_edited_time: toMinute(block.editedMs),
  created_by: { object: "user", id: block.createdBy },
  last_edited_by: { object: "user", id: block.editedBy },
  has_children: store.listChildren(block.id).length > 0,
  ...toTrashFlags(block.inTrash, version),
  type: block.type,
  [block.type]: block.content,
});

const toPageBlock = (services: Services, page: StoredPage, version: string): object => {
  const { createdMs, editedMs, createdBy, editedBy, parent, inTrash, id } = page;
  const title = page.values.get(TITLE_ID);
  const content = { title: title?.type === "title" ? toPlainText(title.items) : "" };
  return toBlockObject(
    services,
    { id, createdMs, editedMs, createdBy, editedBy, parent, inTrash, type: "child_page", content },
    version,
  );
};

const findParent = ({ store }: Services, id: string | undefined): { id: string; parent: Parent; inTrash: boolean } => {
  const blockId = readUuid(id, "path.block_id");
  const page = store.pages.get(blockId);
  if (page) return { id: blockId, parent: { type: "page_id", page_id: blockId }, inTrash: page.inTrash };
  const block = store.blocks.get(blockId);
  if (!block) throw notFoundError("block", blockId);
  return { id: blockId, parent: { type: "block_id", block_id: blockId }, inTrash: block.inTrash };
};

const requireBlock = ({ store }: Services, id: string | undefined): StoredBlock => {
  const blockId = readUuid(id, "path.block_id");
  const block = store.blocks.get(blockId);
  if (!block) throw notFoundError("block", blockId);
  return block;
};

const toList = (services: Services, call: Call, blocks: readonly StoredBlock[]): object => ({
  object: "list",
  ...sliceItems(
    blocks.map((block) => toBlockObject(services, block, call.version)),
    call.query,
  ),
  type: "block",
  block: {},
});

const contentEdited = (services: Services, call: Call, parent: Parent, blockIds: readonly string[]): void => {
  const { store, events, clock } = services;
  let place = parent;
  while (place.type === "block_id") place = store.blocks.get(place.block_id)?.parent ?? { type: "workspace", workspace: true };
  const page = place.type === "page_id" ? store.pages.get(place.page_id) : undefined;
  if (!page) return;
  if (services.contentEditsBumpPage) store.putPage({ ...page, editedMs: clock.now(), editedBy: call.actor.id });
  events.record({ type: "page.content_updated", entityId: page.id, author: call.actor, parent: page.parent, blockIds });
};

/** `GET /v1/blocks/{id}/children` */
export function listBlockChildren(services: Services, call: Call): object {
  return toList(services, call, services.store.listChildren(findParent(services, call.ids[0]).id));
}

const readPosition = (services: Services, call: Call, parentId: string): number | undefined => {
  const { body, version } = call;
  if (body["after"] !== undefined && version >= CURRENT_VERSION) throw shapeError("body.after", "not present", body["after"]);
  const given = body["position"] === undefined ? {} : readObject(body["position"], "body.position");
  if (given["type"] === "start") return 0;
  const after = body["after"] ?? (isObject(given["after_block"]) ? given["after_block"]["id"] : undefined);
  if (after === undefined) return undefined;
  const place = services.store.childIds(parentId).indexOf(readUuid(after, "body.position.after_block.id"));
  if (place === -1) throw validationError("The block to insert after is not a child of this block.");
  return place + 1;
};

/** `PATCH /v1/blocks/{id}/children` */
export function appendBlockChildren(services: Services, call: Call): object {
  const { store, clock, random } = services;
  const { id, parent, inTrash } = findParent(services, call.ids[0]);
  refuseUnknown(call.body, ["children", "position", "after"], "body");
  if (inTrash) throw trashedError();
  const at = readPosition(services, call, id);
  const lookup = { findUser: (userId: string) => store.users.get(userId), findPage: (pageId: string) => store.pages.get(pageId) };
  const context = { ...lookup, createdMs: clock.now(), authorId: call.actor.id, newId: () => random.uuid() };
  const blocks = appendBlocks(store, id, parent, call.body["children"], context, at);
  contentEdited(
    services,
    call,
    parent,
    blocks.map((block) => block.id),
  );
  const results = blocks.map((block) => toBlockObject(services, block, call.version));
  return { object: "list", results, next_cursor: null, has_more: false, type: "block", block: {} };
}

/** `GET /v1/blocks/{id}` */
export function retrieveBlock(services: Services, call: Call): object {
  const page = services.store.pages.get(readUuid(call.ids[0], "path.block_id"));
  if (page) return toPageBlock(services, page, call.version);
  return toBlockObject(services, requireBlock(services, call.ids[0]), call.version);
}

/** `PATCH /v1/blocks/{id}`: replaces the texts and flags that the body names. */
export function updateBlock(services: Services, call: Call): object {
  const { store, clock } = services;
  const block = requireBlock(services, call.ids[0]);
  if (block.inTrash && call.body["in_trash"] !== false) throw trashedError();
  refuseUnknown(call.body, [block.type, "type", "in_trash"], "body");
  const lookup = { findUser: (userId: string) => store.users.get(userId), findPage: (pageId: string) => store.pages.get(pageId) };
  const given = call.body[block.type];
  const merged = given === undefined ? undefined : { ...block.content, ...readObject(given, `body.${block.type}`) };
  const content = merged === undefined ? block.content : parseBlockContent(block.type, merged, `body.${block.type}`, lookup);
  const inTrash = call.body["in_trash"] === true;
  const next: StoredBlock = { ...block, content, inTrash, editedMs: clock.now(), editedBy: call.actor.id };
  store.putBlock(next);
  contentEdited(services, call, block.parent, [block.id]);
  return toBlockObject(services, next, call.version);
}

/** `DELETE /v1/blocks/{id}`: moves a block, or a page, to the trash. */
export function deleteBlock(services: Services, call: Call): object {
  const { store, events, clock } = services;
  const edited = { inTrash: true, editedMs: clock.now(), editedBy: call.actor.id };
  const page = store.pages.get(readUuid(call.ids[0], "path.block_id"));
  if (page) {
    const next = { ...page, ...edited };
    store.putPage(next);
    if (!page.inTrash) events.record({ type: "page.deleted", entityId: page.id, author: call.actor, parent: page.parent });
    return toPageBlock(services, next, call.version);
  }
  const block = requireBlock(services, call.ids[0]);
  const next: StoredBlock = { ...block, ...edited };
  store.putBlock(next);
  contentEdited(services, call, block.parent, [block.id]);
  return toBlockObject(services, next, call.version);
}
