import { isFields } from "../sync/filter-form.ts";
import { judgeDate } from "./filter-dates.ts";
import { isSameId, judgeCheckbox, judgeMembers, judgeNumber, judgeText } from "./filter-values.ts";
import { toNotionId } from "./id.ts";
import { listProperties } from "./property-type.ts";
import { toPlainText } from "./rich-text.ts";
import type { NotionPage, PropertyValue } from "./schema.ts";

/** Why a filter says nothing about a page. */
export interface FilterProblem {
  readonly reason: string;
  readonly remedy: string;
}

/** Whether a page fits; a filter that cannot be judged neither fits nor does not. */
export type FilterVerdict = boolean | FilterProblem;

type Fields = Readonly<Record<string, unknown>>;
type Rollup = Extract<PropertyValue, { type: "rollup" }>["rollup"];

const MAX_READ_ENTRIES = 25; // of people and relations; @see https://developers.notion.com/reference/retrieve-a-page

/** Judges a page by Notion's own filter object, as a query with it would; pure. `nowMs`: what "today" means, in UTC. */
export function matchesFilter(page: NotionPage, filter: Fields, nowMs: number): FilterVerdict {
  const { and, or, timestamp } = filter;
  if (Array.isArray(and)) return all(and.map((part) => judgePart(page, part, nowMs)));
  if (Array.isArray(or)) return not(all(or.map((part) => not(judgePart(page, part, nowMs)))));
  if (timestamp === "created_time" || timestamp === "last_edited_time") {
    const [operator, operand] = oneEntry(filter[timestamp]);
    return judgeDate(operator, operand, page[timestamp], nowMs) ?? unknown(`${timestamp}.${operator}`);
  }
  return judgeProperty(page, filter, nowMs);
}

function judgePart(page: NotionPage, part: unknown, nowMs: number): FilterVerdict {
  return isFields(part) ? matchesFilter(page, part, nowMs) : unknown("a part that is no object");
}

/** One that does not fit decides, whatever cannot be judged beside it. */
function all(verdicts: readonly FilterVerdict[]): FilterVerdict {
  return verdicts.includes(false) ? false : (verdicts.find((verdict) => verdict !== true) ?? true);
}

function not(verdict: FilterVerdict): FilterVerdict {
  return typeof verdict === "boolean" ? !verdict : verdict;
}

function judgeProperty(page: NotionPage, filter: Fields, nowMs: number): FilterVerdict {
  const name = String(filter["property"]);
  const properties = listProperties(page);
  const found = properties.find((property) => property.name === name) ?? properties.find(({ id }) => isSameId(id, name));
  if (!found?.value)
    return problem(`There is no property "${name}", by which the mapping's filter chooses pages.`, "Make the property again");
  const type = Object.keys(filter).find((key) => key !== "property" && key !== "type") ?? "";
  const isTitle = found.type === "title" && type === "rich_text";
  if (type !== found.type && !isTitle) {
    return problem(
      `The mapping's filter takes property "${name}" for ${type}, and it is ${found.type}.`,
      "Change its type in Notion",
    );
  }
  return judgeValue(found.value, filter[type], nowMs) ?? unknown(`${type}.${oneEntry(filter[type])[0]}`);
}

/** Judges a value; `undefined` for a condition that is not known. */
function judgeValue(value: PropertyValue, condition: unknown, nowMs: number): FilterVerdict | undefined {
  const [operator, operand] = oneEntry(condition);
  switch (value.type) {
    case "title":
      return judgeText(operator, operand, toPlainText(value.title));
    case "rich_text":
      return judgeText(operator, operand, toPlainText(value.rich_text));
    case "url":
      return judgeText(operator, operand, value.url ?? "");
    case "email":
      return judgeText(operator, operand, value.email ?? "");
    case "phone_number":
      return judgeText(operator, operand, value.phone_number ?? "");
    case "number":
      return judgeNumber(operator, operand, value.number);
    case "unique_id":
      return judgeNumber(operator, operand, value.unique_id.number);
    case "checkbox":
      return judgeCheckbox(operator, operand, value.checkbox);
    case "select":
      return judgeMembers(operator, operand, namesOf(value.select));
    case "status":
      return judgeMembers(operator, operand, namesOf(value.status));
    case "multi_select":
      return judgeMembers(operator, operand, value.multi_select.flatMap(namesOf));
    case "people":
      return judgeMany(operator, operand, value.people);
    case "relation":
      return judgeMany(operator, operand, value.relation);
    case "created_by":
      return judgeMembers(operator, operand, idsOf([value.created_by]));
    case "last_edited_by":
      return judgeMembers(operator, operand, idsOf([value.last_edited_by]));
    case "files":
      return judgeMembers(
        operator,
        operand,
        value.files.map((file) => file.name),
      );
    case "date":
      return judgeDate(operator, operand, value.date?.start ?? null, nowMs);
    case "created_time":
      return judgeDate(operator, operand, value.created_time, nowMs);
    case "last_edited_time":
      return judgeDate(operator, operand, value.last_edited_time, nowMs);
    case "formula":
      return judgeFormula(value, condition, nowMs);
    case "rollup":
      return judgeRollup(value.rollup, condition, nowMs);
    case "verification": {
      const state = value.verification?.state ?? "unverified";
      return operator === "status" ? operand === (state === "unverified" ? "none" : state) : undefined;
    }
    default:
      return undefined;
  }
}

