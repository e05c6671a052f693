import type { Ports } from "./ports.ts";
import type { LocalSecrets } from "./state-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const ACCOUNT = "devstoreaccount1";
// Azurite's published development key, the same on every machine; see its README.
const ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
/** The demo's mapping file. */
export const DEMO_CONFIG = "sync.config.json";
/** The tokens that the simulators know as the product's own. */
const DEMO_TOKENS = { NOTION_TOKEN: "ntn_demo_product", GITHUB_TOKEN: "ghp_demo_product" };

/** Settings that a person may give to the demo, with what holds otherwise. */
const FREE = { SYNC_CONFIG: DEMO_CONFIG, POLL_SCHEDULE: "0 * * * * *", RECONCILE_SCHEDULE: "0 0 3 * * *" };

/** Settings that lead to real services; an empty value also keeps those of local.settings.json out. */
const CLOSED = [
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
  "GITHUB_APP_PRIVATE_KEY",
];

/** Makes every setting of the app; none of them is a token from the environment, so nothing leaves this machine. */
export function toAppSettings(environment: Environment, ports: Ports, secrets: LocalSecrets): Readonly<Record<string, string>> {
  const free = Object.entries(FREE).map(([name, value]): [string, string] => [name, (environment[name]?.trim() ?? "") || value]);
  return {
    ...Object.fromEntries(CLOSED.map((name): [string, string] => [name, ""])),
    ...Object.fromEntries(free),
    ...DEMO_TOKENS,
    FUNCTIONS_WORKER_RUNTIME: "node",
    AzureWebJobsStorage: toConnectionString(ports),
    NOTION_WEBHOOK_SECRETS: secrets.notionWebhook,
    GITHUB_WEBHOOK_SECRETS: secrets.githubWebhook,
    MARKER_KEYS: secrets.markerKey,
    NOTION_BASE_URL: `http://127.0.0.1:${ports.NOTION_SIM_PORT}`,
    GITHUB_API_URL: `http://127.0.0.1:${ports.GITHUB_SIM_PORT}`,
    SYNC_LOCAL: "1",
  };
}

/** Leaves out of an environment what is a setting of the app, and keeps this machine's own addresses from any proxy. */
export function withoutAppSettings(environment: Environment, settings: Readonly<Record<string, string>>): Environment {
  const kept = Object.entries(environment).filter(([name]) => !Object.hasOwn(settings, name));
  const noProxy = [environment["NO_PROXY"] ?? environment["no_proxy"], "127.0.0.1", "localhost"].filter(Boolean).join(",");
  return { ...Object.fromEntries(kept), NO_PROXY: noProxy, no_proxy: noProxy };
}

function toConnectionString(ports: Ports): string {
  const at = (port: number): string => `http://127.0.0.1:${port}/${ACCOUNT}`;
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `BlobEndpoint=${at(ports.AZURITE_BLOB_PORT)}`,
    `QueueEndpoint=${at(ports.AZURITE_QUEUE_PORT)}`,
    `TableEndpoint=${at(ports.AZURITE_TABLE_PORT)};`,
  ].join(";");
}
