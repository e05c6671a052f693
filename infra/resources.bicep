metadata description = 'Notion Sync in one resource group: az deployment group create. main.bicep makes the group too.'

import { heartbeatWindow, instanceMemory, resourceNames, resourceTags, storageRedundancy, syncSettings } from 'modules/types.bicep'

@description('Base of all names: 2 to 12 letters, digits and hyphens, a letter first.')
@minLength(2)
@maxLength(12)
param name string = 'notionsync'

@description('Region; it must have Flex Consumption.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags resourceTags = {}

@description('Who is told by e-mail when something is wrong; empty: nobody.')
param alertEmail string = ''

@description('An alert comes when the poll did not tick for so long: two periods of POLL_SCHEDULE or more, and 5 minutes until logs arrive.')
param missedTicksWindow heartbeatWindow = 'PT10M'

@description('Object id of the person, group or service that fills the vault; empty: give the role by hand.')
param vaultOfficerId string = ''

@description('Keeps a deleted vault from being purged for 90 days; it cannot be switched off again.')
param purgeProtection bool = true

@description('Redundancy of the storage account.')
param redundancy storageRedundancy = 'Standard_LRS'

@description('Memory of an instance in MB.')
param instanceMemoryMB instanceMemory = 2048

@description('Instances at most. It bounds the cost; the services\' limits are kept by the app itself.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('Instances that always run orchestrations and activities; each is paid for while idle.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Instances that always run webhooks and the other routes; each is paid for while idle.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttpInstances int = 0

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('GB of logs that are taken a day at most; -1: no limit.')
@minValue(-1)
param logDailyCapGb int = 1

@description('What the app is told by its settings.')
param settings syncSettings = {}

@description('Base without hyphens, for those kinds that take none or not two in a row.')
var plainName = replace(toLower(name), '-', '')

@description('Makes names that must be unique in all of Azure so, and the same at each deployment.')
var token = uniqueString(toLower(resourceGroup().id), toLower(name))

@description('Names, within the limits of each kind for the longest base.')
var names resourceNames = {
  identity: 'id-${toLower(name)}-${token}'
  storage: 'st${take(plainName, 9)}${token}'
  vault: 'kv-${take(plainName, 7)}-${token}'
  workspace: 'log-${toLower(name)}-${token}'
  component: 'appi-${toLower(name)}-${token}'
  plan: 'plan-${toLower(name)}-${token}'
  app: 'func-${toLower(name)}-${token}'
}

@description('Container that the published package is in.')
var packageContainer = 'app-package'

module identity 'modules/identity.bicep' = {
  params: {
    identityName: names.identity
    location: location
    tags: tags
  }
}

module observability 'modules/observability.bicep' = {
  params: {
    workspaceName: names.workspace
    componentName: names.component
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    accountName: names.storage
    location: location
    tags: tags
    redundancy: redundancy
    packageContainer: packageContainer
    tableName: 'notionsync'
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    vaultName: names.vault
    location: location
    tags: tags
    purgeProtection: purgeProtection
    officerId: vaultOfficerId
    workspaceName: names.workspace
  }
  dependsOn: [
    observability
  ]
}

module roles 'modules/roles.bicep' = {
  params: {
    names: names
  }
  dependsOn: [
    identity
    observability
    storage
    vault
  ]
}

module app 'modules/app.bicep' = {
  params: {
    names: names
    location: location
    tags: tags
    packageContainer: packageContainer
    instanceMemoryMB: instanceMemoryMB
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    settings: settings
  }
  dependsOn: [
    roles
  ]
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmail)) {
  params: {
    componentName: names.component
    suffix: '${name}-${token}'
    location: location
    tags: tags
    email: alertEmail
    healthUrl: '${app.outputs.url}/api/health'
    missedTicksWindow: missedTicksWindow
  }
  dependsOn: [
    observability
  ]
}

module workbook 'modules/workbook.bicep' = {
  params: {
    componentName: names.component
    location: location
    tags: tags
  }
  dependsOn: [
    observability
  ]
}

@description('Name of the function app, for func azure functionapp publish.')
output appName string = names.app

@description('Resource group of everything.')
output resourceGroupName string = resourceGroup().name

@description('Name of the vault that the secrets are put into.')
output vaultName string = names.vault

@description('Name of the app\'s identity.')
output identityName string = names.identity

@description('Name of the storage account.')
output storageName string = names.storage

@description('Name of the Application Insights component.')
output componentName string = names.component

@description('Address of the app, without a slash at the end.')
output appUrl string = app.outputs.url

@description('Answers 200 when the app can work.')
output healthUrl string = '${app.outputs.url}/api/health'

@description('Where Notion sends its events.')
output notionWebhookUrl string = '${app.outputs.url}/api/webhooks/notion'

@description('Where GitHub sends its events.')
output githubWebhookUrl string = '${app.outputs.url}/api/webhooks/github'
