import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue, PageSnapshot } from "../sync/model.ts";
import { matchesFilter } from "./filter.ts";
import { toNotionId } from "./id.ts";
import { toLogins } from "./people.ts";
import { toPropertyRequest, toTextParts } from "./property-request.ts";
import { expectField, expectSpecial, listProperties, resolveProperty, type ExpectedProperty } from "./property-type.ts";
import { toFieldValue } from "./property-value.ts";
import { findReference } from "./reference.ts";
import type { DataSourceSchema, NotionPage, NotionProperties, PropertyValue } from "./schema.ts";

/** Entries that a read gives at most. @see https://developers.notion.com/reference/retrieve-a-page */
const MAX_READ_ENTRIES = 25;

/** What is to be written to a page; what is absent stays as it is. */
export interface PageWrite {
  readonly status?: string;
  /** `null` clears it. */
  readonly reference?: { readonly text: string; readonly url: string } | null;
  /** `""` clears it. */
  readonly notice?: string;
  /** By GitHub field of the mapping. */
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

/** Whether a read may have left entries of this property out. */
function isTruncated(property: PropertyValue & { readonly has_more?: boolean }): boolean {
  if (property.has_more !== undefined) return property.has_more;
  switch (property.type) {
    case "people":
      return property.people.length >= MAX_READ_ENTRIES;
    case "relation":
      return property.relation.length >= MAX_READ_ENTRIES;
    case "title":
      return property.title.filter(({ type }) => type === "mention").length >= MAX_READ_ENTRIES;
    case "rich_text":
      return property.rich_text.filter(({ type }) => type === "mention").length >= MAX_READ_ENTRIES;
    default:
      return false;
  }
}

const unreadable = ({ field, property }: ExpectedProperty): FieldProblem => ({
  field,
  code: "value_unreadable",
  reason: `Notion gives no usable value for property "${property}".`,
  remedy: "Simplify the formula or rollup, or map another property.",
});

const truncated = ({ field, property }: ExpectedProperty): FieldProblem => ({
  field,
  code: "value_truncated",
  reason: `Property "${property}" holds more entries than were read.`,
  remedy: `Keep at most ${MAX_READ_ENTRIES - 1} entries in it.`,
});

/**
 * Reads a page in the fields of the mapping; what cannot be read becomes a problem of its field and harms no other.
 *
 * @returns `dataSourceId` is `""` for a page that was moved out of every data source.
 */
export function toPageSnapshot(page: NotionPage, mapping: Mapping, readAt: string): PageSnapshot {
  const properties = listProperties(page);
  const problems: FieldProblem[] = [];
  const read = (expected: ExpectedProperty | undefined): { readonly value: FieldValue } | undefined => {
    if (!expected) return undefined;
    const resolved = resolveProperty(properties, expected);
    const property = "found" in resolved ? resolved.found.value : undefined;
    const value = property && toFieldValue(property);
    if ("problem" in resolved) problems.push(resolved.problem);
    else if (!property || value === undefined) problems.push(unreadable(expected));
    else if (isTruncated(property)) problems.push(truncated(expected));
    else return { value };
    return undefined;
  };
  const readText = (expected: ExpectedProperty | undefined): string | null => {
    const value = read(expected)?.value;
    return typeof value === "string" ? value : null;
  };

  const special = expectSpecial(mapping);
  const status = readText(special.status);
  const referenceText = readText(special.reference)?.trim() ?? "";
  const reference = findReference(referenceText);
  const notice = readText(special.notice) ?? "";
  const branch = readText(special.branch)?.trim() ?? "";
  const repository = toRepository(mapping, readText(special.repository), problems);
  const isMatch = isInFilter(page, mapping, readAt, problems);
  const fields: Record<string, FieldValue> = {};
  for (const field of mapping.fields) {
    const expected = expectField(field);
    const found = read(expected);
    if (!found) continue;
    fields[field.github] = found.value;
    if (field.github !== "assignees") continue;
    const resolved = resolveProperty(properties, expected);
    const property = "found" in resolved ? resolved.found.value : undefined;
    if (property?.type !== "people") continue;
    const { logins, problems: unmapped } = toLogins(property.people, mapping.people);
    fields[field.github] = logins;
    problems.push(...unmapped);
  }
  return {
    pageId: toNotionId(page.id),
    url: page.url,
    dataSourceId: page.parent.type === "data_source_id" ? toNotionId(page.parent.data_source_id) : "",
    readAt,
    editedAt: page.last_edited_time,
    inTrash: page.in_trash,
    status,
    reference,
    ...(referenceText !== "" && referenceText !== reference && !/^https?:/.test(referenceText) ? { referenceText } : {}),
    notice,
    branch: branch === "" ? null : branch,
    ...(repository === undefined ? {} : { repository }),
    ...(isMatch ? {} : { unmatched: true }),
    fields,
    problems,
  };
}

/** The repository that a page names; an empty property means the mapping's own. */
function toRepository({ github }: Mapping, value: string | null, problems: FieldProblem[]): string | undefined {
  const name = value?.trim() ?? "";
  if (!github.repositoryProperty || name === "") return undefined;
  const { property, values } = github.repositoryProperty;
  if (Object.hasOwn(values, name)) return values[name];
  const listed = Object.keys(values).map((each) => `"${each}"`);
  problems.push({
    field: "repository",
    code: "repository_unlisted",
    reason: `"${name}" in property "${property}" stands for no repository.`,
    remedy: `Choose one of ${listed.join(", ")}, or add "${name}" to "repositoryProperty" in the mapping.`,
  });
  return undefined;
}

/** A filter that cannot be judged leaves no page out in silence: that is a problem of the page. */
function isInFilter(page: NotionPage, { notion: { filter } }: Mapping, readAt: string, problems: FieldProblem[]): boolean {
  if (!filter) return true;
  const verdict = matchesFilter(page, filter, Date.parse(readAt));
  if (typeof verdict === "boolean") return verdict;
  problems.push({ field: "filter", code: "filter_unclear", ...verdict });
  return true;
}

/**
 * Turns a write into the properties of a create or update request, by property id.
 *
 * @param target The page that is written to, or the data source of a new one: gives the ids and types.
 * @throws ServiceError `failed`, with `property_missing`, `property_type` or `value_invalid`; a notice without a property to show it is left out.
 */
export function toProperties(write: PageWrite, mapping: Mapping, target: NotionPage | DataSourceSchema): NotionProperties {
  const known = listProperties(target);
  const special = expectSpecial(mapping);
  const properties: NotionProperties = {};
  const find = (expected: ExpectedProperty): (typeof known)[number] => {
    const resolved = resolveProperty(known, expected);
    if ("found" in resolved) return resolved.found;
    const { code, reason, remedy } = resolved.problem;
    throw new ServiceError({ service: "notion", code, end: "failed", message: `${reason} ${remedy}` });
  };

  if (write.status !== undefined) {
    const property = find(special.status);
    properties[property.id] = toPropertyRequest(property, write.status);
  }
  if (write.reference !== undefined) {
    const property = find(special.reference);
    const { text, url } = write.reference ?? { text: "", url: "" };
    const isUrl = property.type === "url";
    properties[property.id] = isUrl ? { url: url || null } : { rich_text: toTextParts(property, text, url) };
  }
  if (write.notice !== undefined && special.notice) {
    const resolved = resolveProperty(known, special.notice);
    if ("found" in resolved) properties[resolved.found.id] = toPropertyRequest(resolved.found, write.notice);
  }
  for (const [field, value] of Object.entries(write.fields ?? {})) {
    const entry = mapping.fields.find(({ github }) => github === field);
    if (!entry) throw new Error(`Unreachable: the mapping "${mapping.name}" has no field "${field}".`);
    const property = find(expectField(entry));
    properties[property.id] = toPropertyRequest(property, value);
  }
  return properties;
}

/** Lists the mapped properties of which a read gave only the first 25 entries; writing one of them back would delete the rest. */
export function listTruncated(page: NotionPage, mapping: Mapping): readonly { readonly propertyId: string }[] {
  const { status, reference, notice, branch, repository } = expectSpecial(mapping);
  const expected = [status, reference, notice, branch, repository, ...mapping.fields.map(expectField)].filter(
    (one) => one !== undefined,
  );
  const properties = listProperties(page);
  return expected.flatMap((one) => {
    const resolved = resolveProperty(properties, one);
    const property = "found" in resolved ? resolved.found.value : undefined;
    return property && isTruncated(property) ? [{ propertyId: property.id }] : [];
  });
}
