// What Notion's filter objects may say. A filter is held against this at start, so that no page is judged by half of one.
// @see https://developers.notion.com/reference/filter-data-source-entries

/** A fault of a filter; the path is relative to the filter. */
export interface FilterFault {
  readonly path: readonly (string | number)[];
  readonly reason: string;
  readonly fix: string;
}

type Operand = "text" | "texts" | "number" | "boolean" | "true" | "date" | "window";
type Operators = Readonly<Record<string, Operand>>;

const MAX_DEPTH = 2; // levels of `and` and `or`

const EMPTINESS: Operators = { is_empty: "true", is_not_empty: "true" };
const TEXT: Operators = {
  equals: "text",
  does_not_equal: "text",
  contains: "text",
  does_not_contain: "text",
  starts_with: "text",
  ends_with: "text",
  ...EMPTINESS,
};
const NUMBER: Operators = {
  equals: "number",
  does_not_equal: "number",
  greater_than: "number",
  less_than: "number",
  greater_than_or_equal_to: "number",
  less_than_or_equal_to: "number",
  ...EMPTINESS,
};
const DATE: Operators = {
  equals: "date",
  before: "date",
  after: "date",
  on_or_before: "date",
  on_or_after: "date",
  past_week: "window",
  past_month: "window",
  past_year: "window",
  this_week: "window",
  next_week: "window",
  next_month: "window",
  next_year: "window",
  ...EMPTINESS,
};
const CHOICE: Operators = { equals: "texts", does_not_equal: "texts", ...EMPTINESS };
const MEMBERS: Operators = { contains: "texts", does_not_contain: "texts", ...EMPTINESS };
const CHECKBOX: Operators = { equals: "boolean", does_not_equal: "boolean" };

/** Operators by the member of a filter that holds them: the type of the property, as a rule. */
const CONDITIONS: Readonly<Record<string, Operators>> = {
  title: TEXT,
  rich_text: TEXT,
  url: TEXT,
  email: TEXT,
  phone_number: TEXT,
  number: NUMBER,
  unique_id: NUMBER,
  checkbox: CHECKBOX,
  select: CHOICE,
  status: CHOICE,
  multi_select: MEMBERS,
  people: MEMBERS,
  created_by: MEMBERS,
  last_edited_by: MEMBERS,
  relation: MEMBERS,
  date: DATE,
  created_time: DATE,
  last_edited_time: DATE,
  files: EMPTINESS,
  verification: { status: "text" },
};
const FORMULA: Readonly<Record<string, Operators>> = { string: TEXT, number: NUMBER, checkbox: CHECKBOX, date: DATE };
const ROLLUP: Readonly<Record<string, Operators>> = { number: NUMBER, date: DATE };
const ROLLUP_QUANTIFIERS: readonly string[] = ["any", "every", "none"];
const VERIFICATIONS: readonly string[] = ["verified", "expired", "none"];
const RELATIVE_DAYS: readonly string[] = [
  "today",
  "tomorrow",
  "yesterday",
  "one_week_ago",
  "one_week_from_now",
  "one_month_ago",
  "one_month_from_now",
];

type Path = readonly (string | number)[];

/** Narrows to an object with keys. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Holds a filter object against what Notion documents; no faults: every part of it can be judged. */
export function checkFilter(filter: unknown): readonly FilterFault[] {
  return checkNode(filter, [], 0);
}

function checkNode(node: unknown, path: Path, depth: number): readonly FilterFault[] {
  if (!isFields(node)) return [fault(path, "A filter must be an object.", "Use one of Notion's filter objects.")];
  const groups = ["and", "or"].filter((group) => group in node);
  const [group] = groups;
  if (group === undefined) return "timestamp" in node ? checkTimestamp(node, path) : checkProperty(node, path);
  const parts = node[group];
  if (Object.keys(node).length > 1)
    return [fault(path, `Beside "${group}" nothing else may stand.`, "Nest the other part in it.")];
  if (depth >= MAX_DEPTH) return [fault(path, `Filters nest at most ${MAX_DEPTH} levels deep.`, "Write it with fewer levels.")];
  if (!Array.isArray(parts) || parts.length === 0)
    return [fault([...path, group], "It must be a list of filters.", "List at least one.")];
  return parts.flatMap((part: unknown, index) => checkNode(part, [...path, group, index], depth + 1));
}

