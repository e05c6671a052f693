// What the code needs against what the template gives.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSettings, type Settings } from "../../config/config.ts";
import { findKeyFault, NAMED_SECRETS } from "../../config/secret-settings.ts";
import { DEFAULT_SETTINGS, SETTING_NAMES } from "../../config/settings.ts";
import { TABLE_NAME } from "../../storage/table.ts";
import type { Snapshot } from "./bicep-setup.ts";
import { answers, environmentOf, ofType, settingsOf, valueAt } from "./predicted.ts";
import { loadBundle, routesOf } from "./registered.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const { snapshots, template } = answers();
const { plain, longest, group } = snapshots;

/** Settings that the template leaves out, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: "a connection string would go before the identity",
  SYNC_STORAGE: "a connection string holds a key",
  SYNC_STORAGE__clientId: "AZURE_CLIENT_ID is its default",
  SYNC_LOCAL: "for one machine only",
  ...Object.fromEntries(Object.values(NAMED_SECRETS).map((setting) => [setting, "it is in the vault"])),
};

/** Settings that the platform reads, and not the app. */
const FOR_THE_PLATFORM = [
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__credential",
  "AzureWebJobsStorage__queueServiceUri",
];

function settingsRead(snapshot: Snapshot): Settings {
  const parsed = parseSettings(environmentOf(snapshot));
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.settings;
}

describe("settings", () => {
  test("each that the app reads is set, or left out for a reason", () => {
    const set = settingsOf(longest);

    expect(SETTING_NAMES.filter((name) => !set.has(name)).toSorted()).toEqual(Object.keys(LEFT_OUT).toSorted());
  });

  test("each that is set is read", () => {
    const unread = [...settingsOf(longest).keys()].filter((name) => !SETTING_NAMES.includes(name));

    expect(unread.toSorted()).toEqual(FOR_THE_PLATFORM);
  });

  test("the app takes them, with the vault, the tables by identity, and the defaults of its guide", () => {
    expect(settingsRead(plain)).toMatchObject({
      syncStorage: { kind: "identity", tableServiceUri: "https://account.table.core.windows.net" },
      keyVaultUrl: "https://vault.vault.azure.net",
      azureClientId: "44444444-4444-4444-8444-444444444444",
      githubAuth: { kind: "token" },
      syncConfig: DEFAULT_SETTINGS.SYNC_CONFIG,
      notionBaseUrl: DEFAULT_SETTINGS.NOTION_BASE_URL,
      githubApiUrl: DEFAULT_SETTINGS.GITHUB_API_URL,
      pollSchedule: DEFAULT_SETTINGS.POLL_SCHEDULE,
      reconcileSchedule: DEFAULT_SETTINGS.RECONCILE_SCHEDULE,
      local: false,
    });
  });

  test("parameters change them, a GitHub App included", () => {
    expect(settingsRead(longest)).toMatchObject({
      githubAuth: { kind: "app", appId: "123456", installationId: "12345678" },
      syncConfig: "config/our.config.json",
      notionBaseUrl: "https://notion.example.com",
      githubApiUrl: "https://github.example.com/api/v3",
      pollSchedule: "30 * * * * *",
      reconcileSchedule: "0 0 4 * * *",
    });
  });
});

describe("storage", () => {
  test("the table that the app uses is the one that is made", () => {
    const tables = ofType(plain, "Microsoft.Storage/storageAccounts/tableServices/tables").map(({ name }) =>
      name.split("/").at(-1),
    );

    expect(tables).toEqual([TABLE_NAME]);
  });

  test("the package is looked for in the container that is made", () => {
    const [container] = ofType(plain, "Microsoft.Storage/storageAccounts/blobServices/containers");
    const [site] = ofType(plain, "Microsoft.Web/sites");

    expect(valueAt(site, "properties.functionAppConfig.deployment.storage.value")).toContain(
      `'${container?.name.split("/").at(-1) ?? ""}'`,
    );
  });
});

