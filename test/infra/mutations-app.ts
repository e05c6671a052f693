// Ways to break modules/app.bicep.
import type { Mutation } from "./mutations.ts";

const SITE = "values are safe: Microsoft.Web/sites";
const PLAN = "values are safe: Microsoft.Web/serverfarms";

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
  ["app", "NetworkAccess: 'Enabled'", "NetworkAccess: 'Disabled'", `${SITE} properties.publicNetworkAccess is "Disabled"`],
  ["app", "clientAffinityEnabled: false", "clientAffinityEnabled: true", `${SITE} properties.clientAffinityEnabled is true`],
  ["app", " minTlsVersion: '1.2'", " minTlsVersion: '1.0'", `${SITE} properties.siteConfig.minTlsVersion is "1.0"`],
  ["app", "scmMinTlsVersion: '1.2'", "scmMinTlsVersion: '1.0'", `${SITE} properties.siteConfig.scmMinTlsVersion is "1.0"`],
  ["app", "DebuggingEnabled: false", "DebuggingEnabled: true", `${SITE} properties.siteConfig.remoteDebuggingEnabled is true`],
  [
    "app",
    "siteConfig: {\n",
    "siteConfig: {\n      cors: { allowedOrigins: ['*'] }\n",
    `${SITE} properties.siteConfig.cors is {"allowedOrigins":["*"]}`,
  ],
  ["app", "http20Enabled: true", "http20Enabled: false", `${SITE} properties.siteConfig.http20Enabled is false`],
  [
    "app",
    "type: 'blobContainer'",
    "type: 'blobcontainer'",
    `${SITE} properties.functionAppConfig.deployment.storage.type is "blobcontainer"`,
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
  [
    "app",
    "{ name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }",
    "{ name: 'AzureWebJobsStorage__clientId', value: identity.properties.principalId }",
    "one identity: another in AzureWebJobsStorage__clientId",
  ],
  [
    "app",
    "'ClientId=${identity.properties.clientId};",
    "'",
    "one identity: another in APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
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
  ["app", "value: names.storage", "value: names.app", "the host needs no key: no name of the account"],
  ["app", "Authorization=AAD", "", "telemetry needs no key: no APPLICATIONINSIGHTS_AUTHENTICATION_STRING"],
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

export const APP_MUTATIONS = [...plan, ...site, ...identity, ...settings];
