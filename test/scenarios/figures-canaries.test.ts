import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { dumpDatabase, findHits, formsOf, watchOutput } from "../support/canaries.ts";
import type { Seen } from "../support/canaries.ts";
import { startTestVault } from "../support/test-vault.ts";
import type { TestVault } from "../support/test-vault.ts";
import { createWorld, simpleConfig } from "../support/world.ts";
import type { World, WorldOptions } from "../support/world.ts";

const MINUTE_MS = 60_000;
// With characters that look different in addresses, in JSON and in base64.
const NOTION_TOKEN = "ntn_canary/Q+7=aB~notion";
const GITHUB_TOKEN = "canary/github+token=Zz9~x";
const NOTION_SECRETS = ["secret_canary/notion+new=1", "secret_canary/notion+old=2"];
const GITHUB_SECRETS = ["canary/github+hook=new", "canary/github+hook=old"];
const MARKER_KEY = "canary/marker+key=0123456789abcdef~";
const NO_PAGE = "00000000-0000-4000-8000-000000000001";
const HANDSHAKE = "secret_canary/handshake+0=3";

let vault: TestVault;
let world: World;
let output: ReturnType<typeof watchOutput>;
const answers: Seen[] = [];
let durableFile: string;

beforeAll(async () => {
  vault = await startTestVault();
});
afterAll(async () => vault.close());
afterEach(async () => {
  await world.close();
  output.end();
});

/** Sends back what it was sent, in every way in which a service or something in between could. */
type Echo = (token: string) => Response;
const json = (body: unknown, status: number, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers });
const ECHOES: readonly Echo[] = [
  (token) => json({ object: "error", code: "unauthorized", message: `Bad token ${token}` }, 401),
  (token) => json({ object: "error", code: token, message: token, request_id: token }, 403),
  (token) => json({ object: "error", code: "validation_error", message: `${token} is not a property that exists` }, 400),
  (token) => json({ message: `Not allowed for ${token}`, documentation_url: token }, 403),
  (token) => json({ errors: [{ type: "FORBIDDEN", path: [token], message: `Resource not accessible by ${token}` }] }, 200),
  (token) => json({ data: { [token]: null }, errors: [{ type: token, message: `Something about ${token}` }] }, 200),
  (token) => new Response(`<html>${token}</html>`, { status: 500, headers: { "content-type": "text/html", "x-echo": token } }),
  (token) => new Response(`{"data": "${token}`, { status: 200, headers: { "content-type": "application/json" } }),
  (token) => new Response(token, { status: 200, headers: { "content-type": "text/plain" } }),
  (token) => new Response(null, { status: 307, headers: { location: `https://elsewhere.example/?token=${token}` } }),
  (token) => json({ message: token }, 429, { "retry-after": "1" }),
  (token) => json({ message: token }, 502),
  (token) => {
    throw new TypeError(`fetch failed: ${token}`, { cause: Object.assign(new Error(token), { code: token }) });
  },
];

interface Started {
  /** Lets both services answer with their next echo, this many times. */
  readonly echo: (times: number) => void;
  /** Every bearer token that was sent. */
  readonly sent: ReadonlySet<string>;
}

async function start(environment: WorldOptions["environment"] = {}): Promise<Started> {
  output = watchOutput();
  answers.length = 0;
  durableFile = join(mkdtempSync(join(tmpdir(), "notion-sync-")), "host.db");
  const left: Record<string, number> = {};
  const place: Record<string, number> = {};
  const sent = new Set<string>();
  world = await createWorld({
    durableFile,
    inMemory: true,
    config: simpleConfig({ body: "toGithub" }),
    environment: { ...vault.settings, ...environment },
    onRequest: async (send, request) => {
      const token = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
      sent.add(token);
      const { host } = new URL(request.url);
      if ((left[host] ?? 0) === 0) return send();
      left[host] = (left[host] ?? 0) - 1;
      place[host] = (place[host] ?? 0) + 1;
      return (ECHOES[place[host] % ECHOES.length] ?? send)(token);
    },
  });
  const echo = (times: number): void => {
    for (const host of ["127.0.0.1:7081", "127.0.0.1:7082"]) left[host] = times;
  };
  return { sent, echo };
}

