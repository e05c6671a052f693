metadata description = 'The identity of the app; it exists before the app, so that its roles do too.'

import { resourceTags } from 'types.bicep'

@description('Name of the identity.')
param identityName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags resourceTags

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: identityName
  location: location
  tags: tags
}
