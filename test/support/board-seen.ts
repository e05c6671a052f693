// Both boards as they stand, read behind the APIs so that nothing is counted, in the words of the mapping.
import type { PageObjectResponse } from "@notionhq/client";
import type { Issue, ProjectField, ProjectItem, PullRequest } from "../../local/github-api/model.ts";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import { itemsOf } from "./item-shown.ts";
import type { World } from "./world.ts";

/** A value as both boards show it: sets in ascending order, empty is `null`. */
export type Seen = string | number | null | readonly string[];

/** GitHub's name of each mapped field → Notion's. */
export const FIELD_NAMES = {
  title: "Name",
  labels: "Labels",
  assignees: "Owner",
  milestone: "Milestone",
  type: "Type",
  "project.Estimate": "Estimate",
  "project.Iteration": "Sprint",
  "project.Due": "Due",
} as const;
export type FieldName = keyof typeof FIELD_NAMES;

export interface PageSeen {
  readonly id: string;
  readonly inTrash: boolean;
  readonly status: string | null;
  readonly reference: string;
  readonly notice: string;
  readonly branch: string;
  readonly parentIds: readonly string[];
  readonly fields: Readonly<Record<FieldName, Seen>>;
}

export interface ItemSeen {
  readonly id: string;
  readonly kind: "issue" | "pullRequest";
  readonly number: number;
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly isDraft: boolean;
  readonly headRefName: string | null;
  readonly headOid: string | null;
  /** Node id of the issue that it is a sub-issue of. */
  readonly parentId: string | null;
  readonly body: string;
  /** The pages whose marker it carries, 32 hex digits each. */
  readonly markers: readonly string[];
  readonly places: readonly ProjectItem[];
  readonly column: string | null;
  readonly fields: Readonly<Record<FieldName, Seen>>;
}

const MARKER = /<!-- notion-sync:v1 page=([0-9a-f]{32}) /g;
const PERSONS: Readonly<Record<string, string>> = { "Ada Lovelace": "ada", "Grace Hopper": "grace" };

/** The pages of the data source, those in the trash too. */
export function pagesSeen(world: World): readonly PageSeen[] {
  return world.notion.listPages(DEMO_DATA_SOURCE_ID).map(toPage);
}

function toPage({ id, in_trash: inTrash, properties }: PageObjectResponse): PageSeen {
  const values = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valueOf(property)]));
  const textIn = (name: string): string => String(values[name] ?? "");
  const fields = Object.entries(FIELD_NAMES).map(([field, name]) => [field, values[name] ?? null] as const);
  return {
    id,
    inTrash,
    status: values["Status"] as string | null,
    reference: textIn("GitHub"),
    notice: textIn("Sync"),
    branch: textIn("Branch"),
    parentIds: (values["Parent"] ?? []) as readonly string[],
    fields: Object.fromEntries(fields) as PageSeen["fields"],
  };
}

function valueOf(property: PageObjectResponse["properties"][string]): Seen {
  switch (property.type) {
    case "title":
      return property.title.map((part) => part.plain_text).join("");
    case "rich_text":
      return property.rich_text.map((part) => part.plain_text).join("");
    case "status":
      return property.status?.name ?? null;
    case "select":
      return property.select?.name ?? null;
    case "multi_select":
      return property.multi_select.map(({ name }) => name).sort();
    case "people":
      return property.people.map((person) => PERSONS["name" in person ? (person.name ?? "") : ""] ?? person.id).sort();
    case "relation":
      return property.relation.map(({ id }) => id);
    case "number":
      return property.number;
    case "date":
      return property.date?.start ?? null;
    default:
      return null;
  }
}

/** The issues and pull requests of all repositories. */
export function itemsSeen(world: World): readonly ItemSeen[] {
  return itemsOf(world).map((item) => toItem(world, item));
}

function toItem(world: World, item: Issue | PullRequest): ItemSeen {
  const { store } = world.github;
  const places = store.children("ProjectV2Item", item.id);
  const inProject = places[0] ? projectValues(world, places[0]) : {};
  const isIssue = item.__typename === "Issue";
  const repository = store.findOf("Repository", item.repositoryId);
  return {
    id: item.id,
    kind: isIssue ? "issue" : "pullRequest",
    number: item.number,
    name: `${repository?.name === "widgets" ? "acme/widgets" : (repository?.name ?? "")}#${item.number}`,
    state: item.state,
    reason: isIssue ? item.stateReason : null,
    isDraft: !isIssue && item.isDraft,
    headRefName: isIssue ? null : item.headRefName,
    headOid: isIssue ? null : item.headRefOid,
    parentId: isIssue ? item.parentId : null,
    body: item.body,
    markers: [...item.body.matchAll(MARKER)].map((match) => match[1] ?? ""),
    places,
    column: (inProject["Status"] as string | undefined) ?? null,
    fields: {
      title: item.title,
      labels: item.labelIds.map((id) => store.findOf("Label", id)?.name ?? id).sort(),
      assignees: item.assigneeIds.map((id) => store.findOf("User", id)?.login ?? id).sort(),
      milestone: store.findOf("Milestone", item.milestoneId)?.title ?? null,
      type: isIssue ? (store.findOf("IssueType", item.typeId)?.name ?? null) : null,
      "project.Estimate": inProject["Estimate"] ?? null,
      "project.Iteration": inProject["Iteration"] ?? null,
      "project.Due": inProject["Due"] ?? null,
    },
  };
}

/** The fields of the project, by name. */
export function projectFields(world: World): Readonly<Record<string, ProjectField>> {
  const fields = world.github.store.nodes().filter((node): node is ProjectField => "dataType" in node);
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

function projectValues(world: World, place: ProjectItem): Readonly<Record<string, string | number>> {
  const shown: Record<string, string | number> = {};
  for (const field of Object.values(projectFields(world))) {
    const value = place.values[field.id];
    if (!value) continue;
    const option = "selectOptions" in field ? field.selectOptions.find(({ id }) => id === value.optionId)?.name : undefined;
    const iteration = "iterations" in field ? field.iterations.find(({ id }) => id === value.iterationId)?.title : undefined;
    const held = option ?? iteration ?? value.text ?? value.number ?? value.date;
    if (held !== undefined) shown[field.name] = held;
  }
  return shown;
}

/** The item that a page has: the one that its "GitHub" property names first. */
export function itemOf(page: PageSeen, items: readonly ItemSeen[]): ItemSeen | undefined {
  const name = /^[\w./-]+#\d+/.exec(page.reference)?.[0];
  return items.find((item) => item.name === name);
}

/** The page's only parent. */
export function parentOf(page: PageSeen): string | undefined {
  return page.parentIds[0];
}

/** Whether two values are the same to a person. */
export function isSame(left: Seen, right: Seen): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
