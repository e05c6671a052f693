// Who may do what in a repository.
import type { Context } from "./context.ts";
import { forbidden, unprocessable, unresolvedNode } from "./errors.ts";
import { type Actor, type Item, PERMISSIONS, type Permission, type Project, type Repository } from "./model.ts";
import { mayRead, mayWrite, permissionToRead, refusal } from "./profiles.ts";

/** What an actor may do in a repository; a bot may what its installation may, which its token says. */
export function permissionOf(repository: Repository, actor: Actor): Permission {
  return actor.__typename === "Bot" ? "WRITE" : (repository.collaborators[actor.id] ?? "READ");
}

/** Says whether an actor has at least a permission. */
export function hasPermission(repository: Repository, actor: Actor, least: Permission): boolean {
  return PERMISSIONS.indexOf(permissionOf(repository, actor)) >= PERMISSIONS.indexOf(least);
}

/** Says whether a user can be assigned: who may at least triage can. */
export function isAssignable(repository: Repository, userId: string): boolean {
  const permission = repository.collaborators[userId];
  return permission !== undefined && permission !== "READ";
}

/** @throws ApiError `UNPROCESSABLE` for an archived repository. */
export function requireWritable(repository: Repository): void {
  if (repository.isArchived) throw unprocessable("Repository was archived so is read-only");
}

/** @throws ApiError `FORBIDDEN` when the viewer has less than `least` there, `UNPROCESSABLE` when it is archived. */
export function requirePermission(context: Context, repository: Repository, least: Permission, mutation: string): void {
  const { viewer } = context;
  if (!hasPermission(repository, viewer, least)) {
    const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
    throw forbidden(`${viewer.login} does not have the correct permissions to execute \`${name}\``);
  }
  requireWritable(repository);
}

/** As `requirePermission`, but the author of an item may always change it. */
export function requireAuthorOr(context: Context, item: Item, least: Permission, mutation: string): Repository {
  const repository = context.store.get("Repository", item.repositoryId);
  requirePermission(context, repository, item.authorId === context.viewer.id ? "READ" : least, mutation);
  return repository;
}

/** @throws ApiError `FORBIDDEN` when the token may not read a field (`Type.field`), or what it leads to. */
export function requireRead({ profile }: Context, field: string, typename?: string): void {
  const permission = permissionToRead(field, typename);
  if (permission !== undefined && !mayRead(profile, permission)) throw forbidden(refusal(profile));
}

/** Says whether the token can see the projects of an owner: those of a user are closed to installations and fine-grained tokens. */
export function seesProjects({ profile, store }: Context, ownerId: string): boolean {
  if (profile.kind === "classic") return true;
  return store.find(ownerId)?.__typename === "Organization" && mayRead(profile, "organization_projects");
}

/** Says whether the viewer may change a project: its owner, and who may write to a repository of its owner. */
export function mayWriteProject({ store, viewer, profile }: Context, project: Project): boolean {
  if (!mayWrite(profile, "organization_projects")) return false;
  if (project.ownerId === viewer.id) return true;
  return store.children("Repository", project.ownerId).some((repository) => hasPermission(repository, viewer, "WRITE"));
}

/** @throws ApiError `NOT_FOUND` when the token cannot see the project, `FORBIDDEN` when the viewer may not change it. */
export function requireProject(context: Context, projectId: string, mutation: string): Project {
  const project = context.store.get("ProjectV2", projectId);
  if (!seesProjects(context, project.ownerId)) throw unresolvedNode(projectId);
  const name = mutation.charAt(0).toUpperCase() + mutation.slice(1);
  if (!mayWriteProject(context, project))
    throw forbidden(`${context.viewer.login} does not have the correct permissions to execute \`${name}\``);
  return project;
}
