// The values of an item's fields: those that were set, and those that follow from its issue or pull request.
import type { Context } from "./context.ts";
import type {
  DraftIssue,
  FieldValue,
  Item,
  Iteration,
  IterationField,
  ProjectField,
  ProjectItem,
  SelectField,
  SelectOption,
} from "./model.ts";
import type { Store } from "./store.ts";

const DAY_MS = 86_400_000;

/** A value as GitHub's schema has it; the rest of its fields are resolved from these. */
export type ShownValue = Readonly<Record<string, unknown>> & { readonly __typename: string };

/** Lists the fields of a project, in their order. */
export function fieldsOf(store: Store, projectId: string): ProjectField[] {
  return store.get("ProjectV2", projectId).fieldIds.flatMap((id) => findField(store, id) ?? []);
}

/** Finds a field of any type. */
export function findField(store: Store, id: string): ProjectField | undefined {
  return (
    store.findOf("ProjectV2Field", id) ??
    store.findOf("ProjectV2SingleSelectField", id) ??
    store.findOf("ProjectV2IterationField", id)
  );
}

/** Finds what an item stands for. */
export function contentOf(store: Store, { contentId }: ProjectItem): Item | DraftIssue | undefined {
  return store.findOf("Issue", contentId) ?? store.findOf("PullRequest", contentId) ?? store.findOf("DraftIssue", contentId);
}

/** Finds an option by id. */
export const findOption = (field: SelectField, optionId: string | undefined): SelectOption | undefined =>
  field.selectOptions.find(({ id }) => id === optionId);

/** Finds an iteration by id, running, coming or over. */
export const findIteration = (field: IterationField, iterationId: string | undefined): Iteration | undefined =>
  field.iterations.find(({ id }) => id === iterationId);

/** Says whether an iteration is over. */
export const isCompleted = (store: Store, { startDate, duration }: Iteration): boolean =>
  Date.parse(startDate) + duration * DAY_MS <= store.nowMs();

function showSet(item: ProjectItem, field: ProjectField, value: FieldValue): ShownValue | undefined {
  const shared = { id: value.id, databaseId: value.databaseId, createdAt: value.createdAt, updatedAt: value.updatedAt };
  const base = { ...shared, creatorId: value.creatorId, field, item };
  if (field.__typename === "ProjectV2SingleSelectField") {
    const option = findOption(field, value.optionId);
    if (!option) return undefined;
    const { id: optionId, ...text } = option;
    return { __typename: "ProjectV2ItemFieldSingleSelectValue", ...base, ...text, optionId, nameHTML: option.name };
  }
  if (field.__typename === "ProjectV2IterationField") {
    const iteration = findIteration(field, value.iterationId);
    if (!iteration) return undefined;
    const { id: iterationId, ...rest } = iteration;
    return { __typename: "ProjectV2ItemFieldIterationValue", ...base, ...rest, iterationId, titleHTML: iteration.title };
  }
  if (value.number !== undefined) return { __typename: "ProjectV2ItemFieldNumberValue", ...base, number: value.number };
  if (value.date !== undefined) return { __typename: "ProjectV2ItemFieldDateValue", ...base, date: value.date };
  return { __typename: "ProjectV2ItemFieldTextValue", ...base, text: value.text ?? "" };
}

function showBuiltIn(store: Store, item: ProjectItem, field: ProjectField): ShownValue | undefined {
  const content = contentOf(store, item);
  if (!content) return undefined;
  if (field.dataType === "TITLE") {
    const times = { createdAt: item.createdAt, updatedAt: content.updatedAt, creatorId: item.creatorId };
    const id = `${item.id}_title`;
    return { __typename: "ProjectV2ItemFieldTextValue", id, databaseId: null, ...times, field, item, text: content.title };
  }
  if (field.dataType === "ASSIGNEES" && content.assigneeIds.length > 0)
    return { __typename: "ProjectV2ItemFieldUserValue", field, userIds: content.assigneeIds };
  if (content.__typename === "DraftIssue") return undefined;
  if (field.dataType === "REPOSITORY")
    return { __typename: "ProjectV2ItemFieldRepositoryValue", field, repositoryId: content.repositoryId };
  if (field.dataType === "LABELS" && content.labelIds.length > 0)
    return { __typename: "ProjectV2ItemFieldLabelValue", field, labelIds: content.labelIds };
  if (field.dataType === "MILESTONE" && content.milestoneId !== null)
    return { __typename: "ProjectV2ItemFieldMilestoneValue", field, milestoneId: content.milestoneId };
  return undefined;
}

/** Lists the values of an item in the order of the project's fields; what is empty is left out, as GitHub does. */
export function showValues({ store }: Context, item: ProjectItem): ShownValue[] {
  return fieldsOf(store, item.projectId).flatMap((field) => {
    const value = item.values[field.id];
    return (value ? showSet(item, field, value) : showBuiltIn(store, item, field)) ?? [];
  });
}
