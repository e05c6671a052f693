import type { Context } from "../context.ts";
import type { PageArgs } from "../connection.ts";
import { ApiError } from "../errors.ts";
import type { Actor, Bot, Organization, Repository, User } from "../model.ts";
import type { FieldResolvers } from "./resolver.ts";
import { findProject, listProjects } from "./project-lists.ts";

type Account = User | Bot | Organization;

/** Finds who wrote or did something; null once the account is gone, as for GitHub's "ghost". */
export function readActor(context: Context, actorId: string | null): Actor | null {
  return context.store.findOf("User", actorId) ?? context.store.findOf("Bot", actorId) ?? null;
}

const account: FieldResolvers = {
  url: ({ login }: Account, _args, { webUrl }) => `${webUrl}/${login}`,
  resourcePath: ({ login }: Account) => `/${login}`,
  avatarUrl: ({ databaseId }: Account, _args, { webUrl }) => `${webUrl}/avatars/u/${databaseId}`,
};

const owner: FieldResolvers = {
  ...account,
  repository: ({ login }: User | Organization, { name, followRenames }: { name: string; followRenames: boolean }, { store }) => {
    const found: Repository | undefined = store.findRepository(login, name, followRenames);
    if (!found) throw new ApiError("NOT_FOUND", `Could not resolve to a Repository with the name '${login}/${name}'.`);
    return found;
  },
  projectV2: ({ id }: User | Organization, { number }: { number: number }, context) => findProject(id, number, context),
  projectsV2: ({ id }: User | Organization, args: PageArgs, context) => listProjects(id, args, context),
};

/** Resolvers of users, bots and organisations. */
export const ACTOR_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  User: {
    ...owner,
    isViewer: ({ id }: User, _args, { viewer }) => id === viewer.id,
  },
  Organization: { ...owner, viewerIsAMember: () => true },
  Bot: {
    ...account,
    login: ({ login }: Bot, _args, { knobs }) => (knobs.botSuffixInGraphql ? `${login}[bot]` : login),
    resourcePath: ({ login }: Bot) => `/apps/${login}`,
    url: ({ login }: Bot, _args, { webUrl }) => `${webUrl}/apps/${login}`,
  },
};
