import { createHmac } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createSent } from "../support/sent.ts";
import { GITHUB_SECRET, NOTION_SECRET, createWorld, simpleConfig } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;

let world: World;
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

const sent = createSent(() => world.now());

const SERVICES = {
  notion: { header: "x-notion-signature", secret: NOTION_SECRET, maxBytes: 1024 * 1024 },
  github: { header: "x-hub-signature-256", secret: GITHUB_SECRET, maxBytes: 25 * 1024 * 1024 },
} as const;
type Service = keyof typeof SERVICES;

async function deliver(service: Service, body: string, secret: string = SERVICES[service].secret): Promise<Response> {
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const headers = {
    [SERVICES[service].header]: signature,
    "x-github-event": "issues",
    "x-github-delivery": "d1",
    "content-length": String(Buffer.byteLength(body)),
  };
  return world.host().fetch(new Request(`http://app.test/api/webhooks/${service}`, { method: "POST", body, headers }));
}

function logged(text: RegExp): boolean {
  return world.log.some(({ message }) => text.test(message));
}

describe.each(["notion", "github"] as const)("a delivery of %s", (service) => {
  test("with a signature of another secret is 401", async () => {
    world = await createWorld();
    const response = await deliver(service, JSON.stringify({ type: "page.created", action: "opened" }), "another secret");

    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  test.each(["{not json", "[]", "7", ""])("that is malformed (%j) is 400", async (body) => {
    world = await createWorld();
    expect((await deliver(service, body)).status).toBe(400);
  });

  test("that is too large is 413, whatever its signature", async () => {
    world = await createWorld();
    expect((await deliver(service, "x".repeat(SERVICES[service].maxBytes + 1))).status).toBe(413);
  });

  test("is acknowledged before anything is asked of Notion or GitHub", async () => {
    world = await createWorld({ onRequest: sent.onRequest });
    const pageId = await world.person.createPage({ title: "Told", status: "Ready" });
    await world.advance(2 * MINUTE_MS);
    await world.settled();
    await world.person.setTitle(pageId, "Told again");
    const [issue] = await world.person.issuesTitled("Told");
    await world.person.github(`mutation($id: ID!) { closeIssue(input: { issueId: $id }) { issue { id } } }`, {
      id: issue?.id ?? "",
    });
    await world.until(() => world.deliveries.some(({ url }) => url.endsWith(service)), MINUTE_MS);
    const delivery = world.deliveries.findLast(({ url }) => url.endsWith(service))?.clone();
    await world.settled();
    sent.clear();

    let askedBefore: number | undefined;
    const answered = world
      .host()
      .fetch(delivery ?? new Request("http://app.test"))
      .then((response) => {
        askedBefore = sent.list().length;
        return response.status;
      });

    expect(await answered).toBe(202);
    expect(askedBefore).toBe(0);
  });
});

describe("a delivery about a page that is not mapped", () => {
  test("is ignored, and the log says why", async () => {
    world = await createWorld();
    const body = {
      id: "0e000000-0000-4000-8000-000000000001",
      timestamp: "2026-11-25T09:00:00.000Z",
      workspace_id: "3a5b0000-0000-4000-8000-00000000beef",
      subscription_id: "50b50000-0000-4000-8000-000000000001",
      integration_id: "1a7e0000-0000-4000-8000-000000000001",
      type: "page.properties_updated",
      authors: [{ id: "ada00000-0000-4000-8000-000000000001", type: "person" }],
      attempt_number: 1,
      entity: { id: "0abc0000-0000-4000-8000-000000000009", type: "page" },
      data: {
        parent: {
          id: "0abc0000-0000-4000-8000-00000000000d",
          type: "database",
          data_source_id: "0abc0000-0000-4000-8000-00000000000e",
        },
      },
    };

    expect((await deliver("notion", JSON.stringify(body))).status).toBe(202);
    expect(logged(/"ignored","reason":"unmapped"/)).toBe(true);
    expect((world.memory?.dump() ?? []).filter(({ rowKey }) => rowKey.startsWith("change"))).toEqual([]);
  });
});

describe("a bad mapping file", () => {
  test("is told whole at start, and health and all routes are 503", async () => {
    const config = simpleConfig({ name: "", github: { repository: "no-slash" }, fields: [{ notion: "Name", github: "colour" }] });
    const consoleError = vi.spyOn(console, "error").mockReturnValue();
    world = await createWorld({ config, timers: false });
    const told: string[] = [];
    for (const path of ["health", "status"]) {
      const { status, body } = await world.call("GET", path);
      expect(status).toBe(503);
      told.push(JSON.stringify(body));
    }
    expect((await deliver("notion", "{}")).status).toBe(503);

    const log = consoleError.mock.calls.flat().join("\n");
    for (const path of ["[0].name", "[0].github.repository", "[0].fields[0].github"]) expect(log).toContain(path);
    // The answer gives no details away.
    expect(told.join()).not.toContain("no-slash");
  });
});

describe("a page that does not fit its mapping", () => {
  test.each([
    ["a property of another type", simpleConfig({ fields: [{ notion: "Estimate", github: "title" }] }), /Estimate/],
    ["a property that is missing", simpleConfig({ fields: [{ notion: "Nome", github: "title" }] }), /Nome/],
    [
      "a status that is not listed",
      simpleConfig({ status: { property: "Status", values: { Backlog: { item: "none" }, "In Progress": { item: "open" } } } }),
      /Ready/,
    ],
  ])("%s is failed with the remedy in status and on the page, and makes nothing", async (_, config, named) => {
    world = await createWorld({ config });
    const before = (await world.person.issues()).length;
    const pageId = await world.person.createPage({ title: "Does not fit", status: "Ready" });
    await world.advance(2 * MINUTE_MS);
    await world.settled();

    const { body } = await world.call("GET", "status");
    const { failures } = body as { failures: readonly { pageId: string; status: string; reason: string; remedy: string }[] };
    const mine = failures.find((failure) => failure.pageId === pageId);
    expect(mine).toMatchObject({ status: "failed", remedy: expect.stringMatching(/\w{3}/) as string });
    expect(mine?.reason).toMatch(named);
    expect(await world.person.textOf(pageId, "Sync")).toMatch(named);
    expect(await world.person.issues()).toHaveLength(before);
  });
});

describe("POST /api/sync", () => {
  test.each([
    ["{not json", 400],
    ["[]", 400],
    [{ mapping: 7 }, 400],
    [{ pageIds: ["not an id"] }, 400],
    [{ pageIds: "1f0de70a-0000-4000-8000-0000000050c5" }, 400],
    [{ full: "yes" }, 400],
    [{ ful: true }, 400],
    [{ mapping: "nobody" }, 404],
    [{ confirm: "no-such-hold" }, 404],
    ["x".repeat(64 * 1024 + 1), 413],
    [{}, 202],
  ])("%j is answered with %d", async (command, status) => {
    world = await createWorld();
    const answer = await world.call("POST", "sync", command);

    expect(answer.status).toBe(status);
    if (status >= 400) expect(answer.body).toMatchObject({ status, detail: expect.stringMatching(/\w{3}/) as string });
  });
});

describe("the handshake", () => {
  const TOKEN = "secret_0123456789abcdefghijklmnop";
  const offer = async (token: string): Promise<number> =>
    (
      await world.host().fetch(
        new Request("http://app.test/api/webhooks/notion", {
          method: "POST",
          body: JSON.stringify({ verification_token: token }),
        }),
      )
    ).status;
  const shown = async (): Promise<unknown> => ((await world.call("GET", "handshake")).body as { tokens: unknown }).tokens;

  test("keeps a token only while one is awaited, shows it once, and it signs nothing by itself", async () => {
    world = await createWorld({ timers: false });
    expect(await offer(TOKEN)).toBe(200);
    expect(await shown()).toEqual([]);

    await world.call("POST", "handshake");
    for (const end of ["1", "2", "3", "4"]) expect(await offer(`${TOKEN}${end}`)).toBe(200);
    expect((await deliver("notion", "{}", `${TOKEN}4`)).status).toBe(401);
    expect(await shown()).toMatchObject([{ token: `${TOKEN}4` }, { token: `${TOKEN}3` }, { token: `${TOKEN}2` }]);
    expect(await shown()).toEqual([]);

    await world.advance(31 * MINUTE_MS);
    expect(await offer(TOKEN)).toBe(200);
    expect(await shown()).toEqual([]);
  });
});

describe("the fifty-first creation within an hour", () => {
  test("is held with all after it, shown as one hold, and made once a person confirms", async () => {
    world = await createWorld();
    for (let index = 0; index < 53; index += 1) await world.person.createPage({ title: `Many ${index}`, status: "Ready" });
    await world.advance(40 * MINUTE_MS);
    const made = (): number =>
      world.github.store.nodes().filter((node) => node.__typename === "Issue" && node.title.startsWith("Many")).length;
    expect(made()).toBe(50);
    const { holds } = (await world.call("GET", "status")).body as { holds: readonly { id: string; count: number }[] };
    expect(holds).toMatchObject([{ count: 3, remedy: expect.stringContaining("confirm") as string }]);
    await world.advance(2 * 60 * MINUTE_MS);
    expect(made()).toBe(50);

    expect((await world.call("POST", "sync", { confirm: holds[0]?.id })).status).toBe(202);
    await world.advance(10 * MINUTE_MS);
    expect(made()).toBe(53);
    expect((await world.call("GET", "status")).body).toMatchObject({ holds: [] });
  });
});
