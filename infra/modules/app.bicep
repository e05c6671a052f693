metadata description = 'The function app on Flex Consumption, with every setting that it reads.'

import { instanceMemory, resourceNames, resourceTags, syncSettings } from 'types.bicep'

@description('Names of the app and of what it uses.')
param names resourceNames

@description('Region.')
param location string

@description('Tags of every resource.')
param tags resourceTags

@description('Container that the published package is in.')
param packageContainer string

@description('Memory of an instance in MB.')
param instanceMemoryMB instanceMemory

@description('Instances at most.')
param maximumInstances int

@description('Instances that always run orchestrations and activities.')
param alwaysReadyInstances int

@description('Instances that always run webhooks and the other routes.')
param alwaysReadyHttpInstances int

@description('What the app is told by its settings.')
param settings syncSettings

@description('Groups of functions with instances that are always ready.')
var alwaysReady = filter(
  [
    { name: 'durable', instanceCount: alwaysReadyInstances }
    { name: 'http', instanceCount: alwaysReadyHttpInstances }
  ],
  group => group.instanceCount > 0
)

@description('The GitHub App, when there is one; without it the app uses a token.')
var githubApp = filter(
  [
    { name: 'GITHUB_APP_ID', value: settings.?githubAppId ?? '' }
    { name: 'GITHUB_APP_INSTALLATION_ID', value: settings.?githubAppInstallationId ?? '' }
  ],
  setting => !empty(setting.value)
)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: names.identity
}

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: names.storage
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: names.vault
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: names.component
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: names.plan
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: names.app
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'node'
        version: '24'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReady
      }
    }
    siteConfig: {
      http20Enabled: true
      minTlsVersion: '1.2'
      remoteDebuggingEnabled: false
      scmMinTlsVersion: '1.2'
      // Whatever is not listed here is removed by the next deployment.
      appSettings: concat(
        [
          { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
          { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
          // The addresses are what counts; the name is for a host that asks for its storage before it has read them all.
          { name: 'AzureWebJobsStorage__accountName', value: names.storage }
          { name: 'AzureWebJobsStorage__blobServiceUri', value: account.properties.primaryEndpoints.blob }
          { name: 'AzureWebJobsStorage__queueServiceUri', value: account.properties.primaryEndpoints.queue }
          { name: 'AzureWebJobsStorage__tableServiceUri', value: account.properties.primaryEndpoints.table }
          { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: component.properties.ConnectionString }
          {
            name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
            value: 'ClientId=${identity.properties.clientId};Authorization=AAD'
          }
          { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
          { name: 'SYNC_STORAGE__tableServiceUri', value: account.properties.primaryEndpoints.table }
          { name: 'KEY_VAULT_URL', value: vault.properties.vaultUri }
          { name: 'SYNC_CONFIG', value: settings.?configPath ?? 'sync.config.json' }
          { name: 'NOTION_BASE_URL', value: settings.?notionBaseUrl ?? 'https://api.notion.com' }
          { name: 'GITHUB_API_URL', value: settings.?githubApiUrl ?? 'https://api.github.com' }
          { name: 'POLL_SCHEDULE', value: settings.?pollSchedule ?? '0 * * * * *' }
          { name: 'RECONCILE_SCHEDULE', value: settings.?reconcileSchedule ?? '0 0 3 * * *' }
        ],
        githubApp
      )
    }
  }

  // Two resources and not a loop, which would not be checked against the types.
  resource ftpPublishing 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scmPublishing 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

@description('Address of the app, without a slash at the end.')
output url string = 'https://${app.properties.defaultHostName}'
