// The table as it is opened in Azure: no key, a token of the app's identity, https. Azurite checks the token's form, audience and life.
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCredential } from "../../config/credential.ts";
import { realClock } from "../../local/clock.ts";
import { makeCertificate } from "../../local/key-vault/certificate.ts";
import { createIdentity, type Identity } from "../../local/key-vault/identity.ts";
import { listenHttp } from "../../local/simulator/http-listener.ts";
import { createTable } from "../../storage/table.ts";
import { startAzurite, type Azurite } from "../support/azurite.ts";

const CLIENT_ID = "44444444-4444-4444-8444-444444444444";
/** Has no token yet, which the SDK would keep. */
const OTHER_CLIENT_ID = "66666666-6666-4666-8666-666666666666";

let azurite: Azurite;
let identity: Identity;
let closeIdentity: () => Promise<void>;

beforeAll(async () => {
  const certificate = makeCertificate("localhost", Date.now());
  setDefaultCACertificates([...getCACertificates("bundled"), certificate.cert]);
  identity = createIdentity({ clock: realClock, clientIds: [CLIENT_ID, OTHER_CLIENT_ID] });
  const listener = await listenHttp((request) => identity.fetch(request), 0);
  closeIdentity = () => listener.close();
  // The SDK keeps the first identity that it finds: this process has one.
  process.env["IDENTITY_ENDPOINT"] = `${listener.url}/msi/token`;
  process.env["IDENTITY_HEADER"] = identity.header;
  azurite = await startAzurite(["table"], certificate);
});

afterAll(async () => {
  await azurite.close();
  await closeIdentity();
});

/** As `index.ts` opens it from `SYNC_STORAGE__tableServiceUri` and `AZURE_CLIENT_ID`. */
const open = (clientId: string) => {
  const tableServiceUri = /TableEndpoint=([^;]+)/.exec(azurite.connectionString)?.[1] ?? "";
  return createTable({ tableServiceUri, credential: openCredential(clientId, { maxRetries: 0, retryDelayInMs: 0 }) });
};

test("the table is made, written, read and written in batches with tokens for storage alone", async () => {
  const table = open(CLIENT_ID);
  await table.ensure();
  await table.ensure();

  const etag = await table.insert({ partitionKey: "p", rowKey: "a", value: 1 });
  await table.batch("p", [
    { kind: "replace", row: { partitionKey: "p", rowKey: "a", value: 2 }, etag },
    { kind: "insert", row: { partitionKey: "p", rowKey: "b", value: 3 } },
  ]);

  expect((await table.list({ partitionKey: "p", limit: 9 })).rows).toMatchObject([{ value: 2 }, { value: 3 }]);
  expect(identity.tokens().map((token) => identity.verify(token))).toEqual([
    expect.objectContaining({ clientId: CLIENT_ID, resource: "https://storage.azure.com" }),
  ]);
});

const NO_TOKEN = {
  name: "ServiceError",
  service: "storage",
  code: "unauthorized",
  end: "failed",
  status: undefined,
  message: expect.stringMatching(
    /^The app gets no token for its identity, so table storage was not asked\. (?!.*msi).*AZURE_CLIENT_ID/,
  ) as string,
};

test("an identity that there is not is said to be the trouble, without its token or address", async () => {
  await expect(open("55555555-5555-4555-8555-555555555555").get("p", "a")).rejects.toMatchObject(NO_TOKEN);
});

test.each([400, 401, 403, 404, 409, 412, 429, 500, 503])(
  "what the identity answers is no answer of the table: %i tells nothing of a row",
  async (status) => {
    const table = open(OTHER_CLIENT_ID);
    identity.fail(status);
    try {
      await expect(table.get("p", "a")).rejects.toMatchObject(NO_TOKEN);
      await expect(table.insert({ partitionKey: "p", rowKey: "a" })).rejects.toMatchObject(NO_TOKEN);
      await expect(table.remove("p", "a")).rejects.toMatchObject(NO_TOKEN);
      await expect(table.list({ partitionKey: "p" })).rejects.toMatchObject(NO_TOKEN);
    } finally {
      identity.fail();
    }
  },
);
