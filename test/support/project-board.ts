// What a person does on the board of project 1.
import type { Person } from "./person.ts";

/** A field's new value: the name of an option, the title of an iteration, a number, a day, a text; `null` empties it. */
export type CardValue = string | number | null;

/** An item's card on the board. */
export interface Card {
  set(field: string, value: CardValue): Promise<void>;
  archive(isArchived: boolean): Promise<void>;
  takeOut(): Promise<void>;
  /** Puts the issue on the board, as a new card. */
  putIn(): Promise<void>;
}

interface Field {
  readonly id: string;
  readonly name: string;
  readonly dataType: string;
  readonly options?: readonly { readonly id: string; readonly name: string }[];
  readonly configuration?: { readonly iterations: readonly { readonly id: string; readonly title: string }[] };
}

const PROJECT = `{ organization(login: "acme") { projectV2(number: 1) { id fields(first: 50) { nodes {
  ... on ProjectV2FieldCommon { id name dataType } ... on ProjectV2SingleSelectField { options { id name } }
  ... on ProjectV2IterationField { configuration { iterations { id title } } } } } } } }`;
const PLACES = `query($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 5, includeArchived: true) { nodes { id project { id } } } } } }`;
const mutation = (name: string, input: string): string =>
  `mutation($input: ${input}!) { ${name}(input: $input) { clientMutationId } }`;

/** Finds the card of an issue by the issue's node id. */
export async function cardOf(person: Person, issueId: string): Promise<Card> {
  interface Board {
    readonly organization: { readonly projectV2: { readonly id: string; readonly fields: { readonly nodes: readonly Field[] } } };
  }
  const { id: projectId, fields } = (await person.github<Board>(PROJECT)).organization.projectV2;

  const findPlace = async (): Promise<{ readonly projectId: string; readonly itemId: string }> => {
    interface Places {
      readonly node: {
        readonly projectItems: { readonly nodes: readonly { readonly id: string; readonly project: { readonly id: string } }[] };
      };
    }
    const { nodes } = (await person.github<Places>(PLACES, { id: issueId })).node.projectItems;
    const place = nodes.find(({ project }) => project.id === projectId);
    if (!place) throw new Error("The issue is not on the board.");
    return { projectId, itemId: place.id };
  };

  return {
    async set(name, value) {
      const field = fields.nodes.find((each) => each.name === name);
      if (!field) throw new Error(`The board has no field "${name}".`);
      const input = { ...(await findPlace()), fieldId: field.id };
      if (value === null) {
        await person.github(mutation("clearProjectV2ItemFieldValue", "ClearProjectV2ItemFieldValueInput"), { input });
        return;
      }
      const given = { input: { ...input, value: toInput(field, value) } };
      await person.github(mutation("updateProjectV2ItemFieldValue", "UpdateProjectV2ItemFieldValueInput"), given);
    },
    async archive(isArchived) {
      const name = isArchived ? "archiveProjectV2Item" : "unarchiveProjectV2Item";
      await person.github(mutation(name, `${isArchived ? "Archive" : "Unarchive"}ProjectV2ItemInput`), {
        input: await findPlace(),
      });
    },
    async takeOut() {
      await person.github(mutation("deleteProjectV2Item", "DeleteProjectV2ItemInput"), { input: await findPlace() });
    },
    async putIn() {
      const input = { projectId, contentId: issueId };
      await person.github(mutation("addProjectV2ItemById", "AddProjectV2ItemByIdInput"), { input });
    },
  };
}

function toInput(field: Field, value: string | number): Readonly<Record<string, unknown>> {
  if (field.options) return { singleSelectOptionId: field.options.find(({ name }) => name === value)?.id };
  if (field.configuration) return { iterationId: field.configuration.iterations.find(({ title }) => title === value)?.id };
  if (typeof value === "number") return { number: value };
  return field.dataType === "DATE" ? { date: value } : { text: value };
}
