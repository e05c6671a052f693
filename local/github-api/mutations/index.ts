import { COMMENT_MUTATIONS } from "./comments.ts";
import { GIT_MUTATIONS } from "./git.ts";
import { ISSUE_MUTATIONS } from "./issues.ts";
import { LABEL_MUTATIONS } from "./labels.ts";
import { MERGE_MUTATIONS } from "./merging.ts";
import { MOVING_MUTATIONS } from "./moving-issues.ts";
import type { Mutations } from "./mutation.ts";
import { PULL_REQUEST_MUTATIONS } from "./pull-requests.ts";
import { PROJECT_MUTATIONS } from "./projects.ts";
import { SUB_ISSUE_MUTATIONS } from "./sub-issues.ts";

/** All mutations, by name. */
export const MUTATIONS: Mutations = {
  ...ISSUE_MUTATIONS,
  ...MOVING_MUTATIONS,
  ...LABEL_MUTATIONS,
  ...COMMENT_MUTATIONS,
  ...SUB_ISSUE_MUTATIONS,
  ...GIT_MUTATIONS,
  ...PULL_REQUEST_MUTATIONS,
  ...MERGE_MUTATIONS,
  ...PROJECT_MUTATIONS,
};
