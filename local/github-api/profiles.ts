/** What a fine-grained token or an installation may do. */
export type AppPermission = "issues" | "pull_requests" | "contents" | "organization_projects" | "checks" | "administration";

/** Permissions that were given; what is absent was not. */
export type Permissions = Readonly<Partial<Record<AppPermission, "read" | "write">>>;

/** What a token is and who acts by it. */
export type Profile =
  | {
      readonly kind: "classic";
      /** Login of the person. */
      readonly actor: string;
      readonly scopes: readonly string[];
      readonly expiresAt?: string;
    }
  | {
      readonly kind: "fineGrained";
      readonly actor: string;
      readonly permissions: Permissions;
      readonly expiresAt?: string;
      /** The token is not for the repository, or its owner has not approved it; GitHub gives "Metadata" with any other permission. */
      readonly withoutRepository?: boolean;
    }
  | {
      readonly kind: "app";
      /** Login of the bot, without suffix. */
      readonly actor: string;
      readonly permissions: Permissions;
      readonly expiresAt?: string;
      readonly withoutRepository?: boolean;
    };

/** Scopes of a classic token that may do everything the product needs. */
export const ALL_SCOPES: readonly string[] = ["repo", "project", "read:org", "workflow"];

/** Permissions of an installation that may do everything the product needs. */
export const ALL_PERMISSIONS: Readonly<Record<AppPermission, "read" | "write">> = {
  issues: "write",
  pull_requests: "write",
  contents: "write",
  organization_projects: "write",
  checks: "read",
  administration: "write",
};

const PROJECT_MUTATION = /ProjectV2/;
const PULL_REQUEST_MUTATION = /PullRequest/;
const CONTENTS_MUTATION =
  /^(createRef|updateRef|deleteRef|createCommitOnBranch|createLinkedBranch|mergePullRequest|mergeBranch)$/;
const ADMIN_MUTATION = /^(updateRepository|archiveRepository|unarchiveRepository)$/;

/** Says which permission a mutation needs of a fine-grained token or an installation. */
export function permissionFor(mutation: string): AppPermission {
  if (PROJECT_MUTATION.test(mutation)) return "organization_projects";
  if (CONTENTS_MUTATION.test(mutation)) return "contents";
  if (PULL_REQUEST_MUTATION.test(mutation)) return "pull_requests";
  if (ADMIN_MUTATION.test(mutation)) return "administration";
  return "issues";
}

/** Field → the permission that a fine-grained token or an installation needs to read it in a private repository. */
const READS: Readonly<Record<string, AppPermission>> = {
  "Repository.issue": "issues",
  "Repository.issues": "issues",
  "Repository.pullRequest": "pull_requests",
  "Repository.pullRequests": "pull_requests",
  "Repository.ref": "contents",
  "Repository.refs": "contents",
  "Repository.object": "contents",
  "Repository.defaultBranchRef": "contents",
};

/** Type of a node → the permission to read it. */
const NODES: Readonly<Record<string, AppPermission>> = { Issue: "issues", PullRequest: "pull_requests" };

/** Says which permission a field needs, by its name or by what it leads to. */
export function permissionToRead(field: string, typename?: string): AppPermission | undefined {
  return READS[field] ?? (typename === undefined ? undefined : NODES[typename]);
}

/** Says whether the token was given for the repositories of the installation or owner at all. */
export const seesRepositories = (profile: Profile): boolean => profile.kind === "classic" || profile.withoutRepository !== true;

/** Says whether the token may write what the permission covers. Scopes of a classic token are checked with the document. */
export function mayWrite(profile: Profile, permission: AppPermission): boolean {
  return profile.kind === "classic" || profile.permissions[permission] === "write";
}

/** Says whether the token may read what the permission covers. */
export function mayRead(profile: Profile, permission: AppPermission): boolean {
  return profile.kind === "classic" || profile.permissions[permission] !== undefined;
}

/** GitHub's message for a permission that the token lacks. */
export const refusal = (profile: Profile): string =>
  `Resource not accessible by ${profile.kind === "app" ? "integration" : "personal access token"}`;
