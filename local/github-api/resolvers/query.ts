import { requireRead, seesProjects } from "../access.ts";
import type { PageArgs } from "../connection.ts";
import type { Context } from "../context.ts";
import { ApiError, unresolvedNode } from "../errors.ts";
import type { Node } from "../model.ts";
import { seesRepositories } from "../profiles.ts";
import { findByAddress } from "../web-addresses.ts";
import type { FieldResolvers } from "./resolver.ts";
import { search } from "./search.ts";

/** Finds what a node id stands for, as far as the token may see it. */
function readNode(id: string, context: Context): Node {
  const { store } = context;
  const node = store.find(id);
  const project = node?.__typename === "ProjectV2Item" ? store.get("ProjectV2", node.projectId) : node;
  const isHidden = project?.__typename === "ProjectV2" && !seesProjects(context, project.ownerId);
  const isElsewhere = node !== undefined && "repositoryId" in node && !seesRepositories(context.profile);
  if (!node || isHidden || isElsewhere) throw unresolvedNode(id);
  requireRead(context, "Query.node", node.__typename);
  return node;
}

function tryNode(id: string, context: Context): Node | ApiError {
  try {
    return readNode(id, context);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

const account = (type: "User" | "Organization") =>
  function find(_source: unknown, { login }: { login: string }, { store }: Context): unknown {
    const found = store.findOwner(login);
    if (found?.__typename === type) return found;
    throw new ApiError(
      "NOT_FOUND",
      `Could not resolve to ${type === "User" ? "a User" : "an Organization"} with the login of '${login}'.`,
    );
  };

/** Resolvers of the root of queries. */
export const QUERY_RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  Query: {
    // `viewer` is a user by type even when a bot asks, and its login then has the suffix.
    viewer: (_source, _args, { viewer }) =>
      viewer.__typename === "Bot" ? { ...viewer, login: `${viewer.login}[bot]`, email: "" } : viewer,
    node: (_source, { id }: { id: string }, context) => readNode(id, context),
    nodes: (_source, { ids }: { ids: readonly string[] }, context) => ids.map((id) => tryNode(id, context)),
    repository: (_source, args: { owner: string; name: string; followRenames: boolean }, { store, profile }) => {
      const found = store.findRepository(args.owner, args.name, args.followRenames);
      if (found && seesRepositories(profile)) return found;
      throw new ApiError("NOT_FOUND", `Could not resolve to a Repository with the name '${args.owner}/${args.name}'.`);
    },
    repositoryOwner: (_source, { login }: { login: string }, { store }) => store.findOwner(login) ?? null,
    user: account("User"),
    organization: account("Organization"),
    resource: (_source, { url }: { url: string }, { store }) => findByAddress(store, url) ?? null,
    search: (_source, args: PageArgs & { query: string }, context) => search(args, context),
    rateLimit: (_source, _args, { limits, viewer, cost, nodeCount }) => {
      const { limit, used, remaining, resetAtMs } = limits.budget(viewer.id);
      return { limit, used, remaining, cost, nodeCount, resetAt: `${new Date(resetAtMs).toISOString().slice(0, 19)}Z` };
    },
  },
};