const places = (): readonly Seen[] => [
  ...world.log.map((entry) => ({ place: "the log", text: JSON.stringify(entry) })),
  ...(world.memory?.dump() ?? []).map((row) => ({ place: `the row ${row.rowKey}`, text: JSON.stringify(row) })),
  ...dumpDatabase(durableFile),
  ...output.seen,
  ...answers,
];

async function ask(path: string, init: RequestInit = {}): Promise<number> {
  const headers = { "x-functions-key": world.host().functionKey, ...(init.headers as Record<string, string> | undefined) };
  const response = await world.send(new Request(`http://app.test/api/${path}`, { ...init, headers }));
  answers.push({ place: `the answer of ${path}`, text: JSON.stringify([...response.headers]) + (await response.text()) });
  return response.status;
}

async function askEverything(): Promise<void> {
  for (const path of ["status", "status?list=failures", "status?list=waiting", "health", "nowhere", "plan/none"]) await ask(path);
  for (const path of ["links", "links?q=failed", "explain?url=acme/widgets%231", `explain?url=${NO_PAGE}`]) await ask(path);
  const commands = { sync: ['{"full":true}', "{not json"], plan: ["{}"], retry: ['{"all":true}'], apply: ['{"planId":"none"}'] };
  for (const [path, bodies] of Object.entries(commands)) for (const body of bodies) await ask(path, { method: "POST", body });
}

const fillVault = (): void => {
  vault.refill();
  vault.vault.set("notion-token", NOTION_TOKEN);
  vault.vault.set("github-token", GITHUB_TOKEN);
  vault.vault.set("notion-webhook-secrets", NOTION_SECRETS.join(","));
  vault.vault.set("github-webhook-secrets", GITHUB_SECRETS.join(","));
  vault.vault.set("marker-keys", MARKER_KEY);
};

/** Secrets of the app, and those by which it and its platform get at them. */
const canaries = (): readonly string[] => [
  NOTION_TOKEN,
  GITHUB_TOKEN,
  ...NOTION_SECRETS,
  ...GITHUB_SECRETS,
  MARKER_KEY,
  vault.identity.header,
  ...vault.identity.tokens(),
];

