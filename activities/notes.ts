import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, ItemIdentity, PageSnapshot } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";

/** Notes what people should know of linked pairs that the mapping would route elsewhere now: they keep their items. */
export async function noteRoutes(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  for (const pair of pairs) {
    const { page, item } = pair;
    if (pair.link?.value.state !== "linked" || !page || !item || page.inTrash) continue;
    pair.note = page.unmatched ? unmatched(mapping, item) : await noteRepository(deps, mapping, page, item);
  }
}

async function noteRepository(
  deps: ActivityDeps,
  mapping: Mapping,
  page: PageSnapshot,
  item: ItemIdentity,
): Promise<FieldProblem | undefined> {
  const { repositoryProperty } = mapping.github;
  const { repository } = page;
  if (!repositoryProperty || repository === undefined || isSameName(repository, item.repository)) return undefined;
  if (await isRenamed(deps, repository, item)) return undefined;
  return {
    field: "repository",
    code: "other_repository",
    reason: `Property "${repositoryProperty.property}" names ${repository}, and the item is ${item.repository}#${item.number}.`,
    remedy: `Nothing needs to be done: the pair stays as it is. To have them agree, transfer the item to ${repository} on GitHub, or change the property.`,
  };
}

/** The same repository under another name is meant. */
async function isRenamed(deps: ActivityDeps, repository: string, item: ItemIdentity): Promise<boolean> {
  try {
    return (await deps.facts.readRepositoryId(repository)) === item.repositoryId;
  } catch (error) {
    if (error instanceof ServiceError && error.service === "github") return false;
    throw error;
  }
}

function unmatched({ name }: Mapping, item: ItemIdentity): FieldProblem {
  return {
    field: "filter",
    code: "unmatched",
    reason: `The filter of mapping "${name}" leaves the page out now; it keeps ${item.repository}#${item.number} and is synced as before.`,
    remedy: "Nothing needs to be done. To end it, unlink the page.",
  };
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
