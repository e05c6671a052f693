// Issues, pull requests and comments in REST's form.
import type { Issue, IssueComment, Item, PullRequest } from "../model.ts";
import { summarizeSubIssues } from "../resolvers/issues.ts";
import { itemPath, nameWithOwner } from "../web-addresses.ts";
import {
  type Shape,
  type ShapeSource,
  accountShapeOf,
  issueTypeShape,
  labelShape,
  milestoneShape,
  nodeIdOf,
  repositoryShape,
} from "./shapes.ts";

const REACTIONS = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];

const reactions = (url: string): Shape => ({
  url: `${url}/reactions`,
  total_count: 0,
  ...Object.fromEntries(REACTIONS.map((name) => [name, 0])),
});

const LOCK_REASONS: Readonly<Record<string, string>> = {
  OFF_TOPIC: "off-topic",
  TOO_HEATED: "too heated",
  RESOLVED: "resolved",
  SPAM: "spam",
};

/** The app by which something was made, or null. */
function appShape(source: ShapeSource, slug: string | null): Shape | null {
  if (slug === null) return null;
  const bot = source.store.findActor(slug);
  return {
    id: bot?.databaseId ?? 1,
    slug,
    node_id: bot ? nodeIdOf(source, bot) : slug,
    owner: bot ? accountShapeOf(source, bot.id) : null,
    name: slug,
    description: "",
    external_url: `${source.webUrl}/apps/${slug}`,
    html_url: `${source.webUrl}/apps/${slug}`,
    created_at: bot?.createdAt ?? null,
    updated_at: bot?.updatedAt ?? null,
    permissions: { issues: "write" },
    events: [],
  };
}

const people = (source: ShapeSource, ids: readonly string[]): Shape[] =>
  ids.map((id) => accountShapeOf(source, id)).filter((shape) => shape !== null);

function sharedShape(source: ShapeSource, item: Item): Shape {
  const { store } = source;
  const milestone = store.findOf("Milestone", item.milestoneId);
  const assignees = people(source, item.assigneeIds);
  return {
    id: Number(item.fullDatabaseId),
    node_id: nodeIdOf(source, item),
    number: item.number,
    title: item.title,
    user: accountShapeOf(source, item.authorId),
    labels: item.labelIds.flatMap((id) => store.findOf("Label", id) ?? []).map((label) => labelShape(source, label)),
    locked: item.locked,
    active_lock_reason: item.activeLockReason === null ? null : (LOCK_REASONS[item.activeLockReason] ?? null),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: milestone ? milestoneShape(source, milestone) : null,
    comments: store.children("IssueComment", item.id).length,
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    closed_at: item.closedAt,
    author_association: "MEMBER",
    body: item.body === "" ? null : item.body,
  };
}

/** An issue, or a pull request as REST shows it among the issues. */
export function issueShape(source: ShapeSource, item: Item): Shape {
  const { store, apiUrl, webUrl } = source;
  const repositoryUrl = `${apiUrl}/repos/${nameWithOwner(store, store.get("Repository", item.repositoryId))}`;
  const url = `${repositoryUrl}/issues/${item.number}`;
  const htmlUrl = webUrl + itemPath(store, item);
  const shared = {
    url,
    repository_url: repositoryUrl,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: htmlUrl,
    ...sharedShape(source, item),
    state: item.state === "OPEN" ? "open" : "closed",
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: appShape(source, item.appSlug),
  };
  if (item.__typename === "PullRequest") {
    const pullUrl = `${repositoryUrl}/pulls/${item.number}`;
    const links = { url: pullUrl, html_url: htmlUrl, diff_url: `${htmlUrl}.diff`, patch_url: `${htmlUrl}.patch` };
    return { ...shared, state_reason: null, draft: item.isDraft, pull_request: { ...links, merged_at: item.mergedAt } };
  }
  return { ...shared, ...issueOnlyShape(source, item) };
}

function issueOnlyShape(source: ShapeSource, issue: Issue): Shape {
  const { store } = source;
  const type = store.findOf("IssueType", issue.typeId);
  const { total, completed, percentCompleted } = summarizeSubIssues(issue, store);
  return {
    state_reason: issue.stateReason?.toLowerCase() ?? null,
    type: type ? issueTypeShape(source, type) : null,
    sub_issues_summary: { total, completed, percent_completed: percentCompleted },
    issue_dependencies_summary: { blocked_by: 0, total_blocked_by: 0, blocking: 0, total_blocking: 0 },
  };
}

