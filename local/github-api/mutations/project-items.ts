// Items of projects: coming, going, archiving, and their field values.
import { requireProject } from "../access.ts";
import type { Context } from "../context.ts";
import { unprocessable, unresolvedNode } from "../errors.ts";
import type { DraftIssue, FieldValue, Item, Project, ProjectField, ProjectItem } from "../model.ts";
import { contentOf, findField, findIteration, findOption, isCompleted } from "../project-values.ts";
import type { Store } from "../store.ts";
import { readItem, storeItem } from "./item-edits.ts";
import type { Mutations } from "./mutation.ts";

/** Adds an issue, pull request or draft to a project; one that is there already stays as it is. */
export function addToProject(context: Context, project: Project, content: Item | DraftIssue): ProjectItem {
  const { store, viewer, events, knobs } = context;
  const present = store.children("ProjectV2Item", content.id).find(({ projectId }) => projectId === project.id);
  if (present) return present;
  const count = store.listing("ProjectV2Item", project.id, undefined).created.length;
  if (count >= knobs.maxProjectItems)
    throw unprocessable(
      `Projects cannot have more than ${knobs.maxProjectItems} items. To add more, please archive or delete existing items.`,
    );
  const databaseId = store.ids.bigId();
  const item = store.put<ProjectItem>({
    __typename: "ProjectV2Item",
    id: store.ids.nodeId("ProjectV2Item", databaseId),
    fullDatabaseId: String(databaseId),
    projectId: project.id,
    contentId: content.id,
    creatorId: viewer.id,
    isArchived: false,
    archivedAt: null,
    createdAt: store.now(),
    updatedAt: store.now(),
    values: {},
  });
  events.projectItem("created", item);
  return item;
}

interface ItemInput {
  readonly projectId: string;
  readonly itemId: string;
}

function readProjectItem(context: Context, { projectId, itemId }: ItemInput, mutation: string): ProjectItem {
  const project = requireProject(context, projectId, mutation);
  const item = context.store.get("ProjectV2Item", itemId);
  if (item.projectId !== project.id) throw unresolvedNode(itemId);
  return item;
}

interface ValueInput {
  readonly text?: string | null;
  readonly number?: number | null;
  readonly date?: string | null;
  readonly singleSelectOptionId?: string | null;
  readonly iterationId?: string | null;
}

type Value = Pick<FieldValue, "text" | "number" | "date" | "optionId" | "iterationId">;

const EXPECTED: Readonly<Record<string, readonly [keyof ValueInput, string]>> = {
  TEXT: ["text", "a text value"],
  NUMBER: ["number", "a number value"],
  DATE: ["date", "a date value"],
  SINGLE_SELECT: ["singleSelectOptionId", "a single select option Id"],
  ITERATION: ["iterationId", "an iteration Id"],
};

function toValue(field: ProjectField, input: ValueInput): Value {
  const type = field.dataType.toLowerCase();
  const expected = EXPECTED[field.dataType];
  if (!expected) throw unprocessable(`The field of type ${type} is currently not supported.`);
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  if (given.length !== 1) throw unprocessable("The value must have exactly one of the supported fields set.");
  const [key, words] = expected;
  const value = input[key];
  if (value === null || value === undefined) throw unprocessable(`Did not receive ${words} to update a field of type ${type}`);
  if (typeof value === "number") return { number: value };
  if (key === "text") return { text: value };
  if (key === "date") {
    if (!/^\d{4}-\d\d-\d\d$/.test(value)) throw unprocessable("Date is not a valid date");
    return { date: value };
  }
  if (field.__typename === "ProjectV2SingleSelectField") {
    if (!findOption(field, value)) throw unprocessable("The single select option Id does not belong to the field");
    return { optionId: value };
  }
  if (field.__typename === "ProjectV2IterationField" && findIteration(field, value)) return { iterationId: value };
  throw unprocessable("The iteration Id does not belong to the field");
}

function shownInWebhook(store: Store, field: ProjectField, value: Value | undefined): unknown {
  if (!value) return null;
  if (field.__typename === "ProjectV2SingleSelectField") return findOption(field, value.optionId) ?? null;
  if (field.__typename === "ProjectV2IterationField") {
    const iteration = findIteration(field, value.iterationId);
    if (!iteration) return null;
    const { id, title, duration, startDate } = iteration;
    return { id, title, title_html: title, duration, start_date: startDate, completed: isCompleted(store, iteration) };
  }
  return value.text ?? value.number ?? value.date ?? null;
}

