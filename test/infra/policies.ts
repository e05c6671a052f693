// What must be true of every deployment. Each policy gives the faults that it finds, in words.
import type { Snapshot } from "./bicep-setup.ts";
import { NAMED_SECRETS } from "../../config/secret-settings.ts";
import { OFFICER } from "./cases.ts";
import { ofType, rolesOf, settingsOf, valueAt } from "./predicted.ts";
import { SAFE_VALUES } from "./safe-values.ts";

/** The roles of the app; their ids are the same in every tenant. */
const ROLES = [
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b on Microsoft.Storage/storageAccounts for the app", // Blob Data Owner
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88 on Microsoft.Storage/storageAccounts for the app", // Queue Data Contributor
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3 on Microsoft.Storage/storageAccounts for the app", // Table Data Contributor
  "4633458b-17de-408a-b874-0445c86b69e6 on Microsoft.KeyVault/vaults for the app", // Secrets User
  "3913510d-42f4-4e42-8a64-420c390055eb on Microsoft.Insights/components for the app", // Monitoring Metrics Publisher
];
/** Secrets Officer, for the person who fills the vault; only if one is named. */
const OFFICER_ROLE = `b86a8fe4-44ce-4948-aee5-eccb2c155cd7 on Microsoft.KeyVault/vaults for ${OFFICER}`;

/** What is made, and how its names must look; nothing else is made. */
const NAMES: Readonly<Record<string, RegExp>> = {
  "Microsoft.Resources/resourceGroups": /^[-\w.()]{0,89}[-\w()]$/,
  "Microsoft.ManagedIdentity/userAssignedIdentities": /^[a-zA-Z0-9][-\w]{2,127}$/,
  "Microsoft.OperationalInsights/workspaces": /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/,
  "Microsoft.Insights/components": /^[-\w.()]{1,259}[-\w()]$/,
  "Microsoft.Insights/diagnosticSettings": /^audit$/,
  "Microsoft.Insights/workbooks": /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  // Made only when somebody is to be told: see monitoring.test.ts.
  "Microsoft.Insights/actionGroups": /^ag-[-\w]{1,256}$/,
  // Two apps in one group have alerts of their own.
  "Microsoft.Insights/scheduledQueryRules": /^[a-z-]+-[-\w]{2,12}-[a-z0-9]{13}$/,
  "Microsoft.Insights/metricAlerts": /^availability-[-\w]{1,240}$/,
  "Microsoft.Insights/webtests": /^health-[-\w]{1,240}$/,
  "Microsoft.Storage/storageAccounts": /^[a-z0-9]{3,24}$/,
  "Microsoft.Storage/storageAccounts/blobServices": /\/default$/,
  "Microsoft.Storage/storageAccounts/blobServices/containers": /\/default\/[a-z0-9](-?[a-z0-9]){2,62}$/,
  "Microsoft.Storage/storageAccounts/tableServices": /\/default$/,
  "Microsoft.Storage/storageAccounts/tableServices/tables": /\/default\/[a-zA-Z][a-zA-Z0-9]{2,62}$/,
  "Microsoft.KeyVault/vaults": /^(?=.{3,24}$)[a-zA-Z](-?[a-zA-Z0-9])+$/,
  "Microsoft.KeyVault/vaults/secrets": /\/marker-keys$/,
  "Microsoft.Authorization/roleAssignments": /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  "Microsoft.Web/serverfarms": /^[a-zA-Z0-9-]{1,60}$/,
  // The host tells apps apart by the first 32 characters.
  "Microsoft.Web/sites": /^(?=.{2,32}$)[a-z0-9](-?[a-z0-9])+$/,
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": /\/(ftp|scm)$/,
};

/** Settings that Flex Consumption refuses, or that break publishing there. */
const FORBIDDEN_SETTINGS =
  /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_CONTENT.*|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_TIME_ZONE|TZ)$/;

