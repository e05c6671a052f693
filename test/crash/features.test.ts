import { test } from "vitest";
import { CRASH_SEED } from "../support/crash-run.ts";
import { expectFeaturesConverge } from "../support/feature-crash.ts";

test(`every point at which a host can be killed while every kind of effect is under way, with webhooks (seed ${CRASH_SEED})`, async () => {
  await expectFeaturesConverge({ seed: CRASH_SEED });
});
