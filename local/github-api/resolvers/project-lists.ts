import { type Connection, type PageArgs, pageOf } from "../connection.ts";
import type { Context } from "../context.ts";
import { ApiError, forbidden } from "../errors.ts";
import type { Project } from "../model.ts";
import { mayRead, refusal } from "../profiles.ts";

/** Says whether the token can see the projects of an owner: those of a user are closed to installations and fine-grained tokens. */
function seesProjects(context: Context, ownerId: string): boolean {
  const { profile, store } = context;
  if (profile.kind === "classic") return true;
  return store.find(ownerId)?.__typename === "Organization" && mayRead(profile, "organization_projects");
}

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
