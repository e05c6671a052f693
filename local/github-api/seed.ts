// What a fresh simulator holds: the demo board's GitHub side, and what a test adds to it.
import type { Repository } from "./model.ts";
import { ALL_SCOPES, type Profile } from "./profiles.ts";
import { seedProject } from "./seed-project.ts";
import { type SeedIssue, type SeedRepository, addAccount, addRepository, addSeedIssue } from "./seed-repository.ts";
import type { Store } from "./store.ts";

export { DEFAULT_LABELS, type SeedIssue, type SeedRepository, addSeedIssue } from "./seed-repository.ts";

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
