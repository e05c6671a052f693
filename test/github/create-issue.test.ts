import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import type { NewIssue } from "../../github/client.ts";
import { appendMarker, createMarkerSigner } from "../../github/marker.ts";
import { ServiceError } from "../../sync/error.ts";
import { createWorld, NARROW, READER, REPOSITORY, START, type World, type WorldOptions } from "./world.ts";

const MARKER = createMarkerSigner(["k".repeat(32)]).format("1f0c2a34-5b6d-4e7f-8091-a2b3c4d5e6f7");
const DEADLINE_MS = 12_000; // ms after the start

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const aNewIssue = (world: World, issue: Partial<NewIssue> = {}): NewIssue => ({
  repositoryId: world.simulator.store.findRepository("acme", "widgets")?.id ?? "",
  title: "Paint the widget",
  body: appendMarker("Private text of the page.", MARKER),
  ...issue,
});

const create = (world: World, issue: Partial<NewIssue> = {}) =>
  world.github.createIssue(aNewIssue(world, issue), { deadlineAtMs: Date.parse(START) + DEADLINE_MS });

const issuesOf = (world: World) => world.simulator.store.children("Issue", aNewIssue(world).repositoryId);

describe("createIssue", () => {
  test("makes the issue alone in its request, and gives it back as GitHub has it", async () => {
    const world = aWorld();

    const item = await world.run(create(world));

    expect(item).toMatchObject({
      kind: "issue",
      number: 1,
      repository: REPOSITORY,
      state: "open",
      marker: MARKER,
      fields: { title: "Paint the widget" },
      problems: [],
    });
    expect(issuesOf(world)).toMatchObject([{ id: item.nodeId, fullDatabaseId: item.itemId, body: aNewIssue(world).body }]);
    expect(world.counts()).toEqual({ "mutation createIssue": 1 });
    expect(world.pacer.acquired).toEqual(["create"]);
  });

  test("does not mind white space around the title", async () => {
    const world = aWorld();

    expect((await world.run(create(world, { title: "  Paint  " }))).problems).toEqual([]);
  });

  test("says what GitHub left out or changed", async () => {
    const world = aWorld();
    const issue = await world.run(create(world));
    const node = { __typename: "Issue", id: issue.nodeId, fullDatabaseId: issue.itemId, number: 1, url: issue.url };
    const times = { createdAt: issue.createdAt, updatedAt: issue.updatedAt };
    const empty = { totalCount: 0, nodes: [] };
    const shared = { repository: { id: "R", nameWithOwner: REPOSITORY }, labels: empty, assignedActors: empty, milestone: null };
    const answered = { ...node, ...times, ...shared, issueState: "OPEN", title: "Another", body: "" };
    const body = { data: { createIssue: { issue: answered } } };
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "status", status: 200, body }]);

    const item = await world.run(create(world));

    expect(item.problems.map(({ field, code }) => [field, code])).toEqual([
      ["title", "not_applied"],
      ["body", "not_applied"],
    ]);
  });

  test.each([502, 504, 500])("a status %i leaves open whether the issue exists", async (status) => {
    const world = aWorld();
    world.simulator.setFaults([
      { match: "mutation createIssue", kind: "status", status },
      { match: "mutation createIssue", kind: "dropAfterEffect", status },
    ]);

    expect(await world.fail(create(world))).toMatchObject({ code: "unavailable", end: "unknown", status });
    expect(issuesOf(world)).toHaveLength(0);
    expect(await world.fail(create(world))).toMatchObject({ code: "unavailable", end: "unknown", status });
    expect(issuesOf(world)).toHaveLength(1);
  });

  test("a cut connection leaves it open, and the list of new issues tells", async () => {
    const world = aWorld();
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "dropAfterEffect" }]);

    const error = await world.fail(create(world));
    const found = await world.run(world.github.listCreated(REPOSITORY, START));

    expect(error).toMatchObject({ code: "unavailable", end: "unknown", status: undefined });
    expect(found.map(({ marker }) => marker)).toEqual([MARKER]);
    expect(world.counts()).toEqual({ "mutation createIssue": 1, "query IssuesCreated": 1 });
  });

  test("an error that GitHub does not explain leaves it open", async () => {
    const world = aWorld();
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "partial", aliases: ["createIssue"] }]);

    expect(await world.fail(create(world))).toMatchObject({ code: "unavailable", end: "unknown" });
  });

  test("an issue that was made and may not be read leaves it open", async () => {
    const world = aWorld();
    const body = {
      data: { createIssue: { issue: null } },
      errors: [{ type: "FORBIDDEN", path: ["createIssue", "issue"], message: "Resource not accessible by integration" }],
    };
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "status", status: 200, body }]);

    expect(await world.fail(create(world))).toMatchObject({ code: "incomplete_result", end: "unknown" });
  });

  test("an answer in a form that the client cannot read leaves it open", async () => {
    const world = aWorld();
    const headers = { "content-type": "application/graphql-response+json" };
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "dropAfterEffect", status: 200, headers }]);

    expect(await world.fail(create(world))).toMatchObject({ code: "incomplete_result", end: "unknown" });
    expect(issuesOf(world)).toHaveLength(1);
  });

  test.each([false, true])("is aborted at the deadline, with the issue made: %s", async (afterEffect) => {
    const world = aWorld();
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "hang", afterEffect }]);

    const error = await world.fail(create(world));

    expect(error).toMatchObject({ code: "timeout", end: "unknown" });
    expect(world.seconds()).toBe(12);
    expect(issuesOf(world)).toHaveLength(afterEffect ? 1 : 0);
  });

  test("is aborted after 15 seconds when the deadline is later", async () => {
    const world = aWorld();
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "hang" }]);
    const options = { deadlineAtMs: Date.parse(START) + 60_000 };

    expect(await world.fail(world.github.createIssue(aNewIssue(world), options))).toMatchObject({ code: "timeout" });
    expect(world.seconds()).toBe(15);
  });

  test("a slow answer is waited for", async () => {
    const world = aWorld();
    world.simulator.setFaults([{ match: "mutation createIssue", kind: "delay", delayMs: 11_000 }]);

    expect(await world.run(create(world))).toMatchObject({ number: 1 });
  });

  test("is not sent at the deadline, when waiting for its turn took that long", async () => {
    const world = aWorld();
    world.pacer.acquire = () => world.clock.sleep(DEADLINE_MS);

    expect(await world.fail(create(world))).toMatchObject({ code: "deadline_passed", end: "limited" });
    expect(world.simulator.journal().total).toBe(0);
  });

  test("is not sent when the pacer says to come back later", async () => {
    const world = aWorld();
    world.pacer.refuse = new ServiceError({
      service: "github",
      code: "rate_limited",
      message: "later",
      end: "limited",
      retryAfterMs: 9_000,
    });

    expect(await world.fail(create(world))).toBe(world.pacer.refuse);
    expect(world.simulator.journal().total).toBe(0);
  });

  test.each<[string, WorldOptions, Partial<NewIssue>, string]>([
    ["in an archived repository", { repositoryFlags: { isArchived: true } }, {}, "archived"],
    ["where issues are switched off", { repositoryFlags: { hasIssuesEnabled: false } }, {}, "issues_disabled"],
    ["in a repository that is not there", {}, { repositoryId: "R_gone" }, "not_found"],
    ["without a title", {}, { title: " " }, "title_missing"],
    ["with too long a title", {}, { title: "x".repeat(257) }, "title_too_long"],
    ["with too long a text", {}, { body: "x".repeat(65_537) }, "body_too_long"],
    ["with a token that may only read", { token: "reader", profiles: { reader: READER } }, {}, "issues_forbidden"],
    ["with a token that lacks the scope", { token: "narrow", profiles: { narrow: NARROW } }, {}, "insufficient_scopes"],
  ])("%s fails for good", async (_, options, issue, code) => {
    const world = aWorld(options);

    expect(await world.fail(create(world, issue))).toMatchObject({ code, end: "failed" });
    expect(issuesOf(world)).toHaveLength(0);
  });

  test("made too quickly, GitHub is left alone for five minutes", async () => {
    const world = aWorld();
    for (let count = 0; count < 20; count += 1) await world.run(create(world));

    const error = await world.fail(create(world));

    expect(error).toMatchObject({ code: "rate_limited", end: "limited", retryAfterMs: 300_000 });
    expect(world.pacer.blockedUntil).toEqual([300]);
    expect(issuesOf(world)).toHaveLength(20);
  });

  test.each([
    { match: "mutation createIssue", kind: "status", status: 502 },
    { match: "mutation createIssue", kind: "status", status: 401, times: 2 },
    { match: "mutation createIssue", kind: "status", status: 403 },
    { match: "mutation createIssue", kind: "dropAfterEffect" },
    { match: "mutation createIssue", kind: "partial", aliases: ["createIssue"], type: "FORBIDDEN", message: "no" },
  ] as const)("no error shows the token, the title or the text ($kind $status)", async (fault) => {
    const world = aWorld({ token: "ghp_verysecret" });
    world.simulator.setFaults([fault]);

    const error = await world.fail(create(world));

    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + String(error.stack);
    expect(shown).not.toMatch(/ghp_verysecret|Paint the widget|Private text/);
  });
});
