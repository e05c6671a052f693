import { defineConfig } from "vitest/config";

const shared = {
  pool: "forks",
  testTimeout: 60_000,
  hookTimeout: 60_000,
  allowOnly: false,
  execArgv: ["--disable-warning=ExperimentalWarning"],
} as const;

/** Scenarios that count requests or moments, or choose the moods of the platform themselves. */
const OWN_DAY = ["figures*", "crash*", "plan*", "moods*", "lost-deliveries*"].map((name) => `test/scenarios/${name}.test.ts`);

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: "all", include: ["test/**/*.test.ts"], exclude: ["test/crash/**", "test/fixtures/**"] } },
      {
        // Every scenario once more on a bad day of the platform, with all moods of the local host on.
        test: {
          ...shared,
          name: "bad day",
          include: ["test/scenarios/*.test.ts"],
          exclude: OWN_DAY,
          env: { WORLD_MOODS: "all" },
        },
      },
    ],
  },
});