const same = (left: Value | undefined, right: Value | undefined): boolean =>
  (["text", "number", "date", "optionId", "iterationId"] as const).every((key) => left?.[key] === right?.[key]);

function setValue(context: Context, item: ProjectItem, field: ProjectField, value: Value | undefined): ProjectItem {
  const { store, viewer, events, knobs } = context;
  if (item.isArchived) throw unprocessable("The item is archived and cannot be updated");
  const before = item.values[field.id];
  if (same(before, value)) return item;
  const others = Object.fromEntries(Object.entries(item.values).filter(([id]) => id !== field.id));
  const databaseId = before?.databaseId ?? store.ids.smallId();
  const id = store.ids.nodeId("ProjectV2ItemFieldValue", databaseId);
  const times = { createdAt: before?.createdAt ?? store.now(), updatedAt: store.now() };
  const stored = value && { id, databaseId, fieldId: field.id, creatorId: viewer.id, ...times, ...value };
  const values = stored ? { ...others, [field.id]: stored } : others;
  const changed = store.put<ProjectItem>({ ...item, values, updatedAt: store.now() });
  const content = contentOf(store, item);
  if (content && content.__typename !== "DraftIssue" && !knobs.changesWithoutTouch.includes("project"))
    storeItem(context, content, {}, "project");
  events.projectItem("edited", changed, {
    field_value: {
      field_node_id: field.id,
      field_type: field.dataType.toLowerCase(),
      field_name: field.name,
      project_number: store.get("ProjectV2", item.projectId).number,
      from: shownInWebhook(store, field, before),
      to: shownInWebhook(store, field, value),
    },
  });
  return changed;
}

function readField({ store }: Context, item: ProjectItem, fieldId: string): ProjectField {
  const field = findField(store, fieldId);
  if (field?.projectId !== item.projectId) throw unresolvedNode(fieldId);
  return field;
}

function setArchived(context: Context, item: ProjectItem, isArchived: boolean): ProjectItem {
  const { store, events } = context;
  if (item.isArchived === isArchived) return item;
  const archivedAt = isArchived ? store.now() : null;
  const changed = store.put<ProjectItem>({ ...item, isArchived, archivedAt, updatedAt: store.now() });
  const changes = { archived_at: { from: item.archivedAt, to: archivedAt } };
  events.projectItem(isArchived ? "archived" : "restored", changed, changes);
  return changed;
}

/** Mutations of items of projects. */
export const PROJECT_ITEM_MUTATIONS: Mutations = {
  addProjectV2ItemById: ({ projectId, contentId }: { projectId: string; contentId: string }, context) => {
    const project = requireProject(context, projectId, "addProjectV2ItemById");
    return { item: addToProject(context, project, readItem(context, contentId)) };
  },
  updateProjectV2ItemFieldValue: (input: ItemInput & { fieldId: string; value: ValueInput }, context) => {
    const item = readProjectItem(context, input, "updateProjectV2ItemFieldValue");
    const field = readField(context, item, input.fieldId);
    return { projectV2Item: setValue(context, item, field, toValue(field, input.value)) };
  },
  clearProjectV2ItemFieldValue: (input: ItemInput & { fieldId: string }, context) => {
    const item = readProjectItem(context, input, "clearProjectV2ItemFieldValue");
    const field = readField(context, item, input.fieldId);
    if (!EXPECTED[field.dataType])
      throw unprocessable(`The field of type ${field.dataType.toLowerCase()} is currently not supported.`);
    return { projectV2Item: setValue(context, item, field, undefined) };
  },
  archiveProjectV2Item: (input: ItemInput, context) => ({
    item: setArchived(context, readProjectItem(context, input, "archiveProjectV2Item"), true),
  }),
  unarchiveProjectV2Item: (input: ItemInput, context) => ({
    item: setArchived(context, readProjectItem(context, input, "unarchiveProjectV2Item"), false),
  }),
  deleteProjectV2Item: (input: ItemInput, context) => {
    const item = readProjectItem(context, input, "deleteProjectV2Item");
    context.events.projectItem("deleted", item);
    context.store.remove(item.id);
    return { deletedItemId: item.id };
  },
};
