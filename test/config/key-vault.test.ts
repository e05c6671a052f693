// The vault by the real SDKs, over TLS, from the stand-in.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openVault, readVaultFault } from "../../config/key-vault.ts";
import { startTestVault } from "../support/test-vault.ts";
import type { TestVault } from "../support/test-vault.ts";
import { realClock } from "../../local/clock.ts";
import type { Clock } from "../../sync/clock.ts";

let vault: TestVault;
beforeAll(async () => {
  vault = await startTestVault();
});
beforeEach(() => vault.refill());
afterAll(async () => vault.close());

test("a vault that takes a request and never answers is given up in time for GitHub, which waits 10 s for an answer", async () => {
  const limits: number[] = [];
  let end = (): void => undefined;
  const clock: Clock = {
    ...realClock,
    setTimer(ms, run) {
      limits.push(ms);
      end = run;
      return { clear: () => undefined };
    },
  };
  // The time is over as soon as the vault has the request.
  vault.vault.trouble({ kind: "hang", taken: () => end() });

  const reading = openVault(vault.url, vault.clientId, clock).getSecret("notion-token");
  const error: unknown = await reading.catch((reason: unknown) => reason);

  expect(readVaultFault(error)).toEqual({ status: undefined, name: "AbortError" });
  expect(limits).toHaveLength(1);
  expect(limits[0]).toBeLessThanOrEqual(5_000);
});
