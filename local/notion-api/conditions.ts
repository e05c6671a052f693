import { compileDateCondition } from "./date-conditions.ts";
import { shapeError, validationError } from "./errors.ts";
import { toMinuteMs } from "./ids.ts";
import { listOptions, toPlainText, type PropertyConfig, type StoredPage } from "./model.ts";

/** Whether a page fits. */
export type PageTest = (page: StoredPage) => boolean;

/** What conditions need to know beside the page. */
export interface ConditionContext {
  readonly nowMs: number;
  /** Stands for `me` in conditions on people. */
  readonly actorId: string;
}

type Operators<V> = Readonly<Record<string, (value: V) => boolean>>;

const pick = <V>(operators: Operators<V>, operator: string, path: string): ((value: V) => boolean) => {
  const test = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (!test) throw shapeError(`${path}.${operator}`, `one of ${Object.keys(operators).join(", ")}`, operator);
  return test;
};

/** The text of a property that is compared as text; empty, if it holds nothing. */
export function textOf(config: PropertyConfig, page: StoredPage): string {
  const value = page.values.get(config.id);
  switch (value?.type) {
    case "title":
    case "rich_text":
      return toPlainText(value.items);
    case "url":
    case "email":
    case "phone_number":
      return value.text ?? "";
    case "formula":
      return value.formula.type === "string" ? (value.formula.string ?? "") : "";
    default:
      return "";
  }
}

/** The number of a property that is compared as a number. */
export function numberOf(config: PropertyConfig, page: StoredPage): number | undefined {
  const value = page.values.get(config.id);
  if (value?.type === "number") return value.number ?? undefined;
  if (value?.type === "unique_id") return value.number;
  return value?.type === "formula" && value.formula.type === "number" ? (value.formula.number ?? undefined) : undefined;
}

// A time that was left to a time zone has no offset; it counts as UTC here, so that it is the same on every machine.
const toMs = (time: string): number => Date.parse(/T/.test(time) && !/(Z|[+-]\d{2}:?\d{2})$/.test(time) ? `${time}Z` : time);

/** The ms since 1970 of a property that is compared as a date; of a range, its start. */
export function dateOf(config: PropertyConfig, page: StoredPage): number | undefined {
  if (config.type === "created_time") return toMinuteMs(page.createdMs);
  if (config.type === "last_edited_time") return toMinuteMs(page.editedMs);
  const value = page.values.get(config.id);
  const date =
    value?.type === "formula" && value.formula.type === "date" ? value.formula.date : value?.type === "date" ? value.date : null;
  return date ? toMs(date.start) : undefined;
}

/** The ids that a property refers to: options, people or pages. */
export function idsOf(config: PropertyConfig, page: StoredPage): readonly string[] {
  if (config.type === "created_by") return [page.createdBy];
  if (config.type === "last_edited_by") return [page.editedBy];
  const value = page.values.get(config.id);
  switch (value?.type) {
    case "select":
    case "status":
      return value.optionId === null ? [] : [value.optionId];
    case "multi_select":
      return value.optionIds;
    case "people":
      return value.userIds;
    case "relation":
      return value.pageIds;
    case "files":
      return value.files.map((file) => file.name);
    default:
      return [];
  }
}

// Notion's interface compares without regard to case; a client that needs the exact text has to look itself.
const textTest = (operator: string, operand: unknown, path: string): ((text: string) => boolean) => {
  const wanted = String(operand).toLowerCase();
  const operators: Operators<string> = {
    equals: (text) => text === wanted,
    does_not_equal: (text) => text !== wanted,
    contains: (text) => text.includes(wanted),
    does_not_contain: (text) => !text.includes(wanted),
    starts_with: (text) => text.startsWith(wanted),
    ends_with: (text) => text.endsWith(wanted),
    is_empty: (text) => text === "",
    is_not_empty: (text) => text !== "",
  };
  const test = pick(operators, operator, path);
  if (!operator.startsWith("is_") && typeof operand !== "string") throw shapeError(`${path}.${operator}`, "a string", operand);
  return (text) => test(text.toLowerCase());
};

