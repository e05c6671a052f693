@description('Memory of an instance in MB; Flex Consumption has these sizes only.')
@export()
type instanceMemory = 512 | 2048 | 4096

@description('Redundancy of the storage account.')
@export()
type storageRedundancy = 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@description('How far back the alert on a missing tick looks; queries of alerts look back for these times only.')
@export()
type heartbeatWindow = 'PT10M' | 'PT15M' | 'PT30M' | 'PT1H' | 'PT2H' | 'P1D'

@description('Tags of every resource: name to value.')
@export()
type resourceTags = {
  @description('Value of the tag.')
  *: string
}

@description('What the app is told by its settings; what is left out has the default of docs/configuration.md.')
@export()
type syncSettings = {
  @description('Path of the mapping file in the published folder (SYNC_CONFIG).')
  configPath: string?

  @description('When the sources are probed: NCRONTAB with six fields, in UTC (POLL_SCHEDULE).')
  pollSchedule: string?

  @description('When everything is compared: NCRONTAB with six fields, in UTC (RECONCILE_SCHEDULE).')
  reconcileSchedule: string?

  @description('Where Notion\'s API is (NOTION_BASE_URL).')
  notionBaseUrl: string?

  @description('Where GitHub\'s REST API is; GitHub Enterprise Server has https://<host>/api/v3 (GITHUB_API_URL).')
  githubApiUrl: string?

  @description('App ID of a GitHub App, instead of a token (GITHUB_APP_ID).')
  githubAppId: string?

  @description('The number at the end of the URL of the App\'s installation (GITHUB_APP_INSTALLATION_ID).')
  githubAppInstallationId: string?
}

@description('Names of what the modules make for each other.')
@export()
type resourceNames = {
  @description('User-assigned identity of the app.')
  identity: string

  @description('Storage account.')
  storage: string

  @description('Key vault.')
  vault: string

  @description('Log Analytics workspace.')
  workspace: string

  @description('Application Insights component.')
  component: string

  @description('Hosting plan.')
  plan: string

  @description('Function app.')
  app: string
}
