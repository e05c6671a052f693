import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { createAppAuth, createTokenAuth } from "../../github/auth.ts";
import { PRODUCT_TOKEN, SEED_INSTALLATION_ID } from "../../local/github-api/seed.ts";
import { createWorld, REPOSITORY, type World, type WorldOptions } from "./world.ts";

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const aKey = (type: "pkcs1" | "pkcs8" = "pkcs1") =>
  generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type, format: "pem" },
  });
const { privateKey: PRIVATE_KEY } = aKey();
const TOKEN_ROUTE = "POST /app/installations/{id}/access_tokens";
const REFUSED = { match: "query Repository", kind: "status", status: 401 } as const;

const read = (world: World) => world.github.readRepository(REPOSITORY);

describe("createTokenAuth", () => {
  /** A world whose token is read from a list; what is forgotten makes way for the next. */
  function aWorldWithTokens(tokens: readonly string[]) {
    let forgotten = 0;
    const auth = createTokenAuth({
      token: () => Promise.resolve(tokens[forgotten] ?? ""),
      onUnauthorized: () => void (forgotten += 1),
    });
    return { world: aWorld({ auth: () => auth }), forgotten: () => forgotten };
  }

  test("a refused token is read anew, and the request sent once again", async () => {
    const { world, forgotten } = aWorldWithTokens(["old", ` ${PRODUCT_TOKEN}\n`]);
    world.simulator.setFaults([REFUSED]);

    expect(await world.run(read(world))).toMatchObject({ nameWithOwner: REPOSITORY });
    expect(forgotten()).toBe(1);
    expect(world.counts()).toEqual({ "query Repository": 2 });
    expect(world.pacer.acquired).toEqual(["read", "read"]);
  });

  test("a second refusal is final", async () => {
    const { world } = aWorldWithTokens(["old", "older", "oldest"]);
    world.simulator.setFaults([{ ...REFUSED, times: 2 }]);

    expect(await world.fail(read(world))).toMatchObject({ code: "unauthorized", end: "failed", status: 401 });
    expect(world.counts()).toEqual({ "query Repository": 2 });
  });

  test("without a token nothing is sent", async () => {
    const { world } = aWorldWithTokens([" "]);

    expect(await world.fail(read(world))).toMatchObject({ code: "token_unavailable", end: "failed" });
    expect(world.simulator.journal().total).toBe(0);
  });

  test("a token that cannot be read is said to be so, and the cause kept back", async () => {
    const auth = createTokenAuth({
      token: () => Promise.reject(new Error("vault says ghp_secret")),
      onUnauthorized: () => undefined,
    });
    const world = aWorld({ auth: () => auth });

    const error = await world.fail(read(world));

    expect(error).toMatchObject({ code: "token_unavailable" });
    expect(inspect(error)).not.toContain("ghp_secret");
  });
});

