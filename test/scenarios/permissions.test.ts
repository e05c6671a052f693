import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { ALL_PERMISSIONS } from "../../local/github-api/profiles.ts";
import type { AppPermission, Permissions, Profile } from "../../local/github-api/profiles.ts";
import { PRODUCT_TOKEN } from "../../local/github-api/seed.ts";
import { pullOf, pushBranch, richText } from "../support/branches.ts";
import { fullConfig } from "../support/full-config.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
/** The longest that a failed pair waits for its next try, and a tick. */
const LONGEST_WAIT = 62; // minutes

let world: World;
afterEach(async () => world.close());

const tokenWith = (permissions: Permissions, more: Partial<Profile> = {}): void =>
  world.github.setKnobs({
    profiles: { [PRODUCT_TOKEN]: { kind: "fineGrained", actor: "sync-bot", permissions, ...more } as Profile },
  });

function without(permission: AppPermission, left?: "read"): Permissions {
  const { [permission]: _missing, ...others } = ALL_PERMISSIONS;
  return left === undefined ? others : { ...others, [permission]: left };
}

interface Shown {
  readonly service: string;
  readonly about: string;
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}
interface Status {
  readonly access: readonly Shown[];
  readonly failures: readonly (Shown & { readonly pageId: string })[];
}
const readStatus = async (): Promise<Status> => (await world.call("GET", "status")).body as Status;
const stateOf = async (title: string): Promise<string> =>
  (await world.person.issuesTitled(title)).map(({ state }) => state).join();
const pullState = async (branch: string): Promise<string> =>
  pullOf(world, branch).then(
    ({ state }) => state,
    () => "",
  );

/** A page that becomes an issue, and one whose branch becomes a pull request and is then merged. */
async function workOnBoth(): Promise<void> {
  await pushBranch(world, "topic");
  await world.person.createPage({ title: "An issue", status: "Ready" });
  const branched = await world.person.createPage({ title: "A pull", status: "Backlog" });
  await world.person.setPage(branched, { Branch: richText("topic"), Status: { status: { name: "In Progress" } } });
  await world.advance(10 * MINUTE_MS);
  // Without a pull request there is nothing that the status could merge.
  if ((await pullState("topic")) !== "") await world.person.setStatus(branched, "Done");
  await world.advance(20 * MINUTE_MS);
}

/** Waits until status has nothing to say any more. */
async function untilHealed(): Promise<void> {
  for (let minute = 0; minute < LONGEST_WAIT; minute += 1) {
    await world.advance(MINUTE_MS);
    const { access, failures } = await readStatus();
    if (access.length === 0 && failures.length === 0) return;
  }
  expect(await readStatus()).toMatchObject({ access: [], failures: [] });
}

interface Row {
  readonly permission: AppPermission;
  readonly left?: "read";
  readonly code: string;
  readonly remedy: string;
  /** What there is on GitHub meanwhile: the state of the issue, of the pull request, `""` for none. */
  readonly meanwhile: readonly [string, string];
}

const ROWS: readonly Row[] = [
  { permission: "issues", code: "issues_forbidden", remedy: "permission Issues (read and write)", meanwhile: ["", "MERGED"] },
  {
    permission: "issues",
    left: "read",
    code: "issues_forbidden",
    remedy: "permission Issues (read and write)",
    meanwhile: ["", "MERGED"],
  },
  {
    permission: "pull_requests",
    code: "pull_requests_forbidden",
    remedy: "permission Pull requests (read and write)",
    meanwhile: ["OPEN", ""],
  },
  {
    permission: "pull_requests",
    left: "read",
    code: "pull_requests_forbidden",
    remedy: "permission Pull requests (read and write)",
    meanwhile: ["OPEN", ""],
  },
  { permission: "contents", code: "contents_forbidden", remedy: "permission Contents (read and write)", meanwhile: ["OPEN", ""] },
  { permission: "contents", left: "read", code: "merge_forbidden", remedy: "Contents: write", meanwhile: ["OPEN", "OPEN"] },
  {
    permission: "organization_projects",
    code: "project_unreachable",
    remedy: "permission Projects (read and write)",
    meanwhile: ["OPEN", "MERGED"],
  },
  {
    permission: "organization_projects",
    left: "read",
    code: "project_forbidden",
    remedy: "permission Projects (read and write)",
    meanwhile: ["OPEN", "MERGED"],
  },
];

