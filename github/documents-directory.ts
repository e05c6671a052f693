// What names mean in a repository; see `documents.ts` about variables.
import { PAGE } from "./fragments.ts";

/** Asks for what names mean in a repository; a list that ended is asked for again from its end, and is empty then. */
export const DIRECTORY =
  /* GraphQL */ `
    query Directory(
      $owner: String!
      $name: String!
      $labelsAfter: String
      $milestonesAfter: String
      $issueTypesAfter: String
      $assignableUsersAfter: String
    ) {
      repository(owner: $owner, name: $name, followRenames: true) {
        id
        isArchived
        mergeCommitAllowed
        squashMergeAllowed
        rebaseMergeAllowed
        autoMergeAllowed
        viewerDefaultMergeMethod
        labels(first: 100, after: $labelsAfter, orderBy: { field: NAME, direction: ASC }) {
          pageInfo {
            ...PageF
          }
          nodes {
            id
            name
          }
        }
        milestones(first: 100, after: $milestonesAfter, orderBy: { field: NUMBER, direction: DESC }) {
          pageInfo {
            ...PageF
          }
          nodes {
            id
            title
            state
          }
        }
        issueTypes(first: 100, after: $issueTypesAfter) {
          pageInfo {
            ...PageF
          }
          nodes {
            id
            name
            isEnabled
          }
        }
        assignableUsers(first: 100, after: $assignableUsersAfter) {
          pageInfo {
            ...PageF
          }
          nodes {
            id
            login
          }
        }
      }
    }
  ` + PAGE;

/** Asks for one label by its name, whatever its case. */
export const LABEL_BY_NAME = /* GraphQL */ `
  query LabelByName($repositoryId: ID!, $name: String!) {
    node(id: $repositoryId) {
      ... on Repository {
        label(name: $name) {
          id
          name
        }
      }
    }
  }
`;
