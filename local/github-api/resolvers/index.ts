import { ACTOR_RESOLVERS } from "./actors.ts";
import { GIT_RESOLVERS } from "./git.ts";
import { ISSUE_RESOLVERS } from "./issues.ts";
import { COMMENT_RESOLVERS } from "./items.ts";
import { PROJECT_RESOLVERS } from "./projects.ts";
import { PULL_REQUEST_RESOLVERS } from "./pull-requests.ts";
import { QUERY_RESOLVERS } from "./query.ts";
import { REPOSITORY_RESOLVERS } from "./repository.ts";
import type { FieldResolvers } from "./resolver.ts";

/** All resolvers, by type and field. */
export const RESOLVERS: Readonly<Record<string, FieldResolvers>> = {
  ...QUERY_RESOLVERS,
  ...ACTOR_RESOLVERS,
  ...REPOSITORY_RESOLVERS,
  ...ISSUE_RESOLVERS,
  ...COMMENT_RESOLVERS,
  ...GIT_RESOLVERS,
  ...PROJECT_RESOLVERS,
  ...PULL_REQUEST_RESOLVERS,
  Issue: { ...ISSUE_RESOLVERS["Issue"], ...PULL_REQUEST_RESOLVERS["Issue"] },
};
