import { createHmac, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ALL_SCOPES } from "../../local/github-api/profiles.ts";
import { startTestVault } from "../support/test-vault.ts";
import type { TestVault } from "../support/test-vault.ts";
import { NOTION_SECRET, createWorld } from "../support/world.ts";
import type { World, WorldOptions } from "../support/world.ts";

const MINUTE_MS = 60_000;

const anAppKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });

let vault: TestVault;
let world: World;

beforeAll(async () => {
  vault = await startTestVault();
});
beforeEach(() => vault.refill());
afterEach(async () => world.close());
afterAll(async () => vault.close());

const start = async (options: WorldOptions = {}): Promise<void> => {
  world = await createWorld({ ...options, environment: { ...vault.settings, ...options.environment } });
};

interface Access {
  readonly service: string;
  readonly about: string;
  readonly code: string;
  readonly reason: string;
}

interface Status {
  readonly access: readonly Access[];
  readonly failures: readonly unknown[];
}

const status = async (): Promise<Status> => (await world.call("GET", "status")).body as Status;

const readsOf = (name: string): number => vault.vault.requests().filter((asked) => asked.name === name).length;

/** A delivery as Notion signs it, of a page of no mapping. */
async function deliver(secret: string): Promise<number> {
  const body = JSON.stringify({ type: "user.renamed", id: "1", entity: { id: "2", type: "user" } });
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const request = new Request("http://app.test/api/webhooks/notion", {
    method: "POST",
    body,
    headers: { "x-notion-signature": signature },
  });
  return world.redeliver(request);
}

