import { describe, test } from "vitest";
import { CRASH_SEED, expectAllConverge } from "../support/crash-run.ts";

describe(`every point at which a host can be killed, when webhooks brought the changes (seed ${CRASH_SEED})`, () => {
  test("loses nothing and doubles nothing", async () => {
    await expectAllConverge({ seed: CRASH_SEED });
  });

  test("loses nothing and doubles nothing while GitHub's lists are 120 s old", async () => {
    await expectAllConverge({ seed: CRASH_SEED, staleLists: true });
  });
});
