import { ServiceError } from "../sync/error.ts";
import type { FieldValue } from "../sync/model.ts";
import { isNotionId, toNotionId } from "./id.ts";
import { toDay, toPersonName } from "./property-value.ts";
import { MAX_RICH_TEXT_PARTS, toRichText, type TextPart } from "./rich-text.ts";
import type { PropertyRequest, PropertyValue } from "./schema.ts";

/** Entries of one multi-select, relation or people property. @see https://developers.notion.com/reference/request-limits */
const MAX_ENTRIES = 100;

/** What is known of the property that a value is written to. */
export interface WrittenProperty {
  readonly name: string;
  readonly type: string;
  /** Its present value, when the page is known. */
  readonly value?: PropertyValue;
}

const refuse = (property: WrittenProperty, why: string): ServiceError =>
  new ServiceError({
    service: "notion",
    code: "value_invalid",
    end: "failed",
    message: `The value for property "${property.name}" cannot be written: ${why}.`,
  });

const toText = (property: WrittenProperty, value: FieldValue): string => {
  if (value === null) return "";
  if (typeof value !== "string") throw refuse(property, "it is not a text");
  return value;
};

const toNames = (property: WrittenProperty, value: FieldValue): readonly string[] => {
  if (typeof value !== "object" || value === null) throw refuse(property, "it is not a set");
  if (value.length > MAX_ENTRIES) throw refuse(property, `Notion takes at most ${MAX_ENTRIES} entries, found ${value.length}`);
  return value;
};

const toOption = (property: WrittenProperty, name: string): { name: string } => {
  if (name.includes(",")) throw refuse(property, "Notion allows no comma in the name of an option");
  return { name };
};

const toOptionOrNull = (property: WrittenProperty, value: FieldValue): { name: string } | null => {
  const name = toText(property, value);
  return name === "" ? null : toOption(property, name);
};

/** Turns a text into the parts of a rich text or title. */
export function toTextParts(property: WrittenProperty, text: string, url?: string): TextPart[] {
  const parts = toRichText(text, url);
  if (parts.length > MAX_RICH_TEXT_PARTS) throw refuse(property, "it is too long for one property");
  return parts;
}

const toPeople = (property: WrittenProperty, value: FieldValue): { id: string }[] => {
  const present = property.value?.type === "people" ? property.value.people : [];
  return toNames(property, value).map((name) => {
    if (isNotionId(name)) return { id: toNotionId(name) };
    const known = present.find((person) => toPersonName(person) === name.toLowerCase());
    if (!known) throw refuse(property, "it names a person by an e-mail address that is not on the page; a user id is needed");
    return { id: known.id };
  });
};

const toDate = (property: WrittenProperty, value: FieldValue): PropertyRequest => {
  const day = toText(property, value);
  if (day === "") return { date: null };
  const present = property.value?.type === "date" ? property.value.date : null;
  // End and time of day are the page's own as long as the day is the same.
  return { date: present && toDay(present) === day ? present : { start: day } };
};

/**
 * Turns a neutral value into what a request says about a property.
 *
 * @throws ServiceError `value_invalid` for a value that the property cannot hold, and `property_type` for one that nobody can write to.
 */
export function toPropertyRequest(property: WrittenProperty, value: FieldValue): PropertyRequest {
  switch (property.type) {
    case "title":
      return { title: toTextParts(property, toText(property, value)) };
    case "rich_text":
      return { rich_text: toTextParts(property, toText(property, value)) };
    case "number":
      if (value !== null && typeof value !== "number") throw refuse(property, "it is not a number");
      return { number: value };
    case "select":
      return { select: toOptionOrNull(property, value) };
    case "status":
      return { status: toOptionOrNull(property, value) };
    case "multi_select":
      return { multi_select: toNames(property, value).map((name) => toOption(property, name)) };
    case "people":
      return { people: toPeople(property, value) };
    case "relation":
      return { relation: toNames(property, value).map((id) => ({ id: toNotionId(id) })) };
    case "date":
      return toDate(property, value);
    case "url":
      return { url: toText(property, value) || null };
    default:
      throw new ServiceError({
        service: "notion",
        code: "property_type",
        end: "failed",
        message: `Property "${property.name}" is of type "${property.type}", which cannot be written.`,
      });
  }
}
