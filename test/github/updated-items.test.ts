import { describe, expect, onTestFinished, test } from "vitest";
import { ALL_PERMISSIONS } from "../../local/github-api/profiles.ts";
import { PRODUCT_TOKEN } from "../../local/github-api/seed.ts";
import { aPullRequest } from "./a-branch.ts";
import { createWorld, REPOSITORY, someIssues, START, type World, type WorldOptions } from "./world.ts";

const EARLIER = "2026-11-01T00:00:00Z";

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const DAY_MS = 86_400_000;

/** Makes one pull request and copies of it, so that there are `count`, each updated a second after the one before. */
async function somePullRequests(world: World, count: number): Promise<void> {
  const { store } = world.simulator;
  const first = await aPullRequest(world);
  for (let place = 0; place < count; place += 1) {
    const pullRequest = store.get("PullRequest", first.nodeId);
    const updatedAt = new Date(Date.parse(START) - DAY_MS + place * 1_000).toISOString().replace(".000", "");
    const databaseId = store.ids.bigId();
    const identity =
      place === 0
        ? {}
        : { id: store.ids.nodeId("PullRequest", databaseId), fullDatabaseId: String(databaseId), number: 100 + place };
    store.put({ ...pullRequest, ...identity, updatedAt });
  }
}

const list = (world: World, options: { since?: string; cursor?: string; pullRequests?: boolean } = {}) =>
  world.run(world.github.listUpdated(REPOSITORY, { since: EARLIER, pullRequests: true, ...options }));

