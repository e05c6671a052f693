import { isObject, readArray, readObject, readText, readUuid, refuseUnknown, type JsonObject } from "./body.ts";
import { LANGUAGES } from "./code-languages.ts";
import { shapeError, validationError } from "./errors.ts";
import type { Parent, StoredBlock } from "./model.ts";
import { parseRichText, type MentionLookup } from "./rich-text.ts";
import type { NotionStore } from "./store.ts";

const MAX_DEPTH = 2; // levels of blocks in one request; https://developers.notion.com/reference/patch-block-children
const MAX_URL_CHARS = 2_000; // characters; https://developers.notion.com/reference/request-limits
const MAX_EXPRESSION_CHARS = 1_000; // characters; same page

const HEADING = { color: "default", is_toggleable: false };
const COLORED = { color: "default" };

/** What Notion fills in, by type of block. */
const TEXT_DEFAULTS: Readonly<Record<string, JsonObject>> = {
  paragraph: { color: "default", icon: null },
  heading_1: HEADING,
  heading_2: HEADING,
  heading_3: HEADING,
  heading_4: HEADING,
  bulleted_list_item: COLORED,
  numbered_list_item: COLORED,
  quote: COLORED,
  to_do: { color: "default", checked: false },
  toggle: COLORED,
  callout: { color: "default", icon: null },
  code: {},
};
const OTHER_DEFAULTS: Readonly<Record<string, JsonObject>> = {
  divider: {},
  breadcrumb: {},
  table_of_contents: COLORED,
  equation: {},
  bookmark: {},
  embed: {},
  image: {},
  audio: {},
  file: {},
  pdf: {},
  video: {},
  synced_block: { synced_from: null },
  column_list: {},
  column: {},
  table: { has_column_header: false, has_row_header: false },
  table_row: {},
};
const DEFAULTS = { ...TEXT_DEFAULTS, ...OTHER_DEFAULTS };
const TYPES = Object.keys(DEFAULTS);
const MEDIA = ["image", "audio", "file", "pdf", "video"];
const CAPTIONED = ["code", "bookmark", "embed", ...MEDIA];
const FILES = "https://prod-files-secure.s3.us-west-2.amazonaws.com/simulated"; // Notion keeps files there

/** What new blocks are made with. */
export interface BlockContext extends MentionLookup {
  readonly createdMs: number;
  readonly authorId: string;
  newId(): string;
}

/** A file from elsewhere, or one uploaded before, whose upload the simulator takes for granted. */
const readFile = (given: JsonObject, path: string): JsonObject => {
  if (given["file_upload"] === undefined) {
    readText(readObject(given["external"], `${path}.external`)["url"], `${path}.external.url`, MAX_URL_CHARS);
    return { type: "external" };
  }
  const id = readUuid(readObject(given["file_upload"], `${path}.file_upload`)["id"], `${path}.file_upload.id`);
  return { type: "file", file_upload: undefined, file: { url: `${FILES}/${id}/upload.bin` } };
};

/** Reads the member of a block that is named after its type, as Notion keeps it. */
export function parseBlockContent(type: string, value: unknown, path: string, lookup: MentionLookup): JsonObject {
  const { children: _children, ...given } = readObject(value, path);
  const content: Record<string, unknown> = { ...DEFAULTS[type], ...given };
  if (type in TEXT_DEFAULTS) content["rich_text"] = parseRichText(given["rich_text"], `${path}.rich_text`, lookup);
  if (CAPTIONED.includes(type)) content["caption"] = parseRichText(given["caption"] ?? [], `${path}.caption`, lookup);
  if (type === "code") {
    const language = readText(given["language"], `${path}.language`);
    if (!LANGUAGES.includes(language)) throw shapeError(`${path}.language`, "one of Notion's languages", language);
  }
  if (type === "equation") readText(given["expression"], `${path}.expression`, MAX_EXPRESSION_CHARS);
  if (type === "bookmark" || type === "embed") readText(given["url"], `${path}.url`, MAX_URL_CHARS);
  if (MEDIA.includes(type)) Object.assign(content, readFile(given, path));
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
    if (inner !== undefined && depth >= MAX_DEPTH && type !== "column")
      throw shapeError(`${at}.${type}.children`, "not present", inner);
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
