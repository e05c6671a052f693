metadata description = 'Notion Sync from an empty subscription: az deployment sub create. It makes the resource group and all that is in it.'

targetScope = 'subscription'

import { heartbeatWindow, instanceMemory, resourceTags, storageRedundancy, syncSettings } from 'modules/types.bicep'

@description('Base of all names: 2 to 12 letters, digits and hyphens, a letter first.')
@minLength(2)
@maxLength(12)
param name string = 'notionsync'

@description('Region; it must have Flex Consumption.')
param location string = deployment().location

@description('Resource group that is made and holds everything.')
@minLength(1)
@maxLength(90)
param resourceGroupName string = 'rg-${name}'

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

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module resources 'resources.bicep' = {
  scope: group
  params: {
    name: name
    location: location
    tags: tags
    alertEmail: alertEmail
    missedTicksWindow: missedTicksWindow
    vaultOfficerId: vaultOfficerId
    purgeProtection: purgeProtection
    redundancy: redundancy
    instanceMemoryMB: instanceMemoryMB
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    logRetentionDays: logRetentionDays
    logDailyCapGb: logDailyCapGb
    settings: settings
  }
}

@description('Name of the function app, for func azure functionapp publish.')
output appName string = resources.outputs.appName

@description('Resource group of everything.')
output resourceGroupName string = group.name

@description('Name of the vault that the secrets are put into.')
output vaultName string = resources.outputs.vaultName

@description('Name of the app\'s identity.')
output identityName string = resources.outputs.identityName

@description('Name of the storage account.')
output storageName string = resources.outputs.storageName

@description('Name of the Application Insights component.')
output componentName string = resources.outputs.componentName

@description('Address of the app, without a slash at the end.')
output appUrl string = resources.outputs.appUrl

@description('Answers 200 when the app can work.')
output healthUrl string = resources.outputs.healthUrl

@description('Where Notion sends its events.')
output notionWebhookUrl string = resources.outputs.notionWebhookUrl

@description('Where GitHub sends its events.')
output githubWebhookUrl string = resources.outputs.githubWebhookUrl
