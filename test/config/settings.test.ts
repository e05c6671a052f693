import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../config/config.ts";
import { formatProblem } from "../../config/problem.ts";
import type { Environment } from "../../config/setting-reader.ts";
import { SETTING_NAMES, type Settings } from "../../config/settings.ts";

const KEY = "k".repeat(32);
const PEM = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----";
const GOOD: Environment = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  NOTION_TOKEN: "ntn_secret",
  GITHUB_TOKEN: "ghp_secret",
  MARKER_KEYS: KEY,
};

function settings(environment: Environment): Settings {
  const result = parseSettings(environment);
  if ("problems" in result) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.settings;
}

function problems(environment: Environment): readonly string[] {
  const result = parseSettings(environment);
  return "problems" in result ? result.problems.map(formatProblem) : [];
}

describe("parseSettings, given right settings", () => {
  test("fills in the defaults", () => {
    expect(settings(GOOD)).toEqual({
      syncStorage: { kind: "connectionString", connectionString: "UseDevelopmentStorage=true" },
      syncConfig: "sync.config.json",
      keyVaultUrl: null,
      azureClientId: null,
      githubAuth: { kind: "token" },
      notionBaseUrl: "https://api.notion.com",
      githubApiUrl: "https://api.github.com",
      pollSchedule: "0 * * * * *",
      reconcileSchedule: "0 0 3 * * *",
      local: false,
      secrets: { "notion-token": "ntn_secret", "github-token": "ghp_secret", "marker-keys": KEY },
    });
  });

  test("takes an empty value for none, and leaves out blanks and slashes at the ends", () => {
    const { notionBaseUrl, githubApiUrl, syncConfig } = settings({
      ...GOOD,
      NOTION_BASE_URL: " ",
      GITHUB_API_URL: "https://ghe.example.com/api/v3/ ",
      SYNC_CONFIG: "",
    });

    expect([notionBaseUrl, githubApiUrl, syncConfig]).toEqual([
      "https://api.notion.com",
      "https://ghe.example.com/api/v3",
      "sync.config.json",
    ]);
  });

  test("needs no token and no key when there is a vault, and then takes none from the environment", () => {
    const { secrets, keyVaultUrl, githubAuth } = settings({
      ...GOOD,
      MARKER_KEYS: "short",
      KEY_VAULT_URL: "https://acme.vault.azure.net/",
      GITHUB_APP_ID: "12",
      GITHUB_APP_INSTALLATION_ID: "34",
    });

    expect(secrets).toEqual({});
    expect(keyVaultUrl).toBe("https://acme.vault.azure.net");
    expect(githubAuth).toEqual({ kind: "app", appId: "12", installationId: "34" });
  });

  test("prefers a GitHub App, whose key may have its line breaks written out", () => {
    const { githubAuth, secrets } = settings({
      ...GOOD,
      GITHUB_APP_ID: "12",
      GITHUB_APP_INSTALLATION_ID: "34",
      GITHUB_APP_PRIVATE_KEY: PEM.replaceAll("\n", "\\n"),
    });

    expect(githubAuth.kind).toBe("app");
    expect(secrets["github-app-private-key"]).toBe(PEM);
  });

  test.each([
    {
      what: "the platform's, by URI",
      given: { AzureWebJobsStorage__tableServiceUri: "https://a.table.core.windows.net/", AzureWebJobsStorage__clientId: "c" },
      storage: { kind: "identity", tableServiceUri: "https://a.table.core.windows.net", clientId: "c" },
    },
    {
      what: "the platform's, by account name",
      given: { AzureWebJobsStorage__accountName: "acme", AZURE_CLIENT_ID: "d" },
      storage: { kind: "identity", tableServiceUri: "https://acme.table.core.windows.net", clientId: "d" },
    },
    {
      what: "its own, by URI, before the platform's",
      given: {
        AzureWebJobsStorage: "UseDevelopmentStorage=true",
        SYNC_STORAGE__tableServiceUri: "https://b.table.core.windows.net",
      },
      storage: { kind: "identity", tableServiceUri: "https://b.table.core.windows.net", clientId: null },
    },
    {
      what: "its own, by connection string",
      given: { AzureWebJobsStorage__accountName: "acme", SYNC_STORAGE: "TableEndpoint=http://127.0.0.1:10002/x;AccountName=x" },
      storage: { kind: "connectionString", connectionString: "TableEndpoint=http://127.0.0.1:10002/x;AccountName=x" },
    },
  ])("finds the tables: $what", ({ given, storage }) => {
    expect(settings({ ...GOOD, AzureWebJobsStorage: undefined, ...given }).syncStorage).toEqual(storage);
  });
});

