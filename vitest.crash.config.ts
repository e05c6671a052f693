import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/crash/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 2 * 60 * 60_000, // ms; more than a thousand points, on a machine that does much else
    env: { CRASH_PROGRESS: "1" },
    hookTimeout: 60_000,
    allowOnly: false,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  },
});
