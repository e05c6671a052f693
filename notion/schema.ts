// Notion's own shapes, as far as the product reads and writes them.
import type { CreatePageParameters, DataSourceObjectResponse, PageObjectResponse } from "@notionhq/client";
import { toNotionId } from "./id.ts";

/** A page as Notion gives it, with all its properties. */
export type NotionPage = Pick<
  PageObjectResponse,
  "id" | "url" | "parent" | "in_trash" | "created_time" | "last_edited_time" | "last_edited_by" | "properties"
>;

/** The value of one property of a page, with its id and type. */
export type PropertyValue = NotionPage["properties"][string];

export type PropertyType = PropertyValue["type"];

/** What a create or update request says about properties, by property id or name. */
export type NotionProperties = NonNullable<CreatePageParameters["properties"]>;

export type PropertyRequest = NotionProperties[string];

export interface SchemaProperty {
  /** URL-encoded, as Notion gives it; survives renames. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Of select, multi-select and status properties, in their order. */
  readonly options?: readonly { readonly id: string; readonly name: string }[];
  /** Of relations. */
  readonly relatedDataSourceId?: string;
}

export interface DataSourceSchema {
  readonly dataSourceId: string;
  readonly properties: readonly SchemaProperty[];
}

type PropertyConfiguration = DataSourceObjectResponse["properties"][string];

const optionsOf = (configuration: PropertyConfiguration): SchemaProperty["options"] => {
  switch (configuration.type) {
    case "select":
      return configuration.select.options.map(({ id, name }) => ({ id, name }));
    case "multi_select":
      return configuration.multi_select.options.map(({ id, name }) => ({ id, name }));
    case "status":
      return configuration.status.options.map(({ id, name }) => ({ id, name }));
    default:
      return undefined;
  }
};

/** Takes the properties of a data source, with their options and relations, out of Notion's answer. */
export function toDataSourceSchema(dataSource: Pick<DataSourceObjectResponse, "id" | "properties">): DataSourceSchema {
  const properties = Object.values(dataSource.properties).map((configuration): SchemaProperty => {
    const { id, name, type } = configuration;
    const options = optionsOf(configuration);
    const related = configuration.type === "relation" ? toNotionId(configuration.relation.data_source_id) : undefined;
    return { id, name, type, ...(options && { options }), ...(related && { relatedDataSourceId: related }) };
  });
  return { dataSourceId: toNotionId(dataSource.id), properties };
}
