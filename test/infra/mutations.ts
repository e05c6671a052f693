// Ways to break the template, and what the policies must then say. All are made in one copy, which is predicted once.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { APP_MUTATIONS } from "./mutations-app.ts";

/** One change of a file of infra/, whose text stands there exactly once, and the fault that comes of it. */
export type Mutation = readonly [file: string, from: string, to: string, fault: string];

const STORAGE = "values are safe: Microsoft.Storage/storageAccounts";
const VAULT = "values are safe: Microsoft.KeyVault/vaults";
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
  ["storage", "NetworkAccess: 'Enabled'", "NetworkAccess: 'Disabled'", `${STORAGE} properties.publicNetworkAccess is "Disabled"`],
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
  ["vault", "NetworkAccess: 'Enabled'", "NetworkAccess: 'Disabled'", `${VAULT} properties.publicNetworkAccess is "Disabled"`],
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

const AUDIT = "values are safe: Microsoft.Insights/diagnosticSettings";

const observability: readonly Mutation[] = [
  ["vault", "categoryGroup: 'audit'", "categoryGroup: 'none'", `${AUDIT} properties.logs.0.categoryGroup is "none"`],
  ["vault", "enabled: true", "enabled: false", `${AUDIT} properties.logs.0.enabled is false`],
  [
    "observability",
    "WorkspaceResourceId: workspace.id",
    "WorkspaceResourceId: '${workspace.id}-other'",
    "parts belong together: Microsoft.Insights/components has another in properties.WorkspaceResourceId",
  ],
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
    "roles",
    "  scope: vault\n  properties: {\n    principalId: identity.properties.principalId\n    principalType: 'ServicePrincipal'",
    "  scope: vault\n  properties: {\n    principalId: identity.properties.principalId\n    principalType: 'User'",
    "roles are for the right kind: 4633458b-17de-408a-b874-0445c86b69e6 is for User",
  ],
  [
    "vault",
    "= if (!empty(officerId)) {",
    "= {",
    "five roles: too much b86a8fe4-44ce-4948-aee5-eccb2c155cd7 on Microsoft.KeyVault/vaults for ",
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

export const MUTATIONS = [...storage, ...vault, ...observability, ...roles, ...APP_MUTATIONS, ...outputs, ...names];

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