describe("secrets in a vault", () => {
  test("are read by the app's identity, and each at most once in five minutes", async () => {
    await start();
    await world.person.createPage({ title: "From the vault", status: "Ready" });
    await world.advance(20 * MINUTE_MS);

    expect(await world.person.issuesTitled("From the vault")).toHaveLength(1);
    expect((await status()).access).toEqual([]);
    for (const name of ["notion-token", "github-token", "marker-keys"]) {
      expect(readsOf(name)).toBeGreaterThanOrEqual(2);
      expect(readsOf(name)).toBeLessThanOrEqual(6);
    }
  });

  test("are read again when a service refuses a token: rotated under load, nothing is lost, doubled or late", async () => {
    const valid = new Set(["ntn_demo_product", "ghp_demo_product"]);
    let refused = 0;
    await start({
      github: { seedData: { profiles: { ghp_next: { kind: "classic", actor: "sync-bot", scopes: ALL_SCOPES } } } },
      onRequest: async (send, request) => {
        const token = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
        if (valid.has(token)) return send();
        refused += 1;
        const answer =
          new URL(request.url).port === "7081" ? { object: "error", code: "unauthorized" } : { message: "Bad credentials" };
        return Response.json(answer, { status: 401 });
      },
    });
    const titles = Array.from({ length: 20 }, (_, place) => `Load ${place}`);
    for (const title of titles) await world.person.createPage({ title, status: "Ready" });
    await world.until(async () => (await world.person.issuesTitled("Load 5")).length > 0);

    vault.vault.set("notion-token", "ntn_next");
    vault.vault.set("github-token", "ghp_next");
    valid.clear();
    valid.add("ntn_next").add("ghp_next");
    await world.settled();

    for (const title of titles) expect(await world.person.issuesTitled(title)).toHaveLength(1);
    expect(refused).toBeGreaterThanOrEqual(2);
    expect(refused).toBeLessThanOrEqual(8); // what was under way; each of them once
    expect((await status()).failures).toEqual([]);
  });

  test("that were revoked are asked for again twice a minute, whatever is tried, and a new one mends all", async () => {
    const valid = new Set(["ntn_demo_product", "ghp_demo_product"]);
    await start({
      github: { seedData: { profiles: { ghp_next: { kind: "classic", actor: "sync-bot", scopes: ALL_SCOPES } } } },
      onRequest: async (send, request) => {
        const token = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
        if (valid.has(token)) return send();
        const answer =
          new URL(request.url).port === "7081" ? { object: "error", code: "unauthorized" } : { message: "Bad credentials" };
        return Response.json(answer, { status: 401 });
      },
    });
    await world.settled();
    valid.clear();
    vault.vault.clearRequests();
    const titles = Array.from({ length: 40 }, (_, place) => `Storm ${place}`);
    for (const title of titles) await world.person.createPage({ title, status: "Ready" });
    await world.advance(5 * MINUTE_MS);

    for (const name of ["notion-token", "github-token"]) expect(readsOf(name)).toBeLessThanOrEqual(12);
    expect((await status()).access).toMatchObject([
      { service: "github", about: "acme/widgets", code: "unauthorized" },
      { service: "notion", code: "unauthorized" },
    ]);
    vault.vault.set("notion-token", "ntn_next");
    vault.vault.set("github-token", "ghp_next");
    valid.add("ntn_next").add("ghp_next");
    await world.advance(5 * MINUTE_MS);

    for (const title of titles) expect(await world.person.issuesTitled(title)).toHaveLength(1);
    expect(await status()).toMatchObject({ access: [], failures: [] });
  });

  test("may hold several webhook secrets at once, and a new one is in force within five minutes", async () => {
    await start();
    expect(await deliver(NOTION_SECRET)).toBe(202);
    expect(await deliver("secret_new")).toBe(401);

    vault.vault.set("notion-webhook-secrets", `secret_new,${NOTION_SECRET}`);
    await world.advance(5 * MINUTE_MS);

    expect(await deliver(NOTION_SECRET)).toBe(202);
    expect(await deliver("secret_new")).toBe(202);
    vault.vault.set("notion-webhook-secrets", "secret_new");
    await world.advance(5 * MINUTE_MS);
    expect(await deliver(NOTION_SECRET)).toBe(401);
  });

  test.each([
    { what: "is down", trouble: { kind: "down" }, says: "it is tried again" },
    { what: "lets the identity read nothing", trouble: { kind: "forbidden" }, says: "role Key Vault Secrets User" },
    { what: "has a firewall in the way", trouble: { kind: "firewall" }, says: "firewall" },
    { what: "fails", trouble: { kind: "status", status: 500 }, says: "it is tried again" },
  ] as const)(
    "in a vault that $what: status and log say it, webhooks answer 503, and it mends by itself",
    async ({ trouble, says }) => {
      await start();
      await world.settled();
      vault.vault.trouble(trouble);
      await world.advance(6 * MINUTE_MS);
      await world.person.createPage({ title: "Meanwhile", status: "Ready" });
      await world.advance(2 * MINUTE_MS);

      const { access } = await status();
      expect(access).toContainEqual(
        expect.objectContaining({ service: "vault", about: "marker-keys", code: "secret_unavailable" }),
      );
      expect(access).toContainEqual(expect.objectContaining({ service: "notion", code: "token_unavailable" }));
      expect(access).toContainEqual(expect.objectContaining({ service: "github", about: "acme/widgets" }));
      expect(access.every(({ reason }) => reason.includes(says))).toBe(true);
      expect(world.log.some(({ message }) => message.includes("a token cannot be had") && message.includes(says))).toBe(true);
      expect(await deliver(NOTION_SECRET)).toBe(503);

      vault.vault.trouble();
      await world.advance(2 * MINUTE_MS);

      expect(await world.person.issuesTitled("Meanwhile")).toHaveLength(1);
      expect(await deliver(NOTION_SECRET)).toBe(202);
      expect(await status()).toMatchObject({ access: [], failures: [] });
    },
  );

  test.each([301, 302, 303, 307, 308])("in a vault that sends elsewhere (%i) are asked for nowhere else", async (status) => {
    const heard: string[] = [];
    const stranger = createServer((request, response) => {
      heard.push(JSON.stringify(request.rawHeaders));
      response.writeHead(200, { "content-type": "application/json" }).end('{"value":"ntn_of_a_stranger"}');
    });
    await new Promise<void>((done) => stranger.listen(0, "127.0.0.1", done));
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as AddressInfo;
    await start();
    vault.vault.trouble({ kind: "redirect", status, location: `http://127.0.0.1:${port}/secrets/notion-token?api-version=7.6` });
    await world.advance(7 * MINUTE_MS);

    const { access } = (await world.call("GET", "status")).body as Status;
    expect(access).toContainEqual(expect.objectContaining({ service: "vault", code: "secret_unavailable" }));
    expect(heard).toEqual([]);
  });

  test("that are missing are named, with the command that sets them", async () => {
    vault.vault.remove("notion-token");
    await start();
    await world.advance(2 * MINUTE_MS);

    const { access } = await status();
    expect(access).toMatchObject([
      { service: "vault", about: "notion-token", code: "secret_missing" },
      { service: "notion", code: "token_unavailable" },
    ]);
    expect(access[0]?.reason).toContain("az keyvault secret set --vault-name kv-stand-in --name notion-token");
  });

  test("of a vault that is down when the app starts are had once it is up", async () => {
    vault.vault.trouble({ kind: "down" });
    await start();
    await world.person.createPage({ title: "From the start", status: "Ready" });
    await world.advance(5 * MINUTE_MS);
    expect((await status()).access.length).toBeGreaterThan(0);
    expect((await world.call("GET", "health")).status).toBe(200);

    vault.vault.trouble();
    await world.advance(3 * MINUTE_MS);

    expect(await world.person.issuesTitled("From the start")).toHaveLength(1);
    expect(await status()).toMatchObject({ access: [], failures: [] });
  });

  test.each([
    {
      what: "that is switched off",
      spoil: () => vault.vault.setEnabled("github-token", false),
      says: "It is switched off",
      mend: () => vault.vault.setEnabled("github-token", true),
    },
    {
      what: "that is not valid yet",
      spoil: () => vault.vault.limit("github-token", { notBeforeMs: Date.now() + 60 * MINUTE_MS }),
      says: "It is not valid yet",
      mend: () => vault.vault.limit("github-token", {}),
    },
    {
      what: "that has expired",
      spoil: () => vault.vault.limit("github-token", { expiresAtMs: Date.now() - MINUTE_MS }),
      says: "It has expired",
      mend: () => vault.vault.limit("github-token", {}),
    },
    {
      what: "that is two tokens",
      spoil: () => vault.vault.set("github-token", "ghp_demo_product\nghp_other"),
      says: "more than one token",
      mend: () => vault.vault.set("github-token", "ghp_demo_product\n"),
    },
  ])("of which one is a version $what: status says so, and it goes on once that is mended", async ({ spoil, says, mend }) => {
    await start();
    await world.settled();
    spoil();
    await world.advance(6 * MINUTE_MS);
    await world.person.createPage({ title: "Meanwhile", status: "Ready" });
    await world.advance(2 * MINUTE_MS);

    const { access } = await status();
    expect(access).toContainEqual(
      expect.objectContaining({ service: "vault", about: "github-token", code: "secret_unavailable" }),
    );
    expect(access.find(({ about }) => about === "github-token")?.reason).toContain(says);
    mend();
    await world.advance(3 * MINUTE_MS);

    expect(await world.person.issuesTitled("Meanwhile")).toHaveLength(1);
    expect(await status()).toMatchObject({ access: [], failures: [] });
  });

  test("of a GitHub App: a key that was exchanged is read again as soon as GitHub refuses the old one", async () => {
    const [old, next] = [anAppKey(), anAppKey()];
    vault.vault.set("github-app-private-key", old.privateKey);
    let refused = new Set<string>();
    const seen = new Set<string>();
    await start({
      github: { app: { appId: 1001, publicKey: old.publicKey } },
      environment: { GITHUB_APP_ID: "1001", GITHUB_APP_INSTALLATION_ID: "5001" },
      onRequest: async (send, request) => {
        const token = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
        if (refused.has(token)) return Response.json({ message: "Bad credentials" }, { status: 401 });
        if (token.startsWith("ghs_")) seen.add(token);
        return send();
      },
    });
    await world.person.createPage({ title: "By the old key", status: "Ready" });
    await world.settled();

    // The old key was deleted on GitHub, and with it the tokens that were made by it.
    world.github.setKnobs({ app: { appId: 1001, publicKey: next.publicKey } });
    refused = new Set(seen);
    vault.vault.set("github-app-private-key", next.privateKey);
    await world.person.createPage({ title: "By the new key", status: "Ready" });
    await world.advance(MINUTE_MS);

    expect(await world.person.issuesTitled("By the new key")).toHaveLength(1);
    expect(refused.size).toBeGreaterThan(0);
    expect(await status()).toMatchObject({ access: [], failures: [] });
  });

  test("cannot be had when the token of a handshake is asked for: it is kept until they can", async () => {
    await start();
    await world.call("POST", "handshake");
    await world.send(
      new Request("http://app.test/api/webhooks/notion", { method: "POST", body: '{"verification_token":"secret_of_notion"}' }),
    );
    vault.vault.trouble({ kind: "forbidden" });
    await world.advance(6 * MINUTE_MS);
    expect((await world.call("GET", "handshake")).status).toBe(503);

    vault.vault.trouble();
    await world.advance(MINUTE_MS);

    expect((await world.call("GET", "handshake")).body).toMatchObject({ tokens: [{ token: "secret_of_notion" }] });
    expect((await world.call("GET", "handshake")).body).toMatchObject({ tokens: [] });
  });

  test("of an app without an identity: the identity is named as what is wrong", async () => {
    await start({ environment: { AZURE_CLIENT_ID: "00000000-0000-4000-8000-000000000bad" } });
    await world.advance(2 * MINUTE_MS);

    expect((await status()).access[0]?.reason).toContain("AZURE_CLIENT_ID");
  });
});
