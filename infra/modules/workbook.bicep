metadata description = 'What operators look at: a workbook whose tiles are the queries of infra/queries.'

import { resourceTags } from 'types.bicep'

@description('Application Insights component that the queries run on.')
param componentName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags resourceTags

@description('A tile of the workbook.')
type tile = {
  @description('Name of the query.')
  name: string

  @description('What it shows.')
  title: string

  @description('The query.')
  query: string

  @description('How it is shown.')
  as: 'timechart' | 'barchart' | 'table'

  @description('Width in percent.')
  width: string
}

@description('A group of tiles under a heading.')
type section = {
  @description('Heading.')
  title: string

  @description('Tiles, in the order in which they are shown.')
  tiles: tile[]
}

@description('All that the workbook shows.')
var sections section[] = [
  {
    title: 'What is synced'
    tiles: [
      {
        name: 'changes-per-hour'
        title: 'Changes per hour, by mapping'
        query: loadTextContent('../queries/changes-per-hour.kql')
        as: 'barchart'
        width: '50'
      }
      {
        name: 'lag'
        title: 'Lag in seconds, and changes due'
        query: loadTextContent('../queries/lag.kql')
        as: 'timechart'
        width: '50'
      }
      {
        name: 'time-to-sync'
        title: 'Seconds from a change until its pair was in step'
        query: loadTextContent('../queries/time-to-sync.kql')
        as: 'timechart'
        width: '50'
      }
      {
        name: 'outcomes'
        title: 'What runs came to'
        query: loadTextContent('../queries/outcomes.kql')
        as: 'table'
        width: '50'
      }
    ]
  }
  {
    title: 'What needs a person'
    tiles: [
      {
        name: 'failures'
        title: 'Failures by code'
        query: loadTextContent('../queries/failures.kql')
        as: 'table'
        width: '50'
      }
      {
        name: 'conflicts'
        title: 'Conflicts'
        query: loadTextContent('../queries/conflicts.kql')
        as: 'table'
        width: '50'
      }
      {
        name: 'waits'
        title: 'What pairs wait for'
        query: loadTextContent('../queries/waits.kql')
        as: 'table'
        width: '50'
      }
      {
        name: 'holds'
        title: 'Holds'
        query: loadTextContent('../queries/holds.kql')
        as: 'table'
        width: '50'
      }
    ]
  }
  {
    title: 'Notion and GitHub'
    tiles: [
      {
        name: 'budgets'
        title: 'What was left of the budgets, in percent'
        query: loadTextContent('../queries/budgets.kql')
        as: 'timechart'
        width: '50'
      }
      {
        name: 'limits'
        title: 'Limits that were met'
        query: loadTextContent('../queries/limits.kql')
        as: 'table'
        width: '50'
      }
      {
        name: 'webhooks'
        title: 'Deliveries'
        query: loadTextContent('../queries/webhooks.kql')
        as: 'table'
        width: '100'
      }
    ]
  }
  {
    title: 'What is paid for'
    tiles: [
      {
        name: 'executions'
        title: 'Function executions'
        query: loadTextContent('../queries/executions.kql')
        as: 'barchart'
        width: '50'
      }
      {
        name: 'storage-calls'
        title: 'Calls to storage and other services'
        query: loadTextContent('../queries/storage-calls.kql')
        as: 'table'
        width: '50'
      }
      {
        name: 'log-volume'
        title: 'Lines of log'
        query: loadTextContent('../queries/log-volume.kql')
        as: 'table'
        width: '100'
      }
    ]
  }
]

@description('The time that all tiles look back.')
var timeRange = {
  type: 9
  name: 'parameters'
  content: {
    version: 'KqlParameterItem/1.0'
    parameters: [
      {
        id: guid('TimeRange')
        version: 'KqlParameterItem/1.0'
        name: 'TimeRange'
        label: 'Time range'
        type: 4
        isRequired: true
        value: { durationMs: 86400000 }
        typeSettings: {
          selectableValues: [
            { durationMs: 3600000 }
            { durationMs: 86400000 }
            { durationMs: 604800000 }
            { durationMs: 2592000000 }
          ]
          allowCustom: true
        }
      }
    ]
    style: 'pills'
    queryType: 0
    resourceType: 'microsoft.insights/components'
  }
}

@description('Headings and tiles, in one list.')
var items = flatten(map(
  sections,
  section =>
    concat(
      [{ type: 1, name: section.title, content: { json: '## ${section.title}' } }],
      map(section.tiles, tile => {
        type: 3
        name: tile.name
        customWidth: tile.width
        content: {
          version: 'KqlItem/1.0'
          title: tile.title
          query: tile.query
          visualization: tile.as
          size: 0
          timeContext: { durationMs: 0 }
          timeContextFromParameter: 'TimeRange'
          queryType: 0
          resourceType: 'microsoft.insights/components'
        }
      })
    )
))

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(component.id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Notion Sync'
    category: 'workbook'
    sourceId: component.id
    version: '1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([timeRange], items)
      fallbackResourceIds: [component.id]
      '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
    })
  }
}
