import { SecretError, type SecretName, type Secrets } from "./secrets.ts";

/** A secret that cannot be had; the reason names place and remedy, never a value. */
export interface SecretFault {
  readonly secret: SecretName;
  readonly code: SecretError["code"];
  readonly reason: string;
}

/** Without these the app works by polling. */
const OPTIONAL: readonly SecretName[] = ["notion-webhook-secrets", "github-webhook-secrets"];

const LISTS: readonly SecretName[] = [...OPTIONAL, "marker-keys"];

/** Tries every secret that the app needs; one that is kept is not read again. A webhook secret that was never set is no fault. */
export async function findSecretFaults(secrets: Secrets, githubAuth: "token" | "app"): Promise<readonly SecretFault[]> {
  const names: readonly SecretName[] = [
    "notion-token",
    githubAuth === "app" ? "github-app-private-key" : "github-token",
    "marker-keys",
    ...OPTIONAL,
  ];
  const faults = await Promise.all(names.map((name) => findFault(secrets, name)));
  return faults.filter((fault) => fault !== undefined);
}

async function findFault(secrets: Secrets, secret: SecretName): Promise<SecretFault | undefined> {
  try {
    await (LISTS.includes(secret) ? secrets.getList(secret) : secrets.get(secret));
    return undefined;
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    if (error.code === "missing" && OPTIONAL.includes(secret)) return undefined;
    return { secret, code: error.code, reason: error.message };
  }
}