/** Reads all pages; at most 10. */
async function listAll(world: World, options: { since?: string } = {}) {
  const pages = [];
  let cursor: string | null | undefined;
  while (cursor !== null && pages.length < 10) {
    const page = await list(world, { ...options, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page.items);
    cursor = page.nextCursor;
  }
  return pages;
}

describe("listUpdated with pull requests", () => {
  test("lists issues and pull requests in one request, newest first", async () => {
    const world = aWorld({ issues: someIssues(2) });
    const item = await aPullRequest(world);
    const before = world.pacer.acquired.length;

    const page = await list(world);

    expect(page).toMatchObject({ repositoryId: item.repositoryId, nextCursor: null });
    expect(page.items.map(({ kind, number }) => [kind, number])).toEqual([
      ["pullRequest", 3],
      ["issue", 2],
      ["issue", 1],
    ]);
    expect(page.items[0]).toEqual(item);
    expect(world.pacer.acquired.slice(before)).toEqual(["read"]);
    expect(world.counts()).toMatchObject({ "query ItemsUpdated": 1 });
  });

  test("leaves pull requests out unless they are asked for", async () => {
    const world = aWorld({ issues: someIssues(1) });
    await aPullRequest(world);

    expect((await list(world, { pullRequests: false })).items.map(({ kind }) => kind)).toEqual(["issue"]);
    expect(world.counts()).toMatchObject({ "query IssuesUpdated": 1 });
  });

  test("says since when a page shows everything: each list is in order by itself only", async () => {
    const world = aWorld({ issues: someIssues(2) });
    await somePullRequests(world, 60);

    const page = await list(world);

    const shown = page.items.filter(({ kind }) => kind === "pullRequest");
    expect(page.nextCursor).not.toBeNull();
    expect(page.reachedAt).toBe(shown.at(-1)?.updatedAt);
    expect(Date.parse(page.reachedAt ?? "")).toBeGreaterThan(Date.parse(page.items.at(-1)?.updatedAt ?? ""));
    expect(await list(world, { since: START })).not.toHaveProperty("reachedAt");
  });

  test("leaves out what was updated before, and keeps what was updated in that very second", async () => {
    const world = aWorld();
    await somePullRequests(world, 4);
    const since = new Date(Date.parse(START) - DAY_MS + 2_400).toISOString();

    const page = await list(world, { since });

    expect(page.items.map(({ number }) => number)).toEqual([103, 102]);
    expect(page.nextCursor).toBeNull();
  });

  test("reads each list to its end, and what has ended is not asked for again", async () => {
    const world = aWorld({ issues: someIssues(60) });
    await somePullRequests(world, 110);

    const pages = await listAll(world);

    const items = pages.flat();
    expect(pages.map(({ length }) => length)).toEqual([100, 60, 10]);
    expect(new Set(items.map(({ itemId }) => itemId)).size).toBe(170);
    for (const page of pages) {
      const times = page.map(({ updatedAt }) => updatedAt);
      expect(times).toEqual([...times].sort().reverse());
    }
  });

  test("stops at the watermark instead of reading all pull requests there are", async () => {
    const world = aWorld();
    await somePullRequests(world, 120);
    const since = new Date(Date.parse(START) - DAY_MS + 60_000).toISOString();

    expect((await listAll(world, { since })).map(({ length }) => length)).toEqual([50, 10]);
  });

  test("goes on from a cursor of issues only, and the other way round", async () => {
    const world = aWorld({ issues: someIssues(60) });
    await somePullRequests(world, 60);
    const issuesOnly = await list(world, { pullRequests: false });
    const both = await list(world);

    const thenBoth = await list(world, { cursor: issuesOnly.nextCursor ?? "" });
    const thenIssues = await list(world, { cursor: both.nextCursor ?? "", pullRequests: false });

    expect(thenBoth.items.filter(({ kind }) => kind === "issue")).toHaveLength(10);
    expect(thenBoth.items.filter(({ kind }) => kind === "pullRequest")).toHaveLength(50);
    expect(thenIssues.items).toHaveLength(10);
    expect(thenIssues.nextCursor).toBeNull();
  });

  test("asks for less when GitHub finds it too much", async () => {
    const world = aWorld({ issues: someIssues(30) });
    await somePullRequests(world, 30);
    const body = { errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits for this query exceeded." }] };
    world.simulator.setFaults([{ match: "query ItemsUpdated", kind: "status", status: 200, body }]);

    expect((await listAll(world)).map(({ length }) => length)).toEqual([50, 10]);
  });

  test.each(["issues", "pullRequests"])("fails when %s have a gap, so that no watermark moves over it", async (name) => {
    const world = aWorld({ issues: someIssues(1) });
    const empty = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] };
    const gap = { ...empty, nodes: [null] };
    const body = {
      data: { repository: { id: "R", issues: empty, pullRequests: empty, [name]: gap } },
      errors: [{ type: "FORBIDDEN", path: ["repository", name, "nodes", 0], message: "Resource not accessible" }],
    };
    world.simulator.setFaults([{ match: "query ItemsUpdated", kind: "status", status: 200, body }]);

    const error = await world.fail(world.github.listUpdated(REPOSITORY, { since: EARLIER, pullRequests: true }));
    expect(error).toMatchObject({ code: "forbidden", end: "failed" });
  });

  test.each([
    ["issues", "issues_forbidden", []],
    ["pull_requests", "pull_requests_forbidden", [1]],
  ] as const)("lists the rest when the token may not read %s, and says so", async (permission, code, numbers) => {
    const world = aWorld({ issues: someIssues(1) });
    const { [permission]: _missing, ...permissions } = ALL_PERMISSIONS;
    world.simulator.setKnobs({ profiles: { [PRODUCT_TOKEN]: { kind: "fineGrained", actor: "sync-bot", permissions } } });

    const page = await world.run(world.github.listUpdated(REPOSITORY, { since: EARLIER, pullRequests: true }));

    expect(page.items.map(({ number }) => number)).toEqual(numbers);
    expect(page.refused).toMatchObject({ code, end: "failed" });
    expect(page.nextCursor).toBeNull();
  });

  test("fails when the token may read neither issues nor pull requests", async () => {
    const world = aWorld({ issues: someIssues(1) });
    world.simulator.setKnobs({
      profiles: { [PRODUCT_TOKEN]: { kind: "fineGrained", actor: "sync-bot", permissions: { contents: "write" } } },
    });

    expect(await world.fail(world.github.listUpdated(REPOSITORY, { since: EARLIER, pullRequests: true }))).toMatchObject({
      code: "pull_requests_forbidden",
    });
  });

  test("fails when pull requests cannot be listed at all", async () => {
    const world = aWorld({ issues: someIssues(1) });
    const body = {
      data: { repository: { id: "R", issues: { pageInfo: { hasNextPage: false }, nodes: [] }, pullRequests: null } },
    };
    world.simulator.setFaults([{ match: "query ItemsUpdated", kind: "status", status: 200, body }]);

    const error = await world.fail(world.github.listUpdated(REPOSITORY, { since: EARLIER, pullRequests: true }));
    expect(error).toMatchObject({ code: "incomplete_result", end: "unknown" });
  });
});