function checkTimestamp(node: Readonly<Record<string, unknown>>, path: Path): readonly FilterFault[] {
  const { timestamp } = node;
  if (timestamp !== "created_time" && timestamp !== "last_edited_time") {
    return [fault([...path, "timestamp"], "This is no timestamp of pages.", 'Use "created_time" or "last_edited_time".')];
  }
  const extra = Object.keys(node).find((key) => key !== "timestamp" && key !== timestamp);
  if (extra !== undefined) return [fault([...path, extra], "This key is not known here.", "Remove it.")];
  return checkCondition(node[timestamp], DATE, [...path, timestamp]);
}

function checkProperty(node: Readonly<Record<string, unknown>>, path: Path): readonly FilterFault[] {
  if (typeof node["property"] !== "string" || node["property"] === "") {
    return [fault([...path, "property"], "The filter names no property.", 'Add "property" with the name of one.')];
  }
  const types = Object.keys(node).filter((key) => key !== "property" && key !== "type");
  const [type] = types;
  if (type === undefined || types.length > 1) {
    return [
      fault(
        path,
        "It must hold exactly one condition.",
        'Write for example { "property": "Team", "select": { "equals": "Web" } }.',
      ),
    ];
  }
  const at = [...path, type];
  if (type === "formula") return checkNested(node[type], FORMULA, at);
  if (type === "rollup") return checkRollup(node[type], at);
  const operators = Object.hasOwn(CONDITIONS, type) ? CONDITIONS[type] : undefined;
  if (!operators) return [fault(at, "This is no type that can be filtered by.", oneOf(Object.keys(CONDITIONS)))];
  return checkCondition(node[type], operators, at);
}

function checkRollup(value: unknown, path: Path): readonly FilterFault[] {
  const [key] = isFields(value) ? Object.keys(value) : [];
  if (key === undefined || !isFields(value) || !ROLLUP_QUANTIFIERS.includes(key)) return checkNested(value, ROLLUP, path);
  return checkNested(value[key], CONDITIONS, [...path, key]);
}

function checkNested(value: unknown, types: Readonly<Record<string, Operators>>, path: Path): readonly FilterFault[] {
  const keys = isFields(value) ? Object.keys(value) : [];
  const [type] = keys;
  const operators = type !== undefined && Object.hasOwn(types, type) ? types[type] : undefined;
  if (!isFields(value) || type === undefined || keys.length > 1 || !operators) {
    return [fault(path, "It must hold one condition on a result.", oneOf(Object.keys(types)))];
  }
  return checkCondition(value[type], operators, [...path, type]);
}

function checkCondition(value: unknown, operators: Operators, path: Path): readonly FilterFault[] {
  const keys = isFields(value) ? Object.keys(value) : [];
  const [operator] = keys;
  if (!isFields(value) || operator === undefined || keys.length > 1) {
    return [fault(path, "It must be an object with one operator.", oneOf(Object.keys(operators)))];
  }
  const operand = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  const at = [...path, operator];
  if (!operand) return [fault(at, "This operator is not known for this type.", oneOf(Object.keys(operators)))];
  return isOperand(operand, value[operator], path.at(-1)) ? [] : [fault(at, "The operand does not fit.", FITTING[operand])];
}

const FITTING: Readonly<Record<Operand, string>> = {
  text: "Use a text.",
  texts: "Use a text, or a list of texts; a person is named by id.",
  number: "Use a number.",
  boolean: "Use true or false.",
  true: "Use true.",
  date: `Use a date such as "2026-03-31", or ${RELATIVE_DAYS.map((day) => `"${day}"`).join(", ")}.`,
  window: "Use {}.",
};

function isOperand(operand: Operand, value: unknown, type: string | number | undefined): boolean {
  switch (operand) {
    case "text":
      return typeof value === "string" && (type !== "verification" || VERIFICATIONS.includes(value));
    case "texts": {
      const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
      // Who "me" is depends on who asks, and here nobody does.
      return texts.length > 0 && texts.every((text) => typeof text === "string" && text !== "" && text !== "me");
    }
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "true":
      return value === true;
    case "date":
      return typeof value === "string" && (RELATIVE_DAYS.includes(value) || !Number.isNaN(Date.parse(value)));
    case "window":
      return isFields(value) && Object.keys(value).length === 0;
  }
}

function oneOf(names: readonly string[]): string {
  return `Use one of ${names.join(", ")}.`;
}

function fault(path: Path, reason: string, fix: string): FilterFault {
  return { path, reason, fix };
}
