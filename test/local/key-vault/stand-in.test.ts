import { ManagedIdentityCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { realClock } from "../../../local/clock.ts";
import { type KeyVaultStandIn, startKeyVault } from "../../../local/key-vault/stand-in.ts";

let standIn: KeyVaultStandIn;

beforeAll(async () => {
  standIn = await startKeyVault({ clock: realClock });
  Object.assign(process.env, standIn.environment);
});

beforeEach(() => {
  setDefaultCACertificates([...getCACertificates("bundled"), standIn.certificate]);
  standIn.vault.remove("notion-token");
  standIn.vault.set("notion-token", "ntn_first");
  standIn.vault.clearRequests();
});

afterAll(async () => standIn.close());

/** The SDKs as in production: no option of theirs is set but the number of retries. */
function open(clientId = standIn.clientId): SecretClient {
  const retryOptions = { maxRetries: 0 };
  return new SecretClient(standIn.url, new ManagedIdentityCredential({ clientId, retryOptions }), { retryOptions });
}

describe("the vault's stand-in, asked by the real SDKs", () => {
  test("challenges the first request, and answers with the newest version once the identity shows its token", async () => {
    standIn.vault.set("notion-token", "ntn_second");
    const client = open();

    const { value, properties } = await client.getSecret("notion-token");
    await client.getSecret("notion-token");

    expect(value).toBe("ntn_second");
    expect(properties).toMatchObject({ name: "notion-token", enabled: true, vaultUrl: standIn.url });
    expect(standIn.vault.requests().map(({ status }) => status)).toEqual([401, 200, 200]);
    expect(standIn.identity.issued()).toBe(1);
  });

  test("gives an older version by its id", async () => {
    const second = standIn.vault.set("notion-token", "ntn_second");
    standIn.vault.set("notion-token", "ntn_third");

    expect((await open().getSecret("notion-token", { version: second })).value).toBe("ntn_second");
  });

  test("says what is not there, and what is switched off", async () => {
    await expect(open().getSecret("marker-keys")).rejects.toMatchObject({ statusCode: 404, code: "SecretNotFound" });

    standIn.vault.setEnabled("notion-token", false);
    await expect(open().getSecret("notion-token")).rejects.toMatchObject({ statusCode: 403, code: "Forbidden" });
  });

  test.each([
    { trouble: { kind: "forbidden" }, status: 403 },
    { trouble: { kind: "firewall" }, status: 403 },
    { trouble: { kind: "throttled", retryAfterSeconds: 1 }, status: 429 },
    { trouble: { kind: "status", status: 503 }, status: 503 },
    { trouble: { kind: "down" }, status: undefined },
  ] as const)("fails as a vault does: $trouble.kind", async ({ trouble, status }) => {
    standIn.vault.trouble(trouble);

    const error: unknown = await open()
      .getSecret("notion-token")
      .catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(Error);
    expect((error as { readonly statusCode?: number }).statusCode).toBe(status);
    standIn.vault.trouble();
    expect((await open().getSecret("notion-token")).value).toBe("ntn_first");
  });

  test("an identity that the app does not have gets no token", async () => {
    await expect(open("3f0c8f2e-0000-4000-8000-00000000dead").getSecret("notion-token")).rejects.toThrow(/Authentication failed/);
  });

  test("a caller that does not trust the certificate gets no answer", async () => {
    setDefaultCACertificates(getCACertificates("bundled"));

    await expect(open().getSecret("notion-token")).rejects.toThrow(/self.signed certificate/i);
    expect(standIn.vault.requests()).toEqual([]);
  });
});
