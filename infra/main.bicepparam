using 'main.bicep'

// To be copied and changed; docs/deployment.md lists all parameters. No secrets: these go into the vault.

// Base of all names: 2 to 12 letters, digits and hyphens, a letter first.
param name = 'notionsync'

// Who is told by e-mail when something is wrong.
param alertEmail = ''

// Who fills the vault: az ad signed-in-user show --query id --output tsv
param vaultOfficerId = ''

// False only to try it out: with true, a deleted vault's name stays taken for 90 days.
param purgeProtection = true

// What the app is told by its settings. For a GitHub App: { githubAppId: '…', githubAppInstallationId: '…' }.
param settings = {}
