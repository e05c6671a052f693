// Changes that issues and pull requests share: each stores the change first and then tells of it.
import { isAssignable } from "../access.ts";
import type { Context } from "../context.ts";
import { unprocessable, unresolvedNode } from "../errors.ts";
import type { TouchCause } from "../knobs.ts";
import type { Issue, Item, PullRequest, Repository } from "../model.ts";
import { accountShapeOf, labelShape, milestoneShape } from "../webhooks/shapes.ts";

const MAX_BODY_CHARS = 65_536; // of an issue, pull request or comment; found by many
const MAX_TITLE_CHARS = 256; // found by others
const MAX_ASSIGNEES = 10; // documented; more are left out without an error
const MAX_LABELS = 100; // documented

/** Counts characters as GitHub does: code points, so that most emojis are one. */
export const isLonger = (text: string, limit: number): boolean => text.length > limit && Array.from(text).length > limit;

/** @throws ApiError `UNPROCESSABLE` for a title that is empty or too long. */
export function checkTitle(title: string): void {
  if (title.trim() === "") throw unprocessable("Title can't be blank");
  if (isLonger(title, MAX_TITLE_CHARS)) throw unprocessable(`Title is too long (maximum is ${MAX_TITLE_CHARS} characters)`);
}

/** @throws ApiError `UNPROCESSABLE` for a body that is too long. */
export function checkBody(body: string): void {
  if (isLonger(body, MAX_BODY_CHARS)) throw unprocessable(`Body is too long (maximum is ${MAX_BODY_CHARS} characters)`);
}

/** Finds an issue or pull request by its node id. */
export function readItem({ store }: Context, id: string): Item {
  const item = store.findOf("Issue", id) ?? store.findOf("PullRequest", id);
  if (!item) throw unresolvedNode(id);
  return item;
}

/** Reads labels by id; those of another repository are left out. */
export function readLabelIds({ store }: Context, repository: Repository, ids: readonly string[]): string[] {
  const labels = ids.map((id) => store.get("Label", id)).filter(({ repositoryId }) => repositoryId === repository.id);
  const unique = [...new Set(labels.map(({ id }) => id))];
  if (unique.length > MAX_LABELS) throw unprocessable(`Issue cannot have more than ${MAX_LABELS} labels.`);
  return unique;
}

/** Reads people by id; those who cannot be assigned are left out without an error, and so are those beyond the tenth. */
export function readAssigneeIds({ store }: Context, repository: Repository, ids: readonly string[]): string[] {
  for (const id of ids) if (!store.findOf("User", id) && !store.findOf("Bot", id)) throw unresolvedNode(id);
  const users = ids.flatMap((id) => store.findOf("User", id)?.id ?? []);
  return [...new Set(users.filter((id) => isAssignable(repository, id)))].slice(0, MAX_ASSIGNEES);
}

/** Stores changes to an item; `updatedAt` moves unless the knobs say that this kind of change does not move it. */
export function storeItem<T extends Item>(context: Context, item: T, changes: Partial<T>, cause: TouchCause): T {
  const { store, knobs } = context;
  const updatedAt = knobs.changesWithoutTouch.includes(cause) ? item.updatedAt : store.now();
  return store.put({ ...item, ...changes, updatedAt });
}

/** Sets the labels and tells of each that came or went. */
export function setLabels<T extends Item>(context: Context, item: T, labelIds: readonly string[]): T {
  const { store, events } = context;
  const added = labelIds.filter((id) => !item.labelIds.includes(id));
  const removed = item.labelIds.filter((id) => !labelIds.includes(id));
  if (added.length + removed.length === 0) return item;
  const changed = storeItem<Item>(context, item, { labelIds }, "labels") as T;
  const tell = (action: string, id: string): void => {
    const label = store.findOf("Label", id);
    if (label) events.item(action, changed, { label: labelShape(events.shapes, label) });
  };
  for (const id of removed) tell("unlabeled", id);
  for (const id of added) tell("labeled", id);
  return changed;
}

/** Sets the assignees and tells of each who came or went. */
export function setAssignees<T extends Item>(context: Context, item: T, assigneeIds: readonly string[]): T {
  const { events } = context;
  const added = assigneeIds.filter((id) => !item.assigneeIds.includes(id));
  const removed = item.assigneeIds.filter((id) => !assigneeIds.includes(id));
  if (added.length + removed.length === 0) return item;
  const changed = storeItem<Item>(context, item, { assigneeIds }, "assignees") as T;
  for (const id of removed) events.item("unassigned", changed, { assignee: accountShapeOf(events.shapes, id) });
  for (const id of added) events.item("assigned", changed, { assignee: accountShapeOf(events.shapes, id) });
  return changed;
}

/** Sets or clears the milestone. */
export function setMilestone<T extends Item>(context: Context, item: T, milestoneId: string | null): T {
  const { store, events } = context;
  if (item.milestoneId === milestoneId) return item;
  const before = store.findOf("Milestone", item.milestoneId);
  const after = store.findOf("Milestone", milestoneId);
  const changed = storeItem<Item>(context, item, { milestoneId }, "milestone") as T;
  if (before) events.item("demilestoned", changed, { milestone: milestoneShape(events.shapes, before) });
  if (after) events.item("milestoned", changed, { milestone: milestoneShape(events.shapes, after) });
  return changed;
}

/** What `updateIssue` and `updatePullRequest` have in common; what is left out stays. */
export interface ItemInput {
  readonly title?: string | null;
  readonly body?: string | null;
  readonly labelIds?: readonly string[] | null;
  readonly assigneeIds?: readonly string[] | null;
  readonly milestoneId?: string | null;
}

function setText<T extends Item>(context: Context, item: T, { title, body }: ItemInput): T {
  const { store, viewer, events } = context;
  const next = { title: title ?? item.title, body: body ?? item.body };
  const changes = {
    ...(next.title === item.title ? {} : { title: { from: item.title } }),
    ...(next.body === item.body ? {} : { body: { from: item.body } }),
  };
  if (Object.keys(changes).length === 0) return item;
  const edited = "body" in changes ? { editorId: viewer.id, lastEditedAt: store.now() } : {};
  const changed = storeItem<Item>(context, item, { ...next, ...edited }, "text") as T;
  events.item("edited", changed, { changes });
  return changed;
}

/** Changes what the input names; labels and assignees are replaced as a whole. Nothing is stored when any value is refused. */
export function editItem<T extends Issue | PullRequest>(context: Context, item: T, input: ItemInput): T {
  const repository = context.store.get("Repository", item.repositoryId);
  if (typeof input.title === "string") checkTitle(input.title);
  if (typeof input.body === "string") checkBody(input.body);
  const labelIds = input.labelIds ? readLabelIds(context, repository, input.labelIds) : undefined;
  const assigneeIds = input.assigneeIds ? readAssigneeIds(context, repository, input.assigneeIds) : undefined;
  if (input.milestoneId) context.store.get("Milestone", input.milestoneId);

  let changed = setText(context, item, input);
  if (labelIds) changed = setLabels(context, changed, labelIds);
  if (assigneeIds) changed = setAssignees(context, changed, assigneeIds);
  if (input.milestoneId !== undefined) changed = setMilestone(context, changed, input.milestoneId);
  return changed;
}
