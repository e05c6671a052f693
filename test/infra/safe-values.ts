// Type → path → the only value that is right; `undefined` stands for absent.
export const SAFE_VALUES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "Microsoft.Storage/storageAccounts": {
    "properties.allowSharedKeyAccess": false,
    "properties.allowBlobPublicAccess": false,
    "properties.allowCrossTenantReplication": false,
    "properties.defaultToOAuthAuthentication": true,
    "properties.minimumTlsVersion": "TLS1_2",
    "properties.supportsHttpsTrafficOnly": true,
    "properties.publicNetworkAccess": "Enabled", // there is no network of our own that the app could come by
  },
  "Microsoft.Storage/storageAccounts/blobServices/containers": { "properties.publicAccess": "None" },
  "Microsoft.KeyVault/vaults": {
    "properties.enableRbacAuthorization": true,
    "properties.enableSoftDelete": true,
    "properties.softDeleteRetentionInDays": 90,
    "properties.accessPolicies": undefined,
    "properties.publicNetworkAccess": "Enabled",
  },
  "Microsoft.Insights/diagnosticSettings": { "properties.logs.0.categoryGroup": "audit", "properties.logs.0.enabled": true },
  "Microsoft.OperationalInsights/workspaces": { "properties.features.disableLocalAuth": true },
  "Microsoft.Insights/components": { "properties.DisableLocalAuth": true },
  "Microsoft.Web/serverfarms": { "sku.name": "FC1", "sku.tier": "FlexConsumption", "properties.reserved": true },
  "Microsoft.Web/sites": {
    kind: "functionapp,linux",
    "identity.type": "UserAssigned",
    "properties.httpsOnly": true,
    "properties.clientAffinityEnabled": false,
    "properties.publicNetworkAccess": "Enabled",
    "properties.siteConfig.http20Enabled": true,
    "properties.siteConfig.minTlsVersion": "1.2",
    "properties.siteConfig.scmMinTlsVersion": "1.2",
    "properties.siteConfig.remoteDebuggingEnabled": false,
    "properties.siteConfig.cors": undefined,
    "properties.functionAppConfig.runtime.name": "node",
    "properties.functionAppConfig.runtime.version": "24",
    "properties.functionAppConfig.deployment.storage.type": "blobContainer",
    "properties.functionAppConfig.deployment.storage.authentication.type": "UserAssignedIdentity",
    // Not for Flex Consumption, which refuses them or goes wrong with them.
    "properties.siteConfig.linuxFxVersion": undefined,
    "properties.siteConfig.alwaysOn": undefined,
    "properties.siteConfig.ftpsState": undefined,
    "properties.vnetRouteAllEnabled": undefined,
    // Rolling updates would mix versions of the orchestrations.
    "properties.functionAppConfig.siteUpdateStrategy": undefined,
  },
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": { "properties.allow": false },
};
