metadata description = 'What is told by e-mail when something is wrong: alerts on the queries of infra/queries, and a test of the health route.'

import { heartbeatWindow, resourceTags } from 'types.bicep'

@description('Application Insights component that the queries run on.')
param componentName string

@description('What the names of the alerts end with; it makes them unique in the resource group.')
param suffix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags resourceTags

@description('Who is told.')
@minLength(3)
param email string

@description('Answers 200 when the app can work.')
param healthUrl string

@description('A tick of the poll is missed when there was none for so long: two periods of POLL_SCHEDULE or more, and 5 minutes until logs arrive.')
param missedTicksWindow heartbeatWindow

@description('Where the health route is asked from.')
param testLocations string[] = [
  'emea-nl-ams-azr'
  'us-va-ash-azr'
  'apac-sg-sin-azr'
]

@description('An alert on a query.')
type queryAlert = {
  @description('Name of the query, and of the alert.')
  name: string

  @description('Subject of the e-mail.')
  title: string

  @description('Text of the e-mail; docs/operations.md says more under the title.')
  description: string

  @description('The query; it returns what is wrong.')
  query: string

  @description('Columns by which each value is an alert of its own.')
  splitBy: string[]

  @description('0 is the worst: 1 when nothing is synced any more, 2 when some things are not, 3 when a person is waited for.')
  severity: 1 | 2 | 3

  @description('How often it is asked, ISO 8601.')
  every: string

  @description('How far back, ISO 8601.')
  window: string

  @description('True: it alerts when the query returns nothing.')
  onNone: bool
}

@description('All alerts on queries.')
var alerts queryAlert[] = [
  {
    name: 'heartbeat-missing'
    title: 'The poll does not tick'
    description: 'No tick was reported: the app, its timer or its storage is dead, or its logs do not arrive.'
    query: loadTextContent('../queries/heartbeat-missing.kql')
    splitBy: []
    severity: 1
    every: 'PT5M'
    window: missedTicksWindow
    onNone: true
  }
  {
    name: 'sync-lag'
    title: 'Changes are more than 15 minutes behind'
    description: 'A change is due for more than 15 minutes, or a source was not read whole for so long.'
    query: loadTextContent('../queries/sync-lag.kql')
    splitBy: ['mapping']
    severity: 2
    every: 'PT5M'
    window: 'PT10M'
    onNone: false
  }
  {
    name: 'source-unread'
    title: 'A source cannot be read'
    description: 'Notion or GitHub refuses: often a token that expired, was revoked or lacks a permission.'
    query: loadTextContent('../queries/source-unread.kql')
    splitBy: ['service', 'code']
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    onNone: false
  }
  {
    name: 'orchestration-failed'
    title: 'An orchestration has failed'
    description: 'Durable Functions gave a run or a plan up; the tick starts a run again.'
    query: loadTextContent('../queries/orchestration-failed.kql')
    splitBy: ['orchestration']
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    onNone: false
  }
  {
    name: 'run-stuck'
    title: 'A run made no progress'
    description: 'A run had due changes and made no progress for 10 minutes; it was ended and started again.'
    query: loadTextContent('../queries/run-stuck.kql')
    splitBy: ['mapping']
    severity: 2
    every: 'PT15M'
    window: 'PT30M'
    onNone: false
  }
  {
    name: 'orchestration-stuck'
    title: 'An orchestration does not go on'
    description: 'An orchestration neither ended nor went on for two hours.'
    query: loadTextContent('../queries/orchestration-stuck.kql')
    splitBy: ['orchestration']
    severity: 2
    every: 'PT1H'
    window: 'P1D'
    onNone: false
  }
  {
    name: 'framework-trouble'
    title: 'Durable Functions is in trouble'
    description: 'The framework warns again and again: often the storage account refuses or is throttled.'
    query: loadTextContent('../queries/framework-trouble.kql')
    splitBy: []
    severity: 2
    every: 'PT15M'
    window: 'PT15M'
    onNone: false
  }
  {
    name: 'exceptions'
    title: 'A function throws'
    description: 'The same exception came again and again: often storage or the vault cannot be reached.'
    query: loadTextContent('../queries/exceptions.kql')
    splitBy: ['function', 'type']
    severity: 2
    every: 'PT15M'
    window: 'PT15M'
    onNone: false
  }
  {
    name: 'webhooks-rejected'
    title: 'Webhooks are refused'
    description: 'Deliveries were refused, mostly because they are signed with another secret; the poll makes up for them.'
    query: loadTextContent('../queries/webhooks-rejected.kql')
    splitBy: ['service', 'reason']
    severity: 3
    every: 'PT15M'
    window: 'PT15M'
    onNone: false
  }
  {
    name: 'hold-waiting'
    title: 'Work is held until it is confirmed'
    description: 'A guard stopped what goes beyond a limit: GET /api/status lists it under holds.'
    query: loadTextContent('../queries/hold-waiting.kql')
    splitBy: []
    severity: 3
    every: 'PT15M'
    window: 'PT15M'
    onNone: false
  }
]

@description('How often the health route is asked from each place, in seconds; each question is paid for.')
var testEverySeconds = 900

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'notionsync'
    enabled: true
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource queryRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: '${alert.name}-${suffix}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Notion Sync: ${alert.title}'
      description: alert.description
      enabled: true
      severity: alert.severity
      // The component, so that the tables have the names that the queries use.
      scopes: [component.id]
      evaluationFrequency: alert.every
      windowSize: alert.window
      autoMitigate: true
      // A component that has no data yet would refuse a right query; they are checked in the tests.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: alert.onNone ? 'LessThan' : 'GreaterThan'
            threshold: alert.onNone ? 1 : 0
            dimensions: map(alert.splitBy, column => { name: column, operator: 'Include', values: ['*'] })
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroup.id]
      }
    }
  }
]

resource healthTest 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'health-${suffix}'
  location: location
  tags: union(tags, {
    // The portal finds the component of a test by this.
    'hidden-link:${component.id}': 'Resource'
  })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'health-${suffix}'
    Name: 'health-${suffix}'
    Description: 'Notion Sync can work.'
    Enabled: true
    Frequency: testEverySeconds
    Timeout: 60
    Kind: 'standard'
    RetryEnabled: true
    Locations: [for place in testLocations: { Id: place }]
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
    }
  }
}

resource availability 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'availability-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'GET /api/health does not answer 200 from most places: the app cannot be reached, or does not start.'
    severity: 1
    enabled: true
    scopes: [
      component.id
      healthTest.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT30M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      componentId: component.id
      webTestId: healthTest.id
      failedLocationCount: max(1, length(testLocations) - 1)
    }
    actions: [
      {
        actionGroupId: actionGroup.id
      }
    ]
  }
}
