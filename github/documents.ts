// What is asked of GitHub, in its own words. Values travel in variables only. The variable names `query`, `method`, `url`, `headers`,
// `baseUrl`, `request`, `mediaType` and `operationName` are taken by the client.
import { ISSUE_CORE, PAGE, PULL_REQUEST_CORE } from "./fragments.ts";

/** Asks who the credential belongs to. */
export const VIEWER = /* GraphQL */ `
  query Viewer {
    viewer {
      login
      databaseId
    }
  }
`;

/** Asks for what may be done in a repository. */
export const REPOSITORY = /* GraphQL */ `
  query Repository($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name, followRenames: true) {
      id
      nameWithOwner
      isArchived
      hasIssuesEnabled
      viewerPermission
    }
  }
`;

/** Asks for items by node id; the answer is in the order of `ids`. */
export const NODES =
  /* GraphQL */ `
    query Nodes($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Issue {
          ...IssueCore
          closedByPullRequestsReferences(first: 5) {
            nodes {
              id
              state
            }
          }
        }
        ... on PullRequest {
          ...PrCore
        }
      }
    }
  ` +
  ISSUE_CORE +
  PULL_REQUEST_CORE;

/** Asks for one item by its number. */
export const ITEM_BY_NUMBER =
  /* GraphQL */ `
    query ItemByNumber($owner: String!, $name: String!, $number: Int!) {
      repository(owner: $owner, name: $name, followRenames: true) {
        issueOrPullRequest(number: $number) {
          __typename
          ... on Issue {
            ...IssueCore
          }
          ... on PullRequest {
            ...PrCore
          }
        }
      }
    }
  ` +
  ISSUE_CORE +
  PULL_REQUEST_CORE;

/** Asks for the issues updated at or after `since`, newest first. */
export const ISSUES_UPDATED =
  /* GraphQL */ `
    query IssuesUpdated($owner: String!, $name: String!, $since: DateTime!, $first: Int!, $after: String) {
      repository(owner: $owner, name: $name, followRenames: true) {
        id
        issues(first: $first, after: $after, filterBy: { since: $since }, orderBy: { field: UPDATED_AT, direction: DESC }) {
          pageInfo {
            ...PageF
          }
          nodes {
            ...IssueCore
          }
        }
      }
    }
  ` +
  PAGE +
  ISSUE_CORE;

/** Asks for the newest issues; where to stop is the caller's affair. */
export const ISSUES_CREATED =
  /* GraphQL */ `
    query IssuesCreated($owner: String!, $name: String!, $first: Int!, $after: String) {
      repository(owner: $owner, name: $name, followRenames: true) {
        id
        issues(first: $first, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
          pageInfo {
            ...PageF
          }
          nodes {
            ...IssueCore
          }
        }
      }
    }
  ` +
  PAGE +
  ISSUE_CORE;