describe("createAppAuth", () => {
  interface AppOptions {
    readonly privateKey?: string;
    /** The key after GitHub refused something. */
    readonly nextKey?: string;
    /** By which GitHub knows the app; any key will do without it. */
    readonly publicKey?: string;
    readonly installationId?: number;
    readonly apiUrl?: string;
    /** How far the clock of the app is ahead of GitHub's. */
    readonly aheadMs?: number;
  }

  function aWorldWithApp(options: AppOptions = {}) {
    const keys: string[] = [];
    let refused = 0;
    const world = aWorld({
      ...(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }),
      ...(options.publicKey === undefined ? {} : { knobs: { app: { appId: 4711, publicKey: options.publicKey } } }),
      auth: ({ clock, fetch }) =>
        createAppAuth({
          appId: "4711",
          installationId: String(options.installationId ?? SEED_INSTALLATION_ID),
          privateKey: () => {
            keys.push("read");
            return Promise.resolve((refused > 0 ? options.nextKey : undefined) ?? options.privateKey ?? PRIVATE_KEY);
          },
          onUnauthorized: () => void (refused += 1),
          apiUrl: options.apiUrl ?? "https://api.github.com/",
          clock: { ...clock, now: () => clock.now() + (options.aheadMs ?? 0) },
          fetch,
        }),
    });
    return { world, keys, refused: () => refused };
  }

  test("acts as the app, with a token that is asked for once", async () => {
    const { world, keys } = aWorldWithApp();

    const viewer = await world.run(world.github.readViewer());
    await Promise.all([world.run(read(world)), world.run(read(world))]);

    expect(viewer.login).toBe("notion-sync[bot]");
    expect(world.counts()).toEqual({ [TOKEN_ROUTE]: 1, "query Viewer": 1, "query Repository": 2 });
    expect(keys).toHaveLength(1);
  });

  test("asks once when several requests need it at a time", async () => {
    const { world } = aWorldWithApp();

    await world.run(Promise.all([read(world), read(world), read(world)]));

    expect(world.counts()).toEqual({ [TOKEN_ROUTE]: 1, "query Repository": 3 });
  });

  test("asks for the next one before the first ends", async () => {
    const { world } = aWorldWithApp();

    await world.run(read(world));
    await world.clock.advance(57 * 60_000);
    await world.run(read(world));
    expect(world.counts()[TOKEN_ROUTE]).toBe(1);
    await world.clock.advance(2 * 60_000);
    await world.run(read(world));

    expect(world.counts()[TOKEN_ROUTE]).toBe(2);
  });

  test("asks for another one, with the key read anew, when GitHub refuses it", async () => {
    const { world, keys, refused } = aWorldWithApp();
    world.simulator.setFaults([REFUSED]);

    await world.run(read(world));

    expect(world.counts()).toEqual({ [TOKEN_ROUTE]: 2, "query Repository": 2 });
    expect([keys.length, refused()]).toEqual([2, 1]);
  });

  test.each([
    ["refuses the app", { kind: "status", status: 401 }, "token_unavailable", "failed"],
    ["does not know the installation", { kind: "status", status: 404 }, "token_unavailable", "failed"],
    [
      "sends it elsewhere",
      { kind: "status", status: 307, headers: { location: "https://elsewhere.test/" } },
      "redirected",
      "failed",
    ],
    ["answers without a token", { kind: "status", status: 200, body: {} }, "token_unavailable", "failed"],
    ["is down", { kind: "status", status: 502 }, "token_unavailable", "failed"],
    ["cuts the connection", { kind: "dropAfterEffect" }, "token_unavailable", "failed"],
    ["does not answer", { kind: "hang" }, "token_unavailable", "failed"],
    ["has had enough", { kind: "status", status: 429, headers: { "retry-after": "9" } }, "rate_limited", "limited"],
  ] as const)("when GitHub %s, nothing is sent and the next attempt begins anew", async (_, fault, code, end) => {
    const { world } = aWorldWithApp();
    world.simulator.setFaults([{ match: TOKEN_ROUTE, ...fault }]);

    expect(await world.fail(read(world))).toMatchObject({ code, end });
    expect(world.counts()).toEqual({ [TOKEN_ROUTE]: 1 });
    expect(await world.run(read(world))).toMatchObject({ nameWithOwner: REPOSITORY });
  });

  test("reads the key anew when GitHub does not accept what it signed, and asks once more with another one", async () => {
    const next = aKey();
    const { world } = aWorldWithApp({ nextKey: next.privateKey, publicKey: next.publicKey });

    expect(await world.run(read(world))).toMatchObject({ nameWithOwner: REPOSITORY });
    expect(world.counts()).toEqual({ [TOKEN_ROUTE]: 2, "query Repository": 1 });
  });

  test("asks a GitHub Enterprise Server for it, under the path of its API", async () => {
    const { world } = aWorldWithApp({ apiUrl: "https://github.acme.test/api/v3" });

    expect(await world.run(read(world))).toMatchObject({ nameWithOwner: REPOSITORY });
    expect(world.sent.map(({ url }) => url)).toEqual([
      `https://github.acme.test/api/v3/app/installations/${SEED_INSTALLATION_ID}/access_tokens`,
      "https://github.acme.test/api/graphql",
    ]);
  });

  test("asks no second time when the key is the same as before", async () => {
    const { world } = aWorldWithApp({ publicKey: aKey().publicKey });

    expect(await world.fail(read(world))).toMatchObject({ code: "token_unavailable" });
    expect(world.counts()).toEqual({ [TOKEN_ROUTE]: 1 });
  });

  test("makes one new token for all requests that GitHub refused with the old one, however late it says so", async () => {
    const { world, refused } = aWorldWithApp();
    await world.run(read(world));
    await world.clock.advance(5_000);
    world.simulator.setFaults([
      { ...REFUSED, times: 3 },
      { match: "query Repository", kind: "delay", delayMs: 2_000, times: 1, skip: 1 },
      { match: "query Repository", kind: "delay", delayMs: 4_000, times: 1, skip: 2 },
    ]);

    await world.run(Promise.all([read(world), read(world), read(world)]));

    expect(world.counts()[TOKEN_ROUTE]).toBe(2);
    expect(refused()).toBe(1);
  });

  test.each([-10, -2, 2, 10])("gets a token although its clock is %i minutes ahead of GitHub's", async (minutes) => {
    const { privateKey, publicKey } = aKey();
    const { world } = aWorldWithApp({ privateKey, publicKey, aheadMs: minutes * 60_000 });

    expect(await world.run(read(world))).toMatchObject({ nameWithOwner: REPOSITORY });
    await world.clock.advance(57 * 60_000);
    await world.run(read(world));
    expect(world.counts()["query Repository"]).toBe(2);
  });

  test.each([
    ["PKCS#1", aKey("pkcs1")],
    ["PKCS#8", aKey("pkcs8")],
  ])("signs with a key in the form %s, whatever its line breaks are", async (_, { privateKey, publicKey }) => {
    for (const breaks of ["\n", "\r\n", "\\n"]) {
      const { world } = aWorldWithApp({ privateKey: privateKey.replaceAll("\n", breaks), publicKey });

      expect(await world.run(read(world))).toMatchObject({ nameWithOwner: REPOSITORY });
    }
  });

  test("a key that is none is said to be so, without showing it", async () => {
    const { world } = aWorldWithApp({
      privateKey: "-----BEGIN RSA PRIVATE KEY-----\nsecretsecret\n-----END RSA PRIVATE KEY-----",
    });

    const error = await world.fail(read(world));

    expect(error).toMatchObject({ code: "token_unavailable", message: "The private key of the GitHub App cannot be used." });
    expect(inspect(error)).not.toContain("secretsecret");
  });
});
