import { requirePermission } from "../access.ts";
import type { Context } from "../context.ts";
import { unprocessable } from "../errors.ts";
import type { Label, Repository } from "../model.ts";
import { isLonger, readAssigneeIds, readItem, readLabelIds, setAssignees, setLabels } from "./item-edits.ts";
import type { Mutations } from "./mutation.ts";

const MAX_NAME_CHARS = 50; // of a label
const COLOR = /^[0-9a-f]{6}$/i;

type LabelText = Pick<Label, "name" | "color" | "description">;

function checkLabel({ store }: Context, repository: Repository, { name, color }: LabelText, own?: Label): void {
  if (name.trim() === "") throw unprocessable("Name can't be blank");
  if (isLonger(name, MAX_NAME_CHARS)) throw unprocessable(`Name is too long (maximum is ${MAX_NAME_CHARS} characters)`);
  if (!COLOR.test(color)) throw unprocessable("Color must be a 6 character hex code, without the leading #");
  const isTaken = store
    .children("Label", repository.id)
    .some((label) => label.id !== own?.id && label.name.toLowerCase() === name.toLowerCase());
  if (isTaken) throw unprocessable("Name has already been taken");
}

/** Adds a label to a repository. */
export function createLabel(context: Context, repository: Repository, { name, color, description }: LabelText): Label {
  const { store } = context;
  checkLabel(context, repository, { name, color, description });
  const databaseId = store.ids.bigId();
  return store.put({
    __typename: "Label",
    id: store.ids.nodeId("Label", databaseId),
    databaseId,
    repositoryId: repository.id,
    name,
    color: color.toLowerCase(),
    description,
    isDefault: false,
    createdAt: store.now(),
    updatedAt: store.now(),
  });
}

function repositoryOf(context: Context, repositoryId: string, mutation: string): Repository {
  const repository = context.store.get("Repository", repositoryId);
  requirePermission(context, repository, "TRIAGE", mutation);
  return repository;
}

/** Mutations of labels and assignees. */
export const LABEL_MUTATIONS: Mutations = {
  createLabel: (input: { repositoryId: string; name: string; color: string; description?: string | null }, context) => {
    const repository = repositoryOf(context, input.repositoryId, "createLabel");
    return { label: createLabel(context, repository, { ...input, description: input.description ?? null }) };
  },
  updateLabel: (input: { id: string; name?: string | null; color?: string | null; description?: string | null }, context) => {
    const label = context.store.get("Label", input.id);
    const repository = repositoryOf(context, label.repositoryId, "updateLabel");
    const text = {
      name: input.name ?? label.name,
      color: input.color ?? label.color,
      description: input.description === undefined ? label.description : input.description,
    };
    checkLabel(context, repository, text, label);
    return { label: context.store.put<Label>({ ...label, ...text, updatedAt: context.store.now() }) };
  },
  deleteLabel: ({ id }: { id: string }, context) => {
    const label = context.store.get("Label", id);
    repositoryOf(context, label.repositoryId, "deleteLabel");
    const { store } = context;
    for (const item of [...store.children("Issue", label.repositoryId), ...store.children("PullRequest", label.repositoryId)])
      if (item.labelIds.includes(id)) store.put({ ...item, labelIds: item.labelIds.filter((other) => other !== id) });
    store.remove(label.id);
    return {};
  },
  addLabelsToLabelable: ({ labelableId, labelIds }: { labelableId: string; labelIds: readonly string[] }, context) => {
    const item = readItem(context, labelableId);
    const repository = repositoryOf(context, item.repositoryId, "addLabelsToLabelable");
    const added = readLabelIds(context, repository, labelIds);
    return { labelable: setLabels(context, item, [...new Set([...item.labelIds, ...added])]) };
  },
  removeLabelsFromLabelable: ({ labelableId, labelIds }: { labelableId: string; labelIds: readonly string[] }, context) => {
    const item = readItem(context, labelableId);
    const repository = repositoryOf(context, item.repositoryId, "removeLabelsFromLabelable");
    const removed = readLabelIds(context, repository, labelIds);
    return {
      labelable: setLabels(
        context,
        item,
        item.labelIds.filter((id) => !removed.includes(id)),
      ),
    };
  },
  clearLabelsFromLabelable: ({ labelableId }: { labelableId: string }, context) => {
    const item = readItem(context, labelableId);
    repositoryOf(context, item.repositoryId, "clearLabelsFromLabelable");
    return { labelable: setLabels(context, item, []) };
  },
  addAssigneesToAssignable: (
    { assignableId, assigneeIds }: { assignableId: string; assigneeIds: readonly string[] },
    context,
  ) => {
    const item = readItem(context, assignableId);
    const repository = repositoryOf(context, item.repositoryId, "addAssigneesToAssignable");
    const wanted = readAssigneeIds(context, repository, [...item.assigneeIds, ...assigneeIds]);
    return { assignable: setAssignees(context, item, wanted) };
  },
  removeAssigneesFromAssignable: (
    { assignableId, assigneeIds }: { assignableId: string; assigneeIds: readonly string[] },
    context,
  ) => {
    const item = readItem(context, assignableId);
    repositoryOf(context, item.repositoryId, "removeAssigneesFromAssignable");
    const removed = assigneeIds.map((id) => context.store.findOf("User", id)?.id);
    return {
      assignable: setAssignees(
        context,
        item,
        item.assigneeIds.filter((id) => !removed.includes(id)),
      ),
    };
  },
  replaceActorsForAssignable: (
    input: { assignableId: string; actorIds?: readonly string[] | null; actorLogins?: readonly string[] | null },
    context,
  ) => {
    const item = readItem(context, input.assignableId);
    const repository = repositoryOf(context, item.repositoryId, "replaceActorsForAssignable");
    const named = (input.actorLogins ?? []).flatMap((login) => context.store.findActor(login)?.id ?? []);
    const wanted = readAssigneeIds(context, repository, [...(input.actorIds ?? []), ...named]);
    return { assignable: setAssignees(context, item, wanted) };
  },
};
