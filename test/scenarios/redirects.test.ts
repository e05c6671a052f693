import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createGithubAdapter } from "../../github/client.ts";
import { createAppAuth, createTokenAuth } from "../../github/auth.ts";
import { createNotionAdapter } from "../../notion/client.ts";
import { systemClock } from "../../system-clock.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
const { privateKey: PRIVATE_KEY } = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

/** What a listener was sent. */
interface Heard {
  readonly method: string;
  readonly headers: string;
  readonly body: string;
}

/** A server on a port of its own; `answer` decides by the path. */
async function listen(answer: (path: string) => { readonly status: number; readonly location?: string }) {
  const heard: Heard[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      heard.push({
        method: request.method ?? "",
        headers: JSON.stringify(request.rawHeaders),
        body: Buffer.concat(parts).toString(),
      });
      const { status, location } = answer(request.url ?? "");
      response.writeHead(status, { "content-type": "application/json", ...(location ? { location } : {}) }).end("{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    heard,
    close: () => new Promise<void>((done) => void server.close(() => done())),
  };
}

const pacer = { acquire: () => Promise.resolve(), block: () => Promise.resolve() };
const shared = { clock: systemClock, pacer, fetch: ((input, init) => fetch(input, init)) as typeof fetch };

describe("a redirect of a service", () => {
  let stranger: Awaited<ReturnType<typeof listen>>;
  let service: Awaited<ReturnType<typeof listen>>;
  let status = 307;
  beforeAll(async () => {
    stranger = await listen(() => ({ status: 200 }));
    service = await listen((path) => ({ status, location: `${stranger.url}${path}` }));
  });
  beforeEach(() => {
    stranger.heard.length = 0;
    service.heard.length = 0;
  });
  afterAll(async () => {
    await stranger.close();
    await service.close();
  });

  const notion = () =>
    createNotionAdapter({
      ...shared,
      baseUrl: service.url,
      token: () => Promise.resolve("ntn_canary"),
      onUnauthorized: () => undefined,
    });
  const github = () =>
    createGithubAdapter({
      ...shared,
      apiUrl: service.url,
      auth: createTokenAuth({ token: () => Promise.resolve("ghp_canary"), onUnauthorized: () => undefined }),
    });
  const app = () =>
    createAppAuth({
      ...shared,
      appId: "1001",
      installationId: "5001",
      privateKey: () => Promise.resolve(PRIVATE_KEY),
      onUnauthorized: () => undefined,
      apiUrl: service.url,
    });
  const issue = { repositoryId: "R", title: "Secret plans", body: "" };

  test.each([301, 302, 303, 307, 308])(
    "of status %i is not followed: no token and no text goes to another origin",
    async (given) => {
      status = given;

      const ends = await Promise.allSettled([
        notion().readPage("1f0de70a-0000-4000-8000-0000000050c5"),
        notion().updatePage("1f0de70a-0000-4000-8000-0000000050c5", {}),
        github().readViewer(),
        github().createIssue(issue, { deadlineAtMs: Date.now() + 10_000 }),
        app().token(),
      ]);

      expect(
        ends.map((end) => (end.status === "rejected" ? (end.reason as { readonly code?: string }).code : end.status)),
      ).toEqual(Array.from({ length: 5 }, () => "redirected"));
      expect(service.heard).toHaveLength(5);
      expect(service.heard.every(({ headers }) => /canary|bearer eyJ/.test(headers))).toBe(true);
      expect(stranger.heard).toEqual([]);
    },
  );
});

describe("the whole app, redirected by both services", () => {
  let world: World;
  afterEach(async () => world.close());

  test("asks nobody else, says so in status, and goes on when it is over", async () => {
    let redirecting = false;
    const asked = new Set<string>();
    world = await createWorld({
      onRequest: async (send, request) => {
        asked.add(new URL(request.url).host);
        const headers = { location: "https://elsewhere.example/" };
        return redirecting ? new Response(null, { status: 308, headers }) : send();
      },
    });
    await world.settled();
    redirecting = true;
    await world.person.createPage({ title: "Meanwhile", status: "Ready" });
    await world.advance(5 * MINUTE_MS);

    const { body } = await world.call("GET", "status");
    expect((body as { readonly access: readonly object[] }).access).toMatchObject([
      { service: "github", code: "redirected" },
      { service: "notion", code: "redirected" },
    ]);
    redirecting = false;
    await world.advance(2 * MINUTE_MS);

    expect(await world.person.issuesTitled("Meanwhile")).toHaveLength(1);
    expect([...asked].sort()).toEqual(["127.0.0.1:7081", "127.0.0.1:7082"]);
  });
});
