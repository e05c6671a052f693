import type { Actor, PullRequest } from "../model.ts";
import { itemPath, nameWithOwner } from "../web-addresses.ts";
import { type Shape, type ShapeSource, accountShape } from "./shapes.ts";

/** A review as it was submitted. */
export interface Review {
  readonly id: string;
  readonly databaseId: number;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";
  readonly body: string;
  readonly author: Actor;
  readonly createdAt: string;
}

/** A review in REST's form. */
export function reviewShape(source: ShapeSource, pullRequest: PullRequest, review: Review): Shape {
  const { store, apiUrl, webUrl } = source;
  const htmlUrl = `${webUrl}${itemPath(store, pullRequest)}#pullrequestreview-${review.databaseId}`;
  const fullName = nameWithOwner(store, store.get("Repository", pullRequest.repositoryId));
  const pullRequestUrl = `${apiUrl}/repos/${fullName}/pulls/${pullRequest.number}`;
  return {
    id: review.databaseId,
    node_id: review.id,
    user: accountShape(source, review.author),
    body: review.body === "" ? null : review.body,
    commit_id: pullRequest.headRefOid,
    submitted_at: review.createdAt,
    state: review.state.toLowerCase(),
    html_url: htmlUrl,
    pull_request_url: pullRequestUrl,
    author_association: "MEMBER",
    _links: { html: { href: htmlUrl }, pull_request: { href: pullRequestUrl } },
  };
}
