// Parts that documents share. `Issue.state` and `PullRequest.state` differ in type, hence the aliases `issueState` and `prState`.

/** Where a page of a list ends. */
export const PAGE = /* GraphQL */ `
  fragment PageF on PageInfo {
    hasNextPage
    endCursor
  }
`;

/** An issue. Ids of what hangs on it are there to compare an answer with its request. */
export const ISSUE_CORE = /* GraphQL */ `
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
      id
      title
    }
    issueType {
      id
      name
    }
    parent {
      id
      number
      repository {
        nameWithOwner
      }
    }
    labels(first: 100) {
      totalCount
      nodes {
        id
        name
      }
    }
    assignedActors(first: 20) {
      totalCount
      nodes {
        ... on Node {
          id
        }
        ... on Actor {
          login
        }
      }
    }
  }
`;

/** A pull request. */
export const PULL_REQUEST_CORE = /* GraphQL */ `
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
      id
      title
    }
    labels(first: 100) {
      totalCount
      nodes {
        id
        name
      }
    }
    assignedActors(first: 20) {
      totalCount
      nodes {
        ... on Node {
          id
        }
        ... on Actor {
          login
        }
      }
    }
  }
`;

/** An item of a project, with its values; what is empty is not among them. It may not be mixed with issues: see `documents-projects.ts`. */
export const PROJECT_ITEM = /* GraphQL */ `
  fragment FieldF on ProjectV2FieldCommon {
    name
  }
  fragment ProjectItemF on ProjectV2Item {
    id
    updatedAt
    isArchived
    project {
      id
    }
    fieldValues(first: 50) {
      totalCount
      nodes {
        __typename
        ... on ProjectV2ItemFieldTextValue {
          text
          field {
            ...FieldF
          }
        }
        ... on ProjectV2ItemFieldNumberValue {
          number
          field {
            ...FieldF
          }
        }
        ... on ProjectV2ItemFieldDateValue {
          date
          field {
            ...FieldF
          }
        }
        ... on ProjectV2ItemFieldSingleSelectValue {
          optionName: name
          field {
            ...FieldF
          }
        }
        ... on ProjectV2ItemFieldIterationValue {
          title
          field {
            ...FieldF
          }
        }
      }
    }
  }
`;
