import type { FieldMapping, Mapping } from "../../sync/mapping.ts";
import type { NotionPage, PropertyValue } from "../../notion/schema.ts";

export const PAGE_ID = "153104cd-477e-809d-8dc4-ff2d96ae3090";
export const DATA_SOURCE_ID = "98024f3c-b1d3-4aec-a301-f01e0dacf023";

type PropertyBody = PropertyValue extends infer P ? (P extends { id: string } ? Omit<P, "id"> : never) : never;

/** A property with the given id; `value` says its type and its content. */
export function aProperty(id: string, value: PropertyBody): PropertyValue {
  return { id, ...value };
}

/** A rich-text item as Notion returns it. */
export function aText(content: string, url: string | null = null) {
  return {
    type: "text" as const,
    text: { content, link: url === null ? null : { url } },
    annotations: { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: "default" as const },
    plain_text: content,
    href: url,
  };
}

/** An option as Notion returns it. */
export function anOption(name: string) {
  return { id: `id-${name}`, name, color: "default" as const };
}

/** A page of the mapping's data source with the given properties by name. */
export function aPage(properties: NotionPage["properties"], changes: Partial<NotionPage> = {}): NotionPage {
  return {
    id: PAGE_ID,
    url: "https://app.notion.com/p/153104cd477e809d8dc4ff2d96ae3090",
    parent: { type: "data_source_id", data_source_id: DATA_SOURCE_ID, database_id: "36cc9195-760f-4fff-a67e-3a46c559b176" },
    in_trash: false,
    created_time: "2026-01-01T10:00:00.000Z",
    last_edited_time: "2026-01-01T10:05:00.000Z",
    last_edited_by: { object: "user", id: "c7c11cca-1d73-471d-9b6e-bdef51470190" },
    properties,
    ...changes,
  };
}

/** The properties that every mapping uses: title, status, reference, notice, branch. */
export function coreProperties(): NotionPage["properties"] {
  return {
    Name: aProperty("title", { type: "title", title: [aText("Fix the door")] }),
    Status: aProperty("st%3Bs", { type: "status", status: anOption("Ready") }),
    GitHub: aProperty("gh", { type: "rich_text", rich_text: [aText("acme/web#12", "https://github.com/acme/web/issues/12")] }),
    Sync: aProperty("sy", { type: "rich_text", rich_text: [] }),
    Branch: aProperty("br", { type: "rich_text", rich_text: [] }),
  };
}

export const titleField: FieldMapping = { notion: "Name", github: "title", direction: "both", conflict: "notion" };

/** A mapping of the title and the status; `fields` are further ones. */
export function aMapping(fields: readonly FieldMapping[] = [], changes: Partial<Mapping> = {}): Mapping {
  return {
    name: "engineering",
    previousName: null,
    notion: {
      dataSourceId: DATA_SOURCE_ID,
      githubProperty: "GitHub",
      errorProperty: "Sync",
      filter: null,
      createPages: "issues",
    },
    github: { repository: "acme/web", repositoryProperty: null, project: null, filter: null },
    status: {
      property: "Status",
      projectField: "Status",
      direction: "both",
      conflict: "notion",
      values: [{ name: "Ready", value: { item: "open", reason: "completed", pullRequest: null, project: null, draft: null } }],
      created: null,
      reopened: null,
    },
    pullRequest: { branchProperty: "Branch", base: "main", draft: false, mergeMethod: "squash", mergeUnstable: false },
    fields: [titleField, ...fields],
    people: {},
    body: "off",
    comments: "off",
    onTrash: "detach",
    onDelete: "detach",
    createOptions: false,
    createLabels: false,
    mentions: false,
    limits: { creates: 50, merges: 5, removals: 5, removalsShare: 0.25, changedMapping: 50 },
    ...changes,
  };
}
