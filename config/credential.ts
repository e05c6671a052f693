import type { TokenCredential } from "@azure/identity";

/** How often the SDK repeats a request for a token by itself. */
export interface CredentialRetries {
  readonly maxRetries: number;
  readonly retryDelayInMs: number;
}

/**
 * Opens the app's identity at its first use; the SDK is loaded then, so that starting the app stays fast.
 *
 * @param clientId Of a user-assigned identity; `null`: whatever identity there is, on a developer's machine too.
 * @param retryOptions Default: the SDK's own, which may take half a minute.
 */
export function openCredential(clientId: string | null, retryOptions?: CredentialRetries): TokenCredential {
  let opened: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      opened ??= open(clientId, retryOptions);
      return (await opened).getToken(scopes, options);
    },
  };
}

async function open(clientId: string | null, retryOptions: CredentialRetries | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
  const options = retryOptions === undefined ? {} : { retryOptions };
  return clientId === null ? new DefaultAzureCredential(options) : new ManagedIdentityCredential({ clientId, ...options });
}