describe("parseSettings, given wrong settings", () => {
  test("names everything that is missing at once, each with the fix", () => {
    const found = problems({});

    expect(found.map((line) => line.split(":")[0]).toSorted()).toEqual([
      "AzureWebJobsStorage",
      "GITHUB_TOKEN",
      "MARKER_KEYS",
      "NOTION_TOKEN",
    ]);
    expect(found.find((line) => line.startsWith("MARKER_KEYS"))).toContain("randomBytes(32)");
  });

  test("points at a setting whose name is nearly right", () => {
    expect(problems({ ...GOOD, NOTION_TOKEN: undefined, NOTION_TOKKEN: "x" })).toEqual([
      expect.stringContaining('"NOTION_TOKKEN"'),
    ]);
  });

  test.each([
    { name: "MARKER_KEYS", value: `${KEY},short`, says: "Key 2 of 2 has fewer than 32 characters" },
    { name: "MARKER_KEYS", value: `${KEY},${KEY}`, says: "twice" },
    { name: "MARKER_KEYS", value: ",", says: "no key" },
    { name: "MARKER_KEYS", value: `sample-only-${KEY}`, says: "everybody knows" },
    { name: "GITHUB_WEBHOOK_SECRETS", value: "mine,sample-only-secret", says: "everybody knows" },
    {
      name: "NOTION_TOKEN",
      value: "@Microsoft.KeyVault(SecretUri=https://v/secrets/x)",
      says: "reference that the platform has not resolved",
    },
    {
      name: "MARKER_KEYS",
      value: "@Microsoft.KeyVault(SecretUri=https://v/secrets/x)",
      says: "reference that the platform has not resolved",
    },
    { name: "AzureWebJobsStorage", value: "devstorage", says: "not a connection string" },
    { name: "SYNC_STORAGE", value: "devstorage", says: "not a connection string" },
    { name: "KEY_VAULT_URL", value: "acme", says: "not a web address" },
    { name: "KEY_VAULT_URL", value: "http://acme.vault.azure.net", says: "not encrypted" },
    { name: "NOTION_BASE_URL", value: "http://notion.example.com", says: "not encrypted" },
    { name: "NOTION_BASE_URL", value: "https://api.notion.com/v1", says: "Leave out /v1" },
    { name: "NOTION_BASE_URL", value: "ftp://api.notion.com", says: "not a web address" },
    { name: "GITHUB_API_URL", value: "https://github.com", says: "https://api.github.com" },
    { name: "GITHUB_API_URL", value: "https://api.github.com/graphql", says: "GraphQL is found from it" },
    { name: "GITHUB_API_URL", value: "https://me:pw@api.github.com", says: "user name or password" },
    { name: "GITHUB_API_URL", value: "https://api.github.com?x=1", says: "more than host and path" },
    { name: "POLL_SCHEDULE", value: "* * * * *", says: "5 fields instead of 6" },
    { name: "RECONCILE_SCHEDULE", value: "daily", says: "1 fields instead of 6" },
  ])("refuses $name $value", ({ name, value, says }) => {
    const found = problems({ ...GOOD, [name]: value });

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${name}: `);
    expect(found[0]).toContain(says);
  });

  test.each(["NOTION_TOKEN", "GITHUB_TOKEN"])("reports a %s that is more than one token, without showing it", (name) => {
    const found = problems({ ...GOOD, [name]: "first_token\nsecond_token" });

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(name);
    expect(JSON.stringify(found)).not.toContain("first_token");
  });

  test.each(["NOTION_TOKEN", "GITHUB_TOKEN", "NOTION_WEBHOOK_SECRETS", "GITHUB_WEBHOOK_SECRETS", "MARKER_KEYS", "KEY_VAULT_URL"])(
    "takes a reference in %s that the platform has not resolved for none, and says what to do",
    (name) => {
      const found = problems({ ...GOOD, [name]: "@Microsoft.KeyVault(SecretUri=https://v/secrets/x)" });

      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(new RegExp(`^${name}: .*role Key Vault Secrets User.*keyVaultReferenceIdentity`));
    },
  );

  test("refuses two places for the tables", () => {
    const both = { ...GOOD, SYNC_STORAGE: "AccountName=x", SYNC_STORAGE__tableServiceUri: "https://b.table.core.windows.net" };

    expect(problems(both)).toEqual([expect.stringContaining("SYNC_STORAGE: SYNC_STORAGE__tableServiceUri is set too.")]);
  });

  test("refuses a GitHub App of which parts are missing or wrong", () => {
    expect(problems({ ...GOOD, GITHUB_APP_ID: "my app", GITHUB_APP_PRIVATE_KEY: "abc" })).toEqual([
      expect.stringMatching(/^GITHUB_APP_INSTALLATION_ID: This setting is missing/),
      expect.stringMatching(/^GITHUB_APP_ID: This is neither/),
      expect.stringMatching(/^GITHUB_APP_PRIVATE_KEY: This is not a private key in PEM form/),
    ]);
  });

  test("never shows a secret, whatever is wrong with it", () => {
    const secret = "s3cr3t-value";
    const found = problems({
      AzureWebJobsStorage: secret,
      NOTION_TOKEN: `@Microsoft.KeyVault(${secret})`,
      GITHUB_APP_PRIVATE_KEY: secret,
      MARKER_KEYS: secret,
      GITHUB_API_URL: `https://me:${secret}@api.github.com`,
      KEY_VAULT_URL: "",
    });

    expect(found.length).toBeGreaterThanOrEqual(6);
    expect(found.join("\n")).not.toContain(secret);
  });
});

describe("local.settings.sample.json", () => {
  const sample = JSON.parse(readFileSync(new URL("../../local.settings.sample.json", import.meta.url), "utf8")) as {
    readonly Values: Record<string, string>;
  };

  test("is right as it stands, for the simulators", () => {
    expect(settings(sample.Values)).toMatchObject({
      notionBaseUrl: "http://127.0.0.1:7081",
      githubApiUrl: "http://127.0.0.1:7082",
      local: true,
    });
  });

  test("is refused with the real services, because everybody knows its keys", () => {
    const found = problems({ ...sample.Values, NOTION_BASE_URL: "", GITHUB_API_URL: "" });

    expect(found.map((line) => line.split(":")[0]).toSorted()).toEqual([
      "GITHUB_WEBHOOK_SECRETS",
      "MARKER_KEYS",
      "NOTION_WEBHOOK_SECRETS",
    ]);
  });

  test("holds every setting, but those of identities, which one machine does not have", () => {
    const named = new Set(Object.keys(sample.Values));

    expect(SETTING_NAMES.filter((name) => !name.includes("__") && !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !SETTING_NAMES.includes(name))).toEqual(["FUNCTIONS_WORKER_RUNTIME"]);
    expect(sample.Values["FUNCTIONS_WORKER_RUNTIME"]).toBe("node");
  });
});
