import type { Clock } from "../sync/clock.ts";
import { openCredential } from "./credential.ts";

/** What is needed of a vault. */
export interface Vault {
  getSecret(name: string): Promise<{ readonly value?: string | undefined }>;
}

/** What the vault said no with; nothing of its own words, which may hold more than may be logged. */
export interface VaultFault {
  /** HTTP status; `undefined`: there was no answer. */
  readonly status: number | undefined;
  /** What the vault or the SDK calls it: `ForbiddenByRbac`, `SecretDisabled`, `CredentialUnavailableError`, `ECONNREFUSED` … */
  readonly name: string;
}

const ANSWER_LIMIT_MS = 5_000; // ms, retry included; GitHub waits 10 s for the answer to a delivery
const RETRY_OPTIONS = { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/**
 * Opens a vault with the app's identity at its first use; the SDKs are loaded then, so that starting the app stays fast.
 *
 * @param clientId Of a user-assigned identity; `null`: whatever identity there is, on a developer's machine too.
 */
export function openVault(url: string, clientId: string | null, clock: Clock): Vault {
  let opened: ReturnType<typeof open> | undefined;
  return {
    async getSecret(name) {
      opened ??= open(url, clientId);
      const client = await opened;
      const controller = new AbortController();
      const timer = clock.setTimer(ANSWER_LIMIT_MS, () => controller.abort());
      try {
        return await client.getSecret(name, { abortSignal: controller.signal });
      } finally {
        timer.clear();
      }
    },
  };
}

async function open(url: string, clientId: string | null) {
  const { SecretClient } = await import("@azure/keyvault-secrets");
  return new SecretClient(url, openCredential(clientId, RETRY_OPTIONS), { retryOptions: RETRY_OPTIONS });
}

/** Tells what an error of the vault, of the identity or of the network is called. */
export function readVaultFault(error: unknown): VaultFault {
  if (!(error instanceof Error)) return { status: undefined, name: "unknown error" };
  const { statusCode, code, details } = error as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly details?: unknown;
  };
  const names = [innerCode(details), code, error.name];
  return {
    status: typeof statusCode === "number" ? statusCode : undefined,
    name: names.find((name): name is string => typeof name === "string" && /^\w{1,60}$/.test(name)) ?? "unknown error",
  };
}

/** The vault's narrower code: why it forbids. */
function innerCode(details: unknown): unknown {
  const fault = field(details, "error");
  return field(field(fault, "innererror") ?? field(fault, "innerError"), "code");
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
