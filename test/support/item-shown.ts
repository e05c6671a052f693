// A page with its item and its companion as both services hold them, read behind the APIs so that no request is counted.
import type { Issue, ProjectField, ProjectItem, PullRequest } from "../../local/github-api/model.ts";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import { textOf } from "./property-text.ts";
import type { World } from "./world.ts";

/** What is seen of a page and what belongs to it. */
export interface ItemShown {
  readonly title: string;
  readonly itemTitle: string;
  readonly status: string;
  readonly notice: string;
  readonly reference: string;
  readonly body: string;
  readonly state: string;
  readonly reason: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: string | null;
  readonly type: string | null;
  /** Title of the parent. */
  readonly parent: string | null;
  readonly isDraft: boolean;
  /** Field name → value, of its place in the project. */
  readonly project: Readonly<Record<string, string | number>>;
  readonly isArchived: boolean;
  readonly companion: { readonly head: string; readonly state: string; readonly isDraft: boolean } | null;
  /** How many issues and pull requests carry the page's marker, and how many places the item has in the project. */
  readonly counts: { readonly issues: number; readonly pullRequests: number; readonly places: number };
}

type Item = Issue | PullRequest;

const MARKER = /<!-- notion-sync:v1 page=([0-9a-f]{32}) /g;

/** Every issue and pull request of the world. */
export function itemsOf(world: World): readonly Item[] {
  return world.github.store
    .nodes()
    .filter((node): node is Item => node.__typename === "Issue" || node.__typename === "PullRequest");
}

/** The names of all labels of the repository. */
export function labelsOf(world: World): readonly string[] {
  return world.github.store.nodes().flatMap((node) => (node.__typename === "Label" ? [node.name] : []));
}

/** How often a text stands in a body. */
export function countIn(body: string, text: string): number {
  return body.split(text).length - 1;
}

/** Shows a page and its item; `undefined` while it has none. */
export function showItem(world: World, pageId: string): ItemShown | undefined {
  const { store } = world.github;
  const hex = pageId.replaceAll("-", "");
  const own = itemsOf(world).filter(({ body }) => [...body.matchAll(MARKER)].some((match) => match[1] === hex));
  const item = own.find(({ __typename }) => __typename === "Issue") ?? own[0];
  if (!item) return undefined;
  const hanging = own.find((other): other is PullRequest => other !== item && other.__typename === "PullRequest");
  const page = world.notion.listPages(DEMO_DATA_SOURCE_ID).find((candidate) => candidate.id === pageId);
  const places = store.children("ProjectV2Item", item.id);
  const nameOf = (type: "Label" | "User", id: string): string => {
    const node = store.find(id);
    return node?.__typename === type ? (node.__typename === "Label" ? node.name : node.login) : id;
  };
  return {
    title: page ? textOf(page.properties["Name"]) : item.title,
    itemTitle: item.title,
    status: page ? textOf(page.properties["Status"]) : "",
    notice: page ? textOf(page.properties["Sync"]) : "",
    reference: page ? textOf(page.properties["GitHub"]) : "",
    body: item.body,
    state: item.state,
    reason: item.__typename === "Issue" ? item.stateReason : null,
    labels: item.labelIds.map((id) => nameOf("Label", id)).sort(),
    assignees: item.assigneeIds.map((id) => nameOf("User", id)).sort(),
    milestone: store.findOf("Milestone", item.milestoneId)?.title ?? null,
    type: item.__typename === "Issue" ? (store.findOf("IssueType", item.typeId)?.name ?? null) : null,
    parent: item.__typename === "Issue" ? (store.findOf("Issue", item.parentId)?.title ?? null) : null,
    isDraft: item.__typename === "PullRequest" && item.isDraft,
    project: places[0] ? valuesOf(world, places[0]) : {},
    isArchived: places[0]?.isArchived ?? false,
    companion: hanging ? { head: hanging.headRefName, state: hanging.state, isDraft: hanging.isDraft } : null,
    counts: {
      issues: own.filter(({ __typename }) => __typename === "Issue").length,
      pullRequests: own.filter(({ __typename }) => __typename === "PullRequest").length,
      places: places.length,
    },
  };
}

function valuesOf(world: World, place: ProjectItem): Readonly<Record<string, string | number>> {
  const fields = world.github.store.nodes().filter((node): node is ProjectField => "dataType" in node);
  const shown: Record<string, string | number> = {};
  for (const [fieldId, value] of Object.entries(place.values)) {
    const field = fields.find(({ id }) => id === fieldId);
    const held = value.text ?? value.number ?? value.date ?? "";
    if (!field) continue;
    if (field.__typename === "ProjectV2SingleSelectField")
      shown[field.name] = field.selectOptions.find(({ id }) => JSON.stringify(value).includes(id))?.name ?? held;
    else if (field.__typename === "ProjectV2IterationField")
      shown[field.name] = field.iterations.find(({ id }) => JSON.stringify(value).includes(id))?.title ?? held;
    else shown[field.name] = held;
  }
  return shown;
}

/** Whether the link of a page was given up. */
export function isDetached(world: World, pageId: string): boolean {
  const rows = world.memory?.dump() ?? [];
  return rows.some(
    (row) =>
      row.rowKey.startsWith("page:") && row.rowKey.includes(pageId) && /"detached/.test(JSON.stringify(row).replaceAll("\\", "")),
  );
}
