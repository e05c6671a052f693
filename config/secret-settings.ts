import type { SettingReader } from "./setting-reader.ts";

/** Name of a secret in the vault → the setting that holds it when there is no vault. */
export const NAMED_SECRETS = {
  "notion-token": "NOTION_TOKEN",
  "github-token": "GITHUB_TOKEN",
  "github-app-private-key": "GITHUB_APP_PRIVATE_KEY",
  "notion-webhook-secrets": "NOTION_WEBHOOK_SECRETS",
  "github-webhook-secrets": "GITHUB_WEBHOOK_SECRETS",
  "marker-keys": "MARKER_KEYS",
} as const;

/** A secret by its name in the vault. */
export type SecretName = keyof typeof NAMED_SECRETS;

/** The secrets that were given as settings. */
export type SecretSettings = Readonly<Partial<Record<SecretName, string>>>;

type GithubAuth = { readonly kind: "token" } | { readonly kind: "app"; readonly appId: string; readonly installationId: string };

/** Secrets of local.settings.sample.json begin so: they are public, and good for nothing but the simulators. */
const SAMPLE_PREFIX = "sample-only-";

const MIN_MARKER_KEY = 32; // characters; 128 bits even when written in hexadecimal
const MAKE_KEY =
  "Make one with: node -p \"crypto.randomBytes(32).toString('hex')\". Keep it for good: it proves which issues are the app's own.";

/** Reads how the app shows who it is, and checks the secrets that are settings. */
export function readSecretSettings(
  reader: SettingReader,
  given: { readonly hasVault: boolean; readonly isSimulated: boolean },
): { readonly githubAuth: GithubAuth; readonly secrets: SecretSettings } {
  const githubAuth = readGithubAuth(reader, given.hasVault);
  if (given.hasVault) return { githubAuth, secrets: {} };
  const secrets: Partial<Record<SecretName, string>> = {};
  for (const [name, setting] of Object.entries(NAMED_SECRETS) as [SecretName, string][]) {
    const value = reader.find(setting);
    if (value === undefined) continue;
    secrets[name] = value;
    const tokenFault = isToken(name) ? findTokenFault(value) : undefined;
    if (tokenFault !== undefined) reader.report(setting, tokenFault, "Give the token alone.");
    if (!given.isSimulated && splitList(value).some((entry) => entry.startsWith(SAMPLE_PREFIX))) {
      reader.report(setting, "It holds the value of the sample, which everybody knows.", "Use a secret of your own.");
    }
  }
  reader.read("NOTION_TOKEN", "Give the token of the Notion connection, or set KEY_VAULT_URL and keep it there as notion-token.");
  const keys = reader.read("MARKER_KEYS", `${MAKE_KEY} With a vault, keep it there as marker-keys.`);
  const fault = keys === undefined ? undefined : findKeyFault(keys);
  if (fault !== undefined) reader.report("MARKER_KEYS", fault, MAKE_KEY);
  const privateKey = secrets["github-app-private-key"];
  if (privateKey !== undefined) {
    secrets["github-app-private-key"] = privateKey.replaceAll("\\n", "\n");
    if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey)) {
      reader.report(
        "GITHUB_APP_PRIVATE_KEY",
        "This is not a private key in PEM form.",
        "Give the whole content of the .pem file, from -----BEGIN to -----END; line breaks may be written as \\n.",
      );
    }
  }
  return { githubAuth, secrets };
}

function readGithubAuth(reader: SettingReader, hasVault: boolean): GithubAuth {
  const names = ["GITHUB_APP_ID", "GITHUB_APP_INSTALLATION_ID", ...(hasVault ? [] : ["GITHUB_APP_PRIVATE_KEY"])];
  if (!names.some((name) => reader.has(name))) {
    if (!hasVault) {
      reader.read(
        "GITHUB_TOKEN",
        `Give a token, or a GitHub App by ${names.join(", ")}, or set KEY_VAULT_URL and keep it there as github-token.`,
      );
    }
    return { kind: "token" };
  }
  for (const name of names)
    reader.read(
      name,
      `A GitHub App needs ${names.join(" and ")}; without them, leave out all GITHUB_APP_* and give GITHUB_TOKEN.`,
    );
  const installationId = reader.find("GITHUB_APP_INSTALLATION_ID") ?? "";
  if (installationId !== "" && !/^\d+$/.test(installationId)) {
    reader.report(
      "GITHUB_APP_INSTALLATION_ID",
      "This is not a number.",
      "It is the number at the end of the installation's URL.",
    );
  }
  const appId = reader.find("GITHUB_APP_ID") ?? "";
  if (appId !== "" && !/^(\d+|Iv[\w.]+)$/.test(appId)) {
    reader.report(
      "GITHUB_APP_ID",
      // Not shown: next to it people paste secrets.
      "This is neither an app id nor a client id.",
      "Use the number named App ID in the app's settings.",
    );
  }
  return { kind: "app", appId, installationId };
}

/** Takes a list apart, separated by commas or line breaks; empty entries do not count. */
export function splitList(value: string): readonly string[] {
  return value
    .split(/[,\r\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** Is it sent as it is, in a header? */
export const isToken = (name: SecretName): boolean => name === "notion-token" || name === "github-token";

/** Finds what is wrong with a token, without telling any of it: one that no header takes would fail far from here. */
export function findTokenFault(value: string): string | undefined {
  if (/^[\x21-\x7e]+$/.test(value)) return undefined;
  return "It holds a space, a line break or a character that no token has: it is more than one token, or a part of something else.";
}

/** Finds what is wrong with `MARKER_KEYS`, without telling any of it. */
export function findKeyFault(value: string): string | undefined {
  const keys = splitList(value);
  if (keys.length === 0) return "There is no key in it.";
  const short = keys.findIndex((key) => key.length < MIN_MARKER_KEY);
  if (short >= 0) return `Key ${short + 1} of ${keys.length} has fewer than ${MIN_MARKER_KEY} characters.`;
  if (new Set(keys).size < keys.length) return "The same key is in it twice.";
  return undefined;
}
