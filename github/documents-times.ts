// How GitHub is asked what changed at all, without what it is; see `documents.ts` about variables.

/** Asks when items were last updated; the answer is in the order of `ids`. */
export const ITEM_TIMES = /* GraphQL */ `
  query ItemTimes($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Issue {
        id
        updatedAt
      }
      ... on PullRequest {
        id
        updatedAt
      }
    }
  }
`;

/** Asks when the cards of items were last updated, in whatever projects; apart from the items, because a token without the scope for projects fails the whole document. */
export const CARD_TIMES = /* GraphQL */ `
  query CardTimes($projectId: ID!, $ids: [ID!]!) {
    project: node(id: $projectId) {
      ... on ProjectV2 {
        id
      }
    }
    nodes(ids: $ids) {
      ... on Issue {
        id
        ...CardsOfIssue
      }
      ... on PullRequest {
        id
        ...CardsOfPullRequest
      }
    }
  }
  fragment CardsOfIssue on Issue {
    projectItems(first: 20, includeArchived: true) {
      ...CardsF
    }
  }
  fragment CardsOfPullRequest on PullRequest {
    projectItems(first: 20, includeArchived: true) {
      ...CardsF
    }
  }
  fragment CardsF on ProjectV2ItemConnection {
    pageInfo {
      hasNextPage
    }
    nodes {
      id
      updatedAt
      project {
        id
      }
    }
  }
`;