function judgeFormula(
  value: Extract<PropertyValue, { type: "formula" }>,
  condition: unknown,
  nowMs: number,
): FilterVerdict | undefined {
  const { formula } = value;
  const [kind, inner] = oneEntry(condition);
  const [operator, operand] = oneEntry(inner);
  const isOther = kind === "checkbox" ? formula.type !== "boolean" : formula.type !== kind;
  if (isOther)
    return problem(`The mapping's filter takes a formula for ${kind}, and its result is ${formula.type}.`, "Change the formula");
  switch (formula.type) {
    case "string":
      return judgeText(operator, operand, formula.string ?? "");
    case "number":
      return judgeNumber(operator, operand, formula.number);
    case "boolean":
      return judgeCheckbox(operator, operand, formula.boolean === true);
    case "date":
      return judgeDate(operator, operand, formula.date?.start ?? null, nowMs);
    default:
      return undefined;
  }
}

function judgeRollup(rollup: Rollup, condition: unknown, nowMs: number): FilterVerdict | undefined {
  const [key, inner] = oneEntry(condition);
  const [operator, operand] = oneEntry(inner);
  if (rollup.type === "number" && key === "number") return judgeNumber(operator, operand, rollup.number);
  if (rollup.type === "date" && key === "date") return judgeDate(operator, operand, rollup.date?.start ?? null, nowMs);
  if (rollup.type !== "array")
    return problem(`The mapping's filter takes a rollup for ${key}, and it is ${rollup.type}.`, "Change the rollup");
  const verdicts = rollup.array.map((element): FilterVerdict => {
    const value: PropertyValue = { id: "", ...element };
    const isText = value.type === "title" && operator === "rich_text";
    if (value.type !== operator && !isText)
      return problem(`The mapping's filter takes a rollup for ${operator}, and it holds ${value.type}.`, "Change the rollup");
    return judgeValue(value, operand, nowMs) ?? unknown(`rollup.${key}.${operator}`);
  });
  switch (key) {
    case "any":
      return not(all(verdicts.map(not)));
    case "every":
      return all(verdicts);
    case "none":
      return all(verdicts.map(not));
    default:
      return undefined;
  }
}

/** Who is not among the first 25 may be behind them. */
function judgeMany(operator: string, operand: unknown, entries: readonly { readonly id: string }[]): FilterVerdict | undefined {
  const ids = idsOf(entries);
  const isCut = entries.length >= MAX_READ_ENTRIES && (operator === "contains" || operator === "does_not_contain");
  if (isCut && judgeMembers("contains", operand, ids) !== true) {
    return problem(
      "A property by which the mapping's filter chooses pages holds more entries than were read.",
      "Keep fewer entries in it",
    );
  }
  return judgeMembers(operator, operand, ids);
}

function namesOf(option: { readonly id?: string; readonly name?: string } | null): readonly string[] {
  return [option?.name, option?.id].filter((text) => text !== undefined);
}

function idsOf(entries: readonly { readonly id: string }[]): readonly string[] {
  return entries.map(({ id }) => toNotionId(id));
}

function oneEntry(value: unknown): readonly [string, unknown] {
  const [entry] = isFields(value) ? Object.entries(value) : [];
  return entry ?? ["", undefined];
}

function unknown(what: string): FilterProblem {
  return problem(`The mapping's filter says something that is not known: ${what}.`, "Use what Notion documents for filters");
}

function problem(reason: string, doThis: string): FilterProblem {
  return { reason, remedy: `${doThis}, or correct "notion.filter" in the mapping.` };
}
