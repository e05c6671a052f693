import type { ConfigProblem } from "./problem.ts";
import { NAMED_SECRETS, readSecretSettings, type SecretSettings } from "./secret-settings.ts";
import { apiUrl, isLoopback, schedule, tableStorage, vaultUrl, type TableStorage } from "./setting-values.ts";
import { createSettingReader, type Environment } from "./setting-reader.ts";

/** What the app is told by its environment, checked and with defaults filled in. */
export interface Settings {
  /** Where the tables are. */
  readonly syncStorage: TableStorage;
  /** Path of the mapping file, absolute or from the app's folder. */
  readonly syncConfig: string;
  /** `null`: secrets come from the settings in `secrets`. */
  readonly keyVaultUrl: string | null;
  /** Client id of the user-assigned identity to use for storage and vault; `null`: whatever identity there is. */
  readonly azureClientId: string | null;
  /** `app` reads the secret `github-app-private-key`, `token` the secret `github-token`. */
  readonly githubAuth:
    { readonly kind: "token" } | { readonly kind: "app"; readonly appId: string; readonly installationId: string };
  /** Without a slash at the end. */
  readonly notionBaseUrl: string;
  /** Without a slash at the end. */
  readonly githubApiUrl: string;
  /** NCRONTAB, six fields, UTC. */
  readonly pollSchedule: string;
  /** NCRONTAB, six fields, UTC. */
  readonly reconcileSchedule: string;
  /** Started by `npm start`, on one machine. */
  readonly local: boolean;
  /** What stands in for the vault when there is none; empty otherwise. Only `secrets.ts` reads it. */
  readonly secrets: SecretSettings;
}

export const DEFAULT_SETTINGS = {
  SYNC_CONFIG: "sync.config.json",
  NOTION_BASE_URL: "https://api.notion.com",
  GITHUB_API_URL: "https://api.github.com",
  POLL_SCHEDULE: "0 * * * * *",
  RECONCILE_SCHEDULE: "0 0 3 * * *", // daily, when few people work
} as const;

/** Every setting that the app reads. */
export const SETTING_NAMES: readonly string[] = [
  "AzureWebJobsStorage",
  "AzureWebJobsStorage__tableServiceUri",
  "AzureWebJobsStorage__accountName",
  "AzureWebJobsStorage__clientId",
  "SYNC_STORAGE",
  "SYNC_STORAGE__tableServiceUri",
  "SYNC_STORAGE__clientId",
  "KEY_VAULT_URL",
  "AZURE_CLIENT_ID",
  "GITHUB_APP_ID",
  "GITHUB_APP_INSTALLATION_ID",
  ...Object.values(NAMED_SECRETS),
  ...Object.keys(DEFAULT_SETTINGS),
  "SYNC_LOCAL",
];

/** Settings that are right, or everything that is wrong with them. */
export type ParsedSettings = { readonly settings: Settings } | { readonly problems: readonly ConfigProblem[] };

/** Reads and checks the settings of the app; problems name the setting and never hold its value. */
export function parseSettings(environment: Environment): ParsedSettings {
  const reader = createSettingReader(environment, SETTING_NAMES);
  const keyVaultUrl = vaultUrl(reader);
  const notionBaseUrl = apiUrl(reader, "NOTION_BASE_URL", DEFAULT_SETTINGS.NOTION_BASE_URL);
  const githubApiUrl = apiUrl(reader, "GITHUB_API_URL", DEFAULT_SETTINGS.GITHUB_API_URL);
  const settings: Settings = {
    syncStorage: tableStorage(reader),
    syncConfig: reader.find("SYNC_CONFIG") ?? DEFAULT_SETTINGS.SYNC_CONFIG,
    keyVaultUrl,
    azureClientId: reader.find("AZURE_CLIENT_ID") ?? null,
    notionBaseUrl,
    githubApiUrl,
    pollSchedule: schedule(reader, "POLL_SCHEDULE", DEFAULT_SETTINGS.POLL_SCHEDULE),
    reconcileSchedule: schedule(reader, "RECONCILE_SCHEDULE", DEFAULT_SETTINGS.RECONCILE_SCHEDULE),
    local: reader.find("SYNC_LOCAL") === "1",
    ...readSecretSettings(reader, {
      hasVault: reader.has("KEY_VAULT_URL"),
      isSimulated: isLoopback(notionBaseUrl) && isLoopback(githubApiUrl),
    }),
  };
  return reader.problems.length === 0 ? { settings } : { problems: reader.problems };
}
