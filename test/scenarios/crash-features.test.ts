import { describe, test } from "vitest";
import { CRASH_SEED } from "../support/crash-run.ts";
import { expectFeaturesConverge } from "../support/feature-crash.ts";

const LIMIT_MS = 300_000; // ms of real time; beside other tests the machine may be slow

describe(`a host that is killed while every kind of effect is under way (seed ${CRASH_SEED})`, { timeout: LIMIT_MS }, () => {
  test("loses nothing and doubles nothing when webhooks brought the changes", async () => {
    await expectFeaturesConverge({ seed: CRASH_SEED }, 24);
  });

  test("loses nothing and doubles nothing when the poll found the changes", async () => {
    await expectFeaturesConverge({ seed: CRASH_SEED, webhooks: false }, 10);
  });
});
