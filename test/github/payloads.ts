// Payloads in GitHub's real shape, cut down; the simulator's deliveries, which its own tests hold against GitHub's types, are read beside them.
import type { components } from "@octokit/openapi-webhooks-types";

type Schemas = components["schemas"];

const user = (login: string, id: number, type: "User" | "Bot" = "User") => ({
  login,
  id,
  node_id: `U_${id}`,
  avatar_url: "",
  type,
  site_admin: false,
});

/** The repository, as far as it matters. */
export const repositoryPayload = {
  id: 186853002,
  node_id: "R_kgDOCyMo-g",
  name: "Hello-World",
  full_name: "Codertocat/Hello-World",
  private: false,
  owner: user("Codertocat", 21031067),
};

/** An issue as it is in `issues` deliveries. */
export const issuePayload = {
  url: "https://api.github.com/repos/Codertocat/Hello-World/issues/1",
  html_url: "https://github.com/Codertocat/Hello-World/issues/1",
  id: 3444500041,
  node_id: "I_kwDOCyMo-s7NTsaJ",
  number: 1,
  title: "Spelling error in the README file",
  user: user("Codertocat", 21031067),
  labels: [
    { id: 1, node_id: "LA_1", url: "", name: "docs", color: "aaaaaa", default: false, description: null },
    { id: 2, node_id: "LA_2", url: "", name: "bug", color: "d73a4a", default: true, description: null },
  ],
  state: "closed" as const,
  locked: false,
  assignee: user("Codertocat", 21031067),
  assignees: [user("Codertocat", 21031067), user("dependabot[bot]", 49699333, "Bot"), null],
  milestone: { number: 1, title: "v1.0", state: "open" as const },
  comments: 0,
  created_at: "2026-05-15T15:20:18Z",
  updated_at: "2026-05-15T15:20:21Z",
  closed_at: "2026-05-15T15:20:21Z",
  author_association: "OWNER" as const,
  active_lock_reason: null,
  type: { id: 7, node_id: "IT_7", name: "Bug", description: null },
  body: "It looks like you accidentally spelled 'commit' with two 't's.\r\n",
  state_reason: "not_planned",
};

/** A delivery of `issues`. */
export const issuesPayload = (action: string, issue: object = {}, more: object = {}) => ({
  action,
  issue: { ...issuePayload, ...issue },
  repository: repositoryPayload,
  sender: user("Codertocat", 21031067),
  ...more,
});

/** A delivery of `pull_request`. */
export const pullRequestPayload = (action: string, pullRequest: object = {}) => ({
  action,
  number: 2,
  pull_request: {
    id: 279147437,
    node_id: "PR_kwDOCyMo-s4Qo3Vt",
    number: 2,
    html_url: "https://github.com/Codertocat/Hello-World/pull/2",
    title: "Update the README with new information.",
    body: null,
    state: "open",
    draft: false,
    merged: false,
    head: { label: "Codertocat:changes", ref: "changes", sha: "ec26c3e57ca3a959ca5aad62de7213c562f8c821" },
    base: { label: "Codertocat:main", ref: "main", sha: "f95f852bd8fca8fcc58a9a2d6c842781e32a215e" },
    auto_merge: null,
    labels: [],
    assignees: [],
    milestone: null,
    created_at: "2026-05-15T15:20:33Z",
    updated_at: "2026-05-15T15:20:33Z",
    closed_at: null,
    ...pullRequest,
  },
  repository: repositoryPayload,
  sender: user("Codertocat", 21031067),
});

/** A delivery of `projects_v2_item`. */
export const projectItemPayload = (action: string, item: Partial<Schemas["projects-v2-item"]> = {}) => ({
  action,
  projects_v2_item: {
    id: 1,
    node_id: "PVTI_lADO1",
    project_node_id: "PVT_kwDO1",
    content_node_id: "I_kwDOCyMo-s7NTsaJ",
    content_type: "Issue",
    created_at: "2026-05-15T15:20:33Z",
    updated_at: "2026-05-15T15:20:33Z",
    archived_at: null,
    ...item,
  } satisfies Schemas["projects-v2-item"],
  changes: {
    field_value: {
      field_node_id: "PVTSSF_1",
      field_type: "single_select",
      field_name: "Status",
      project_number: 1,
      from: null,
      to: { id: "f75ad846", name: "Todo" },
    },
  },
  organization: { login: "Octocoders", id: 38302899, node_id: "O_1" },
  sender: user("github-project-automation[bot]", 113052574, "Bot"),
});
