import { isObject, readArray, readObject, readText, refuseUnknown, type JsonObject } from "./body.ts";
import { LANGUAGES } from "./code-languages.ts";
import { shapeError, validationError } from "./errors.ts";
import type { Parent, StoredBlock } from "./model.ts";
import { parseRichText, type MentionLookup } from "./rich-text.ts";
import type { NotionStore } from "./store.ts";

const MAX_DEPTH = 2; // levels of blocks in one request; https://developers.notion.com/reference/patch-block-children
const TEXT_TYPES = [
  "paragraph",
  "heading_1",
  "heading_2",
  "heading_3",
  "heading_4",
  "bulleted_list_item",
  "numbered_list_item",
  "quote",
  "to_do",
  "toggle",
  "callout",
  "code",
];
const OTHER_TYPES = [
  "divider",
  "breadcrumb",
  "table_of_contents",
  "equation",
  "bookmark",
  "embed",
  "table",
  "table_row",
  "image",
];
const TYPES = [...TEXT_TYPES, ...OTHER_TYPES];

/** What new blocks are made with. */
export interface BlockContext extends MentionLookup {
  readonly createdMs: number;
  readonly authorId: string;
  newId(): string;
}

/** Reads the member of a block that is named after its type, as Notion keeps it. */
export function parseBlockContent(type: string, value: unknown, path: string, lookup: MentionLookup): JsonObject {
  const { children: _children, ...given } = readObject(value, path);
  const content: Record<string, unknown> = { ...given };
  if (TEXT_TYPES.includes(type)) content["rich_text"] = parseRichText(given["rich_text"], `${path}.rich_text`, lookup);
  if (given["caption"] !== undefined || ["code", "bookmark", "embed", "image"].includes(type))
    content["caption"] = parseRichText(given["caption"] ?? [], `${path}.caption`, lookup);
  if (type === "code") {
    const language = readText(given["language"], `${path}.language`);
    if (!LANGUAGES.includes(language)) throw shapeError(`${path}.language`, "one of Notion's languages", language);
  } else if (TEXT_TYPES.includes(type)) content["color"] = given["color"] ?? "default";
  if (type === "to_do") content["checked"] = given["checked"] ?? false;
  if (type.startsWith("heading_")) content["is_toggleable"] = given["is_toggleable"] ?? false;
  if (type === "callout") content["icon"] = given["icon"] ?? null;
  if (type === "equation") readText(given["expression"], `${path}.expression`, 1_000);
  if (type === "bookmark" || type === "embed") readText(given["url"], `${path}.url`, 2_000);
  if (type === "table_row")
    content["cells"] = readArray(given["cells"], `${path}.cells`).map((cell, index) =>
      parseRichText(cell, `${path}.cells[${index}]`, lookup),
    );
  return content;
}

/** The type of a written block. */
export function readBlockType(block: JsonObject, path: string): string {
  const type = block["type"] ?? Object.keys(block).find((key) => TYPES.includes(key));
  if (typeof type !== "string" || !TYPES.includes(type) || block[type] === undefined)
    throw validationError(
      `body failed validation: ${path} should be a block of a type that the simulator has: ${TYPES.join(", ")}.`,
    );
  return type;
}

const makeBlocks = (
  store: NotionStore,
  parent: Parent,
  value: unknown,
  path: string,
  context: BlockContext,
  depth: number,
): (() => StoredBlock)[] => {
  const givens = readArray(value, path).map((entry, index) => ({
    block: readObject(entry, `${path}[${index}]`),
    at: `${path}[${index}]`,
  }));
  return givens.map(({ block, at }) => {
    const type = readBlockType(block, at);
    refuseUnknown(block, ["object", "type", type], at);
    const content = parseBlockContent(type, block[type], `${at}.${type}`, context);
    const inner = isObject(block[type]) ? block[type]["children"] : undefined;
    if (inner !== undefined && depth >= MAX_DEPTH) throw shapeError(`${at}.${type}.children`, "not present", inner);
    const id = context.newId();
    const make =
      inner === undefined
        ? []
        : makeBlocks(store, { type: "block_id", block_id: id }, inner, `${at}.${type}.children`, context, depth + 1);
    return () => {
      const { createdMs, authorId } = context;
      const times = { createdMs, editedMs: createdMs, createdBy: authorId, editedBy: authorId };
      const stored: StoredBlock = { id, type, content, parent, ...times, inTrash: false };
      store.putBlock(stored);
      store.setChildren(
        id,
        make.map((child) => child().id),
      );
      return stored;
    };
  });
};

/**
 * Checks blocks for a parent that may not be there yet; nothing is stored until the result is called.
 *
 * @param path of the blocks in the body, for messages.
 */
export function prepareBlocks(
  store: NotionStore,
  parent: Parent,
  children: unknown,
  path: string,
  context: BlockContext,
): () => StoredBlock[] {
  const makers = makeBlocks(store, parent, children, path, context, 1);
  return () => makers.map((make) => make());
}

/**
 * Appends blocks to a page or block.
 *
 * @param at where to insert among the present children; default: at the end.
 * @throws NotionError 400 before anything is stored.
 */
export function appendBlocks(
  store: NotionStore,
  parentId: string,
  parent: Parent,
  children: unknown,
  context: BlockContext,
  at?: number,
): StoredBlock[] {
  const blocks = prepareBlocks(store, parent, children, "body.children", context)();
  const present = store.childIds(parentId);
  store.setChildren(parentId, present.toSpliced(at ?? present.length, 0, ...blocks.map((block) => block.id)));
  return blocks;
}
