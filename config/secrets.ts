import type { Clock } from "../sync/clock.ts";
import { openVault, readVaultFault, type Vault, type VaultFault } from "./key-vault.ts";
import { findKeyFault, findTokenFault, isToken, NAMED_SECRETS, splitList, type SecretName } from "./secret-settings.ts";
import type { Settings } from "./settings.ts";

export type { Vault } from "./key-vault.ts";
export type { SecretName } from "./secret-settings.ts";

/** Hands out tokens and keys; nothing else in the app knows where they come from. */
export interface Secrets {
  /**
   * Reads one secret.
   *
   * @throws SecretError with the remedy when there is none or it cannot be read.
   */
  get(name: SecretName): Promise<string>;
  /**
   * Reads a secret that is a comma-separated list; at least one entry.
   *
   * @throws SecretError like `get`, and when a marker key is too short.
   */
  getList(name: SecretName): Promise<readonly string[]>;
  /**
   * Lets the next `get` read the vault again; called after a 401.
   *
   * @param refused The value that was refused: another one that is there meanwhile is kept.
   * @remarks Within 10 seconds the vault is read again once, however many requests are refused.
   */
  forget(name: SecretName, refused?: string): void;
}

/** A secret that cannot be had. The message names secret, place and remedy, never a value. */
export class SecretError extends Error {
  override readonly name = "SecretError";
  readonly secret: SecretName;
  /** `missing`: there is no such secret; `unavailable`: it could not be read, or is not usable. */
  readonly code: "missing" | "unavailable";

  constructor(secret: SecretName, code: "missing" | "unavailable", message: string, options?: ErrorOptions) {
    super(message, options);
    this.secret = secret;
    this.code = code;
  }
}

const KEPT_MS = 5 * 60_000; // ms; the design's longest life of a secret in memory

const FAILED_KEPT_MS = 10_000; // ms; a vault that is down is not asked anew for each of a thousand deliveries

const FORGOTTEN_ONCE_IN_MS = 10_000; // ms; nor for each of a thousand requests with a token that was revoked

interface Kept {
  readonly value: Promise<string>;
  /** ms since 1970 */
  goodUntil: number;
  /** The value, once it was read. */
  known?: string;
}

/** Reads secrets from the vault if there is one, else from the settings. */
export function createSecrets(deps: { readonly settings: Settings; readonly clock: Clock; readonly vault?: Vault }): Secrets {
  const { settings, clock } = deps;
  const { keyVaultUrl } = settings;
  const readPlace =
    keyVaultUrl === null
      ? (name: SecretName) => Promise.resolve().then(() => fromSettings(settings, name))
      : createVaultReader(keyVaultUrl, deps.vault ?? openVault(keyVaultUrl, settings.azureClientId, clock));
  const unusable = (name: SecretName, fault: string): SecretError =>
    new SecretError(name, "unavailable", `The secret "${name}" is not usable. ${fault} ${remedy(name, keyVaultUrl)}`);
  const read = async (name: SecretName): Promise<string> => {
    const value = await readPlace(name);
    const fault = isToken(name) ? findTokenFault(value) : undefined;
    if (fault !== undefined) throw unusable(name, fault);
    return value;
  };
  const kept = new Map<SecretName, Kept>();
  const forgottenAt = new Map<SecretName, number>();

  const get = (name: SecretName): Promise<string> => {
    const present = kept.get(name);
    const leftMs = present === undefined ? 0 : present.goodUntil - clock.now();
    if (present !== undefined && leftMs > 0 && leftMs <= KEPT_MS) return present.value;
    const fresh: Kept = { value: read(name), goodUntil: clock.now() + KEPT_MS };
    kept.set(name, fresh);
    // A failure is shared by those who ask within seconds, and then forgotten.
    fresh.value.then(
      (value) => (fresh.known = value),
      () => (fresh.goodUntil = clock.now() + FAILED_KEPT_MS),
    );
    return fresh.value;
  };

  return {
    get,
    async getList(name) {
      const value = await get(name);
      const entries = splitList(value);
      const fault = name === "marker-keys" ? findKeyFault(value) : entries.length === 0 ? "There is no entry in it." : undefined;
      if (fault === undefined) return entries;
      throw unusable(name, fault);
    },
    forget(name, refused) {
      const known = kept.get(name)?.known;
      if (refused !== undefined && known !== undefined && known !== refused) return;
      const sinceMs = clock.now() - (forgottenAt.get(name) ?? -Infinity);
      if (sinceMs >= 0 && sinceMs < FORGOTTEN_ONCE_IN_MS) return;
      forgottenAt.set(name, clock.now());
      kept.delete(name);
    },
  };
}

function fromSettings(settings: Settings, name: SecretName): string {
  const value = settings.secrets[name];
  if (value !== undefined) return value;
  throw new SecretError(name, "missing", `There is no "${name}". ${remedy(name, null)}`);
}

function createVaultReader(url: string, vault: Vault): (name: SecretName) => Promise<string> {
  return async (name) => {
    let value: string | undefined;
    try {
      value = (await vault.getSecret(name)).value?.trim();
    } catch (error) {
      throw explain(error, name, url);
    }
    if (value === undefined || value === "")
      throw new SecretError(name, "missing", `The vault ${url} holds no value for "${name}". ${remedy(name, url)}`);
    return name === "github-app-private-key" ? value.replaceAll("\\n", "\n") : value;
  };
}

/** Says what to do. The vault's own error is not passed on: its message may hold more than may be logged. */
function explain(error: unknown, name: SecretName, url: string): SecretError {
  const fault = readVaultFault(error);
  if (fault.status === 404)
    return new SecretError(name, "missing", `The vault ${url} has no secret "${name}". ${remedy(name, url)}`);
  const kind = fault.status === undefined ? fault.name : `status ${fault.status}, ${fault.name}`;
  const message = `The secret "${name}" cannot be read from the vault ${url} (${kind}). ${adviceOn(fault, name, url)}`;
  return new SecretError(name, "unavailable", message);
}

function adviceOn({ status, name: kind }: VaultFault, name: SecretName, url: string): string {
  if (kind === "SecretDisabled") return `It is switched off: enable it. ${remedy(name, url)}`;
  if (kind === "SecretNotYetValid") return `It is not valid yet: mend its activation date. ${remedy(name, url)}`;
  if (kind === "SecretExpired") return `It has expired: store a new one, or mend its expiration date. ${remedy(name, url)}`;
  if (kind === "ForbiddenByFirewall" || kind === "ForbiddenByConnection") return "Let the app through the firewall of the vault.";
  if (status === 401 || status === 403)
    return "Give the app's identity the role Key Vault Secrets User on the vault; it takes some minutes to come into force.";
  if (kind === "CredentialUnavailableError" || kind === "AuthenticationError")
    return "The app gets no token for its identity: check that the identity is assigned to the app and that AZURE_CLIENT_ID is its client id.";
  return "Check KEY_VAULT_URL, the vault's firewall and that the app has an identity; it is tried again at the next use.";
}

function remedy(name: SecretName, url: string | null): string {
  if (url === null) return `Set ${NAMED_SECRETS[name]}, or keep it in a vault as "${name}" and set KEY_VAULT_URL.`;
  const vaultName = URL.parse(url)?.hostname.split(".")[0] ?? "";
  return `Set it with: az keyvault secret set --vault-name ${vaultName} --name ${name} --file <file with the value>.`;
}
