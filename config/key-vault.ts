/** What is needed of a vault. */
export interface Vault {
  getSecret(name: string): Promise<{ readonly value?: string | undefined }>;
}

/**
 * Opens a vault with the app's identity at its first use; the SDKs are loaded then, so that starting the app stays fast.
 *
 * @param clientId Of a user-assigned identity; `null`: whatever identity there is, on a developer's machine too.
 */
export function openVault(url: string, clientId: string | null): Vault {
  let opened: Promise<Vault> | undefined;
  return {
    async getSecret(name) {
      opened ??= open(url, clientId);
      return (await opened).getSecret(name);
    },
  };
}

async function open(url: string, clientId: string | null): Promise<Vault> {
  const [{ DefaultAzureCredential, ManagedIdentityCredential }, { SecretClient }] = await Promise.all([
    import("@azure/identity"),
    import("@azure/keyvault-secrets"),
  ]);
  const credential = clientId === null ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
  return new SecretClient(url, credential);
}
