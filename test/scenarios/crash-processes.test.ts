import { expect, test } from "vitest";
import { CRASH_SEED } from "../support/crash-run.ts";
import { sweepProcesses } from "../support/crash-process-run.ts";

const POINTS = 14;

test(`a host process that is killed by kill -9 at ${POINTS} moments loses nothing and doubles nothing (seed ${CRASH_SEED})`, async () => {
  const { failures, killed, count } = await sweepProcesses(CRASH_SEED, POINTS);

  expect(failures).toEqual([]);
  expect(count).toBe(POINTS);
  expect(killed).toBeGreaterThanOrEqual(POINTS * 0.7);
}, 400_000);
