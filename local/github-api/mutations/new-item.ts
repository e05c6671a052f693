import type { Context } from "../context.ts";
import type { Repository } from "../model.ts";

/** What a new issue and a new pull request have in common; everything that may be set on them is still empty. */
export function newItem(
  { store, viewer }: Context,
  kind: "Issue" | "PullRequest",
  repository: Repository,
  { title, body }: { readonly title: string; readonly body?: string | null },
) {
  const databaseId = store.ids.bigId();
  return {
    id: store.ids.nodeId(kind, databaseId),
    fullDatabaseId: String(databaseId),
    repositoryId: repository.id,
    number: store.nextNumber(repository.id),
    title,
    body: body ?? "",
    createdAt: store.now(),
    updatedAt: store.now(),
    closedAt: null,
    lastEditedAt: null,
    locked: false,
    activeLockReason: null,
    authorId: viewer.id,
    editorId: null,
    closedById: null,
    milestoneId: null,
    labelIds: [],
    assigneeIds: [],
    appSlug: viewer.__typename === "Bot" ? viewer.login : null,
    state: "OPEN",
  } as const;
}
