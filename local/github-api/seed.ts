// What a fresh simulator holds: the demo board's GitHub side, and what a test adds to it.
import { addCommit, addRef } from "./git.ts";
import type { Bot, Issue, Label, Organization, Permission, Repository, User } from "./model.ts";
import { ALL_PERMISSIONS, ALL_SCOPES, type Profile } from "./profiles.ts";
import { seedProject } from "./seed-project.ts";
import type { Store } from "./store.ts";

/** Login of the seeded organisation. */
export const SEED_OWNER = "acme";
/** Name of the seeded repository. */
export const SEED_REPOSITORY = "widgets";
/** Number of the seeded organisation's project. */
export const SEED_PROJECT_NUMBER = 1;
/** Token by which the product acts in the demo; its actor is the user `sync-bot`. */
export const PRODUCT_TOKEN = "ghp_demo_product";
/** Token of the person ada; any other token that no profile names acts as her too. */
export const PERSON_TOKEN = "ghp_demo_ada";
/** Token of the person grace. */
export const OTHER_PERSON_TOKEN = "ghp_demo_grace";
/** Login, without suffix, and slug of the seeded app. */
export const SEED_APP = "notion-sync";
/** The only installation of the seeded app. */
export const SEED_INSTALLATION_ID = 5_001;

const DAY_MS = 86_400_000;

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

/** What is added to the demo's seed. */
export interface GithubSeed {
  readonly users?: readonly { readonly login: string; readonly name?: string }[];
  readonly repositories?: readonly SeedRepository[];
  readonly issues?: readonly SeedIssue[];
  /** More projects, with the same fields as the demo's. */
  readonly projects?: readonly { readonly owner: string; readonly number: number }[];
  /** Leaves out the demo's own issues. */
  readonly withoutDemoIssues?: boolean;
  /** Flags of the seeded repository. */
  readonly repositoryFlags?: Partial<Repository>;
  /** By token. */
  readonly profiles?: Readonly<Record<string, Profile>>;
}

/** The profiles of a simulator, by token. */
export function seedProfiles(seed: GithubSeed): Map<string, Profile> {
  const classic = (actor: string): Profile => ({ kind: "classic", actor, scopes: ALL_SCOPES });
  const demo = { [PRODUCT_TOKEN]: classic("sync-bot"), [PERSON_TOKEN]: classic("ada"), [OTHER_PERSON_TOKEN]: classic("grace") };
  return new Map(Object.entries({ ...demo, ...seed.profiles }));
}

/** The profile of an installation's token. */
export const installationProfile = (expiresAt: string): Profile => ({
  kind: "app",
  actor: SEED_APP,
  permissions: ALL_PERMISSIONS,
  expiresAt,
});

type AccountType = "User" | "Bot" | "Organization";

function addAccount(store: Store, type: AccountType, login: string, name: string | null): User | Bot | Organization {
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

function addRepository(store: Store, { nameWithOwner, collaborators = COLLABORATORS, flags = {} }: SeedRepository): Repository {
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
  const [owner = "", name = ""] = (seed.repository ?? `${SEED_OWNER}/${SEED_REPOSITORY}`).split("/");
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

const MILESTONES = ["v1.0", "v1.1"];
const ISSUE_TYPES: readonly (readonly [string, string, string])[] = [
  ["Bug", "RED", "An unexpected problem or behavior"],
  ["Feature", "BLUE", "A request, idea, or new functionality"],
  ["Task", "YELLOW", "A specific piece of work"],
];

function addPlanning(store: Store, repository: Repository, creatorId: string): void {
  const times = { createdAt: store.now(), updatedAt: store.now() };
  MILESTONES.forEach((title, index) => {
    const databaseId = store.ids.bigId();
    const id = store.ids.nodeId("Milestone", databaseId);
    const rest = { description: null, dueOn: null, state: "OPEN", closedAt: null, creatorId, ...times } as const;
    store.put({ __typename: "Milestone", id, databaseId, repositoryId: repository.id, number: index + 1, title, ...rest });
  });
  for (const [name, color, description] of ISSUE_TYPES) {
    const databaseId = store.ids.smallId();
    const id = store.ids.nodeId("IssueType", databaseId);
    const rest = { ownerId: repository.ownerId, isEnabled: true, isPrivate: false, ...times };
    store.put({ __typename: "IssueType", id, databaseId, name, color, description, ...rest });
  }
}

const DEMO_ISSUES: readonly (SeedIssue & { readonly daysAgo: number })[] = [
  { daysAgo: 20, title: "Widgets lose their colour after a restart", body: "Seen on the staging board.", labels: ["bug"] },
  { daysAgo: 12, title: "Describe how widgets are packed", author: "grace", labels: ["documentation"], assignees: ["grace"] },
  { daysAgo: 9, title: "Allow round widgets", author: "grace", labels: ["enhancement"] },
  { daysAgo: 5, title: "Choose a licence", body: "MIT, I suppose.", state: "CLOSED" },
];

/** Fills an empty store with the demo and with what `seed` adds, and starts its history. */
export function seedStore(store: Store, seed: GithubSeed): void {
  addAccount(store, "Organization", SEED_OWNER, "Acme");
  const ada = addAccount(store, "User", "ada", "Ada Lovelace");
  addAccount(store, "User", "grace", "Grace Hopper");
  addAccount(store, "User", "sync-bot", "Sync Bot");
  addAccount(store, "Bot", SEED_APP, null);
  for (const { login, name } of seed.users ?? []) addAccount(store, "User", login, name ?? null);
  const nameWithOwner = `${SEED_OWNER}/${SEED_REPOSITORY}`;
  const repository = addRepository(store, { nameWithOwner, ...(seed.repositoryFlags ? { flags: seed.repositoryFlags } : {}) });
  addPlanning(store, repository, ada.id);
  seedProject(store, repository.ownerId, ada.id, SEED_PROJECT_NUMBER);
  for (const more of seed.repositories ?? []) addRepository(store, more);
  for (const { owner, number } of seed.projects ?? []) {
    const account = store.findOwner(owner);
    if (account) seedProject(store, account.id, ada.id, number);
  }
  const ago = (days: number): string => `${new Date(store.nowMs() - days * DAY_MS).toISOString().slice(0, 19)}Z`;
  if (!seed.withoutDemoIssues)
    for (const { daysAgo, ...issue } of DEMO_ISSUES) addSeedIssue(store, { ...issue, createdAt: ago(daysAgo) });
  for (const issue of seed.issues ?? []) addSeedIssue(store, issue);
  store.startHistory();
}