describe("the marker key", () => {
  const secret = findIn(template, ({ type }) => type === "Microsoft.KeyVault/vaults/secrets");

  test("has the name that the app reads, and is a value that it takes", () => {
    const [made] = ofType(plain, "Microsoft.KeyVault/vaults/secrets");
    const value = String(valueAt(made, "properties.value"));
    const guids = value.match(/newGuid\(\)/g)?.map((_, index) => `${index}b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed`) ?? [];

    expect(Object.keys(NAMED_SECRETS)).toContain(made?.name.split("/")[1]);
    expect(value).toBe("[format('{0}{1}', newGuid(), newGuid())]");
    expect(findKeyFault(guids.join(""))).toBeUndefined();
  });

  test("is left as it is by every deployment after the first", () => {
    const module = findIn(template, (part) => Object.values(Object(part["resources"]) as object).includes(secret));

    expect(secret).toHaveProperty(["@options", "onlyIfNotExists"]);
    expect(module?.["languageVersion"]).toBe("2.0"); // Azure refuses the option in older templates.
  });

  test("is a secure parameter that nobody passes, so that no history shows it", () => {
    const parameter = findIn(template, (part) => String(part["defaultValue"]).includes("newGuid"));

    expect(parameter?.["type"]).toBe("securestring");
    expect(JSON.stringify(template).match(/newGuid\(\)/g)).toHaveLength(2);
    expect(JSON.stringify(template).match(/parameters\('markerKey'\)/g)).toHaveLength(1);
  });
});

describe("addresses", async () => {
  const functions = await loadBundle({ ...environmentOf(longest), SYNC_CONFIG: DEFAULT_SETTINGS.SYNC_CONFIG });

  test.each([
    { output: "healthUrl", method: "GET" },
    { output: "notionWebhookUrl", method: "POST" },
    { output: "githubWebhookUrl", method: "POST" },
  ])("$output is a route that the app answers without a key", ({ output, method }) => {
    const path = /'\{0\}(\/[^']+)'/.exec(String(plain.outputs[output]))?.[1] ?? "";

    expect(routesOf(functions)).toContainEqual({ method, path, authLevel: "anonymous" });
  });

  test("nothing else is answered without a key, but for the page that asks for it", () => {
    const open = routesOf(functions).filter(({ authLevel }) => authLevel === "anonymous");
    const known = ["GET /api/dashboard", "GET /api/health", "POST /api/webhooks/github", "POST /api/webhooks/notion"];

    expect(open.map(({ method, path }) => `${method} ${path}`).filter((route) => !known.includes(route))).toEqual([]);
  });

  test("the poll runs when the template says", () => {
    expect(functions.map(({ trigger }) => trigger.binding.schedule)).toContain("30 * * * * *");
  });
});

describe("host.json", () => {
  const host = readFileSync(resolve(ROOT, "host.json"), "utf8");

  test("has a task hub that stays the same whatever the app is called, on Azure Storage", () => {
    expect(valueAt(JSON.parse(host), "extensions.durableTask.hubName")).toMatch(/^[A-Za-z][A-Za-z0-9]{2,44}$/);
    expect(valueAt(JSON.parse(host), "extensions.durableTask.storageProvider.type")).toBeUndefined();
  });

  test("needs no setting that the template does not give", () => {
    expect(host).not.toMatch(/%\w+%/);
  });
});

describe("the order", () => {
  test("the app is made after its roles, so that its first start may read the vault", () => {
    const modules = Object(findIn(template, (part) => "roles" in part && "app" in part)) as Readonly<Record<string, unknown>>;

    expect(valueAt(modules, "app.dependsOn")).toContain("roles");
    expect(valueAt(modules, "roles.dependsOn")).toEqual(
      expect.arrayContaining(["identity", "observability", "storage", "vault"]),
    );
  });
});

describe("the two entries", () => {
  const main = template as { readonly parameters: object; readonly outputs: object };
  const resources = findIn(
    template,
    (part) => typeof part["outputs"] === "object" && part !== template && "name" in Object(part["parameters"]),
  );

  test("take the same parameters, but for the group that one of them makes", () => {
    const given = Object.keys(main.parameters).filter((name) => name !== "resourceGroupName");

    expect(given.toSorted()).toEqual(Object.keys(Object(resources?.["parameters"]) as object).toSorted());
  });

  test("have the same outputs and make the same, but for the group", () => {
    const types = ({ predictedResources }: Snapshot) => predictedResources.map(({ type }) => type).toSorted();

    expect(Object.keys(group.outputs).toSorted()).toEqual(Object.keys(plain.outputs).toSorted());
    expect(types(plain)).toEqual([...types(group), "Microsoft.Resources/resourceGroups"].toSorted());
  });
});

/** The first part of a template that is as asked, from the outside in. */
function findIn(
  value: unknown,
  fits: (part: Readonly<Record<string, unknown>>) => boolean,
): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const part = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(value) && fits(part)) return part;
  for (const inner of Object.values(part)) {
    const found = findIn(inner, fits);
    if (found !== undefined) return found;
  }
  return undefined;
}
