import { isSet } from "../sync/field-value.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue, ItemIdentity, PageSnapshot } from "../sync/model.ts";
import { formatReference } from "../sync/reference.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";

/** Tells whether the mapping carries the parent of a page. */
export function hasParents(mapping: Mapping): boolean {
  return mapping.fields.some((field) => field.github === "parent");
}

/** Looks up the items of the pages that are named as parents, in one go for all pairs. */
export async function readParents(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  if (!hasParents(mapping)) return;
  const wanted = new Set(pairs.flatMap((pair) => parentIds(pair.rawPage)));
  const own = await findItems(deps, mapping.name, [...wanted]);
  const elsewhere = await Promise.all(
    [...wanted].filter((pageId) => !own.has(pageId)).map((pageId) => findElsewhere(deps, mapping, pageId)),
  );
  const items = new Map([...own, ...elsewhere.flatMap((found) => [...found])]);
  for (const pair of pairs) pair.parents = items;
}

async function findItems(
  deps: ActivityDeps,
  mapping: string,
  pageIds: readonly string[],
): Promise<ReadonlyMap<string, ItemIdentity>> {
  const links = await deps.storage.links.findMany(mapping, pageIds);
  return new Map(
    [...links].flatMap(([pageId, { value }]) => (value.state === "linked" && value.item ? [[pageId, value.item]] : [])),
  );
}

/** A parent may belong to another mapping of the same data source; the claim of the page says to which. */
async function findElsewhere(deps: ActivityDeps, mapping: Mapping, pageId: string): Promise<ReadonlyMap<string, ItemIdentity>> {
  const owner = await deps.storage.claims.find("page", pageId);
  return owner && owner.mapping !== mapping.name ? findItems(deps, owner.mapping, [pageId]) : new Map();
}

/** The ids of the pages that a page names as its parents. */
export function parentIds(page: PageSnapshot | undefined): readonly string[] {
  const value = page?.fields["parent"];
  return value !== undefined && isSet(value) ? value : [];
}

/**
 * Puts the parent's item, `owner/name#12`, in the place of the parent page's id; a parent that cannot be told is a problem of its field.
 *
 * @remarks Both sides of the field are then in one form. The page's own fingerprint is that of the page as it was read.
 */
export function withParent(page: PageSnapshot, parents: ReadonlyMap<string, ItemIdentity>): PageSnapshot {
  const { parent, ...others } = page.fields;
  if (parent === undefined || !isSet(parent)) return page;
  const { value, problem } = toParent(parent, parents);
  return {
    ...page,
    fields: value === undefined ? others : { ...others, parent: value },
    problems: problem ? [...page.problems, problem] : page.problems,
  };
}

function toParent(
  pageIds: readonly string[],
  parents: ReadonlyMap<string, ItemIdentity>,
): { readonly value?: FieldValue; readonly problem?: FieldProblem } {
  const [pageId, ...more] = pageIds;
  if (pageId === undefined) return { value: null };
  if (more.length > 0) {
    return {
      problem: {
        field: "parent",
        code: "parents_many",
        reason: "The page names more than one parent; an issue has one at most.",
        remedy: "Keep one parent page.",
      },
    };
  }
  const item = parents.get(pageId);
  if (item?.kind === "issue") return { value: formatReference(item) };
  return {
    problem: {
      field: "parent",
      code: "parent_unlinked",
      reason: item ? "The parent page has a pull request, which cannot have sub-issues." : "The parent page has no issue yet.",
      remedy: "Move the parent page to a status that makes an issue, or clear the parent.",
    },
  };
}
