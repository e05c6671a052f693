// What GitHub is asked to change; see `documents.ts` about variables.
import { ISSUE_CORE, PROJECT_ITEM, PULL_REQUEST_CORE } from "./fragments.ts";

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

/** Makes one label. */
export const CREATE_LABEL = /* GraphQL */ `
  mutation CreateLabel($input: CreateLabelInput!) {
    createLabel(input: $input) {
      label {
        id
        name
      }
    }
  }
`;

/** What a mutation gives back: an issue, a pull request, either, or an item of a project. */
const SELECTIONS = {
  issue: "...IssueCore",
  pullRequest: "...PrCore",
  either: "__typename ... on Issue { ...IssueCore } ... on PullRequest { ...PrCore }",
  projectItem: "...ProjectItemF",
} as const;

const FRAGMENTS: Readonly<Record<string, string>> = {
  IssueCore: ISSUE_CORE,
  PrCore: PULL_REQUEST_CORE,
  ProjectItemF: PROJECT_ITEM,
};

/** Mutation → the type of its input, the field of its payload, and what that is. */
const UPDATES = {
  updateIssue: ["UpdateIssueInput", "issue", "issue"],
  closeIssue: ["CloseIssueInput", "issue", "issue"],
  reopenIssue: ["ReopenIssueInput", "issue", "issue"],
  updatePullRequest: ["UpdatePullRequestInput", "pullRequest", "pullRequest"],
  closePullRequest: ["ClosePullRequestInput", "pullRequest", "pullRequest"],
  reopenPullRequest: ["ReopenPullRequestInput", "pullRequest", "pullRequest"],
  convertPullRequestToDraft: ["ConvertPullRequestToDraftInput", "pullRequest", "pullRequest"],
  markPullRequestReadyForReview: ["MarkPullRequestReadyForReviewInput", "pullRequest", "pullRequest"],
  addLabelsToLabelable: ["AddLabelsToLabelableInput", "labelable", "either"],
  removeLabelsFromLabelable: ["RemoveLabelsFromLabelableInput", "labelable", "either"],
  addAssigneesToAssignable: ["AddAssigneesToAssignableInput", "assignable", "either"],
  removeAssigneesFromAssignable: ["RemoveAssigneesFromAssignableInput", "assignable", "either"],
  addSubIssue: ["AddSubIssueInput", "subIssue", "issue"],
  removeSubIssue: ["RemoveSubIssueInput", "subIssue", "issue"],
  addProjectV2ItemById: ["AddProjectV2ItemByIdInput", "item", "projectItem"],
  updateProjectV2ItemFieldValue: ["UpdateProjectV2ItemFieldValueInput", "projectV2Item", "projectItem"],
  clearProjectV2ItemFieldValue: ["ClearProjectV2ItemFieldValueInput", "projectV2Item", "projectItem"],
  unarchiveProjectV2Item: ["UnarchiveProjectV2ItemInput", "item", "projectItem"],
} as const satisfies Readonly<Record<string, readonly [string, string, keyof typeof SELECTIONS]>>;

/** A mutation that may share its request with others. */
export type UpdateName = keyof typeof UPDATES;

/** The alias, and the name of the variable, of the write at this place of a batch. */
export const toAlias = (place: number): string => `w${place}`;

/** The field of a mutation's payload that holds what was changed. */
export const toPayloadField = (name: UpdateName): string => UPDATES[name][1];

/** Writes one document that carries out these mutations in order. */
export function formatUpdates(names: readonly UpdateName[]): string {
  const variables = names.map((name, place) => `$${toAlias(place)}: ${UPDATES[name][0]}!`).join(", ");
  const fields = names.map((name, place) => {
    const [, field, selection] = UPDATES[name];
    return `  ${toAlias(place)}: ${name}(input: $${toAlias(place)}) { ${field} { ${SELECTIONS[selection]} } }`;
  });
  const text = `mutation ApplyWrites(${variables}) {\n${fields.join("\n")}\n}\n`;
  return (
    text +
    Object.entries(FRAGMENTS)
      .flatMap(([name, fragment]) => (text.includes(`...${name} `) ? fragment : []))
      .join("")
  );
}
