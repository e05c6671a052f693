import { describe, test } from "vitest";
import { CRASH_SEED } from "../support/crash-run.ts";
import { expectReconcileConverges } from "../support/reconcile-crash.ts";

describe(`every point at which a host can be killed while everything is compared (seed ${CRASH_SEED})`, () => {
  test("leaves nothing undone", async () => {
    await expectReconcileConverges(CRASH_SEED);
  });
});
