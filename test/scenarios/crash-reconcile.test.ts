import { describe, test } from "vitest";
import { CRASH_SEED } from "../support/crash-run.ts";
import { expectReconcileConverges } from "../support/reconcile-crash.ts";

const LIMIT_MS = 300_000; // ms of real time; beside other tests the machine may be slow

describe(`a host that is killed while everything is compared (seed ${CRASH_SEED})`, { timeout: LIMIT_MS }, () => {
  test("goes on, finds what differs, and comes to the end", async () => {
    await expectReconcileConverges(CRASH_SEED, 4);
  });
});
