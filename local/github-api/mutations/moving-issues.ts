// Transfer, deletion and locking.
import { isAssignable, requirePermission, requireWritable } from "../access.ts";
import type { Context } from "../context.ts";
import { unprocessable } from "../errors.ts";
import type { Issue, Label, Repository } from "../model.ts";
import { issueShape } from "../webhooks/item-shapes.ts";
import { repositoryShape } from "../webhooks/shapes.ts";
import { itemPath } from "../web-addresses.ts";
import { readItem, storeItem } from "./item-edits.ts";
import { createLabel } from "./labels.ts";
import type { Mutations } from "./mutation.ts";

function removeIssue({ store }: Context, issue: Issue): void {
  const parent = store.findOf("Issue", issue.parentId);
  if (parent) store.put({ ...parent, subIssueIds: parent.subIssueIds.filter((id) => id !== issue.id) });
  for (const id of issue.subIssueIds) {
    const child = store.findOf("Issue", id);
    if (child) store.put({ ...child, parentId: null });
  }
  store.remove(issue.id);
}

/** Labels of the target that have the names of the source's; without `createMissing` those that it lacks are lost. */
function carryLabels(context: Context, issue: Issue, target: Repository, createMissing: boolean): string[] {
  const { store } = context;
  const there = store.children("Label", target.id);
  const same = (label: Label): Label | undefined => there.find(({ name }) => name.toLowerCase() === label.name.toLowerCase());
  return issue.labelIds
    .flatMap((id) => store.findOf("Label", id) ?? [])
    .flatMap((label) => same(label) ?? (createMissing ? createLabel(context, target, label) : []))
    .map(({ id }) => id);
}

function transfer(context: Context, issue: Issue, target: Repository, createMissing: boolean): Issue {
  const { store, events } = context;
  const source = store.get("Repository", issue.repositoryId);
  const milestone = store.findOf("Milestone", issue.milestoneId);
  const databaseId = store.ids.bigId();
  const oldShapes = { old_issue: issueShape(events.shapes, issue), old_repository: repositoryShape(events.shapes, source) };
  const oldPath = itemPath(store, issue);
  const comments = store.children("IssueComment", issue.id);
  const items = store.children("ProjectV2Item", issue.id);
  const { parentId, subIssueIds } = issue;
  const parent = store.findOf("Issue", parentId);

  const moved = store.put<Issue>({
    ...issue,
    id: store.ids.nodeId("Issue", databaseId),
    fullDatabaseId: String(databaseId),
    repositoryId: target.id,
    number: store.nextNumber(target.id),
    updatedAt: store.now(),
    labelIds: carryLabels(context, issue, target, createMissing),
    milestoneId: store.children("Milestone", target.id).find(({ title }) => title === milestone?.title)?.id ?? null,
    assigneeIds: issue.assigneeIds.filter((id) => isAssignable(target, id)),
    typeId: source.ownerId === target.ownerId ? issue.typeId : null,
  });
  removeIssue(context, issue);
  if (parent) store.put({ ...parent, subIssueIds: parent.subIssueIds.map((id) => (id === issue.id ? moved.id : id)) });
  for (const id of subIssueIds) store.put({ ...store.get("Issue", id), parentId: moved.id });
  for (const comment of comments) {
    store.remove(comment.id);
    store.put({ ...comment, subjectId: moved.id, repositoryId: target.id });
  }
  for (const item of items) {
    store.remove(item.id);
    store.put({ ...item, contentId: moved.id });
  }
  store.redirect(oldPath, moved.id);
  const newShapes = { new_issue: issueShape(events.shapes, moved), new_repository: repositoryShape(events.shapes, target) };
  events.item("transferred", issue, { changes: newShapes });
  events.item("opened", moved, { changes: oldShapes });
  return moved;
}

