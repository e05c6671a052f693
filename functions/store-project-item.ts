import type { GithubDelivery } from "../github/delivery.ts";
import { findNamed } from "../github/project-values.ts";
import type { WebhookReason } from "../sync/event.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Link, Shown } from "../sync/model.ts";
import { placePrint } from "../sync/place.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { storeItemChange } from "./store-item-change.ts";

export type ProjectItemDelivery = Extract<GithubDelivery, { kind: "projectItem" }>;

/**
 * Makes the pair of an item due that was moved, changed, added or taken out in its project.
 *
 * @returns What became of the delivery; what the link shows already stores and starts nothing.
 */
export async function storeProjectItem(
  delivery: ProjectItemDelivery,
  client: Starter,
  deps: FunctionDeps,
): Promise<WebhookReason> {
  const mappings = deps.mappings.filter((mapping) => isOfProject(mapping, delivery));
  if (mappings.length === 0) return "unused_event";
  for (const mapping of mappings) {
    const link = await findLink(mapping, delivery, deps);
    if (!link?.item) continue;
    const shows = toShown(mapping, delivery);
    if (shows?.length === 0) return "unused_event";
    return storeItemChange({ mapping: mapping.name, itemId: link.item.itemId, link }, shows, client, deps);
  }
  return "unlinked";
}

function isOfProject({ github: { project } }: Mapping, { owner, news }: ProjectItemDelivery): boolean {
  if (!project) return false;
  if (owner !== null && owner.toLowerCase() !== project.owner.toLowerCase()) return false;
  return news?.kind !== "value" || news.projectNumber === null || news.projectNumber === project.number;
}

async function findLink(mapping: Mapping, delivery: ProjectItemDelivery, { storage }: FunctionDeps): Promise<Link | undefined> {
  const { contentNodeId, contentId } = delivery;
  const byNode = await storage.links.findByNode(mapping.name, contentNodeId);
  const found = byNode ?? (contentId === null ? undefined : await storage.links.findByItem(mapping.name, contentId));
  return found?.value;
}

/** What it shows in the words of the mapping; empty: a field that is not mapped; `undefined`: it is to be looked at. */
function toShown(mapping: Mapping, { news }: ProjectItemDelivery): readonly Shown[] | undefined {
  if (!news) return undefined;
  if (news.kind === "place") return [{ print: placePrint("place", news.place) }];
  const { field: name, value } = news;
  const mapped = mapping.fields.map(({ github }) => github);
  const field = findNamed(mapped, `project.${name}`, (each) => each);
  const isColumn = findNamed([mapping.status.projectField], name, (each) => each) !== undefined;
  const told = [...(isColumn ? ["column"] : []), ...(field === undefined ? [] : [field])];
  return value === undefined && told.length > 0 ? undefined : told.map((each) => ({ print: placePrint(each, value ?? null) }));
}