/** What gives a secret away, as text or as an expression that fetches one. */
const SECRET_TEXT = /AccountKey|SharedAccess|PRIVATE KEY|newGuid|list[A-Z]\w*\(/i;
const SECRET_NAME = /TOKEN|SECRET|KEY|PASSWORD|CONNECTION/i;
/** Settings whose names only sound so: an address, and a string that is worth nothing without the role. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  KEY_VAULT_URL: /\.vaultUri\]$/,
  APPLICATIONINSIGHTS_CONNECTION_STRING: /\.ConnectionString\]$/,
};

/** Where one part is named by another: type, path, and the type of what is named. */
const LINKS = [
  ["Microsoft.Web/sites", "properties.serverFarmId", "Microsoft.Web/serverfarms"],
  ["Microsoft.Insights/components", "properties.WorkspaceResourceId", "Microsoft.OperationalInsights/workspaces"],
  ["Microsoft.Insights/diagnosticSettings", "properties.workspaceId", "Microsoft.OperationalInsights/workspaces"],
  ["Microsoft.Insights/workbooks", "properties.sourceId", "Microsoft.Insights/components"],
] as const;

/** Settings that say which identity is meant. */
const CLIENT_IDS = ["AzureWebJobsStorage__clientId", "AZURE_CLIENT_ID", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"];

/** Name → what it finds in a deployment. */
export const POLICIES = {
  "values are safe": (snapshot: Snapshot) =>
    Object.entries(SAFE_VALUES).flatMap(([type, values]) => {
      const resources = ofType(snapshot, type);
      if (resources.length === 0) return [`there is no ${type}`];
      return resources.flatMap((resource) =>
        Object.entries(values)
          .filter(([path, value]) => valueAt(resource, path) !== value)
          .map(([path]) => `${type} ${path} is ${JSON.stringify(valueAt(resource, path))}`),
      );
    }),

  "five roles": (snapshot: Snapshot) => {
    const roles = rolesOf(snapshot);
    const allowed = [...ROLES, OFFICER_ROLE];
    return [
      ...ROLES.filter((role) => !roles.includes(role)).map((role) => `missing ${role}`),
      ...roles.filter((role) => !allowed.includes(role)).map((role) => `too much ${role}`),
      ...roles.filter((role, index) => roles.indexOf(role) !== index).map((role) => `twice ${role}`),
    ];
  },

  // Azure looks a new identity up by its kind, and refuses another; a person who fills the vault may be of any.
  "roles are for the right kind": (snapshot: Snapshot) =>
    ofType(snapshot, "Microsoft.Authorization/roleAssignments").flatMap((assignment) => {
      const isApp = String(valueAt(assignment, "properties.principalId")).endsWith(".principalId]");
      const kind = valueAt(assignment, "properties.principalType");
      const role = String(valueAt(assignment, "properties.roleDefinitionId")).split("/").at(-1) ?? "";
      return kind === (isApp ? "ServicePrincipal" : undefined) ? [] : [`${role} is for ${String(kind)}`];
    }),

  "parts belong together": (snapshot: Snapshot) =>
    LINKS.flatMap(([type, path, named]) =>
      ofType(snapshot, type)
        .filter((part) => !ofType(snapshot, named).some(({ id }) => id === valueAt(part, path)))
        .map(() => `${type} has another in ${path}`),
    ),

  "one identity": (snapshot: Snapshot) => {
    const [site] = ofType(snapshot, "Microsoft.Web/sites");
    const made = ofType(snapshot, "Microsoft.ManagedIdentity/userAssignedIdentities").map(({ id }) => id);
    const held = Object.keys(valueAt(site, "identity.userAssignedIdentities") ?? {});
    const settings = settingsOf(snapshot);
    const isOurs = (value = ""): boolean => value.includes(`reference('${made[0] ?? ""}'`) && value.includes(".clientId");
    const used = [
      "keyVaultReferenceIdentity",
      "functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId",
    ];
    return [
      ...(made.length === 1 && held.join() === made.join() ? [] : [`the app has ${held.length} and ${made.length} is made`]),
      ...used.filter((path) => valueAt(site, `properties.${path}`) !== made[0]).map((path) => `another in ${path}`),
      ...CLIENT_IDS.filter((name) => !isOurs(settings.get(name))).map((name) => `another in ${name}`),
    ];
  },

  "the host needs no key": (snapshot: Snapshot) => {
    const settings = settingsOf(snapshot);
    return [
      ...(settings.has("AzureWebJobsStorage") ? ["AzureWebJobsStorage goes before the identity"] : []),
      ...(settings.get("AzureWebJobsStorage__credential") === "managedidentity" ? [] : ["no managed identity"]),
      ...["blob", "queue", "table"]
        .filter((service) => settings.get(`AzureWebJobsStorage__${service}ServiceUri`)?.endsWith(`.${service}]`) !== true)
        .map((service) => `no address of the ${service} service`),
      // With the addresses alone, a host may ask for its storage before it has read them: Azure/azure-functions-host#11787.
      ...(settings.get("AzureWebJobsStorage__accountName") === ofType(snapshot, "Microsoft.Storage/storageAccounts")[0]?.name
        ? []
        : ["no name of the account"]),
    ];
  },

  "telemetry needs no key": (snapshot: Snapshot) =>
    settingsOf(snapshot).get("APPLICATIONINSIGHTS_AUTHENTICATION_STRING")?.includes("Authorization=AAD") === true
      ? []
      : ["no APPLICATIONINSIGHTS_AUTHENTICATION_STRING with the identity"],

  "no secret in settings": (snapshot: Snapshot) =>
    [...settingsOf(snapshot)]
      .filter(([name, value]) => {
        const harmless = HARMLESS[name];
        if (harmless !== undefined) return !harmless.test(value);
        const setting: readonly string[] = Object.values(NAMED_SECRETS);
        return setting.includes(name) || SECRET_NAME.test(name) || SECRET_TEXT.test(value);
      })
      .map(([name]) => name),

  "no secret in outputs": ({ outputs }: Snapshot) =>
    Object.entries(outputs)
      .filter(
        ([name, value]) => SECRET_NAME.test(name) || /ConnectionString/i.test(String(value)) || SECRET_TEXT.test(String(value)),
      )
      .map(([name]) => name),

  "no setting is wrong on Flex Consumption": (snapshot: Snapshot) =>
    [...settingsOf(snapshot).keys()].filter((name) => FORBIDDEN_SETTINGS.test(name)),

  "basic publishing is off": (snapshot: Snapshot) => {
    const found = ofType(snapshot, "Microsoft.Web/sites/basicPublishingCredentialsPolicies").map(
      ({ name }) => name.split("/")[1],
    );
    return ["ftp", "scm"].filter((way) => !found.includes(way)).map((way) => `${way} is left as it is`);
  },

  "names fit and nothing else is made": ({ predictedResources }: Snapshot) =>
    predictedResources.filter(({ type, name }) => NAMES[type]?.test(name) !== true).map(({ type, name }) => `${type} ${name}`),

  "the marker key is made of random bits": (snapshot: Snapshot) =>
    ofType(snapshot, "Microsoft.KeyVault/vaults/secrets")
      .map((secret) => String(valueAt(secret, "properties.value")))
      .filter((value) => (value.match(/newGuid\(\)/g)?.length ?? 0) < 2),

  "Azure takes purge protection": (snapshot: Snapshot) =>
    ofType(snapshot, "Microsoft.KeyVault/vaults")
      .filter((vault) => valueAt(vault, "properties.enablePurgeProtection") === false)
      .map(({ type }) => `${type} has false, which is refused`),
} as const;

/** All faults of a deployment, each after the name of its policy. */
export function findFaults(snapshot: Snapshot): readonly string[] {
  return Object.entries(POLICIES).flatMap(([name, find]) => find(snapshot).map((fault) => `${name}: ${fault}`));
}
