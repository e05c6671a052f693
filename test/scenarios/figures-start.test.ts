import { expect, test } from "vitest";
import { benchStart } from "../../bench/start.ts";

test("the app starts from one bundle of at most 2 MB, in at most 0.6 of the time of its parts, without the code of identities", async () => {
  const { bundleBytes, bundledMs, unbundledMs, loadsIdentity } = await benchStart();

  expect(bundleBytes).toBeLessThanOrEqual(2 * 1024 * 1024);
  expect(bundledMs / unbundledMs).toBeLessThanOrEqual(0.6);
  expect(loadsIdentity).toBe(false);
});
