import { toSeedUuid } from "./ids.ts";
import { TITLE_ID, type Option, type PropertyConfig } from "./model.ts";
import type { SeedDataSource, SeedProperty } from "./seed.ts";

const COLORS = ["gray", "blue", "green", "orange", "purple", "pink", "red", "yellow", "brown"] as const;
const GROUPS = ["To-do", "In progress", "Complete"] as const;

const toOptions = (names: readonly string[], group: string): Option[] =>
  names.map((name, index) => ({
    id: toSeedUuid(group, index),
    name,
    color: COLORS[index % COLORS.length] ?? "default",
    description: null,
  }));

const toSpecifics = (property: SeedProperty, dataSource: SeedDataSource, group: string): Record<string, unknown> => {
  const { options = [] } = property;
  switch (property.type) {
    case "select":
    case "multi_select":
      return { options: toOptions(Array.isArray(options) ? options : [], group) };
    case "status": {
      const byGroup = Array.isArray(options)
        ? { "To-do": options as readonly string[] }
        : (options as Partial<Record<string, readonly string[]>>);
      const all = toOptions(
        GROUPS.flatMap((name) => byGroup[name] ?? []),
        group,
      );
      const groups = GROUPS.map((name, index) => ({
        id: toSeedUuid(`${group}f`, index),
        name,
        color: COLORS[index] ?? "default",
        option_ids: all.filter((option) => (byGroup[name] ?? []).includes(option.name)).map((option) => option.id),
      }));
      return { options: all, groups };
    }
    case "relation": {
      const dataSourceId = property.dataSourceId ?? dataSource.id;
      return { database_id: dataSource.databaseId, data_source_id: dataSourceId, type: "single_property", single_property: {} };
    }
    case "number":
      return { format: "number" };
    case "unique_id":
      return { prefix: property.prefix ?? null };
    case "formula":
      return { expression: "" };
    default:
      return {};
  }
};

/** Makes the schema of a seeded data source, in Notion's shape. */
export function toSchema(dataSource: SeedDataSource, place: number): PropertyConfig[] {
  return dataSource.properties.map((property, index) => {
    const { name, type } = property;
    const id = type === "title" ? TITLE_ID : (property.id ?? `p%3A${index.toString(36).padStart(2, "0")}`);
    const group = `${place.toString(16)}e${index.toString(16).padStart(2, "0")}`;
    const config = { id, name, description: null, type, [type]: toSpecifics(property, dataSource, group) };
    return config as unknown as PropertyConfig;
  });
}
