import type { RichTextItemResponse } from "@notionhq/client";
import { toMinute } from "./ids.ts";
import {
  listOptions,
  type PropertyConfig,
  type PropertyValue,
  type StoredPage,
  type StoredUser,
  type StoredValue,
} from "./model.ts";

/** How many references a page or a query shows of one property. */
export const MAX_REFERENCES = 25; // entries; https://developers.notion.com/reference/retrieve-a-page

/** Looks up people as they are now, and as the asker may see them. */
export type ShowUser = (id: string) => StoredUser | { readonly object: "user"; readonly id: string };

const cutMentions = (items: readonly RichTextItemResponse[]): RichTextItemResponse[] => {
  let mentions = 0;
  const end = items.findIndex((item) => item.type === "mention" && (mentions += 1) > MAX_REFERENCES);
  return end === -1 ? [...items] : items.slice(0, end);
};

const toOption = (config: PropertyConfig, id: string): { id: string; name: string; color: string } | undefined => {
  const option = listOptions(config).find((entry) => entry.id === id);
  return option && { id: option.id, name: option.name, color: option.color };
};

const toContent = (config: PropertyConfig, page: StoredPage, value: StoredValue | undefined, showUser: ShowUser): unknown => {
  switch (config.type) {
    case "created_time":
      return toMinute(page.createdMs);
    case "last_edited_time":
      return toMinute(page.editedMs);
    case "created_by":
      return showUser(page.createdBy);
    case "last_edited_by":
      return showUser(page.editedBy);
    case "rollup":
      return { type: "unsupported", unsupported: {}, function: config.rollup.function };
    default:
      break;
  }
  // A value whose property was retyped since does not show.
  const held = value?.type === config.type ? value : undefined;
  switch (held?.type) {
    case undefined:
      return toEmpty(config);
    case "title":
    case "rich_text":
      return held.items;
    case "number":
      return held.number;
    case "select":
    case "status":
      return (held.optionId === null ? undefined : toOption(config, held.optionId)) ?? null;
    case "multi_select":
      return held.optionIds.flatMap((id) => toOption(config, id) ?? []);
    case "people":
      return held.userIds.map(showUser);
    case "relation":
      return held.pageIds.map((id) => ({ id }));
    case "date":
      return held.date;
    case "url":
    case "email":
    case "phone_number":
      return held.text;
    case "checkbox":
      return held.checked;
    case "files":
      return held.files;
    case "unique_id":
      return { prefix: config.type === "unique_id" ? config.unique_id.prefix : null, number: held.number };
    case "formula":
      return held.formula;
  }
};

const toEmpty = (config: PropertyConfig): unknown => {
  switch (config.type) {
    case "title":
    case "rich_text":
    case "multi_select":
    case "people":
    case "relation":
    case "files":
      return [];
    case "checkbox":
      return false;
    case "unique_id":
      return { prefix: config.unique_id.prefix, number: null };
    case "formula":
      return { type: "string", string: null };
    default:
      return null;
  }
};

/** Shows a property with all its entries, as the property endpoint does in parts. */
export function toWholeValue(config: PropertyConfig, page: StoredPage, showUser: ShowUser): PropertyValue {
  const content = toContent(config, page, page.values.get(config.id), showUser);
  return { id: config.id, type: config.type, [config.type]: content } as unknown as PropertyValue;
}

/** Shows a property as pages and queries do: of relations, people and mentions the first 25 only. */
export function toShownValue(config: PropertyConfig, page: StoredPage, showUser: ShowUser): PropertyValue {
  const value = toWholeValue(config, page, showUser);
  switch (value.type) {
    case "title":
      return { ...value, title: cutMentions(value.title) };
    case "rich_text":
      return { ...value, rich_text: cutMentions(value.rich_text) };
    case "people":
      return withMore(
        { ...value, people: value.people.slice(0, MAX_REFERENCES) },
        value.people.length > MAX_REFERENCES || undefined,
      );
    case "relation":
      return withMore({ ...value, relation: value.relation.slice(0, MAX_REFERENCES) }, value.relation.length > MAX_REFERENCES);
    default:
      return value;
  }
}

// The SDK's types leave `has_more` out.
const withMore = (value: PropertyValue, hasMore: boolean | undefined): PropertyValue =>
  hasMore === undefined ? value : { ...value, ...{ has_more: hasMore } };
