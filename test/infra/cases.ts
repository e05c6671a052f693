// The deployments that are predicted; parameters are literals, so that a prediction is the same on every machine.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** An object id, as of the person who fills the vault. */
export const OFFICER = "33333333-3333-4333-8333-333333333333";

/** With all that people may give, at its longest. */
const longest = `using 'main.bicep'
param name = 'abcdefghijkl'
param resourceGroupName = '${"g".repeat(90)}'
param tags = { team: 'platform' }
param alertEmail = 'ops@example.com'
param missedTicksWindow = 'PT15M'
param vaultOfficerId = '${OFFICER}'
param purgeProtection = false
param redundancy = 'Standard_GZRS'
param instanceMemoryMB = 512
param maximumInstances = 1000
param alwaysReadyInstances = 1
param alwaysReadyHttpInstances = 2
param logRetentionDays = 90
param logDailyCapGb = -1
param settings = {
  configPath: 'config/our.config.json'
  pollSchedule: '30 * * * * *'
  reconcileSchedule: '0 0 4 * * *'
  notionBaseUrl: 'https://notion.example.com'
  githubApiUrl: 'https://github.example.com/api/v3'
  githubAppId: '123456'
  githubAppInstallationId: '12345678'
}
`;

const ours = readFileSync(resolve(import.meta.dirname, "../../infra/main.bicepparam"), "utf8");

/** Case → its parameter file. */
export const CASES = {
  plain: "using 'main.bicep'\n",
  longest,
  group: "using 'resources.bicep'\n",
  shortest: "using 'resources.bicep'\nparam name = 'ab'\n",
  hyphens: "using 'resources.bicep'\nparam name = 'Our-Team-Nr1'\n",
  file: ours,
  fileInGroup: ours.replace("'main.bicep'", "'resources.bicep'"),
} as const;

export type CaseName = keyof typeof CASES;
