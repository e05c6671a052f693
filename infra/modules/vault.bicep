metadata description = 'The vault of the app\'s secrets; the marker key is made here once, people put in the others.'

import { resourceTags } from 'types.bicep'

@description('Name of the vault.')
param vaultName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags resourceTags

@description('Keeps a deleted vault from being purged before its time; it cannot be switched off again.')
param purgeProtection bool

@description('Object id of the person, group or service that fills the vault; empty: nobody is given the role here.')
param officerId string

@description('Workspace that the audit log goes to.')
param workspaceName string

@description('First value of the secret marker-keys: 72 characters with 244 random bits, unknown to everybody.')
@secure()
param markerKey string = '${newGuid()}${newGuid()}'

@description('Key Vault Secrets Officer: reads and writes secrets.')
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // Azure takes true or nothing, never false.
    enablePurgeProtection: purgeProtection ? true : null
    publicNetworkAccess: 'Enabled'
  }
}

// A second deployment must not replace it: without the old key no issue is known as the app's own.
@onlyIfNotExists()
resource markerKeys 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = {
  parent: vault
  name: 'marker-keys'
  properties: {
    value: markerKey
  }
}

resource officer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(officerId)) {
  name: guid(vault.id, officerId, secretsOfficer)
  scope: vault
  properties: {
    // The type is left out, because it may be a person, a group or a service.
    principalId: officerId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}
