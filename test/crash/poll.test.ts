import { describe, test } from "vitest";
import { MOOD_NAMES } from "../../local/host/moods.ts";
import { CRASH_SEED, expectAllConverge } from "../support/crash-run.ts";

const SAMPLE = 25; // points for each mood

describe(`every point at which a host can be killed, when the poll found the changes (seed ${CRASH_SEED})`, () => {
  test("loses nothing and doubles nothing", async () => {
    await expectAllConverge({ seed: CRASH_SEED, webhooks: false });
  });

  test("loses nothing and doubles nothing while GitHub's lists are 120 s old", async () => {
    await expectAllConverge({ seed: CRASH_SEED, webhooks: false, staleLists: true });
  });

  test.each(MOOD_NAMES.map((name) => [name]))("loses nothing and doubles nothing in the mood %s", async (name) => {
    await expectAllConverge({ seed: CRASH_SEED, webhooks: false, moods: { [name]: true } }, SAMPLE);
  });
});
