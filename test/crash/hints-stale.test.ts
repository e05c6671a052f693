import { test } from "vitest";
import { CRASH_SEED, expectAllConverge } from "../support/crash-run.ts";

test(`every point at which a host can be killed, with webhooks, while GitHub's lists are 120 s old (seed ${CRASH_SEED})`, async () => {
  await expectAllConverge({ seed: CRASH_SEED, staleLists: true });
});
