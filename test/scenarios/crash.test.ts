import { describe, test } from "vitest";
import { parseMoods } from "../../local/host/moods.ts";
import { CRASH_SEED, expectAllConverge } from "../support/crash-run.ts";

const LIMIT_MS = 180_000; // ms of real time; beside other tests the machine may be slow

describe(
  `a host that is killed while 3 pages become issues, 5 titles change and 2 issues are closed (seed ${CRASH_SEED})`,
  { timeout: LIMIT_MS },
  () => {
    test("loses nothing and doubles nothing when webhooks brought the changes", async () => {
      await expectAllConverge({ seed: CRASH_SEED }, 20);
    });

    test("loses nothing and doubles nothing when the poll found the changes", async () => {
      await expectAllConverge({ seed: CRASH_SEED, webhooks: false }, 20);
    });

    test("makes no issue twice while GitHub's lists are 120 s old", async () => {
      await expectAllConverge({ seed: CRASH_SEED, webhooks: false, staleLists: true }, 10);
    });

    test("does the same in production's bad moods, all at once", async () => {
      await expectAllConverge({ seed: CRASH_SEED, moods: parseMoods("all") }, 10);
    });
  },
);
