// A vault for the whole app in one process: the SDKs of the bundle find it as they find one in Azure.
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { realClock } from "../../local/clock.ts";
import { type KeyVaultStandIn, startKeyVault } from "../../local/key-vault/stand-in.ts";
import { GITHUB_SECRET, MARKER_KEY, NOTION_SECRET } from "./world.ts";

/** The secrets of a world, by their names in a vault. */
export const VAULT_SECRETS: Readonly<Record<string, string>> = {
  "notion-token": "ntn_demo_product",
  "github-token": "ghp_demo_product",
  "notion-webhook-secrets": NOTION_SECRET,
  "github-webhook-secrets": GITHUB_SECRET,
  "marker-keys": MARKER_KEY,
};

/** A vault that this process trusts and finds; once in a process. */
export interface TestVault extends KeyVaultStandIn {
  /** Settings of an app whose secrets are all in this vault. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** All is well, and the secrets are as at the start. */
  refill(): void;
}

/** Starts the vault, and makes this process trust its certificate and find its identity. */
export async function startTestVault(): Promise<TestVault> {
  const standIn = await startKeyVault({ clock: realClock });
  Object.assign(process.env, standIn.environment);
  setDefaultCACertificates([...getCACertificates("bundled"), standIn.certificate]);
  const none = ["NOTION_TOKEN", "GITHUB_TOKEN", "NOTION_WEBHOOK_SECRETS", "GITHUB_WEBHOOK_SECRETS", "MARKER_KEYS"];
  return {
    ...standIn,
    settings: {
      ...Object.fromEntries(none.map((name) => [name, undefined])),
      KEY_VAULT_URL: standIn.url,
      AZURE_CLIENT_ID: standIn.clientId,
    },
    refill() {
      standIn.vault.trouble();
      standIn.identity.fail();
      for (const [name, value] of Object.entries(VAULT_SECRETS)) standIn.vault.set(name, value);
      standIn.vault.clearRequests();
    },
  };
}
