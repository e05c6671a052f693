import { test } from "vitest";
import { CRASH_SEED, expectAllConverge } from "../support/crash-run.ts";

test(`every point at which a host can be killed, when webhooks brought the changes (seed ${CRASH_SEED})`, async () => {
  await expectAllConverge({ seed: CRASH_SEED });
});
