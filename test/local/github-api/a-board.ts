import { SEED_PROJECT_NUMBER } from "../../../local/github-api/seed.ts";
import { type Found, type Setup, createIssue, textOf } from "./a-simulator.ts";

export const PROJECT = `{ organization(login: "acme") { projectV2(number: ${SEED_PROJECT_NUMBER}) {
  id title url closed number viewerCanUpdate fullDatabaseId owner { __typename ... on Organization { login } }
  fields(first: 50) { totalCount nodes { __typename
    ... on ProjectV2FieldCommon { id name dataType }
    ... on ProjectV2SingleSelectField { options { id name color description } }
    ... on ProjectV2IterationField { configuration { duration startDay iterations { id title startDate duration } completedIterations { title } } } } } } } }`;
export const ITEM = `id isArchived type updatedAt project { number } fieldValues(first: 50) { nodes { __typename
  ... on ProjectV2ItemFieldTextValue { text field { ... on ProjectV2FieldCommon { name } } }
  ... on ProjectV2ItemFieldNumberValue { number creator { login } }
  ... on ProjectV2ItemFieldDateValue { date }
  ... on ProjectV2ItemFieldSingleSelectValue { name optionId }
  ... on ProjectV2ItemFieldIterationValue { iterationId title startDate duration } } }`;
export const ADD = `mutation ($projectId: ID!, $contentId: ID!) { addProjectV2ItemById(input: { projectId: $projectId, contentId: $contentId }) { item { ${ITEM} } } }`;
export const SET = `mutation ($input: UpdateProjectV2ItemFieldValueInput!) { updateProjectV2ItemFieldValue(input: $input) { projectV2Item { ${ITEM} } } }`;
export const CLEAR = `mutation ($input: ClearProjectV2ItemFieldValueInput!) { clearProjectV2ItemFieldValue(input: $input) { projectV2Item { ${ITEM} } } }`;

/** A field as a test reads it. */
export interface Field {
  readonly id: string;
  readonly name: string;
  readonly dataType: string;
  readonly options?: readonly { readonly id: string; readonly name: string }[];
  readonly configuration?: {
    readonly iterations: readonly { readonly id: string; readonly title: string; readonly startDate: string }[];
  };
}

/** The seeded project with one issue in it. */
export interface Board {
  readonly projectId: string;
  readonly itemId: string;
  readonly issue: Found;
  readonly field: (name: string) => Field;
  readonly set: (name: string, value: unknown) => ReturnType<Setup["ask"]>;
}

/** Reads the seeded project and its fields. */
export async function readFields(setup: Setup): Promise<{ projectId: string; fields: readonly Field[] }> {
  const project = (await setup.read(PROJECT))["organization"]?.["projectV2"];
  return { projectId: textOf(project?.["id"]), fields: project?.["fields"]?.["nodes"] as unknown as Field[] };
}

/** Adds a new issue to the seeded project. */
export async function aBoard(setup: Setup): Promise<Board> {
  const { projectId, fields } = await readFields(setup);
  const issue = await createIssue(setup);
  const added = await setup.read(ADD, { projectId, contentId: issue["id"] });
  const itemId = textOf(added["addProjectV2ItemById"]?.["item"]?.["id"]);
  const field = (name: string): Field => {
    const found = fields.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`no field ${name}`);
    return found;
  };
  const set = (name: string, value: unknown) => setup.ask(SET, { input: { projectId, itemId, fieldId: field(name).id, value } });
  return { projectId, itemId, issue, field, set };
}