describe("canaries", () => {
  test("are found in any form, so that finding none means something", () => {
    fillVault();
    const secret = GITHUB_TOKEN;
    const written = [
      `x${secret}y`,
      encodeURIComponent(`a ${secret} b`),
      JSON.stringify({ secret }),
      ...["", "1", "22"].map((before) => Buffer.from(`${before}${secret} and more`).toString("base64")),
      Buffer.from(secret).toString("hex"),
    ];

    for (const text of written) expect(formsOf(secret).some((form) => text.includes(form))).toBe(true);
    output = watchOutput();
    world = { close: () => Promise.resolve() } as World;
  });

  test("are nowhere, whatever services and vault answer, even when they say the secret back", async () => {
    fillVault();
    const { echo, sent } = await start();
    const pageId = await world.person.createPage({ title: "Fine", status: "Ready" });
    await world.advance(2 * MINUTE_MS);
    for (let round = 0; round < 13; round += 1) {
      echo(1 + (round % 4));
      await world.person.setTitle(pageId, `Renamed ${round}`);
      await world.person.createPage({ title: `Amid echoes ${round}`, status: "Ready" });
      await world.advance(MINUTE_MS);
      await ask("status");
      answers.push({ place: "the page", text: await world.person.textOf(pageId, "Sync") });
      if (round % 6 === 0) await askEverything();
    }
    for (const trouble of [{ kind: "forbidden" }, { kind: "status", status: 500 }, { kind: "down" }] as const) {
      vault.vault.trouble(trouble);
      // What was read before is over in the first of these minutes.
      await world.advance((trouble.kind === "forbidden" ? 6 : 1) * MINUTE_MS);
      await askEverything();
    }
    fillVault();
    await world.advance(MINUTE_MS);
    for (const service of ["notion", "github"]) {
      for (const secret of [...NOTION_SECRETS, ...GITHUB_SECRETS]) {
        const headers = { "x-notion-signature": `sha256=${secret}`, "x-hub-signature-256": `sha256=${secret}` };
        await ask(`webhooks/${service}?secret=${encodeURIComponent(secret)}`, {
          method: "POST",
          body: `{"token":"${secret}"}`,
          headers,
        });
        await ask(`webhooks/${service}`, { method: "POST", body: secret, headers });
      }
    }
    await ask("handshake", { method: "POST" });
    await ask("webhooks/notion", { method: "POST", body: JSON.stringify({ verification_token: HANDSHAKE }) });
    await world.advance(10 * MINUTE_MS);
    await askEverything();

    expect(sent).toContain(NOTION_TOKEN);
    expect(sent).toContain(GITHUB_TOKEN);
    expect(answers.length).toBeGreaterThan(30);
    expect(world.log.length).toBeGreaterThan(30);
    expect(findHits(places(), [...canaries(), HANDSHAKE])).toEqual([]);
    // The one place where a secret is shown, once.
    expect((await world.call("GET", "handshake")).body).toMatchObject({ tokens: [{ token: HANDSHAKE }] });
  });

  test("of a GitHub App, its key in the vault and the tokens made by it, are nowhere either", async () => {
    fillVault();
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    vault.vault.set("github-app-private-key", privateKey);
    const { echo, sent } = await start({ GITHUB_APP_ID: "1001", GITHUB_APP_INSTALLATION_ID: "5001" });
    for (let round = 0; round < 13; round += 1) {
      await world.person.createPage({ title: `By an app ${round}`, status: "Ready" });
      echo(3);
      await world.advance(2 * MINUTE_MS);
    }
    vault.vault.set("github-app-private-key", privateKey.replace("MII", "canary"));
    await world.advance(70 * MINUTE_MS);
    await askEverything();

    const tokens = [...sent].filter((token) => token.startsWith("ghs_") || token.startsWith("ey"));
    const keyLines = privateKey.split("\n").filter((line) => line.length > 40);
    expect(tokens.length).toBeGreaterThan(3);
    expect(findHits(places(), [...canaries(), ...keyLines, ...tokens])).toEqual([]);
  });

  test("in words of errors that nobody foresaw are not in what is said or kept of them", async () => {
    fillVault();
    await start();
    await world.person.createPage({ title: "Fine", status: "Ready" });
    await world.advance(2 * MINUTE_MS);
    let thrown = 0;
    const fail = (operation: { readonly kind: string }): void => {
      // Ticks and webhooks read and list, activities write too.
      if (operation.kind === "ensure" || (thrown += 1) % 7 !== 0) return;
      throw new TypeError(`cannot send ${GITHUB_TOKEN}`, { cause: new Error(`with ${NOTION_TOKEN}`) });
    };
    if (world.memory) world.memory.hooks = { before: fail };
    for (let round = 0; round < 10; round += 1) {
      await world.person.createPage({ title: `Amid surprises ${round}`, status: "Ready" });
      await world.advance(MINUTE_MS);
      await askEverything();
    }

    expect(thrown).toBeGreaterThan(100);
    expect(world.log.some(({ message }) => message.includes("TypeError"))).toBe(true);
    expect(dumpDatabase(durableFile).some(({ text }) => text.includes("TypeError"))).toBe(true);
    expect(findHits(places(), canaries())).toEqual([]);
    if (world.memory) world.memory.hooks = {};
  });

  test("in settings that are wrong are not in what is said of them", async () => {
    await start({
      KEY_VAULT_URL: undefined,
      NOTION_TOKEN,
      GITHUB_TOKEN,
      MARKER_KEYS: "canary-short",
      NOTION_WEBHOOK_SECRETS: NOTION_SECRETS.join(","),
      GITHUB_APP_ID: GITHUB_TOKEN,
      GITHUB_APP_PRIVATE_KEY: MARKER_KEY,
      SYNC_STORAGE: `AccountKey=${MARKER_KEY}`,
      NOTION_BASE_URL: `https://user:${encodeURIComponent(NOTION_TOKEN)}@api.notion.com`,
      GITHUB_API_URL: `https://api.github.com/?token=${encodeURIComponent(GITHUB_TOKEN)}`,
    });
    await world.advance(2 * MINUTE_MS);
    await askEverything();

    expect(output.seen.map(({ text }) => text).join()).toContain("Notion Sync does not start");
    expect(answers.filter(({ text }) => text.includes("503")).length).toBeGreaterThan(5);
    expect(findHits(places(), [...canaries(), "canary-short"])).toEqual([]);
  });
});
