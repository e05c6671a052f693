// The parts of a seed: accounts, repositories with their labels, issues.
import { addCommit, addRef } from "./git.ts";
import type { Bot, Issue, Label, Organization, Permission, Repository, User } from "./model.ts";
import type { Store } from "./store.ts";

const DEFAULT_REPOSITORY = "acme/widgets";

/** GitHub's nine default labels: name, colour, description. */
export const DEFAULT_LABELS: readonly (readonly [string, string, string])[] = [
  ["bug", "d73a4a", "Something isn't working"],
  ["documentation", "0075ca", "Improvements or additions to documentation"],
  ["duplicate", "cfd3d7", "This issue or pull request already exists"],
  ["enhancement", "a2eeef", "New feature or request"],
  ["good first issue", "7057ff", "Good for newcomers"],
  ["help wanted", "008672", "Extra attention is needed"],
  ["invalid", "e4e669", "This doesn't seem right"],
  ["question", "d876e3", "Further information is requested"],
  ["wontfix", "ffffff", "This will not be worked on"],
];

/** An issue that is there from the start. */
export interface SeedIssue {
  /** Default: the seeded repository; else `owner/name` of a repository that is seeded too. */
  readonly repository?: string;
  readonly title: string;
  readonly body?: string;
  /** Login; default: ada. */
  readonly author?: string;
  readonly state?: "OPEN" | "CLOSED";
  /** Names. */
  readonly labels?: readonly string[];
  /** Logins. */
  readonly assignees?: readonly string[];
  /** ISO-8601 UTC; default: the start of the clock. */
  readonly createdAt?: string;
  /** ISO-8601 UTC; default: as `createdAt`. */
  readonly updatedAt?: string;
}

/** A repository that is there from the start, with the default labels and one commit on `main`. */
export interface SeedRepository {
  /** `owner/name`; the owner must be seeded. */
  readonly nameWithOwner: string;
  /** By login; default: ada ADMIN, grace and sync-bot WRITE. */
  readonly collaborators?: Readonly<Record<string, Permission>>;
  readonly flags?: Partial<Repository>;
}

type AccountType = "User" | "Bot" | "Organization";

/** Adds a person, bot or organisation. */
export function addAccount(store: Store, type: AccountType, login: string, name: string | null): User | Bot | Organization {
  const databaseId = store.ids.smallId();
  const id = store.ids.nodeId(type, databaseId);
  const shared = { id, databaseId, login, name, createdAt: store.now(), updatedAt: store.now() };
  if (type === "User") return store.put<User>({ __typename: type, ...shared, email: "" });
  if (type === "Bot") return store.put<Bot>({ __typename: type, ...shared });
  return store.put<Organization>({ __typename: type, ...shared, description: null });
}

function addLabel(store: Store, repositoryId: string, [name, color, description]: readonly [string, string, string]): Label {
  const databaseId = store.ids.bigId();
  const id = store.ids.nodeId("Label", databaseId);
  const times = { createdAt: store.now(), updatedAt: store.now() };
  return store.put<Label>({
    __typename: "Label",
    id,
    databaseId,
    repositoryId,
    name,
    color,
    description,
    isDefault: true,
    ...times,
  });
}

const COLLABORATORS: Readonly<Record<string, Permission>> = { ada: "ADMIN", grace: "WRITE", "sync-bot": "WRITE" };

/** Adds a repository with the default labels and one commit. */
export function addRepository(
  store: Store,
  { nameWithOwner, collaborators = COLLABORATORS, flags = {} }: SeedRepository,
): Repository {
  const [ownerLogin = "", name = ""] = nameWithOwner.split("/");
  const owner = store.findOwner(ownerLogin);
  if (!owner) throw new Error(`The seed has no owner "${ownerLogin}".`);
  const databaseId = store.ids.smallId();
  const roles = Object.entries(collaborators).flatMap(([login, permission]) => {
    const user = store.findActor(login);
    return user ? [[user.id, permission] as const] : [];
  });
  const repository = store.put<Repository>({
    __typename: "Repository",
    id: store.ids.nodeId("Repository", databaseId),
    databaseId,
    ownerId: owner.id,
    name,
    description: null,
    defaultBranch: "main",
    isArchived: false,
    archivedAt: null,
    isDisabled: false,
    isLocked: false,
    lockReason: null,
    isFork: false,
    isPrivate: true,
    visibility: "PRIVATE",
    hasIssuesEnabled: true,
    hasProjectsEnabled: true,
    mergeCommitAllowed: true,
    squashMergeAllowed: true,
    rebaseMergeAllowed: true,
    autoMergeAllowed: true,
    deleteBranchOnMerge: false,
    viewerDefaultMergeMethod: "SQUASH",
    mergeQueueEnabled: false,
    protection: null,
    collaborators: Object.fromEntries(roles),
    createdAt: store.now(),
    updatedAt: store.now(),
    pushedAt: store.now(),
    ...flags,
  });
  for (const label of DEFAULT_LABELS) addLabel(store, repository.id, label);
  const files = { "README.md": store.ids.oid("readme") };
  const commit = addCommit(store, { repository, authorId: owner.id, headline: "Initial commit", parentOids: [], files });
  addRef(store, repository.id, "refs/heads/", repository.defaultBranch, commit);
  return repository;
}

/** Adds an issue as if it had always been there, without a webhook. */
export function addSeedIssue(store: Store, seed: SeedIssue): Issue {
  const [owner = "", name = ""] = (seed.repository ?? DEFAULT_REPOSITORY).split("/");
  const repository = store.findRepository(owner, name);
  if (!repository) throw new Error(`The seed has no repository "${owner}/${name}".`);
  const authorId = store.findActor(seed.author ?? "ada")?.id ?? "";
  const labels = store.children("Label", repository.id).filter((label) => seed.labels?.includes(label.name));
  const databaseId = store.ids.bigId();
  const createdAt = seed.createdAt ?? store.now();
  const isClosed = seed.state === "CLOSED";
  return store.put<Issue>({
    __typename: "Issue",
    id: store.ids.nodeId("Issue", databaseId),
    fullDatabaseId: String(databaseId),
    repositoryId: repository.id,
    number: store.nextNumber(repository.id),
    title: seed.title,
    body: seed.body ?? "",
    createdAt,
    updatedAt: seed.updatedAt ?? createdAt,
    closedAt: isClosed ? (seed.updatedAt ?? createdAt) : null,
    lastEditedAt: null,
    locked: false,
    activeLockReason: null,
    authorId,
    editorId: null,
    closedById: isClosed ? authorId : null,
    milestoneId: null,
    labelIds: labels.map(({ id }) => id),
    assigneeIds: (seed.assignees ?? []).flatMap((login) => store.findActor(login)?.id ?? []),
    appSlug: null,
    state: seed.state ?? "OPEN",
    stateReason: isClosed ? "COMPLETED" : null,
    typeId: null,
    parentId: null,
    subIssueIds: [],
    duplicateOfId: null,
    blockedByIds: [],
  });
}
