// What is asked of GitHub, in its own words. Values travel in variables only; `Issue.state` and `PullRequest.state` differ in type, hence
// the aliases `issueState` and `prState`. The variable names `query`, `method`, `url`, `headers`, `baseUrl`, `request`, `mediaType` and
// `operationName` are taken by the client.

const PAGE = /* GraphQL */ `
  fragment PageF on PageInfo {
    hasNextPage
    endCursor
  }
`;

const ISSUE_CORE = /* GraphQL */ `
  fragment IssueCore on Issue {
    __typename
    id
    fullDatabaseId
    number
    url
    title
    body
    issueState: state
    stateReason
    createdAt
    updatedAt
    repository {
      id
      nameWithOwner
    }
    milestone {
      title
    }
    issueType {
      name
    }
    parent {
      number
      repository {
        nameWithOwner
      }
    }
    labels(first: 100) {
      totalCount
      nodes {
        name
      }
    }
    assignedActors(first: 20) {
      totalCount
      nodes {
        ... on Actor {
          login
        }
      }
    }
  }
`;

const PULL_REQUEST_CORE = /* GraphQL */ `
  fragment PrCore on PullRequest {
    __typename
    id
    fullDatabaseId
    number
    url
    title
    body
    prState: state
    isDraft
    headRefName
    headRefOid
    baseRefName
    autoMergeRequest {
      enabledAt
    }
    createdAt
    updatedAt
    repository {
      id
      nameWithOwner
    }
    milestone {
      title
    }
    labels(first: 100) {
      totalCount
      nodes {
        name
      }
    }
    assignedActors(first: 20) {
      totalCount
      nodes {
        ... on Actor {
          login
        }
      }
    }
  }
`;

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

/** Makes one issue. */
export const CREATE_ISSUE =
  /* GraphQL */ `
    mutation CreateIssue($input: CreateIssueInput!) {
      createIssue(input: $input) {
        issue {
          ...IssueCore
        }
      }
    }
  ` + ISSUE_CORE;

/** Mutation → the type of its input. */
const UPDATES = {
  updateIssue: "UpdateIssueInput",
  closeIssue: "CloseIssueInput",
  reopenIssue: "ReopenIssueInput",
} as const;

/** A mutation that may share its request with others. */
export type UpdateName = keyof typeof UPDATES;

/** The alias, and the name of the variable, of the write at this place of a batch. */
export const toAlias = (place: number): string => `w${place}`;

/** Writes one document that carries out these mutations in order. */
export function formatUpdates(names: readonly UpdateName[]): string {
  const variables = names.map((name, place) => `$${toAlias(place)}: ${UPDATES[name]}!`).join(", ");
  const fields = names.map((name, place) => `${toAlias(place)}: ${name}(input: $${toAlias(place)}) { issue { ...IssueCore } }`);
  return `mutation ApplyWrites(${variables}) {\n  ${fields.join("\n  ")}\n}\n${ISSUE_CORE}`;
}
