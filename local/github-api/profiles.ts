/** What a fine-grained token or an installation may do. */
export type AppPermission = "issues" | "pull_requests" | "contents" | "organization_projects" | "checks" | "administration";

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
      readonly permissions: Readonly<Partial<Record<AppPermission, "read" | "write">>>;
      readonly expiresAt?: string;
    }
  | {
      readonly kind: "app";
      /** Login of the bot, without suffix. */
      readonly actor: string;
      readonly permissions: Readonly<Partial<Record<AppPermission, "read" | "write">>>;
      readonly expiresAt?: string;
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
