// "Fixes #12": which issues a pull request says it closes.
import type { Issue, PullRequest } from "./model.ts";
import type { Store } from "./store.ts";

const REFERENCE =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:https?:\/\/[^/\s]+\/([\w.-]+)\/([\w.-]+)\/issues\/|(?:([\w.-]+)\/([\w.-]+))?#)(\d+)/gi;

/** Lists the issues that merging a pull request into the default branch closes. */
export function closingIssues(store: Store, pullRequest: PullRequest): Issue[] {
  const own = store.get("Repository", pullRequest.repositoryId);
  const found = new Map<string, Issue>();
  for (const [, urlOwner, urlName, owner, name, number] of pullRequest.body.matchAll(REFERENCE)) {
    const [ownerLogin, repositoryName] = [urlOwner ?? owner, urlName ?? name];
    const repository = ownerLogin && repositoryName ? store.findRepository(ownerLogin, repositoryName) : own;
    const issue = repository && store.findByNumber("Issue", repository.id, Number(number));
    if (issue?.__typename === "Issue") found.set(issue.id, issue);
  }
  for (const issue of linkedIssues(store, pullRequest)) found.set(issue.id, issue);
  return [...found.values()];
}

/** Issues whose linked branch is the head of the pull request. */
function linkedIssues(store: Store, pullRequest: PullRequest): Issue[] {
  const ref = store
    .children("Ref", pullRequest.headRepositoryId)
    .find(({ name, prefix }) => prefix === "refs/heads/" && name === pullRequest.headRefName);
  if (!ref) return [];
  return store.linkedIssueIds(ref.id).flatMap((id) => store.findOf("Issue", id) ?? []);
}

/** Lists the pull requests that say they close an issue. */
export function closingPullRequests(store: Store, issue: Issue, includeClosed: boolean): PullRequest[] {
  return store
    .children("PullRequest", issue.repositoryId)
    .filter(({ state }) => includeClosed || state === "OPEN" || state === "MERGED")
    .filter((pullRequest) => closingIssues(store, pullRequest).some(({ id }) => id === issue.id));
}
