// The parts of webhook payloads that all events share, in REST's form.
import type { Bot, IssueType, Label, Milestone, Node, Organization, Repository, User } from "../model.ts";
import type { Store } from "../store.ts";
import { toLegacyId } from "../ids.ts";
import { nameWithOwner } from "../web-addresses.ts";

/** A JSON object of a payload. */
export type Shape = Readonly<Record<string, unknown>>;

/** What shapes are made from. */
export interface ShapeSource {
  readonly store: Store;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly legacyIds: boolean;
}

/** The node id as webhooks carry it. */
export function nodeIdOf({ legacyIds }: ShapeSource, node: Node): string {
  if (!legacyIds) return node.id;
  const databaseId = "fullDatabaseId" in node ? node.fullDatabaseId : "databaseId" in node ? node.databaseId : undefined;
  return databaseId === undefined ? node.id : toLegacyId(node.__typename, databaseId);
}

const ACCOUNT_LINKS = ["followers", "subscriptions", "organizations", "repos", "received_events"];

/** A user, bot or organisation as an account. */
export function accountShape(source: ShapeSource, account: User | Bot | Organization): Shape {
  const isBot = account.__typename === "Bot";
  const login = isBot ? `${account.login}[bot]` : account.login;
  const url = `${source.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: account.databaseId,
    node_id: nodeIdOf(source, account),
    avatar_url: `${source.webUrl}/avatars/u/${account.databaseId}`,
    gravatar_id: "",
    url,
    html_url: isBot ? `${source.webUrl}/apps/${account.login}` : `${source.webUrl}/${account.login}`,
    ...Object.fromEntries(ACCOUNT_LINKS.map((name) => [`${name}_url`, `${url}/${name}`])),
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    events_url: `${url}/events{/privacy}`,
    type: account.__typename,
    user_view_type: "public",
    site_admin: false,
  };
}

/** An account by its id, or null when it is gone. */
export function accountShapeOf(source: ShapeSource, id: string | null): Shape | null {
  const { store } = source;
  const found = store.findOf("User", id) ?? store.findOf("Bot", id) ?? store.findOf("Organization", id);
  return found ? accountShape(source, found) : null;
}

/** An organisation as it stands beside a repository. */
export function organizationShape(source: ShapeSource, organization: Organization): Shape {
  const url = `${source.apiUrl}/orgs/${organization.login}`;
  return {
    login: organization.login,
    id: organization.databaseId,
    node_id: nodeIdOf(source, organization),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${source.webUrl}/avatars/u/${organization.databaseId}`,
    description: organization.description ?? "",
  };
}

/** Links of a repository: the name before `_url`, and the path after the repository's own. */
const REPOSITORY_LINKS: Readonly<Record<string, string>> = {
  archive: "/{archive_format}{/ref}",
  assignees: "/assignees{/user}",
  blobs: "/git/blobs{/sha}",
  branches: "/branches{/branch}",
  collaborators: "/collaborators{/collaborator}",
  comments: "/comments{/number}",
  commits: "/commits{/sha}",
  compare: "/compare/{base}...{head}",
  contents: "/contents/{+path}",
  contributors: "/contributors",
  deployments: "/deployments",
  downloads: "/downloads",
  events: "/events",
  forks: "/forks",
  git_commits: "/git/commits{/sha}",
  git_refs: "/git/refs{/sha}",
  git_tags: "/git/tags{/sha}",
  hooks: "/hooks",
  issue_comment: "/issues/comments{/number}",
  issue_events: "/issues/events{/number}",
  issues: "/issues{/number}",
  keys: "/keys{/key_id}",
  labels: "/labels{/name}",
  languages: "/languages",
  merges: "/merges",
  milestones: "/milestones{/number}",
  notifications: "/notifications{?since,all,participating}",
  pulls: "/pulls{/number}",
  releases: "/releases{/id}",
  stargazers: "/stargazers",
  statuses: "/statuses/{sha}",
  subscribers: "/subscribers",
  subscription: "/subscription",
  tags: "/tags",
  teams: "/teams",
  trees: "/git/trees{/sha}",
};

/** A repository. */
export function repositoryShape(source: ShapeSource, repository: Repository): Shape {
  const { store, apiUrl, webUrl } = source;
  const fullName = nameWithOwner(store, repository);
  const url = `${apiUrl}/repos/${fullName}`;
  const htmlUrl = `${webUrl}/${fullName}`;
  const openCount = store.openCount(repository.id);
  return {
    id: repository.databaseId,
    node_id: nodeIdOf(source, repository),
    name: repository.name,
    full_name: fullName,
    private: repository.isPrivate,
    owner: accountShapeOf(source, repository.ownerId),
    html_url: htmlUrl,
    description: repository.description,
    fork: repository.isFork,
    url,
    ...Object.fromEntries(Object.entries(REPOSITORY_LINKS).map(([name, path]) => [`${name}_url`, url + path])),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: htmlUrl.replace(/^https?/, "git"),
    ssh_url: `git@${new URL(webUrl).hostname}:${fullName}.git`,
    clone_url: `${htmlUrl}.git`,
    svn_url: htmlUrl,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    forks_count: 0,
    forks: 0,
    open_issues_count: openCount,
    open_issues: openCount,
    has_issues: repository.hasIssuesEnabled,
    has_projects: repository.hasProjectsEnabled,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: repository.isArchived,
    disabled: repository.isDisabled,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.visibility.toLowerCase(),
    default_branch: repository.defaultBranch,
  };
}

/** A label. */
export function labelShape(source: ShapeSource, label: Label): Shape {
  const repository = source.store.get("Repository", label.repositoryId);
  return {
    id: label.databaseId,
    node_id: nodeIdOf(source, label),
    url: `${source.apiUrl}/repos/${nameWithOwner(source.store, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description,
  };
}

/** A milestone. */
export function milestoneShape(source: ShapeSource, milestone: Milestone): Shape {
  const { store, apiUrl, webUrl } = source;
  const fullName = nameWithOwner(store, store.get("Repository", milestone.repositoryId));
  const url = `${apiUrl}/repos/${fullName}/milestones/${milestone.number}`;
  const items = store.children("Issue", milestone.repositoryId).filter(({ milestoneId }) => milestoneId === milestone.id);
  const closed = items.filter(({ state }) => state === "CLOSED").length;
  return {
    url,
    html_url: `${webUrl}/${fullName}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.databaseId,
    node_id: nodeIdOf(source, milestone),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: accountShapeOf(source, milestone.creatorId),
    open_issues: items.length - closed,
    closed_issues: closed,
    state: milestone.state.toLowerCase(),
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}

/** An issue type. */
export function issueTypeShape(source: ShapeSource, type: IssueType): Shape {
  return {
    id: type.databaseId,
    node_id: nodeIdOf(source, type),
    name: type.name,
    description: type.description,
    color: type.color.toLowerCase(),
    is_enabled: type.isEnabled,
    created_at: type.createdAt,
    updated_at: type.updatedAt,
  };
}
