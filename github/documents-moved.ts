// How GitHub is asked where an item went; see `documents.ts` about variables.
import { ISSUE_CORE, PULL_REQUEST_CORE } from "./fragments.ts";

/** Asks for the issue or pull request at a web address; one that was transferred is found by its former address. */
export const ITEM_BY_ADDRESS =
  /* GraphQL */ `
    query ItemByAddress($address: URI!) {
      resource(url: $address) {
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
