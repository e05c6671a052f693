import { seesProjects } from "../access.ts";
import { type Connection, type PageArgs, pageOf } from "../connection.ts";
import type { Context } from "../context.ts";
import { ApiError, forbidden } from "../errors.ts";
import type { Item, Project, ProjectItem } from "../model.ts";
import { refusal } from "../profiles.ts";

/** Finds a project by its number. */
export function findProject(ownerId: string, number: number, context: Context): Project {
  const { profile, store } = context;
  const isVisible = seesProjects(context, ownerId);
  if (!isVisible && profile.kind === "fineGrained") throw forbidden(refusal(profile));
  const found = isVisible ? store.children("ProjectV2", ownerId).find((project) => project.number === number) : undefined;
  if (!found) throw new ApiError("NOT_FOUND", `Could not resolve to a ProjectV2 with the number ${number}.`);
  return found;
}

/** Lists projects; where the token may not see them the list is empty, without an error. */
export function listProjects(ownerId: string, args: PageArgs, context: Context): Connection<Project> {
  return pageOf(seesProjects(context, ownerId) ? context.store.children("ProjectV2", ownerId) : [], args);
}

/**
 * Lists the places of an item in projects. Those in projects that the token may not see are left out for an installation, without an
 * error; for a fine-grained token they are counted, and refused one by one.
 */
export function listProjectItems(item: Item, args: PageArgs, includeArchived: boolean, context: Context): Connection<unknown> {
  const { profile, store } = context;
  const sees = ({ projectId }: ProjectItem): boolean => seesProjects(context, store.get("ProjectV2", projectId).ownerId);
  const all = store.children("ProjectV2Item", item.id).filter(({ isArchived }) => includeArchived || !isArchived);
  if (profile.kind !== "fineGrained") return pageOf(all.filter(sees), args);
  const page = pageOf(all, args);
  return { ...page, nodes: page.nodes.map((place) => (sees(place) ? place : forbidden(refusal(profile)))) };
}
