// Ways to break the template, and what the policies must then say. All are made in one copy, which is predicted once.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One change of a file of infra/, whose text stands there exactly once, and the fault that comes of it. */
export type Mutation = readonly [file: string, from: string, to: string, fault: string];

const STORAGE = "values are safe: Microsoft.Storage/storageAccounts";
const VAULT = "values are safe: Microsoft.KeyVault/vaults";
const SITE = "values are safe: Microsoft.Web/sites";
const PLAN = "values are safe: Microsoft.Web/serverfarms";
const OTHER_ROLE = "b24988ac-6180-42a0-ab88-20f7382dd24c"; // Contributor

const storage: readonly Mutation[] = [
  ["storage", "allowSharedKeyAccess: false", "allowSharedKeyAccess: true", `${STORAGE} properties.allowSharedKeyAccess is true`],
  [
    "storage",
    "allowBlobPublicAccess: false",
    "allowBlobPublicAccess: true",
    `${STORAGE} properties.allowBlobPublicAccess is true`,
  ],
  [
    "storage",
    "CrossTenantReplication: false",
    "CrossTenantReplication: true",
    `${STORAGE} properties.allowCrossTenantReplication is true`,
  ],
  [
    "storage",
    "ToOAuthAuthentication: true",
    "ToOAuthAuthentication: false",
    `${STORAGE} properties.defaultToOAuthAuthentication is false`,
  ],
  ["storage", "'TLS1_2'", "'TLS1_0'", `${STORAGE} properties.minimumTlsVersion is "TLS1_0"`],
  ["storage", "HttpsTrafficOnly: true", "HttpsTrafficOnly: false", `${STORAGE} properties.supportsHttpsTrafficOnly is false`],
  [
    "storage",
    "publicAccess: 'None'",
    "publicAccess: 'Blob'",
    `${STORAGE}/blobServices/containers properties.publicAccess is "Blob"`,
  ],
];

const vault: readonly Mutation[] = [
  ["vault", "RbacAuthorization: true", "RbacAuthorization: false", `${VAULT} properties.enableRbacAuthorization is false`],
  ["vault", "enableSoftDelete: true", "enableSoftDelete: false", `${VAULT} properties.enableSoftDelete is false`],
  ["vault", "RetentionInDays: 90", "RetentionInDays: 7", `${VAULT} properties.softDeleteRetentionInDays is 7`],
  [
    "vault",
    "tenantId: tenant().tenantId",
    "tenantId: tenant().tenantId\n    accessPolicies: []",
    `${VAULT} properties.accessPolicies is []`,
  ],
  [
    "vault",
    "purgeProtection ? true : null",
    "false",
    "Azure takes purge protection: Microsoft.KeyVault/vaults has false, which is refused",
  ],
  ["vault", "${newGuid()}${newGuid()}", "a key of ours", "the marker key is made of random bits: a key of ours"],
];

const observability: readonly Mutation[] = [
  [
    "observability",
    "disableLocalAuth: true",
    "disableLocalAuth: false",
    "values are safe: Microsoft.OperationalInsights/workspaces properties.features.disableLocalAuth is false",
  ],
  [
    "observability",
    "DisableLocalAuth: true",
    "DisableLocalAuth: false",
    "values are safe: Microsoft.Insights/components properties.DisableLocalAuth is false",
  ],
];

const roles: readonly Mutation[] = [
  ["roles", "queueDataContributor, tableDataContributor]", "tableDataContributor]", "five roles: missing 974c5e8b"],
  [
    "roles",
    "'0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'",
    `'${OTHER_ROLE}'`,
    `five roles: too much ${OTHER_ROLE} on Microsoft.Storage`,
  ],
  [
    "roles",
    "  scope: component\n",
    "",
    "five roles: too much 3913510d-42f4-4e42-8a64-420c390055eb on Microsoft.Resources/resourceGroups",
  ],
  [
    "vault",
    "= if (!empty(officerId)) {",
    "= {",
    "five roles: too much b86a8fe4-44ce-4948-aee5-eccb2c155cd7 on Microsoft.KeyVault/vaults for ",
  ],
];

const plan: readonly Mutation[] = [
  ["app", "name: 'FC1'", "name: 'Y1'", `${PLAN} sku.name is "Y1"`],
  ["app", "tier: 'FlexConsumption'", "tier: 'Dynamic'", `${PLAN} sku.tier is "Dynamic"`],
  ["app", "reserved: true", "reserved: false", `${PLAN} properties.reserved is false`],
];

