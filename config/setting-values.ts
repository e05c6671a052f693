import { findScheduleFault } from "./ncrontab.ts";
import type { SettingReader } from "./setting-reader.ts";
import { quote } from "./wording.ts";

/** How the tables are reached: with a key, or by the app's identity. */
export type TableStorage =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | { readonly kind: "identity"; readonly tableServiceUri: string; readonly clientId: string | null };

const NO_STORAGE: TableStorage = { kind: "connectionString", connectionString: "" };

/** `SYNC_STORAGE` if there is any form of it, else the platform's own storage. */
export function tableStorage(reader: SettingReader): TableStorage {
  if (reader.has("SYNC_STORAGE") && reader.has("SYNC_STORAGE__tableServiceUri")) {
    reader.report(
      "SYNC_STORAGE",
      "SYNC_STORAGE__tableServiceUri is set too.",
      "Keep one: the URI to use the app's identity, or the connection string.",
    );
    return NO_STORAGE;
  }
  for (const prefix of ["SYNC_STORAGE", "AzureWebJobsStorage"]) {
    const storage = storageOf(reader, prefix);
    if (storage !== undefined) return storage;
  }
  reader.read(
    "AzureWebJobsStorage",
    "Use UseDevelopmentStorage=true with Azurite, a connection string, or AzureWebJobsStorage__tableServiceUri for the app's identity.",
  );
  return NO_STORAGE;
}

/** As the platform does, an exact name wins over the same name with a suffix. */
function storageOf(reader: SettingReader, prefix: string): TableStorage | undefined {
  if (reader.has(prefix)) {
    const connectionString = reader.find(prefix) ?? "";
    if (
      connectionString !== "" &&
      !/(^|;)\s*(UseDevelopmentStorage=true|AccountName=.+|TableEndpoint=.+)/i.test(connectionString)
    ) {
      reader.report(
        prefix,
        "This is not a connection string of a storage account.",
        `Copy one from the account's access keys, or leave it out and set ${prefix}__tableServiceUri to use the app's identity.`,
      );
    }
    return { kind: "connectionString", connectionString };
  }
  const uriName = `${prefix}__tableServiceUri`;
  const accountName = prefix === "AzureWebJobsStorage" ? reader.find("AzureWebJobsStorage__accountName") : undefined;
  const uri = reader.find(uriName) ?? (accountName === undefined ? undefined : `https://${accountName}.table.core.windows.net`);
  if (uri === undefined) return undefined;
  const clientId = reader.find(`${prefix}__clientId`) ?? reader.find("AZURE_CLIENT_ID") ?? null;
  return {
    kind: "identity",
    tableServiceUri: webUrl(reader, uriName, uri, "https://<account>.table.core.windows.net") ?? "",
    clientId,
  };
}

/** The vault's URL without a slash at the end, or `null`. */
export function vaultUrl(reader: SettingReader): string | null {
  const value = reader.find("KEY_VAULT_URL");
  return value === undefined ? null : (webUrl(reader, "KEY_VAULT_URL", value, "https://<name>.vault.azure.net") ?? null);
}

const API_PATHS: Readonly<Record<string, { readonly wrong: RegExp; readonly fix: string }>> = {
  NOTION_BASE_URL: { wrong: /\/v1$/, fix: "Leave out /v1; the client adds it." },
  GITHUB_API_URL: {
    wrong: /\/graphql$|^https:\/\/github\.com(\/|$)/,
    fix: "Use https://api.github.com, or https://<host>/api/v3 of GitHub Enterprise Server; GraphQL is found from it.",
  },
};

/** The URL of a vendor's API without a slash at the end. */
export function apiUrl(reader: SettingReader, name: "NOTION_BASE_URL" | "GITHUB_API_URL", fallback: string): string {
  const value = reader.find(name);
  if (value === undefined) return fallback;
  const url = webUrl(reader, name, value, fallback);
  const path = API_PATHS[name];
  if (url !== undefined && path?.wrong.test(url) === true)
    reader.report(name, `${quote(url)} is not the base of the API.`, path.fix);
  return url ?? fallback;
}

function webUrl(reader: SettingReader, name: string, value: string, example: string): string | undefined {
  const fault = findUrlFault(value, example);
  if (fault === undefined) return value.replace(/\/+$/, "");
  reader.report(name, fault.reason, fault.fix);
  return undefined;
}

function findUrlFault(value: string, example: string): { readonly reason: string; readonly fix: string } | undefined {
  const url = URL.parse(value);
  const fix = `Write one such as ${example}.`;
  if (url === null || !/^https?:$/.test(url.protocol)) return { reason: "This is not a web address.", fix };
  if (url.username !== "" || url.password !== "") {
    return { reason: "The address holds a user name or password.", fix: "Leave them out; tokens have settings of their own." };
  }
  if (url.search !== "" || url.hash !== "") return { reason: "The address holds more than host and path.", fix };
  if (url.protocol === "https:" || isLoopback(value)) return undefined;
  return {
    reason: `${quote(value)} is not encrypted, and a token would be sent to it.`,
    fix: "Use https; http is only for this machine (127.0.0.1).",
  };
}

/** Is this the address of this machine? */
export function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(URL.parse(url)?.hostname ?? "");
}

/** An NCRONTAB expression that the platform will accept. */
export function schedule(reader: SettingReader, name: "POLL_SCHEDULE" | "RECONCILE_SCHEDULE", fallback: string): string {
  const value = reader.find(name);
  if (value === undefined) return fallback;
  const fault = findScheduleFault(value);
  if (fault === undefined) return value;
  reader.report(
    name,
    `${quote(value)} is not an NCRONTAB expression: ${fault}`,
    `Write six fields, {second} {minute} {hour} {day} {month} {day of week}, in UTC, such as "${fallback}".`,
  );
  return fallback;
}