describe("a fine-grained token", () => {
  test.each(ROWS)(
    "without $permission (left: $left): status names the permission, the rest goes on, and it heals when the permission is given",
    async ({ permission, left, code, remedy, meanwhile }) => {
      world = await createWorld({ config: fullConfig() });
      await world.settled();
      tokenWith(without(permission, left));

      await workOnBoth();

      const { access, failures } = await readStatus();
      expect(access.map((fault) => fault.code)).toContain(code);
      expect(access.find((fault) => fault.code === code)?.remedy).toContain(remedy);
      expect(failures.map((failure) => failure.code)).toContain(code);
      expect([await stateOf("An issue"), await pullState("topic")]).toEqual(meanwhile);

      tokenWith(ALL_PERMISSIONS);
      await untilHealed();

      expect(await stateOf("An issue")).toBe("OPEN");
    },
  );

  test("that may not read pull requests still brings what happens to issues, and later what happened to pull requests", async () => {
    world = await createWorld({ config: fullConfig(), webhooks: false });
    await pushBranch(world, "topic");
    const plain = await world.person.createPage({ title: "An issue", status: "Ready" });
    const branched = await world.person.createPage({ title: "A pull", status: "Backlog" });
    await world.person.setPage(branched, { Branch: richText("topic"), Status: { status: { name: "In Progress" } } });
    await world.advance(10 * MINUTE_MS);
    const [issue] = await world.person.issuesTitled("An issue");
    const pull = await pullOf(world, "topic");
    tokenWith(without("pull_requests"));
    await world.advance(5 * MINUTE_MS);

    const close = (kind: "Issue" | "PullRequest", id: string) =>
      world.person.github(
        `mutation($id: ID!) { close${kind}(input: { ${kind === "Issue" ? "issueId" : "pullRequestId"}: $id }) { clientMutationId } }`,
        { id },
      );
    await close("Issue", issue?.id ?? "");
    await close("PullRequest", pull.id);
    await world.advance(30 * MINUTE_MS);
    expect(await world.person.textOf(plain, "Status")).toBe("Done");
    expect(await world.person.textOf(branched, "Status")).toBe("In Progress");

    tokenWith(ALL_PERMISSIONS);
    await world.advance(5 * MINUTE_MS);

    expect(await world.person.textOf(branched, "Status")).toBe("Won't do");
    expect((await readStatus()).access).toEqual([]);
  });

  test("whose write to the project is refused tries it again ever more rarely", async () => {
    world = await createWorld({ config: fullConfig() });
    await world.settled();
    tokenWith(without("organization_projects", "read"));
    await world.person.createPage({ title: "An issue", status: "Ready" });
    await world.advance(30 * MINUTE_MS);

    // At 0, 1, 3, 7 and 15 minutes, and once more when the webhook tells of the issue.
    expect(world.github.journal().byKind["mutation addProjectV2ItemById"]).toBeLessThanOrEqual(6);
  });

  test("that is not for the repository: status names it, and all is done once it is", async () => {
    world = await createWorld({ config: fullConfig() });
    await world.settled();
    tokenWith(ALL_PERMISSIONS, { withoutRepository: true });
    await world.person.createPage({ title: "An issue", status: "Ready" });
    await world.advance(10 * MINUTE_MS);

    expect((await readStatus()).access).toContainEqual(
      expect.objectContaining({ service: "github", about: "acme/widgets", code: "not_found" }),
    );
    tokenWith(ALL_PERMISSIONS);
    await world.advance(2 * MINUTE_MS);

    expect(await stateOf("An issue")).toBe("OPEN");
    expect(await readStatus()).toMatchObject({ access: [], failures: [] });
  });

  test("that is over: status says so, nothing is lost, and a minute after it is prolonged all is done", async () => {
    world = await createWorld({ config: fullConfig() });
    await world.settled();
    tokenWith(ALL_PERMISSIONS, { expiresAt: new Date(world.now()).toISOString() });
    await world.person.createPage({ title: "An issue", status: "Ready" });
    await world.advance(20 * MINUTE_MS);

    expect((await readStatus()).access).toMatchObject([{ about: "acme/widgets", code: "unauthorized" }]);
    tokenWith(ALL_PERMISSIONS);
    await world.advance(2 * MINUTE_MS);

    expect(await stateOf("An issue")).toBe("OPEN");
    expect(await readStatus()).toMatchObject({ access: [], failures: [] });
  });
});

