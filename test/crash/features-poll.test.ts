import { describe, test } from "vitest";
import { MOOD_NAMES } from "../../local/host/moods.ts";
import { CRASH_SEED } from "../support/crash-run.ts";
import { expectFeaturesConverge } from "../support/feature-crash.ts";

const SAMPLE = 15; // points for each mood

describe(`every point at which a host can be killed while every kind of effect is under way (seed ${CRASH_SEED})`, () => {
  test("loses nothing and doubles nothing when the poll found the changes", async () => {
    await expectFeaturesConverge({ seed: CRASH_SEED, webhooks: false });
  });

  test.each(MOOD_NAMES.map((name) => [name]))("loses nothing and doubles nothing in the mood %s", async (name) => {
    await expectFeaturesConverge({ seed: CRASH_SEED, moods: { [name]: true } }, SAMPLE);
  });
});
