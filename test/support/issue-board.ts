// An issue with everything that a person sees of it on GitHub, its place in the project included.
import type { Person } from "./person.ts";

export interface BoardIssue {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly milestone: string | null;
  readonly type: string | null;
  readonly parent: number | null;
  /** Field name → value, of project 1; `null`: not in the project. */
  readonly project: Readonly<Record<string, string | number>> | null;
  readonly isArchived: boolean;
}

const DOCUMENT = `query($number: Int!) { repository(owner: "acme", name: "widgets") { issue(number: $number) {
  id number title state labels(first: 50) { nodes { name } } assignees(first: 20) { nodes { login } } milestone { title } issueType { name }
  parent { number }
  projectItems(first: 10, includeArchived: true) { nodes { id isArchived fieldValues(first: 50) { nodes { __typename
    ... on ProjectV2ItemFieldTextValue { text field { ... on ProjectV2FieldCommon { name } } }
    ... on ProjectV2ItemFieldNumberValue { number field { ... on ProjectV2FieldCommon { name } } }
    ... on ProjectV2ItemFieldDateValue { date field { ... on ProjectV2FieldCommon { name } } }
    ... on ProjectV2ItemFieldSingleSelectValue { name field { ... on ProjectV2FieldCommon { name } } }
    ... on ProjectV2ItemFieldIterationValue { title field { ... on ProjectV2FieldCommon { name } } }
  } } } } } } }`;

interface Value {
  readonly text?: string;
  readonly number?: number;
  readonly date?: string;
  readonly name?: string;
  readonly title?: string;
  readonly field?: { readonly name: string };
}

interface Answer {
  readonly repository: {
    readonly issue: {
      readonly id: string;
      readonly number: number;
      readonly title: string;
      readonly state: string;
      readonly labels: { readonly nodes: readonly { readonly name: string }[] };
      readonly assignees: { readonly nodes: readonly { readonly login: string }[] };
      readonly milestone: { readonly title: string } | null;
      readonly issueType: { readonly name: string } | null;
      readonly parent: { readonly number: number } | null;
      readonly projectItems: {
        readonly nodes: readonly { readonly isArchived: boolean; readonly fieldValues: { readonly nodes: readonly Value[] } }[];
      };
    };
  };
}

/** Reads an issue as the board shows it. */
export async function readBoardIssue(person: Person, number: number): Promise<BoardIssue> {
  const { issue } = (await person.github<Answer>(DOCUMENT, { number })).repository;
  const [place] = issue.projectItems.nodes;
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    state: issue.state,
    labels: issue.labels.nodes.map(({ name }) => name).sort(),
    assignees: issue.assignees.nodes.map(({ login }) => login).sort(),
    milestone: issue.milestone?.title ?? null,
    type: issue.issueType?.name ?? null,
    parent: issue.parent?.number ?? null,
    project: place ? toValues(place.fieldValues.nodes) : null,
    isArchived: place?.isArchived ?? false,
  };
}

function toValues(nodes: readonly Value[]): Readonly<Record<string, string | number>> {
  const values: Record<string, string | number> = {};
  for (const { text, number, date, name, title, field } of nodes) {
    const value = text ?? number ?? date ?? name ?? title;
    if (field && value !== undefined && field.name !== "Title") values[field.name] = value;
  }
  return values;
}
