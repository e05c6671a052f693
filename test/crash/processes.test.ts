import { expect, test } from "vitest";
import { CRASH_SEED } from "../support/crash-run.ts";
import { sweepProcesses } from "../support/crash-process-run.ts";

test(`a host process that is killed by kill -9 at any call or storage write loses nothing and doubles nothing (seed ${CRASH_SEED})`, async () => {
  const { failures, killed, count } = await sweepProcesses(CRASH_SEED);

  expect(failures).toEqual([]);
  expect(killed).toBeGreaterThanOrEqual(count * 0.7);
});