const numberTest = (operator: string, operand: unknown, path: string): ((value: number | undefined) => boolean) => {
  const wanted = Number(operand);
  const test = pick<number | undefined>(
    {
      equals: (value) => value === wanted,
      does_not_equal: (value) => value !== wanted,
      greater_than: (value) => value !== undefined && value > wanted,
      less_than: (value) => value !== undefined && value < wanted,
      greater_than_or_equal_to: (value) => value !== undefined && value >= wanted,
      less_than_or_equal_to: (value) => value !== undefined && value <= wanted,
      is_empty: (value) => value === undefined,
      is_not_empty: (value) => value !== undefined,
    },
    operator,
    path,
  );
  if (!operator.startsWith("is_") && typeof operand !== "number") throw shapeError(`${path}.${operator}`, "a number", operand);
  return test;
};

const readTexts = (operand: unknown, path: string): string[] => {
  const texts: unknown[] = Array.isArray(operand) ? operand : [operand];
  return texts.map((text) => {
    if (typeof text !== "string") throw shapeError(path, "a string", operand);
    return text;
  });
};

const idTest = (
  config: PropertyConfig,
  operator: string,
  operand: unknown,
  path: string,
  context: ConditionContext,
): PageTest => {
  if (operator === "is_empty") return (page) => idsOf(config, page).length === 0;
  if (operator === "is_not_empty") return (page) => idsOf(config, page).length > 0;
  const single = config.type === "select" || config.type === "status";
  const [positive, negative] = single ? ["equals", "does_not_equal"] : ["contains", "does_not_contain"];
  if (config.type === "files" || (operator !== positive && operator !== negative))
    throw shapeError(`${path}.${operator}`, "an operator of this type", operator);
  const hasOptions = single || config.type === "multi_select";
  const wanted = readTexts(operand, `${path}.${operator}`).map((text) => {
    if (!hasOptions) return text === "me" ? context.actorId : text.toLowerCase();
    const option = listOptions(config).find(({ name, id }) => name === text || id === text);
    if (!option) throw validationError(`${config.type} option "${text}" not found for property "${config.name}".`);
    return option.id;
  });
  const fits: PageTest = (page) => idsOf(config, page).some((id) => wanted.includes(id));
  return operator === positive ? fits : (page) => !fits(page);
};

const dateTest = (
  operator: string,
  operand: unknown,
  path: string,
  context: ConditionContext,
): ((ms: number | undefined) => boolean) => {
  const test = compileDateCondition(operator, operand, `${path}.${operator}`, context.nowMs);
  if (!test) throw shapeError(`${path}.${operator}`, "an operator of dates", operator);
  return test;
};

const checkboxTest = (operator: string, operand: unknown, path: string): ((checked: boolean) => boolean) => {
  if (typeof operand !== "boolean") throw shapeError(`${path}.${operator}`, "a boolean", operand);
  return pick<boolean>(
    { equals: (checked) => checked === operand, does_not_equal: (checked) => checked !== operand },
    operator,
    path,
  );
};

/**
 * Compiles one condition (`{ equals: "x" }`) on a property.
 *
 * @param type the member of the filter that held the condition; the property's own, or for a formula that of its result.
 */
export function compileCondition(
  config: PropertyConfig,
  type: string,
  [operator, operand]: readonly [string, unknown],
  path: string,
  context: ConditionContext,
): PageTest {
  switch (type) {
    case "title":
    case "rich_text":
    case "url":
    case "email":
    case "phone_number":
    case "string": {
      const test = textTest(operator, operand, path);
      return (page) => test(textOf(config, page));
    }
    case "number":
    case "unique_id": {
      const test = numberTest(operator, operand, path);
      return (page) => test(numberOf(config, page));
    }
    case "date":
    case "created_time":
    case "last_edited_time": {
      const test = dateTest(operator, operand, path, context);
      return (page) => test(dateOf(config, page));
    }
    case "checkbox": {
      const test = checkboxTest(operator, operand, path);
      return (page) => {
        const value = page.values.get(config.id);
        if (value?.type === "formula") return test(value.formula.type === "boolean" && value.formula.boolean === true);
        return test(value?.type === "checkbox" && value.checked);
      };
    }
    default:
      return idTest(config, operator, operand, path, context);
  }
}

/** Compiles one condition on a time of the page itself. */
export function compileTimestamp(
  timestamp: "created_time" | "last_edited_time",
  [operator, operand]: readonly [string, unknown],
  path: string,
  context: ConditionContext,
): PageTest {
  const test = dateTest(operator, operand, path, context);
  return timestamp === "created_time" ? (page) => test(toMinuteMs(page.createdMs)) : (page) => test(toMinuteMs(page.editedMs));
}
