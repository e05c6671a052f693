// Values of the core with good defaults: a test names only what matters to it.
import type { FieldMapping, Mapping, StatusMapping, StatusValue } from "../../sync/mapping.ts";
import type { Change, ItemSnapshot, Link, PageSnapshot } from "../../sync/model.ts";

export const PAGE_ID = "153104cd-477e-809d-8dc4-ff2d96ae3090";
export const DATA_SOURCE_ID = "98024f3c-b1d3-4aec-a301-f01e0dacf023";
export const REPOSITORY = "acme/web";
export const READ_AT = "2026-01-01T10:10:00.000Z";

/** A status value; without changes an open one that leaves everything else alone. */
export function aStatusValue(changes: Partial<StatusValue> = {}): StatusValue {
  return { item: "open", reason: "completed", pullRequest: null, project: null, draft: null, ...changes };
}

/** The value map of the design: Backlog, Ready, In Progress, Done, Won't do. */
export function aStatusMapping(changes: Partial<StatusMapping> = {}): StatusMapping {
  return {
    property: "Status",
    projectField: "Status",
    direction: "both",
    conflict: "notion",
    values: [
      { name: "Backlog", value: aStatusValue({ item: "none" }) },
      { name: "Ready", value: aStatusValue({ project: "Todo" }) },
      { name: "In Progress", value: aStatusValue({ project: "In Progress" }) },
      { name: "Done", value: aStatusValue({ item: "closed", pullRequest: "merge", project: "Done" }) },
      { name: "Won't do", value: aStatusValue({ item: "closed", reason: "not_planned", pullRequest: "close" }) },
    ],
    created: null,
    reopened: null,
    ...changes,
  };
}

/** A mapped field; without changes the title, both ways. */
export function aField(changes: Partial<FieldMapping> = {}): FieldMapping {
  return { notion: "Name", github: "title", direction: "both", conflict: "notion", ...changes };
}

/** A mapping of title and status. */
export function aMapping(changes: Partial<Mapping> = {}): Mapping {
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
    github: { repository: REPOSITORY, repositoryProperty: null, project: null, filter: null },
    status: aStatusMapping(),
    pullRequest: null,
    fields: [aField()],
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

/** A page that is in step with `anItem()`. */
export function aPage(changes: Partial<PageSnapshot> = {}): PageSnapshot {
  return {
    pageId: PAGE_ID,
    url: "https://app.notion.com/p/153104cd477e809d8dc4ff2d96ae3090",
    dataSourceId: DATA_SOURCE_ID,
    readAt: READ_AT,
    editedAt: "2026-01-01T10:05:00.000Z",
    inTrash: false,
    status: "Ready",
    reference: `${REPOSITORY}#12`,
    notice: "",
    branch: null,
    fields: { title: "Fix the door" },
    problems: [],
    ...changes,
  };
}

/** An open issue that is in step with `aPage()`. */
export function anItem(changes: Partial<ItemSnapshot> = {}): ItemSnapshot {
  return {
    kind: "issue",
    itemId: "4000000012",
    nodeId: "I_12",
    repositoryId: "R_1",
    repository: REPOSITORY,
    number: 12,
    url: `https://github.com/${REPOSITORY}/issues/12`,
    readAt: READ_AT,
    createdAt: "2026-01-01T10:00:00Z",
    updatedAt: "2026-01-01T10:05:00Z",
    state: "open",
    reason: null,
    isDraft: false,
    marker: null,
    fields: { title: "Fix the door" },
    problems: [],
    ...changes,
  };
}

/** The link of `aPage()` and `anItem()`, with a base on which both agree. */
export function aLink(changes: Partial<Link> = {}): Link {
  const { kind, itemId, nodeId, repositoryId, repository, number, url } = anItem();
  return {
    mapping: "engineering",
    pageId: PAGE_ID,
    state: "linked",
    item: { kind, itemId, nodeId, repositoryId, repository, number, url },
    base: {
      status: { page: "Ready", state: "open", reason: null },
      fields: { title: { page: "Fix the door", item: "Fix the door" } },
    },
    ...changes,
  };
}

/** A change of `aPage()` that is due. */
export function aChange(changes: Partial<Change> = {}): Change {
  return {
    mapping: "engineering",
    side: "notion",
    id: PAGE_ID,
    notBefore: "2026-01-01T10:05:00.000Z",
    storedAt: "2026-01-01T10:05:00.000Z",
    attempts: 0,
    source: "webhook",
    ...changes,
  };
}
