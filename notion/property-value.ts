import type { FieldValue } from "../sync/model.ts";
import { toNotionId } from "./id.ts";
import { toPlainText } from "./rich-text.ts";
import type { PropertyValue } from "./schema.ts";

type Of<Type extends PropertyValue["type"]> = Extract<PropertyValue, { type: Type }>;
type Person = Of<"people">["people"][number];
type NotionDate = Of<"date">["date"];

/** Gives the e-mail address of a person in lower case when Notion tells it, else the id of the user or group. */
export function toPersonName(person: Person): string {
  const email = "type" in person && person.type === "person" ? person.person.email : undefined;
  return email ? email.toLowerCase() : toNotionId(person.id);
}

/** Gives the day on which a date starts, as written in its own time zone, or `null`. */
export function toDay(date: NotionDate): string | null {
  return date ? date.start.slice(0, "YYYY-MM-DD".length) : null;
}

/** Puts names into the neutral form of a set: each once, in ascending order. */
export function toSet(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

const toTextOrNull = (text: string | null): string | null => (text === "" ? null : text);
const booleanText = (value: boolean | null): string | null => (value === null ? null : String(value));

const fromFormula = ({ formula }: Of<"formula">): FieldValue | undefined => {
  switch (formula.type) {
    case "string":
      return toTextOrNull(formula.string);
    case "number":
      return formula.number;
    case "boolean":
      return booleanText(formula.boolean);
    case "date":
      return toDay(formula.date);
    default:
      return undefined;
  }
};

const toTexts = (value: FieldValue | undefined): readonly string[] => {
  if (value === undefined || value === null) return [];
  return typeof value === "object" ? value : [String(value)];
};

const fromRollup = ({ rollup }: Of<"rollup">): FieldValue | undefined => {
  switch (rollup.type) {
    case "number":
      return rollup.number;
    case "date":
      return toDay(rollup.date);
    case "array": {
      const values = rollup.array.map((element) => toFieldValue({ id: "", ...element }));
      return values.includes(undefined) ? undefined : toTextOrNull(values.flatMap(toTexts).join(", "));
    }
    default:
      return undefined;
  }
};

const fromUniqueId = ({ unique_id: { prefix, number } }: Of<"unique_id">): FieldValue => {
  if (number === null) return null;
  return prefix ? `${prefix}-${number}` : number;
};

/**
 * Reads a property into the neutral form; `undefined` when its type has none, or Notion could not work its value out.
 *
 * @remarks Dates and times become days; a rollup of several values becomes one text.
 */
export function toFieldValue(property: PropertyValue): FieldValue | undefined {
  switch (property.type) {
    case "title":
      return toTextOrNull(toPlainText(property.title));
    case "rich_text":
      return toTextOrNull(toPlainText(property.rich_text));
    case "number":
      return property.number;
    case "select":
      return property.select?.name ?? null;
    case "status":
      return property.status?.name ?? null;
    case "multi_select":
      return toSet(property.multi_select.map((option) => option.name));
    case "people":
      return toSet(property.people.map(toPersonName));
    case "relation":
      return toSet(property.relation.map((related) => toNotionId(related.id)));
    case "date":
      return toDay(property.date);
    case "url":
      return toTextOrNull(property.url);
    case "email":
      return toTextOrNull(property.email);
    case "phone_number":
      return toTextOrNull(property.phone_number);
    case "checkbox":
      return booleanText(property.checkbox);
    case "created_time":
      return property.created_time.slice(0, "YYYY-MM-DD".length);
    case "last_edited_time":
      return property.last_edited_time.slice(0, "YYYY-MM-DD".length);
    case "created_by":
      return toPersonName(property.created_by);
    case "last_edited_by":
      return toPersonName(property.last_edited_by);
    case "formula":
      return fromFormula(property);
    case "rollup":
      return fromRollup(property);
    case "unique_id":
      return fromUniqueId(property);
    default:
      return undefined;
  }
}
