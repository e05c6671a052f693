// A vault, the app's identity and the way to them, listening on this machine.
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { listenHttp } from "../simulator/http-listener.ts";
import { makeCertificate } from "./certificate.ts";
import { type Identity, createIdentity } from "./identity.ts";
import { openTunnel } from "./tunnel.ts";
import { type Vault, createVault } from "./vault.ts";

/** A vault and an identity that the real SDKs can be pointed at without any option of theirs. */
export interface KeyVaultStandIn {
  readonly vault: Vault;
  readonly identity: Identity;
  /** Client id of the app's user-assigned identity. */
  readonly clientId: string;
  /** `https://<name>.vault.azure.net`, as in production. */
  readonly url: string;
  /** The certificate of the vault, PEM; whoever calls has to trust it. */
  readonly certificate: string;
  /** What the process that uses the SDKs needs in its environment. */
  readonly environment: Readonly<Record<"IDENTITY_ENDPOINT" | "IDENTITY_HEADER" | "HTTPS_PROXY" | "NO_PROXY", string>>;
  close(): Promise<void>;
}

export interface KeyVaultStandInOptions {
  readonly clock: Clock;
  /** Name of the vault. */
  readonly name?: string;
  /** Secrets by name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/**
 * Starts a vault and an identity on 127.0.0.1; once in a process, because the SDK keeps the first identity that it finds for good.
 *
 * @remarks The SDK refuses a vault without TLS, and one whose name does not end with the resource of its challenge. So the vault keeps
 * a true name and has a certificate for it, and a proxy leads that name here: nothing has to be switched off.
 */
export async function startKeyVault(options: KeyVaultStandInOptions): Promise<KeyVaultStandIn> {
  const { clock, name = "kv-stand-in" } = options;
  const clientId = randomUUID();
  const identity = createIdentity({ clock, clientIds: [clientId] });
  const vault = createVault({ name, clock, identity, readers: [clientId] });
  for (const [secret, value] of Object.entries(options.secrets ?? {})) vault.set(secret, value);
  const certificate = makeCertificate(vault.host, Date.now());
  const vaultListener = await listenHttp((request) => vault.fetch(request), 0, certificate);
  const identityListener = await listenHttp((request) => identity.fetch(request), 0);
  const tunnel = await openTunnel(vault.host, Number(new URL(vaultListener.url).port));
  return {
    vault,
    identity,
    clientId,
    url: `https://${vault.host}`,
    certificate: certificate.cert,
    environment: {
      IDENTITY_ENDPOINT: `${identityListener.url}/msi/token`,
      IDENTITY_HEADER: identity.header,
      HTTPS_PROXY: tunnel.url,
      NO_PROXY: "127.0.0.1",
    },
    async close() {
      await Promise.all([tunnel.close(), vaultListener.close(), identityListener.close()]);
    },
  };
}
