import { defineConfig } from "vitest/config";

/** Scenarios that hold every request or moment to a figure, or choose the moods of the platform themselves. */
const OWN_DAY = [
  "crash-overlap",
  "crash-processes",
  "figures-board",
  "figures-features",
  "figures-idle",
  "figures-reconcile",
  "figures-start",
  "figures-thousand",
  "figures-thousand-project",
  "figures-updates",
  "hints",
  "lost-deliveries",
  "moods",
  "permissions",
  "plan",
  "plan-apply",
  "plan-body",
  "plan-crash",
  "random-days",
].map((name) => `test/scenarios/${name}.test.ts`);

const ON_AZURITE = [
  "main-job",
  "fields",
  "projects",
  "project-deliveries",
  "body",
  "pull-requests",
  "companion",
  "merging",
  "routing",
  "trash",
  "changed-mapping",
  "holds",
  "plan-fields",
  "retry",
  "links",
].map((name) => `test/scenarios/${name}.test.ts`);

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    setupFiles: ["test/support/fast-check-seed.ts"],
    projects: [
      {
        extends: true,
        test: { name: "all", include: ["test/**/*.test.ts"], exclude: ["test/crash/**", "test/fixtures/**", "test/infra/**"] },
      },
      {
        // The template for Azure: the Bicep CLI is asked once for all of them.
        extends: true,
        test: { name: "infra", include: ["test/infra/*.test.ts"], globalSetup: ["test/infra/bicep-setup.ts"] },
      },
      {
        // Every scenario once more on a bad day of the platform, with all moods of the local host on.
        extends: true,
        test: { name: "bad day", include: ["test/scenarios/*.test.ts"], exclude: OWN_DAY, env: { WORLD_MOODS: "all" } },
      },
      {
        // The scenarios of the main features once more with their tables in Azurite.
        extends: true,
        test: { name: "azurite", include: ON_AZURITE, globalSetup: ["test/support/azurite-setup.ts"] },
      },
    ],
  },
});
