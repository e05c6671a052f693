import { isObject, readArray, readObject, readText, type JsonObject } from "./body.ts";
import {
  compileCondition,
  compileTimestamp,
  dateOf,
  idsOf,
  numberOf,
  textOf,
  type ConditionContext,
  type PageTest,
} from "./conditions.ts";
import { notSimulatedError, shapeError, validationError } from "./errors.ts";
import { toMinuteMs } from "./ids.ts";
import { findProperty, listOptions, type PropertyConfig, type StoredPage } from "./model.ts";

const MAX_DEPTH = 2; // levels of and/or; https://developers.notion.com/reference/filter-data-source-entries

const requireProperty = (properties: readonly PropertyConfig[], key: string): PropertyConfig => {
  const config = findProperty(properties, key);
  if (!config) throw validationError(`Could not find property with name or id: ${key}`);
  return config;
};

const readCondition = (value: unknown, path: string): readonly [string, unknown] => {
  const entries = Object.entries(readObject(value, path)).filter(([, operand]) => operand !== undefined);
  const [first] = entries;
  if (!first || entries.length > 1) throw shapeError(path, "an object with one operator", value);
  if (first[0].startsWith("is_") && first[1] !== true) throw shapeError(`${path}.${first[0]}`, "`true`", first[1]);
  return first;
};

const compileProperty = (
  filter: JsonObject,
  path: string,
  properties: readonly PropertyConfig[],
  context: ConditionContext,
): PageTest => {
  const config = requireProperty(properties, readText(filter["property"], `${path}.property`));
  const type = Object.keys(filter).find((key) => key !== "property" && key !== "type");
  if (type === undefined) throw shapeError(`${path}.${config.type}`, "defined", undefined);
  const isText = config.type === "title" && type === "rich_text";
  if (type !== config.type && !isText)
    throw validationError(
      `The property type in the database does not match the property type of the filter provided: database property ${config.type} does not match filter ${type}`,
    );
  if (type === "rollup") throw notSimulatedError("filter by rollups");
  if (type === "formula") {
    const [result, condition] = readCondition(filter[type], `${path}.${type}`);
    return compileCondition(
      config,
      result,
      readCondition(condition, `${path}.${type}.${result}`),
      `${path}.${type}.${result}`,
      context,
    );
  }
  return compileCondition(config, type, readCondition(filter[type], `${path}.${type}`), `${path}.${type}`, context);
};

/** Compiles a filter of a query; throws Notion's 400 for one that the data source does not understand. */
export function compileFilter(
  value: unknown,
  properties: readonly PropertyConfig[],
  context: ConditionContext,
  path = "body.filter",
  depth = 0,
): PageTest {
  const filter = readObject(value, path);
  const group = filter["and"] !== undefined ? "and" : filter["or"] !== undefined ? "or" : undefined;
  if (group) {
    if (depth >= MAX_DEPTH) throw shapeError(path, `nested at most ${MAX_DEPTH} levels deep`, filter);
    const tests = readArray(filter[group], `${path}.${group}`).map((part, index) =>
      compileFilter(part, properties, context, `${path}.${group}[${index}]`, depth + 1),
    );
    return group === "and" ? (page) => tests.every((test) => test(page)) : (page) => tests.some((test) => test(page));
  }
  const timestamp = filter["timestamp"];
  if (timestamp === undefined) return compileProperty(filter, path, properties, context);
  if (timestamp !== "created_time" && timestamp !== "last_edited_time")
    throw shapeError(`${path}.timestamp`, "`created_time` or `last_edited_time`", timestamp);
  return compileTimestamp(timestamp, readCondition(filter[timestamp], `${path}.${timestamp}`), `${path}.${timestamp}`, context);
}

/** Orders pages; never 0 for different pages. */
export type PageOrder = (left: StoredPage, right: StoredPage) => number;

type Key = number | string | undefined;

const keyOf = (config: PropertyConfig): ((page: StoredPage) => Key) => {
  switch (config.type) {
    case "number":
    case "unique_id":
      return (page) => numberOf(config, page);
    case "date":
    case "created_time":
    case "last_edited_time":
      return (page) => dateOf(config, page);
    case "checkbox":
      return (page) => {
        const value = page.values.get(config.id);
        return value?.type === "checkbox" && value.checked ? 1 : 0;
      };
    case "select":
    case "status":
    case "multi_select":
      return (page) => {
        const [id] = idsOf(config, page);
        return id === undefined ? undefined : listOptions(config).findIndex((option) => option.id === id);
      };
    case "formula":
      return (page) => numberOf(config, page) ?? dateOf(config, page) ?? (textOf(config, page) || undefined);
    default:
      return (page) => textOf(config, page).toLowerCase() || (idsOf(config, page)[0] ?? undefined);
  }
};

const compareKeys = (left: Key, right: Key): number => {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
};

const compileSort = (value: unknown, path: string, properties: readonly PropertyConfig[]): PageOrder => {
  if (!isObject(value)) throw shapeError(path, "an object", value);
  const { direction, timestamp } = value;
  if (direction !== "ascending" && direction !== "descending")
    throw shapeError(`${path}.direction`, "`ascending` or `descending`", direction);
  const sign = direction === "ascending" ? 1 : -1;
  let key: (page: StoredPage) => Key;
  if (timestamp === "created_time") key = (page) => toMinuteMs(page.createdMs);
  else if (timestamp === "last_edited_time") key = (page) => toMinuteMs(page.editedMs);
  else if (timestamp !== undefined) throw shapeError(`${path}.timestamp`, "`created_time` or `last_edited_time`", timestamp);
  else key = keyOf(requireProperty(properties, readText(value["property"], `${path}.property`)));
  return (left, right) => {
    const [leftKey, rightKey] = [key(left), key(right)];
    // What is empty comes last in both directions.
    if (leftKey === undefined || rightKey === undefined) return Number(leftKey === undefined) - Number(rightKey === undefined);
    return sign * compareKeys(leftKey, rightKey);
  };
};

/** Compiles the sorts of a query; pages that they leave equal, or all without sorts, come in the order of their creation. */
export function compileSorts(value: unknown, properties: readonly PropertyConfig[]): PageOrder {
  const orders = (value === undefined ? [] : readArray(value, "body.sorts")).map((sort, index) =>
    compileSort(sort, `body.sorts[${index}]`, properties),
  );
  return (left, right) => {
    for (const order of orders) {
      const result = order(left, right);
      if (result !== 0) return result;
    }
    return left.order - right.order;
  };
}
