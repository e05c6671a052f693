import type { FieldMapping, GithubField, Mapping } from "../sync/mapping.ts";
import type { FieldProblem } from "../sync/model.ts";
import type { DataSourceSchema, NotionPage, PropertyValue, SchemaProperty } from "./schema.ts";

/** What the mapping asks of one property. */
export interface ExpectedProperty {
  /** The GitHub field of the mapping, or `status`, `reference`, `notice`, `branch`, `repository`. */
  readonly field: string;
  /** Name or id. */
  readonly property: string;
  readonly types: readonly string[];
}

const READ_ONLY = ["formula", "rollup", "unique_id", "created_time", "created_by", "last_edited_time", "last_edited_by"];
const PROJECT_FIELD = ["rich_text", "number", "date", "select", "status"];
const WRITABLE: Readonly<Record<GithubField, readonly string[]>> = {
  title: ["title"],
  labels: ["multi_select"],
  assignees: ["people"],
  milestone: ["select", "rich_text"],
  type: ["select", "rich_text"],
  parent: ["relation"],
};
const REPOSITORY = ["select", "status", "rich_text", "formula", "rollup"];
const SETS = new Set(["labels", "assignees", "parent"]);

/** Names what one entry of `fields` asks of its property. */
export function expectField(mapping: FieldMapping): ExpectedProperty {
  const writable = mapping.github.startsWith("project.") ? PROJECT_FIELD : (WRITABLE[mapping.github] ?? []);
  const canRead = mapping.direction === "toGithub" && !SETS.has(mapping.github);
  return { field: mapping.github, property: mapping.notion, types: canRead ? [...writable, ...READ_ONLY] : writable };
}

/** Names what the mapping asks of the properties outside `fields`; `undefined` for one that it does not use. */
export function expectSpecial(mapping: Mapping): {
  readonly status: ExpectedProperty;
  readonly reference: ExpectedProperty;
  readonly notice: ExpectedProperty | undefined;
  readonly branch: ExpectedProperty | undefined;
  readonly repository: ExpectedProperty | undefined;
} {
  const { notion, github, status, pullRequest } = mapping;
  const property = github.repositoryProperty?.property;
  return {
    status: { field: "status", property: status.property, types: ["select", "status"] },
    reference: { field: "reference", property: notion.githubProperty, types: ["rich_text", "url"] },
    notice: notion.errorProperty === null ? undefined : { field: "notice", property: notion.errorProperty, types: ["rich_text"] },
    branch: pullRequest ? { field: "branch", property: pullRequest.branchProperty, types: ["rich_text"] } : undefined,
    repository: property === undefined ? undefined : { field: "repository", property, types: REPOSITORY },
  };
}

const words = (type: string): string => type.replaceAll("_", " ");

const missing = ({ field, property }: ExpectedProperty): FieldProblem => ({
  field,
  code: "property_missing",
  reason: `The data source has no property "${property}".`,
  remedy: `Make the property again, or correct its name for "${field}" in the mapping.`,
});

const wrongType = ({ field, property, types }: ExpectedProperty, found: string): FieldProblem => ({
  field,
  code: "property_type",
  reason: `Expected property "${property}" to be ${types.map(words).join(" or ")}, found ${words(found)}.`,
  remedy: READ_ONLY.includes(found)
    ? `Give "${field}" the direction "toGithub" in the mapping if it allows that, or another property.`
    : `Change the type of the property in Notion, or give "${field}" another property in the mapping.`,
});

/** Lists the properties of a page or of a data source alike; of a page with their values. */
export function listProperties(
  target: NotionPage | DataSourceSchema,
): readonly (SchemaProperty & { readonly value?: PropertyValue })[] {
  if ("dataSourceId" in target) return target.properties;
  return Object.entries(target.properties).map(([name, value]) => ({ id: value.id, name, type: value.type, value }));
}

const decode = (id: string): string => {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
};

/** Finds the property that is expected, by name or else by id, or says what is wrong with it. */
export function resolveProperty<P extends SchemaProperty>(
  properties: readonly P[],
  expected: ExpectedProperty,
): { readonly found: P } | { readonly problem: FieldProblem } {
  const found =
    properties.find(({ name }) => name === expected.property) ??
    properties.find(({ id }) => id === expected.property || decode(id) === expected.property);
  if (!found) return { problem: missing(expected) };
  return expected.types.includes(found.type) ? { found } : { problem: wrongType(expected, found.type) };
}
