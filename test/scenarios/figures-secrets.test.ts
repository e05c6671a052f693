import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Fault } from "../../local/simulator/contract.ts";
import { dumpDatabase, findHits } from "../support/canaries.ts";
import type { Seen } from "../support/canaries.ts";
import { GITHUB_SECRET, MARKER_KEY, NOTION_SECRET, createWorld } from "../support/world.ts";
import type { World, WorldOptions } from "../support/world.ts";

const NOTION_TOKEN = "ntn_demo_product";
const GITHUB_TOKEN = "ghp_demo_product";
const HANDSHAKE_TOKEN = "secret_handshake_0123456789abcdef";
const MINUTE_MS = 60_000;

let world: World;
afterEach(async () => world.close());

/** Everything that anybody could read later. */
interface Watched {
  readonly answers: Seen[];
  readonly places: () => readonly Seen[];
}

async function start(options: WorldOptions = {}): Promise<Watched> {
  const durableFile = join(mkdtempSync(join(tmpdir(), "notion-sync-")), "host.db");
  world = await createWorld({ ...options, durableFile });
  const answers: Seen[] = [];
  const places = (): readonly Seen[] => [
    ...world.log.map((entry) => ({ place: "the log", text: JSON.stringify(entry) })),
    ...(world.memory?.dump() ?? []).map((row) => ({ place: `the row ${row.rowKey}`, text: JSON.stringify(row) })),
    ...dumpDatabase(durableFile),
    { place: "Notion's journal", text: JSON.stringify(world.notion.journal()) },
    { place: "GitHub's journal", text: JSON.stringify(world.github.journal()) },
    ...answers,
  ];
  return { answers, places };
}

async function ask({ answers }: Watched, path: string, init: RequestInit): Promise<number> {
  const response = await world.host().fetch(new Request(`http://app.test/api/${path}`, init));
  answers.push({ place: `the answer of ${path}`, text: JSON.stringify([...response.headers]) + (await response.text()) });
  return response.status;
}

const FAULTS: readonly Fault[] = [
  { match: "/v1/", kind: "status", status: 401, times: 2 },
  { match: "/v1/", kind: "status", status: 403, times: 2 },
  { match: "/v1/", kind: "status", status: 500, times: 2 },
  { match: "/v1/", kind: "hang", times: 1 },
  { match: "/v1/", kind: "dropAfterEffect", times: 1 },
];

const githubFaults: readonly Fault[] = FAULTS.flatMap((fault) => [
  { ...fault, match: "query" },
  { ...fault, match: "mutation" },
]);

describe("secrets", () => {
  test("are nowhere in logs, tables, histories, journals and answers, whatever goes wrong", async () => {
    const watched = await start();
    const secrets = [NOTION_TOKEN, GITHUB_TOKEN, NOTION_SECRET, GITHUB_SECRET, MARKER_KEY, world.host().functionKey];
    const pageId = await world.person.createPage({ title: "Fine", status: "Ready" });
    await world.advance(2 * MINUTE_MS);
    world.notion.setFaults(FAULTS);
    world.github.setFaults(githubFaults);
    for (let index = 0; index < 8; index += 1) {
      await world.person.createPage({ title: `Amid faults ${index}`, status: "Ready" }).catch(() => undefined);
      await world.person.setTitle(pageId, `Renamed ${index}`).catch(() => undefined);
      await world.advance(2 * MINUTE_MS);
    }
    const key = { "x-functions-key": world.host().functionKey };
    for (const service of ["notion", "github"]) {
      const path = `webhooks/${service}`;
      expect(await ask(watched, path, { method: "POST", body: "{}", headers: { "x-notion-signature": "sha256=00" } })).toBe(401);
      await ask(watched, path, { method: "POST", body: "{not json" });
    }
    await ask(watched, "webhooks/notion", { method: "POST", body: JSON.stringify({ verification_token: HANDSHAKE_TOKEN }) });
    await ask(watched, "handshake", { method: "POST", headers: key });
    await ask(watched, "webhooks/notion", { method: "POST", body: JSON.stringify({ verification_token: HANDSHAKE_TOKEN }) });
    await ask(watched, "sync", { method: "POST", headers: key, body: "{not json" });
    const explained = [`explain?url=${pageId}`, "explain?url=acme/widgets%231", "explain?url=nothing", "links"];
    for (const path of ["status", "health", "status?list=failures", "status?list=none", "nowhere", ...explained]) {
      await ask(watched, path, { headers: key });
    }
    const beforeShown = watched.places();
    await world.advance(30 * MINUTE_MS);

    expect(beforeShown.some(({ place }) => place.startsWith("the durable table"))).toBe(true);
    expect(world.log.length).toBeGreaterThan(10);
    expect(findHits([...beforeShown, ...watched.places()], [...secrets, HANDSHAKE_TOKEN])).toEqual([]);
    // Only here, and only once, a token of the handshake is shown.
    expect((await world.call("GET", "handshake")).body).toMatchObject({ tokens: [{ token: HANDSHAKE_TOKEN }] });
    expect((await world.call("GET", "handshake")).body).toMatchObject({ tokens: [] });
  });

  test("a GitHub App's key and the tokens made by it are nowhere, also when GitHub refuses them", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const tokens = new Set<string>();
    const watched = await start({
      environment: {
        GITHUB_TOKEN: undefined,
        GITHUB_APP_ID: "1001",
        GITHUB_APP_INSTALLATION_ID: "5001",
        GITHUB_APP_PRIVATE_KEY: privateKey,
      },
      onRequest: async (send, request) => {
        tokens.add((request.headers.get("authorization") ?? "none").split(" ").at(-1) ?? "");
        return send();
      },
    });
    world.github.setFaults([
      { match: "access_tokens", kind: "status", status: 401, times: 2 },
      { match: "access_tokens", kind: "status", status: 500, times: 1 },
      { match: "query", kind: "status", status: 401, times: 2, skip: 3 },
    ]);
    await world.person.createPage({ title: "By an app", status: "Ready" });
    await world.advance(20 * MINUTE_MS);

    const keyLines = privateKey.split("\n").filter((line) => line.length > 40);
    expect(tokens.size).toBeGreaterThan(2);
    expect(findHits(watched.places(), [...keyLines, ...tokens])).toEqual([]);
  });
});
