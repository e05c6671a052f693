// Projects themselves: fields, options, drafts.
import { requireProject } from "../access.ts";
import type { Context } from "../context.ts";
import { unprocessable, unresolvedNode } from "../errors.ts";
import type { DraftIssue, Iteration, IterationField, Project, ProjectField, SelectField, SelectOption } from "../model.ts";
import { findField } from "../project-values.ts";
import { checkBody, checkTitle, readAssigneeIds } from "./item-edits.ts";
import { createIssue } from "./issues.ts";
import type { Mutations } from "./mutation.ts";
import { PROJECT_ITEM_MUTATIONS, addToProject } from "./project-items.ts";

const MAX_FIELDS = 50; // of a project; documented
const MAX_OPTIONS = 50; // of a single select field; documented
const MONDAY = 1;

interface OptionInput {
  readonly id?: string | null;
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

interface IterationsInput {
  readonly duration: number;
  readonly startDate: string;
  readonly iterations: readonly Omit<Iteration, "id">[];
}

interface FieldInput {
  readonly name?: string | null;
  readonly singleSelectOptions?: readonly OptionInput[] | null;
  readonly iterationConfiguration?: IterationsInput | null;
}

/** Options that come without the id of an existing one are new: items lose the value that they had. */
function toOptions({ store }: Context, options: readonly OptionInput[], existing: readonly SelectOption[]): SelectOption[] {
  if (options.length === 0 || options.length > MAX_OPTIONS)
    throw unprocessable(`Single select field must have between 1 and ${MAX_OPTIONS} options`);
  return options.map(({ id, name, color, description }) => {
    const kept = existing.find((option) => option.id === id);
    return { id: kept?.id ?? store.ids.optionId(), name, color, description };
  });
}

const toIterations = ({ store }: Context, { iterations }: IterationsInput): Iteration[] =>
  iterations.map(({ title, startDate, duration }) => ({ id: store.ids.optionId(), title, startDate, duration }));

function createField(
  context: Context,
  project: Project,
  dataType: string,
  input: FieldInput & { readonly name: string },
): ProjectField {
  const { store } = context;
  const names = project.fieldIds.map((id) => findField(store, id)?.name.toLowerCase());
  if (names.includes(input.name.toLowerCase())) throw unprocessable("Name has already been taken");
  if (project.fieldIds.length >= MAX_FIELDS) throw unprocessable(`Projects cannot have more than ${MAX_FIELDS} fields.`);
  const databaseId = store.ids.smallId();
  const times = { createdAt: store.now(), updatedAt: store.now() };
  const base = { databaseId, projectId: project.id, name: input.name, dataType, ...times };
  if (dataType === "SINGLE_SELECT") {
    const selectOptions = toOptions(context, input.singleSelectOptions ?? [], []);
    const id = store.ids.nodeId("ProjectV2SingleSelectField", databaseId);
    return store.put<SelectField>({ __typename: "ProjectV2SingleSelectField", id, ...base, selectOptions });
  }
  if (dataType === "ITERATION") {
    const configuration = input.iterationConfiguration ?? { duration: 14, startDate: store.now().slice(0, 10), iterations: [] };
    const rest = { iterations: toIterations(context, configuration), duration: configuration.duration, startDay: MONDAY };
    const id = store.ids.nodeId("ProjectV2IterationField", databaseId);
    return store.put<IterationField>({ __typename: "ProjectV2IterationField", id, ...base, ...rest });
  }
  return store.put({ __typename: "ProjectV2Field", id: store.ids.nodeId("ProjectV2Field", databaseId), ...base });
}

function updateField(context: Context, field: ProjectField, input: FieldInput): ProjectField {
  const { store } = context;
  const named = { ...field, name: input.name ?? field.name, updatedAt: store.now() };
  if (named.__typename === "ProjectV2SingleSelectField" && input.singleSelectOptions)
    return store.put<SelectField>({
      ...named,
      selectOptions: toOptions(context, input.singleSelectOptions, named.selectOptions),
    });
  if (named.__typename === "ProjectV2IterationField" && input.iterationConfiguration) {
    const { duration } = input.iterationConfiguration;
    return store.put<IterationField>({ ...named, duration, iterations: toIterations(context, input.iterationConfiguration) });
  }
  return store.put<ProjectField>(named);
}

function readField(context: Context, fieldId: string, mutation: string): ProjectField {
  const field = findField(context.store, fieldId);
  if (!field) throw unresolvedNode(fieldId);
  requireProject(context, field.projectId, mutation);
  return field;
}

/** Mutations of projects. */
export const PROJECT_MUTATIONS: Mutations = {
  ...PROJECT_ITEM_MUTATIONS,
  updateProjectV2: (
    input: { projectId: string; title?: string | null; closed?: boolean | null; public?: boolean | null },
    context,
  ) => {
    const project = requireProject(context, input.projectId, "updateProjectV2");
    const closed = input.closed ?? project.closed;
    const changes = { title: input.title ?? project.title, closed, public: input.public ?? project.public };
    const closedAt = closed ? (project.closedAt ?? context.store.now()) : null;
    return { projectV2: context.store.put<Project>({ ...project, ...changes, closedAt, updatedAt: context.store.now() }) };
  },
  createProjectV2Field: (input: FieldInput & { projectId: string; name: string; dataType: string }, context) => {
    const project = requireProject(context, input.projectId, "createProjectV2Field");
    const projectV2Field = createField(context, project, input.dataType, input);
    context.store.put<Project>({
      ...project,
      fieldIds: [...project.fieldIds, projectV2Field.id],
      updatedAt: context.store.now(),
    });
    return { projectV2Field };
  },
  updateProjectV2Field: (input: FieldInput & { fieldId: string }, context) => ({
    projectV2Field: updateField(context, readField(context, input.fieldId, "updateProjectV2Field"), input),
  }),
  deleteProjectV2Field: ({ fieldId }: { fieldId: string }, context) => {
    const { store } = context;
    const field = readField(context, fieldId, "deleteProjectV2Field");
    const project = store.get("ProjectV2", field.projectId);
    store.put<Project>({ ...project, fieldIds: project.fieldIds.filter((id) => id !== field.id), updatedAt: store.now() });
    store.remove(field.id);
    return { projectV2Field: field };
  },
  addProjectV2DraftIssue: (
    input: { projectId: string; title: string; body?: string | null; assigneeIds?: readonly string[] | null },
    context,
  ) => {
    const { store, viewer } = context;
    const project = requireProject(context, input.projectId, "addProjectV2DraftIssue");
    checkTitle(input.title);
    checkBody(input.body ?? "");
    const draft = store.put<DraftIssue>({
      __typename: "DraftIssue",
      id: store.ids.nodeId("DraftIssue", store.ids.bigId()),
      title: input.title,
      body: input.body ?? "",
      creatorId: viewer.id,
      assigneeIds: input.assigneeIds ?? [],
      createdAt: store.now(),
      updatedAt: store.now(),
    });
    return { projectItem: addToProject(context, project, draft) };
  },
  updateProjectV2DraftIssue: (
    input: { draftIssueId: string; title?: string | null; body?: string | null; assigneeIds?: readonly string[] | null },
    context,
  ) => {
    const { store, events } = context;
    const draft = store.get("DraftIssue", input.draftIssueId);
    const item = store.children("ProjectV2Item", draft.id)[0];
    if (item) requireProject(context, item.projectId, "updateProjectV2DraftIssue");
    if (typeof input.title === "string") checkTitle(input.title);
    const text = { title: input.title ?? draft.title, body: input.body ?? draft.body };
    const assigneeIds = input.assigneeIds ?? draft.assigneeIds;
    const draftIssue = store.put<DraftIssue>({ ...draft, ...text, assigneeIds, updatedAt: store.now() });
    if (item && text.body !== draft.body) events.projectItem("edited", item, { body: { from: draft.body, to: text.body } });
    return { draftIssue };
  },
  convertProjectV2DraftIssueItemToIssue: ({ itemId, repositoryId }: { itemId: string; repositoryId: string }, context) => {
    const { store, events } = context;
    const item = store.get("ProjectV2Item", itemId);
    requireProject(context, item.projectId, "convertProjectV2DraftIssueItemToIssue");
    const draft = store.findOf("DraftIssue", item.contentId);
    if (!draft) throw unprocessable("The item is not a draft issue");
    const assigneeIds = readAssigneeIds(context, store.get("Repository", repositoryId), draft.assigneeIds);
    const { issue } = createIssue({ repositoryId, title: draft.title, body: draft.body, assigneeIds }, context);
    store.remove(item.id);
    store.remove(draft.id);
    const converted = store.put({ ...item, contentId: issue.id, updatedAt: store.now() });
    events.projectItem("converted", converted, { content_type: { from: "DraftIssue", to: "Issue" } });
    return { item: converted };
  },
};
