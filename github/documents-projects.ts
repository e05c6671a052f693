// Projects, always in documents of their own: a token without the scope for them fails the whole document that names them.
import { PROJECT_ITEM } from "./fragments.ts";

/** Asks for a project of an organisation or user, with its fields. */
export const PROJECT = /* GraphQL */ `
  query Project($login: String!, $number: Int!) {
    repositoryOwner(login: $login) {
      __typename
      ... on ProjectV2Owner {
        projectV2(number: $number) {
          id
          title
          closed
          viewerCanUpdate
          fields(first: 100) {
            totalCount
            nodes {
              ... on ProjectV2FieldCommon {
                id
                name
                dataType
              }
              ... on ProjectV2SingleSelectField {
                options {
                  id
                  name
                }
              }
              ... on ProjectV2IterationField {
                configuration {
                  iterations {
                    id
                    title
                    startDate
                  }
                  completedIterations {
                    id
                    title
                    startDate
                  }
                }
              }
            }
          }
        }
      }
    }
  }
`;

/**
 * Asks in which projects issues and pull requests are, archived there or not; the answer is in the order of `ids`. The project itself is
 * asked for too: without it an empty list may only mean that the token sees no projects.
 */
export const PROJECT_ITEMS =
  /* GraphQL */ `
    query ProjectItems($projectId: ID!, $ids: [ID!]!, $after: String) {
      project: node(id: $projectId) {
        ... on ProjectV2 {
          id
        }
      }
      nodes(ids: $ids) {
        ... on Issue {
          projectItems(first: 20, after: $after, includeArchived: true) {
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              ...ProjectItemF
            }
          }
        }
        ... on PullRequest {
          projectItems(first: 20, after: $after, includeArchived: true) {
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              ...ProjectItemF
            }
          }
        }
      }
    }
  ` + PROJECT_ITEM;