/** Mutations that move, remove or lock. */
export const MOVING_MUTATIONS: Mutations = {
  transferIssue: (input: { issueId: string; repositoryId: string; createLabelsIfMissing: boolean }, context) => {
    const { store } = context;
    const issue = store.get("Issue", input.issueId);
    const target = store.get("Repository", input.repositoryId);
    requirePermission(context, store.get("Repository", issue.repositoryId), "WRITE", "transferIssue");
    requirePermission(context, target, "WRITE", "transferIssue");
    if (issue.state === "CLOSED") throw unprocessable("Closed issues cannot be transferred");
    if (issue.repositoryId === target.id) throw unprocessable("Issue is already in this repository");
    return { issue: transfer(context, issue, target, input.createLabelsIfMissing) };
  },
  deleteIssue: ({ issueId }: { issueId: string }, context) => {
    const { store, events } = context;
    const issue = store.get("Issue", issueId);
    const repository = store.get("Repository", issue.repositoryId);
    requirePermission(context, repository, "ADMIN", "deleteIssue");
    const items = store.children("ProjectV2Item", issue.id);
    for (const item of items) events.projectItem("deleted", item);
    for (const item of items) store.remove(item.id);
    for (const comment of store.children("IssueComment", issue.id)) store.remove(comment.id);
    removeIssue(context, issue);
    events.item("deleted", issue);
    return { repository };
  },
  lockLockable: ({ lockableId, lockReason }: { lockableId: string; lockReason?: string | null }, context) => {
    const item = readItem(context, lockableId);
    requirePermission(context, context.store.get("Repository", item.repositoryId), "TRIAGE", "lockLockable");
    const changed = storeItem(context, item, { locked: true, activeLockReason: lockReason ?? null }, "lock");
    if (!item.locked) context.events.item("locked", changed);
    return { lockedRecord: changed, actor: context.viewer };
  },
  unlockLockable: ({ lockableId }: { lockableId: string }, context) => {
    const item = readItem(context, lockableId);
    requirePermission(context, context.store.get("Repository", item.repositoryId), "TRIAGE", "unlockLockable");
    const changed = storeItem(context, item, { locked: false, activeLockReason: null }, "lock");
    if (item.locked) context.events.item("unlocked", changed);
    return { unlockedRecord: changed, actor: context.viewer };
  },
  updateRepository: (
    input: {
      repositoryId: string;
      name?: string | null;
      description?: string | null;
      hasIssuesEnabled?: boolean | null;
      hasProjectsEnabled?: boolean | null;
    },
    context,
  ) => {
    const { store } = context;
    const repository = store.get("Repository", input.repositoryId);
    requirePermission(context, repository, "ADMIN", "updateRepository");
    const owner = store.find(repository.ownerId);
    const ownerLogin = owner && "login" in owner ? owner.login : "";
    const name = input.name ?? repository.name;
    if (name !== repository.name) {
      if (store.findRepository(ownerLogin, name, false)) throw unprocessable("Name already exists on this account");
      store.redirect(`${ownerLogin}/${repository.name}`, repository.id);
    }
    const changed = store.put<Repository>({
      ...repository,
      name,
      description: input.description ?? repository.description,
      hasIssuesEnabled: input.hasIssuesEnabled ?? repository.hasIssuesEnabled,
      hasProjectsEnabled: input.hasProjectsEnabled ?? repository.hasProjectsEnabled,
      updatedAt: store.now(),
    });
    return { repository: changed };
  },
  archiveRepository: ({ repositoryId }: { repositoryId: string }, context) => {
    const repository = context.store.get("Repository", repositoryId);
    requirePermission(context, repository, "ADMIN", "archiveRepository");
    requireWritable(repository);
    return { repository: context.store.put<Repository>({ ...repository, isArchived: true, archivedAt: context.store.now() }) };
  },
  unarchiveRepository: ({ repositoryId }: { repositoryId: string }, context) => {
    const repository = context.store.get("Repository", repositoryId);
    const archived = { ...repository, isArchived: false, archivedAt: null };
    requirePermission(context, archived, "ADMIN", "unarchiveRepository");
    return { repository: context.store.put<Repository>(archived) };
  },
};
