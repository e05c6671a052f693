import { isObject, readArray, readBoolean, readObject, readText, readUuid, type JsonObject } from "./body.ts";
import { notFoundError, shapeError, validationError } from "./errors.ts";
import { listOptions, type Option, type PropertyConfig, type StoredValue } from "./model.ts";
import { parseRichText, type MentionLookup } from "./rich-text.ts";

const MAX_URL_CHARS = 2_000; // characters; https://developers.notion.com/reference/request-limits
const MAX_CONTACT_CHARS = 200; // characters of an e-mail address or phone number; same page
const MAX_OPTION_CHARS = 100; // characters of an option's name; Notion's OpenAPI document

const COLORS = ["gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const OFFSET = /(Z|[+-]\d{2}:?\d{2})$/;

/** What the values of one write may refer to, and what they add. */
export interface WriteContext extends MentionLookup {
  /** Whether an unknown name of a select becomes an option. */
  readonly canCreateOptions: boolean;
  newOptionId(): string;
  /** Options to be made when the whole write is valid, by property id. */
  readonly created: Map<string, Option[]>;
}

const readOption = (config: PropertyConfig, value: unknown, path: string, context: WriteContext): string => {
  const given = readObject(value, path);
  const known = [...listOptions(config), ...(context.created.get(config.id) ?? [])];
  if (given["id"] !== undefined) {
    const id = readText(given["id"], `${path}.id`);
    const found = known.find((option) => option.id === id);
    if (!found) throw validationError(`Invalid ${config.type} option. Option with id "${id}" does not exist for ${config.name}.`);
    return found.id;
  }
  const name = readText(given["name"], `${path}.name`, MAX_OPTION_CHARS);
  const found =
    known.find((option) => option.name === name) ?? known.find((option) => option.name.toLowerCase() === name.toLowerCase());
  if (found) return found.id;
  if (config.type === "status") throw validationError(`Invalid status option. Status option "${name}" does not exist.`);
  if (name === "") throw shapeError(`${path}.name.length`, "≥ `1`", 0);
  if (name.includes(",")) throw validationError(`Invalid select option, commas not allowed: ${name}`);
  if (!context.canCreateOptions) throw validationError(`Option "${name}" does not exist, and this connection may not create it.`);
  const color = COLORS[known.length % COLORS.length] ?? "default";
  const option: Option = { id: context.newOptionId(), name, color, description: null };
  context.created.set(config.id, [...(context.created.get(config.id) ?? []), option]);
  return option.id;
};

const readDate = (value: unknown, path: string): StoredValue => {
  if (value === null) return { type: "date", date: null };
  const given = readObject(value, path);
  const timeZone = given["time_zone"] ?? null;
  const readTime = (text: unknown, name: string): string => {
    const time = readText(text, `${path}.${name}`);
    const day = Date.parse(time.slice(0, 10));
    const exists = !Number.isNaN(day) && new Date(day).toISOString().startsWith(time.slice(0, 10)); // 30 February parses as a day in March
    const valid = exists && (DATE.test(time) || DATE_TIME.test(time)) && !Number.isNaN(Date.parse(time));
    if (!valid) throw shapeError(`${path}.${name}`, "a valid ISO 8601 date string", time);
    if (timeZone !== null && OFFSET.test(time) && !DATE.test(time))
      throw validationError(`${path}.${name} must not have an offset when time_zone is given.`);
    return DATE.test(time) ? time : toNotionTime(time, timeZone !== null);
  };
  const start = readTime(given["start"], "start");
  const end = given["end"] === undefined || given["end"] === null ? null : readTime(given["end"], "end");
  if (end !== null && Date.parse(end) < Date.parse(start)) throw validationError(`${path}.end should not be before the start.`);
  return { type: "date", date: { start, end, time_zone: timeZone === null ? null : readText(timeZone, `${path}.time_zone`) } };
};

// Notion gives date-times back with milliseconds and an offset, where one was not left to a time zone.
const toNotionTime = (time: string, hasZone: boolean): string => {
  const offset = OFFSET.exec(time)?.[0] ?? (hasZone ? "" : "+00:00");
  const local = time.replace(OFFSET, "");
  const padded = /:\d{2}:\d{2}/.test(local) ? local : `${local}:00`;
  const [whole = "", fraction = ""] = padded.split(".");
  return `${whole}.${fraction.slice(0, 3).padEnd(3, "0")}${offset === "Z" ? "+00:00" : offset}`;
};

const readContact = (type: "url" | "email" | "phone_number", value: unknown, path: string): StoredValue => {
  if (value === null) return { type, text: null };
  const text = readText(value, path, type === "url" ? MAX_URL_CHARS : MAX_CONTACT_CHARS);
  if (text === "") throw shapeError(`${path}.length`, "≥ `1`", 0);
  return { type, text };
};

const readFile = (value: unknown, path: string): JsonObject => {
  const given = readObject(value, path);
  const name = readText(given["name"], `${path}.name`, MAX_OPTION_CHARS);
  if (!isObject(given["external"])) throw shapeError(`${path}.external`, "defined", given["external"]);
  const url = readText(given["external"]["url"], `${path}.external.url`, MAX_URL_CHARS);
  return { name, type: "external", external: { url } };
};

/** Entries written twice are kept once. */
const readIds = (value: unknown, path: string, check: (id: string) => void): string[] => {
  const ids = readArray(value, path).map((entry, index) => {
    const at = `${path}[${index}]`;
    const id = readUuid(readObject(entry, at)["id"], `${at}.id`);
    check(id);
    return id;
  });
  return [...new Set(ids)];
};

/**
 * Reads the value that a request writes to a property.
 *
 * @param path of the value in the body, for messages.
 * @throws NotionError 400 or 404, in Notion's words.
 */
export function parsePropertyValue(config: PropertyConfig, value: unknown, path: string, context: WriteContext): StoredValue {
  const type = config.type;
  const given = readObject(value, path);
  const content = given[type];
  const at = `${path}.${type}`;
  if (content === undefined) throw validationError(`${config.name} is expected to be ${type}.`);
  switch (type) {
    case "title":
    case "rich_text":
      return { type, items: parseRichText(content, at, context) };
    case "number":
      if (content !== null && (typeof content !== "number" || !Number.isFinite(content)))
        throw shapeError(at, "a number", content);
      return { type, number: content };
    case "select":
      return { type, optionId: content === null ? null : readOption(config, content, at, context) };
    case "status": {
      const first = listOptions(config)[0]?.id ?? null;
      return { type, optionId: content === null ? first : readOption(config, content, at, context) };
    }
    case "multi_select": {
      const ids = readArray(content, at).map((option, index) => readOption(config, option, `${at}[${index}]`, context));
      return { type, optionIds: [...new Set(ids)] };
    }
    case "people":
      return {
        type,
        userIds: readIds(content, at, (id) => {
          if (!context.findUser(id)) throw notFoundError("user", id);
        }),
      };
    case "relation":
      return {
        type,
        pageIds: readIds(content, at, (id) => {
          const parent = context.findPage(id)?.parent;
          const related = config.relation.data_source_id;
          if (parent?.type !== "data_source_id" || parent.data_source_id !== related) throw notFoundError("page", id);
        }),
      };
    case "date":
      return readDate(content, at);
    case "url":
    case "email":
    case "phone_number":
      return readContact(type, content, at);
    case "checkbox":
      return { type, checked: readBoolean(content, at) };
    case "files": {
      const files = readArray(content, at).map((file, index) => readFile(file, `${at}[${index}]`));
      return { type, files: files as unknown as Extract<StoredValue, { type: "files" }>["files"] };
    }
    case "formula":
    case "rollup":
    case "unique_id":
    case "created_by":
    case "created_time":
    case "last_edited_by":
    case "last_edited_time":
      throw validationError(`${config.name} is a ${type} property, which cannot be written.`);
  }
}