describe("a GitHub App", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const app = { appId: 1001, publicKey };
  const start = async (environment: Readonly<Record<string, string>> = {}): Promise<void> => {
    world = await createWorld({
      config: fullConfig(),
      github: { app },
      environment: {
        GITHUB_TOKEN: undefined,
        GITHUB_APP_ID: "1001",
        GITHUB_APP_INSTALLATION_ID: "5001",
        GITHUB_APP_PRIVATE_KEY: privateKey,
        ...environment,
      },
    });
  };
  const installation = (permissions: Permissions, suspended = false): void =>
    world.github.setKnobs({ installation: { permissions, suspended } });

  test("shows itself by its key, and goes on past the hour that a token lives", async () => {
    await start();
    await world.person.createPage({ title: "An issue", status: "Ready" });
    await world.advance(130 * MINUTE_MS);
    await world.person.createPage({ title: "Hours later", status: "Ready" });
    await world.advance(2 * MINUTE_MS);

    expect([await stateOf("An issue"), await stateOf("Hours later")]).toEqual(["OPEN", "OPEN"]);
    expect(world.github.journal().byKind["POST /app/installations/{id}/access_tokens"]).toBe(3);
    expect(await readStatus()).toMatchObject({ access: [], failures: [] });
  });

  test("that was given a permission later does not wait for its token to end", async () => {
    await start();
    installation(without("issues", "read"));
    await world.person.createPage({ title: "An issue", status: "Ready" });
    await world.advance(3 * MINUTE_MS);
    expect((await readStatus()).access).toMatchObject([{ about: "engineering", code: "issues_forbidden" }]);

    installation(ALL_PERMISSIONS);
    await world.advance(10 * MINUTE_MS);

    expect(await stateOf("An issue")).toBe("OPEN");
    expect(await readStatus()).toMatchObject({ access: [], failures: [] });
  });

  test("whose installation is suspended is said to be so, and all is done once it is not", async () => {
    await start();
    await world.settled();
    installation(ALL_PERMISSIONS, true);
    await world.person.createPage({ title: "An issue", status: "Ready" });
    await world.advance(20 * MINUTE_MS);

    expect((await readStatus()).access).toMatchObject([{ about: "acme/widgets", code: "suspended" }]);
    installation(ALL_PERMISSIONS);
    await world.advance(2 * MINUTE_MS);

    expect(await stateOf("An issue")).toBe("OPEN");
    expect(await readStatus()).toMatchObject({ access: [], failures: [] });
  });

  test.each([
    { what: "another app's key", environment: { GITHUB_APP_ID: "1002" } },
    { what: "another installation", environment: { GITHUB_APP_INSTALLATION_ID: "5002" } },
  ])("with $what gets no token, and status says what to check", async ({ environment }) => {
    await start(environment);
    await world.advance(2 * MINUTE_MS);

    const { access } = await readStatus();
    expect(access).toMatchObject([{ service: "github", about: "acme/widgets", code: "token_unavailable" }]);
    expect(access[0]?.reason).toContain("its id, its installation id or its private key is wrong");
  });
});
