import type { TokenCredential } from "@azure/identity";

/**
 * Opens the app's identity at its first use; the SDK is loaded then, so that starting the app stays fast.
 *
 * @param clientId Of a user-assigned identity; `null`: whatever identity there is, on a developer's machine too.
 */
export function openCredential(clientId: string | null): TokenCredential {
  let opened: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      opened ??= open(clientId);
      return (await opened).getToken(scopes, options);
    },
  };
}

async function open(clientId: string | null): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
  return clientId === null ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
}