const site: readonly Mutation[] = [
  ["app", "'functionapp,linux'", "'functionapp'", `${SITE} kind is "functionapp"`],
  [
    "app",
    "type: 'UserAssigned'",
    "type: 'SystemAssigned, UserAssigned'",
    `${SITE} identity.type is "SystemAssigned, UserAssigned"`,
  ],
  ["app", "httpsOnly: true", "httpsOnly: false", `${SITE} properties.httpsOnly is false`],
  ["app", "clientAffinityEnabled: false", "clientAffinityEnabled: true", `${SITE} properties.clientAffinityEnabled is true`],
  ["app", " minTlsVersion: '1.2'", " minTlsVersion: '1.0'", `${SITE} properties.siteConfig.minTlsVersion is "1.0"`],
  ["app", "scmMinTlsVersion: '1.2'", "scmMinTlsVersion: '1.0'", `${SITE} properties.siteConfig.scmMinTlsVersion is "1.0"`],
  ["app", "DebuggingEnabled: false", "DebuggingEnabled: true", `${SITE} properties.siteConfig.remoteDebuggingEnabled is true`],
  [
    "app",
    "http20Enabled: true",
    "cors: { allowedOrigins: ['*'] }",
    `${SITE} properties.siteConfig.cors is {"allowedOrigins":["*"]}`,
  ],
  ["app", "name: 'node'", "name: 'python'", `${SITE} properties.functionAppConfig.runtime.name is "python"`],
  ["app", "version: '24'", "version: '20'", `${SITE} properties.functionAppConfig.runtime.version is "20"`],
  [
    "app",
    "type: 'UserAssignedIdentity'",
    "type: 'StorageAccountConnectionString'",
    `${SITE} properties.functionAppConfig.deployment.storage.authentication.type is "StorageAccountConnectionString"`,
  ],
  [
    "app",
    "siteConfig: {",
    "siteConfig: {\n      ftpsState: 'AllAllowed'",
    `${SITE} properties.siteConfig.ftpsState is "AllAllowed"`,
  ],
  ["app", "      // Whatever is", "      alwaysOn: true\n      // Whatever is", `${SITE} properties.siteConfig.alwaysOn is true`],
  [
    "app",
    "      appSettings: concat(",
    "      linuxFxVersion: 'NODE|24'\n      appSettings: concat(",
    `${SITE} properties.siteConfig.linuxFxVersion is "NODE|24"`,
  ],
  [
    "app",
    "serverFarmId: plan.id",
    "serverFarmId: plan.id\n    vnetRouteAllEnabled: true",
    `${SITE} properties.vnetRouteAllEnabled is true`,
  ],
  [
    "app",
    "functionAppConfig: {",
    "functionAppConfig: {\n      siteUpdateStrategy: { type: 'RollingUpdate' }",
    `${SITE} properties.functionAppConfig.siteUpdateStrategy is {"type":"RollingUpdate"}`,
  ],
  [
    "app",
    "{\n    name: 'ftp'\n    properties: {\n      allow: false",
    "{\n    name: 'ftp'\n    properties: {\n      allow: true",
    `${SITE}/basicPublishingCredentialsPolicies properties.allow is true`,
  ],
  [
    "app",
    "resource scmPublishing 'basicPublishingCredentialsPolicies' = {",
    "resource scmPublishing 'basicPublishingCredentialsPolicies' = if (false) {",
    "basic publishing is off: scm is left as it is",
  ],
];

const identity: readonly Mutation[] = [
  [
    "app",
    "keyVaultReferenceIdentity: identity.id",
    "keyVaultReferenceIdentity: 'SystemAssigned'",
    "one identity: another in keyVaultReferenceIdentity",
  ],
  [
    "app",
    "'${identity.id}': {}",
    "'${identity.id}': {}\n      '${identity.id}-other': {}",
    "one identity: the app has 2 and 1 is made",
  ],
];

const settings: readonly Mutation[] = [
  [
    "app",
    "{ name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }",
    "{ name: 'AzureWebJobsStorage', value: account.listKeys().keys[0].value }",
    "the host needs no key: AzureWebJobsStorage goes before the identity",
  ],
  [
    "app",
    "value: account.properties.primaryEndpoints.queue",
    "value: account.properties.primaryEndpoints.blob",
    "the host needs no key: no address of the queue service",
  ],
  ["app", ";Authorization=AAD", "", "telemetry needs no key: no APPLICATIONINSIGHTS_AUTHENTICATION_STRING"],
  ["app", "value: vault.properties.vaultUri", "value: 'secret'", "no secret in settings: KEY_VAULT_URL"],
  [
    "app",
    "        githubApp\n",
    "        [{ name: 'GITHUB_TOKEN', value: 'ghp_1' }, { name: 'WEBSITE_RUN_FROM_PACKAGE', value: '1' }]\n",
    "no secret in settings: GITHUB_TOKEN",
  ],
  [
    "app",
    "{ name: 'SYNC_CONFIG',",
    "{ name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' }\n          { name: 'SYNC_CONFIG',",
    "no setting is wrong on Flex Consumption: FUNCTIONS_WORKER_RUNTIME",
  ],
];

const outputs: readonly Mutation[] = [
  ["main", "output storageName string", "output storageKey string", "no secret in outputs: storageKey"],
  [
    "resources",
    "output identityName string = names.identity",
    "output identityName string = listKeys(resourceId('Microsoft.Storage/storageAccounts', names.storage), '2025-08-01').keys[0].value",
    "no secret in outputs: identityName",
  ],
];

const names: readonly Mutation[] = [
  [
    "resources",
    "'log-${toLower(name)}-${token}'",
    "'log-${toLower(name)}-${token}-${token}-${token}-${token}'",
    "names fit and nothing else is made: Microsoft.OperationalInsights/workspaces log-",
  ],
  [
    "identity",
    "@description('Tags of every resource.')",
    "resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {\n  name: 'p'\n  location: location\n}\n\nresource ip 'Microsoft.Network/publicIPAddresses@2024-05-01' = {\n  name: 'p'\n  location: location\n}\n\n@description('Tags of every resource.')",
    "names fit and nothing else is made: Microsoft.Network/publicIPAddresses p",
  ],
];

export const MUTATIONS = [
  ...storage,
  ...vault,
  ...observability,
  ...roles,
  ...plan,
  ...site,
  ...identity,
  ...settings,
  ...outputs,
  ...names,
];

/** Makes all changes in a copy of infra/. */
export function breakTemplate(folder: string): void {
  // The linter would refuse some of them before they are predicted.
  rmSync(join(folder, "bicepconfig.json"));
  for (const [file, from, to] of MUTATIONS) {
    const path = join(folder, ["main", "resources"].includes(file) ? `${file}.bicep` : `modules/${file}.bicep`);
    const parts = readFileSync(path, "utf8").split(from);
    if (parts.length !== 2) throw new Error(`"${from}" stands ${parts.length - 1} times in ${file}, not once.`);
    writeFileSync(path, parts.join(to));
  }
}
