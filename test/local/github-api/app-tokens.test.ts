import { createAppAuth } from "@octokit/auth-app";
import { request } from "@octokit/request";
import { generateKeyPairSync } from "node:crypto";
import signJwt from "universal-github-app-jwt";
import { describe, expect, test } from "vitest";
import { ALL_PERMISSIONS } from "../../../local/github-api/profiles.ts";
import { aSimulator, createIssue } from "./a-simulator.ts";

const aKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
const { privateKey, publicKey } = aKey();

/** The simulator with a registered app, and how a client with the app's key asks it for a token. */
function anApp() {
  const setup = aSimulator();
  setup.simulator.setKnobs({ app: { appId: 1001, publicKey } });
  const nowS = (): number => Math.floor(setup.clock.now() / 1_000);
  const ask = async (jwt: string, installationId = 5001) => {
    const response = await setup.simulator.fetch(
      new Request(`https://api.github.test/app/installations/${installationId}/access_tokens`, {
        method: "POST",
        headers: { authorization: `bearer ${jwt}` },
      }),
    );
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };
  const jwt = async (options: { id?: number; privateKey?: string; now?: number } = {}) =>
    (await signJwt({ id: 1001, privateKey, now: nowS(), ...options })).token;
  return { ...setup, askToken: ask, jwt, nowS };
}

describe("a token of an installation", () => {
  test("is given to who signs with the app's key, says what it may do, and ends after an hour", async () => {
    const setup = anApp();
    const { status, body } = await setup.askToken(await setup.jwt());
    const token = String(body["token"]);

    expect(status).toBe(201);
    expect(body).toMatchObject({ permissions: { issues: "write", metadata: "read" }, repository_selection: "all" });
    expect(token).toMatch(/^ghs_/);
    await createIssue(setup, {}, token);
    await setup.clock.advance(3_600_000);
    await expect(setup.read("{ viewer { login } }", {}, token)).rejects.toMatchObject({ status: 401 });
  });

  test.each([
    { what: "another key", with: { privateKey: aKey().privateKey }, status: 401, message: "could not be decoded" },
    { what: "another app's id", with: { id: 1002 }, status: 404, message: "Integration not found" },
    { what: "a time that is over", with: { now: -3_600 }, status: 401, message: "'exp'" },
    { what: "a time to come", with: { now: 3_600 }, status: 401, message: "'iat'" },
  ])("is not given for $what", async ({ with: options, status, message }) => {
    const { askToken, jwt, nowS } = anApp();
    const now = "now" in options ? { now: nowS() + (options.now ?? 0) } : {};

    const answer = await askToken(await jwt({ ...options, ...now }));

    expect(answer.status).toBe(status);
    expect(answer.body["message"]).toContain(message);
  });

  test("is not given for what is no token at all, nor for an installation that is not there", async () => {
    const { askToken, jwt } = anApp();

    expect(await askToken("a.j.w")).toMatchObject({ status: 401 });
    expect(await askToken(await jwt(), 5002)).toMatchObject({ status: 404, body: { message: "Not Found" } });
  });

  test("is neither given nor good while the installation is suspended", async () => {
    const setup = anApp();
    const token = String((await setup.askToken(await setup.jwt())).body["token"]);
    setup.simulator.setKnobs({ installation: { permissions: ALL_PERMISSIONS, suspended: true } });

    expect(await setup.askToken(await setup.jwt())).toMatchObject({
      status: 403,
      body: { message: "This installation has been suspended" },
    });
    await expect(setup.read("{ viewer { login } }", {}, token)).rejects.toMatchObject({ status: 403 });
  });

  test("keeps the permissions that it was made with", async () => {
    const setup = anApp();
    setup.simulator.setKnobs({ installation: { permissions: { issues: "read" }, suspended: false } });
    const token = String((await setup.askToken(await setup.jwt())).body["token"]);
    setup.simulator.setKnobs({ installation: { permissions: ALL_PERMISSIONS, suspended: false } });
    const later = String((await setup.askToken(await setup.jwt())).body["token"]);

    await expect(createIssue(setup, {}, token)).rejects.toThrow(/not accessible by integration/);
    await createIssue(setup, {}, later);
  });

  test("is what GitHub's own package for apps gets", async () => {
    const { simulator } = anApp();
    simulator.setKnobs({ app: undefined }); // the package asks the machine for the time
    const auth = createAppAuth({
      appId: 1001,
      privateKey,
      installationId: 5001,
      request: request.defaults({
        request: { fetch: (url: string, init: RequestInit) => simulator.fetch(new Request(url, init)) },
      }),
    });

    expect(await auth({ type: "installation" })).toMatchObject({ type: "token", permissions: { contents: "write" } });
  });
});

describe("a fine-grained token", () => {
  const READ = `query ($issue: ID!) { node(id: $issue) { id } repository(owner: "acme", name: "widgets") { id
    ISSUES: issues(first: 1) { totalCount } PULLS: pullRequests(first: 1) { totalCount } REF: ref(qualifiedName: "main") { name } } }`;

  test.each([
    ["issues", [["node"], ["repository", "ISSUES"]]],
    ["pull_requests", [["repository", "PULLS"]]],
    ["contents", [["repository", "REF"]]],
  ] as const)("without %s reads nothing that hangs on it", async (permission, paths) => {
    const setup = aSimulator();
    const { [permission]: _missing, ...permissions } = ALL_PERMISSIONS;
    setup.simulator.setKnobs({ profiles: { probe: { kind: "fineGrained", actor: "ada", permissions } } });
    const issue = setup.simulator.store.findByNumber("Issue", setup.repositoryId, 1)?.id;

    const { errors } = await setup.ask(READ, { issue }, "probe");

    expect(errors.map(({ path }) => path)).toEqual(paths);
    expect(errors[0]).toMatchObject({ type: "FORBIDDEN", message: "Resource not accessible by personal access token" });
  });

  test("that is not for a repository does not find it", async () => {
    const setup = aSimulator();
    const profile = { kind: "fineGrained", actor: "ada", permissions: ALL_PERMISSIONS, withoutRepository: true } as const;
    setup.simulator.setKnobs({ profiles: { probe: profile } });
    const issue = setup.simulator.store.findByNumber("Issue", setup.repositoryId, 1)?.id;

    const { errors } = await setup.ask(READ, { issue }, "probe");

    expect(errors.map(({ type }) => type)).toEqual(["NOT_FOUND", "NOT_FOUND"]);
  });
});
