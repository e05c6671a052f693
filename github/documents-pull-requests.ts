// What GitHub is asked about pull requests; see `documents.ts` about variables.
import { ISSUE_CORE, PAGE, PULL_REQUEST_CORE } from "./fragments.ts";

/** Asks for a branch, and for the pull requests from branches of its name to a base: forks' too, which only `headRepository` tells apart. */
export const FIND_PULL_REQUEST =
  /* GraphQL */ `
    query FindPullRequest($owner: String!, $name: String!, $ref: String!, $head: String!, $base: String!) {
      repository(owner: $owner, name: $name, followRenames: true) {
        id
        ref(qualifiedName: $ref) {
          target {
            oid
          }
        }
        open: pullRequests(
          headRefName: $head
          baseRefName: $base
          states: [OPEN]
          first: 50
          orderBy: { field: CREATED_AT, direction: DESC }
        ) {
          nodes {
            headRepository {
              id
            }
            ...PrCore
          }
        }
        ended: pullRequests(
          headRefName: $head
          baseRefName: $base
          states: [CLOSED, MERGED]
          first: 20
          orderBy: { field: CREATED_AT, direction: DESC }
        ) {
          nodes {
            headRepository {
              id
            }
            ...PrCore
          }
        }
      }
    }
  ` + PULL_REQUEST_CORE;

/** Asks whether a pull request can be merged; `mergeable` is what makes GitHub work it out. */
export const MERGEABILITY = /* GraphQL */ `
  query Mergeability($id: ID!) {
    node(id: $id) {
      __typename
      ... on PullRequest {
        state
        isDraft
        headRefOid
        isCrossRepository
        mergeable
        mergeStateStatus
        reviewDecision
        isMergeQueueEnabled
        isInMergeQueue
        autoMergeRequest {
          enabledAt
        }
        viewerCanEnableAutoMerge
        repository {
          isArchived
          mergeCommitAllowed
          squashMergeAllowed
          rebaseMergeAllowed
          autoMergeAllowed
        }
      }
    }
  }
`;

/** Asks for the items updated last, newest first; pull requests cannot be asked for by time. */
export const ITEMS_UPDATED =
  /* GraphQL */ `
    query ItemsUpdated(
      $owner: String!
      $name: String!
      $since: DateTime!
      $first: Int!
      $issuesAfter: String
      $pullRequestsAfter: String
      $withIssues: Boolean!
      $withPullRequests: Boolean!
    ) {
      repository(owner: $owner, name: $name, followRenames: true) {
        id
        issues(first: $first, after: $issuesAfter, filterBy: { since: $since }, orderBy: { field: UPDATED_AT, direction: DESC })
          @include(if: $withIssues) {
          pageInfo {
            ...PageF
          }
          nodes {
            ...IssueCore
          }
        }
        pullRequests(first: $first, after: $pullRequestsAfter, orderBy: { field: UPDATED_AT, direction: DESC })
          @include(if: $withPullRequests) {
          pageInfo {
            ...PageF
          }
          nodes {
            ...PrCore
          }
        }
      }
    }
  ` +
  PAGE +
  ISSUE_CORE +
  PULL_REQUEST_CORE;

/** Mutation → the type of its input. All of them give back the pull request. */
const ALONE = {
  createPullRequest: "CreatePullRequestInput",
  mergePullRequest: "MergePullRequestInput",
  enablePullRequestAutoMerge: "EnablePullRequestAutoMergeInput",
  disablePullRequestAutoMerge: "DisablePullRequestAutoMergeInput",
} as const;

/** A mutation of a pull request that has its request for itself. */
export type LoneMutation = keyof typeof ALONE;

/** Writes the document of a mutation that is alone in its request. */
export function formatLone(name: LoneMutation): string {
  const operation = name.charAt(0).toUpperCase() + name.slice(1);
  const text = `mutation ${operation}($input: ${ALONE[name]}!) {\n  ${name}(input: $input) { pullRequest { ...PrCore } }\n}\n`;
  return text + PULL_REQUEST_CORE;
}
