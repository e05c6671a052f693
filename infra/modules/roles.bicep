metadata description = 'What the identity of the app may do: five roles, each on one resource, and nothing else.'

import { resourceNames } from 'types.bicep'

@description('Names of the identity and of the resources that it may use.')
param names resourceNames

@description('Storage Blob Data Owner: the host keeps its locks, keys and the published package in blobs.')
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

@description('Storage Queue Data Contributor: Durable Functions sends its messages through queues.')
var queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'

@description('Storage Table Data Contributor: links, changes and the history of Durable Functions are in tables.')
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

@description('Key Vault Secrets User: reads the values of secrets and changes none.')
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

@description('Monitoring Metrics Publisher: sends telemetry where keys are switched off.')
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

@description('Roles on the storage account.')
var storageRoles = [blobDataOwner, queueDataContributor, tableDataContributor]

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

resource storageAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in storageRoles: {
    name: guid(account.id, identity.id, roleId)
    scope: account
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]

resource vaultAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, secretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource telemetryAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, identity.id, metricsPublisher)
  scope: component
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}
