// What the simulator stores. Stored things are never changed in place: a write replaces them.
import type { DataSourceObjectResponse, PageObjectResponse, RichTextItemResponse, UserObjectResponse } from "@notionhq/client";

/** A property of a data source, in Notion's own shape. */
export type PropertyConfig = DataSourceObjectResponse["properties"][string];

/** A property value as Notion returns it. */
export type PropertyValue = PageObjectResponse["properties"][string];

type ValueOf<K extends PropertyValue["type"]> = Extract<PropertyValue, { type: K }>;

/** An option of a select, multi-select or status property. */
export interface Option {
  readonly id: string;
  readonly name: string;
  readonly color: "default" | "gray" | "brown" | "orange" | "yellow" | "green" | "blue" | "purple" | "pink" | "red";
  readonly description: string | null;
}

/** The part of a property value that a page holds; names of options and people are looked up when it is read. */
export type StoredValue =
  | { readonly type: "title" | "rich_text"; readonly items: readonly RichTextItemResponse[] }
  | { readonly type: "number"; readonly number: number | null }
  | { readonly type: "select" | "status"; readonly optionId: string | null }
  | { readonly type: "multi_select"; readonly optionIds: readonly string[] }
  | { readonly type: "people"; readonly userIds: readonly string[] }
  | { readonly type: "relation"; readonly pageIds: readonly string[] }
  | { readonly type: "date"; readonly date: ValueOf<"date">["date"] }
  | { readonly type: "url" | "email" | "phone_number"; readonly text: string | null }
  | { readonly type: "checkbox"; readonly checked: boolean }
  | { readonly type: "files"; readonly files: ValueOf<"files">["files"] }
  | { readonly type: "unique_id"; readonly number: number }
  | { readonly type: "formula"; readonly formula: ValueOf<"formula">["formula"] };

/** Where a page or block lives. */
export type Parent =
  | { readonly type: "data_source_id"; readonly data_source_id: string; readonly database_id: string }
  | { readonly type: "page_id"; readonly page_id: string }
  | { readonly type: "block_id"; readonly block_id: string }
  | { readonly type: "workspace"; readonly workspace: true };

/** A stored page. */
export interface StoredPage {
  readonly id: string;
  /** Place in the order of creation; breaks ties. */
  readonly order: number;
  readonly createdMs: number;
  readonly editedMs: number;
  readonly createdBy: string;
  readonly editedBy: string;
  readonly parent: Parent;
  readonly inTrash: boolean;
  readonly isArchived: boolean;
  readonly isLocked: boolean;
  readonly icon: unknown;
  readonly cover: unknown;
  /** By property id. Pages outside of data sources have a `title` only. */
  readonly values: ReadonlyMap<string, StoredValue>;
}

/** A stored data source; its database holds nothing else. */
export interface StoredDataSource {
  readonly id: string;
  readonly databaseId: string;
  readonly title: string;
  readonly createdMs: number;
  readonly editedMs: number;
  readonly createdBy: string;
  readonly properties: readonly PropertyConfig[];
}

/** A stored block. */
export interface StoredBlock {
  readonly id: string;
  readonly type: string;
  /** The member named after the type. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly parent: Parent;
  readonly createdMs: number;
  readonly editedMs: number;
  readonly createdBy: string;
  readonly editedBy: string;
  readonly inTrash: boolean;
}

/** A stored user, in Notion's own shape. */
export type StoredUser = UserObjectResponse;

/** The options of a property that has options, else none. */
export function listOptions(config: PropertyConfig): readonly Option[] {
  switch (config.type) {
    case "select":
      return config.select.options;
    case "multi_select":
      return config.multi_select.options;
    case "status":
      return config.status.options;
    default:
      return [];
  }
}

/** The id of a title property; Notion gives all of them the same. */
export const TITLE_ID = "title";

/** Finds a property by its name or its id, the latter encoded for URLs or not. */
export function findProperty(properties: readonly PropertyConfig[], key: string): PropertyConfig | undefined {
  return (
    properties.find((config) => config.name === key) ??
    properties.find((config) => config.id === key || decodeURIComponent(config.id) === key)
  );
}

/** The text of a rich text without its formatting. */
export function toPlainText(items: readonly RichTextItemResponse[]): string {
  return items.map((item) => item.plain_text).join("");
}