/** A comment on an issue or pull request. */
export function commentShape(source: ShapeSource, comment: IssueComment): Shape {
  const { store, apiUrl, webUrl } = source;
  const item = (store.findOf("Issue", comment.subjectId) ?? store.get("PullRequest", comment.subjectId)) satisfies Item;
  const repositoryUrl = `${apiUrl}/repos/${nameWithOwner(store, store.get("Repository", comment.repositoryId))}`;
  const url = `${repositoryUrl}/issues/comments/${comment.fullDatabaseId}`;
  return {
    url,
    html_url: `${webUrl}${itemPath(store, item)}#issuecomment-${comment.fullDatabaseId}`,
    issue_url: `${repositoryUrl}/issues/${item.number}`,
    id: Number(comment.fullDatabaseId),
    node_id: nodeIdOf(source, comment),
    user: accountShapeOf(source, comment.authorId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: "MEMBER",
    body: comment.body,
    reactions: reactions(url),
    performed_via_github_app: appShape(source, comment.appSlug),
  };
}

function branchShape(source: ShapeSource, repositoryId: string, ref: string, oid: string): Shape {
  const repository = source.store.get("Repository", repositoryId);
  const owner = accountShapeOf(source, repository.ownerId);
  return {
    label: `${String(owner?.["login"])}:${ref}`,
    ref,
    sha: oid,
    user: owner,
    repo: {
      ...repositoryShape(source, repository),
      allow_squash_merge: repository.squashMergeAllowed,
      allow_merge_commit: repository.mergeCommitAllowed,
      allow_rebase_merge: repository.rebaseMergeAllowed,
      allow_auto_merge: repository.autoMergeAllowed,
      delete_branch_on_merge: repository.deleteBranchOnMerge,
      allow_update_branch: false,
      use_squash_pr_title_as_default: false,
      squash_merge_commit_message: "COMMIT_MESSAGES",
      squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
      merge_commit_message: "PR_TITLE",
      merge_commit_title: "MERGE_MESSAGE",
    },
  };
}

function autoMergeShape(source: ShapeSource, { autoMerge }: PullRequest): Shape | null {
  if (!autoMerge) return null;
  return {
    enabled_by: accountShapeOf(source, autoMerge.enabledById),
    merge_method: autoMerge.mergeMethod.toLowerCase(),
    commit_title: autoMerge.commitHeadline ?? "",
    commit_message: autoMerge.commitBody ?? "",
  };
}

/** A pull request as its own events carry it. */
export function pullRequestShape(source: ShapeSource, pullRequest: PullRequest): Shape {
  const { store, apiUrl, webUrl } = source;
  const repositoryUrl = `${apiUrl}/repos/${nameWithOwner(store, store.get("Repository", pullRequest.repositoryId))}`;
  const url = `${repositoryUrl}/pulls/${pullRequest.number}`;
  const issueUrl = `${repositoryUrl}/issues/${pullRequest.number}`;
  const htmlUrl = webUrl + itemPath(store, pullRequest);
  const mergeCommit = store.findOf("Commit", pullRequest.mergeCommitId);
  const statusesUrl = `${repositoryUrl}/statuses/${pullRequest.headRefOid}`;
  const links = {
    self: url,
    html: htmlUrl,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repositoryUrl}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: statusesUrl,
  };
  return {
    url,
    html_url: htmlUrl,
    diff_url: `${htmlUrl}.diff`,
    patch_url: `${htmlUrl}.patch`,
    issue_url: issueUrl,
    ...sharedShape(source, pullRequest),
    state: pullRequest.state === "OPEN" ? "open" : "closed",
    merged_at: pullRequest.mergedAt,
    merge_commit_sha: mergeCommit?.oid ?? null,
    requested_reviewers: [],
    requested_teams: [],
    draft: pullRequest.isDraft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statusesUrl,
    head: branchShape(source, pullRequest.headRepositoryId, pullRequest.headRefName, pullRequest.headRefOid),
    base: branchShape(source, pullRequest.repositoryId, pullRequest.baseRefName, pullRequest.baseRefOid),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    auto_merge: autoMergeShape(source, pullRequest),
    merged: pullRequest.state === "MERGED",
    mergeable: null,
    rebaseable: null,
    mergeable_state: "unknown",
    merged_by: accountShapeOf(source, pullRequest.mergedById),
    review_comments: 0,
    maintainer_can_modify: pullRequest.maintainerCanModify,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  };
}
