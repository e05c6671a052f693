import { describe, expect, onTestFinished, test } from "vitest";
import type { ItemWrite, WriteResult } from "../../github/client.ts";
import { ServiceError } from "../../sync/error.ts";
import { actAsPerson, createWorld, someIssues, START, type World, type WorldOptions } from "./world.ts";

const LATER = { deadlineAtMs: Date.parse(START) + 60_000 };
const BATCH = "mutation ";

function aWorld(options: WorldOptions = { issues: someIssues(3) }): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const issuesOf = (world: World) =>
  world.simulator.store.children("Issue", world.simulator.store.findRepository("acme", "widgets")?.id ?? "");

const nodeIdsOf = (world: World): string[] => issuesOf(world).map(({ id }) => id);

const close = (nodeId: string): ItemWrite => ({ nodeId, kind: "closeIssue", reason: "completed" });

const rename = (nodeId: string, title = "New title"): ItemWrite => ({ nodeId, kind: "updateIssue", title });

const endsOf = (results: readonly WriteResult[]): string[] => results.map(({ end }) => end);

const errorOf = (result: WriteResult | undefined): ServiceError | undefined =>
  result && result.end !== "succeeded" ? result.error : undefined;

describe("applyWrites", () => {
  test("renames, closes and reopens, and gives each item back as GitHub has it now", async () => {
    const world = aWorld({ issues: [...someIssues(2), { title: "Closed", state: "CLOSED" }] });
    const [first = "", second = "", third = ""] = nodeIdsOf(world);
    const writes: ItemWrite[] = [
      { nodeId: first, kind: "updateIssue", title: "Renamed", body: "New text" },
      { nodeId: second, kind: "closeIssue", reason: "not_planned" },
      { nodeId: third, kind: "reopenIssue" },
    ];

    const results = await world.run(world.github.applyWrites(writes, LATER));

    expect(results).toMatchObject([
      {
        end: "succeeded",
        item: { nodeId: first, fields: { title: "Renamed" }, state: "open", updatedAt: "2026-11-25T12:00:00Z" },
      },
      { end: "succeeded", item: { nodeId: second, state: "closed", reason: "not_planned" } },
      { end: "succeeded", item: { nodeId: third, state: "open", reason: null } },
    ]);
    expect(issuesOf(world).map(({ title, body, state, stateReason }) => [title, body, state, stateReason])).toEqual([
      ["Renamed", "New text", "OPEN", null],
      ["Issue 2", "", "CLOSED", "NOT_PLANNED"],
      ["Closed", "", "OPEN", "REOPENED"],
    ]);
    expect(world.simulator.journal().total).toBe(1);
    expect(world.pacer.acquired).toEqual(["write"]);
  });

  test("changes nothing but what it is told", async () => {
    const world = aWorld({ issues: [{ title: "One", body: "Text", labels: ["bug"], assignees: ["ada"] }] });
    const [before] = issuesOf(world);
    await world.clock.advance(5_000);

    await world.run(world.github.applyWrites([rename(before?.id ?? "")], LATER));

    expect(issuesOf(world)).toEqual([{ ...before, title: "New title", updatedAt: "2026-11-25T12:00:05Z" }]);
  });

  test("several writes of one item take effect in their order", async () => {
    const world = aWorld();
    const [id = ""] = nodeIdsOf(world);

    const results = await world.run(
      world.github.applyWrites([close(id), rename(id, "A"), { nodeId: id, kind: "reopenIssue" }, rename(id, "B")], LATER),
    );

    expect(results.map((result) => result.end === "succeeded" && [result.item?.state, result.item?.fields["title"]])).toEqual([
      ["closed", "Issue 1"],
      ["closed", "A"],
      ["open", "A"],
      ["open", "B"],
    ]);
  });

  test("sends 45 writes in three requests, one after the other", async () => {
    const world = aWorld({ issues: someIssues(45) });
    const writes = nodeIdsOf(world).map((id, place) => rename(id, `Title ${place}`));

    const results = await world.run(world.github.applyWrites(writes, LATER));

    expect(results.map((result) => result.end === "succeeded" && result.item?.fields["title"])).toEqual(
      writes.map((_, place) => `Title ${place}`),
    );
    const sizes = world.simulator.journal().requests.map(({ detail }) => detail?.["fields"]);
    expect(sizes).toEqual([{ updateIssue: 20 }, { updateIssue: 20 }, { updateIssue: 5 }]);
    expect(world.pacer.acquired).toEqual(["write", "write", "write"]);
  });

  test("sends nothing for no writes", async () => {
    const world = aWorld();

    expect(await world.run(world.github.applyWrites([], LATER))).toEqual([]);
    expect(world.simulator.journal().total).toBe(0);
  });

  test("what GitHub refuses for one item does not keep it from the others", async () => {
    const world = aWorld();
    const [first = "", second = "", third = ""] = nodeIdsOf(world);

    const results = await world.run(
      world.github.applyWrites([close(first), rename(second, " "), close("I_gone"), close(third)], LATER),
    );

    expect(endsOf(results)).toEqual(["succeeded", "failed", "failed", "succeeded"]);
    expect(errorOf(results[1])).toMatchObject({ code: "title_missing" });
    expect(errorOf(results[2])).toMatchObject({ code: "not_found" });
    expect(issuesOf(world).map(({ state }) => state)).toEqual(["CLOSED", "OPEN", "CLOSED"]);
  });

  test("what GitHub does not explain is unknown for that item alone, and the next request is sent", async () => {
    const world = aWorld({ issues: someIssues(21) });
    world.simulator.setFaults([{ match: BATCH, kind: "partial", aliases: ["w1"] }]);

    const results = await world.run(world.github.applyWrites(nodeIdsOf(world).map(close), LATER));

    expect(endsOf(results)).toEqual(["succeeded", "unknown", ...Array.from({ length: 19 }, () => "succeeded")]);
  });

  test("a missing permission is said for each item", async () => {
    const world = aWorld();
    const [first = ""] = nodeIdsOf(world);
    world.simulator.setFaults([
      {
        match: "mutation",
        kind: "partial",
        aliases: ["w0"],
        type: "FORBIDDEN",
        message: "Resource not accessible by integration",
      },
    ]);

    const [result] = await world.run(world.github.applyWrites([close(first)], LATER));

    expect(errorOf(result)).toMatchObject({
      code: "issues_forbidden",
      end: "failed",
      message: "GitHub: Resource not accessible by integration",
    });
  });

  test.each([
    ["a status 502", { kind: "status", status: 502 }, "unavailable", "unknown"],
    ["a cut connection after the effect", { kind: "dropAfterEffect" }, "unavailable", "unknown"],
    ["a refused token", { kind: "status", status: 401, times: 2 }, "unauthorized", "failed"],
    ["a limit", { kind: "status", status: 403, headers: { "retry-after": "7" } }, "rate_limited", "limited"],
    ["no answer", { kind: "hang" }, "timeout", "unknown"],
  ] as const)("after %s nothing more is sent", async (_, fault, code, end) => {
    const world = aWorld({ issues: someIssues(60) });
    world.simulator.setFaults([{ match: BATCH, skip: 1, ...fault }]);

    const results = await world.run(world.github.applyWrites(nodeIdsOf(world).map(close), LATER));

    const twenty = (value: string): string[] => Array.from({ length: 20 }, () => value);
    expect(endsOf(results)).toEqual([...twenty("succeeded"), ...twenty(end), ...twenty("notSent")]);
    expect(errorOf(results[20])).toMatchObject({ code, end });
    expect(errorOf(results[40])).toBe(errorOf(results[20]));
  });

  test("after a limit in one write nothing more is sent, and what was done counts", async () => {
    const world = aWorld({ issues: someIssues(25) });
    world.simulator.setFaults([
      { match: BATCH, kind: "partial", aliases: ["w3"], type: "UNPROCESSABLE", message: "was submitted too quickly" },
    ]);

    const results = await world.run(world.github.applyWrites(nodeIdsOf(world).map(close), LATER));

    expect(endsOf(results).slice(0, 5)).toEqual(["succeeded", "succeeded", "succeeded", "limited", "succeeded"]);
    expect(endsOf(results).slice(20)).toEqual(Array.from({ length: 5 }, () => "notSent"));
    expect(world.pacer.blockedUntil).toEqual([300]);
  });

  test("what comes up after the deadline is not sent", async () => {
    const world = aWorld({ issues: someIssues(25) });
    world.pacer.acquire = () => world.clock.sleep(4_000);

    const results = await world.run(
      world.github.applyWrites(nodeIdsOf(world).map(close), { deadlineAtMs: Date.parse(START) + 6_000 }),
    );

    expect(endsOf(results).slice(20)).toEqual(Array.from({ length: 5 }, () => "notSent"));
    expect(endsOf(results).slice(0, 20)).toEqual(Array.from({ length: 20 }, () => "succeeded"));
    expect(errorOf(results[20])).toMatchObject({ code: "deadline_passed" });
    expect(world.simulator.journal().total).toBe(1);
  });

  test("what the pacer does not let through is not sent", async () => {
    const world = aWorld();
    world.pacer.refuse = new ServiceError({
      service: "github",
      code: "rate_limited",
      message: "later",
      end: "limited",
      retryAfterMs: 9_000,
    });

    const results = await world.run(world.github.applyWrites(nodeIdsOf(world).map(close), LATER));

    expect(endsOf(results)).toEqual(["notSent", "notSent", "notSent"]);
    expect(errorOf(results[0])).toBe(world.pacer.refuse);
    expect(world.simulator.journal().total).toBe(0);
  });

  test("closing what is closed for another reason says when GitHub keeps the old one", async () => {
    const world = aWorld({ issues: [{ title: "Closed", state: "CLOSED" }], knobs: { closeAgainChangesReason: false } });
    const [id = ""] = nodeIdsOf(world);

    const [result] = await world.run(
      world.github.applyWrites([{ nodeId: id, kind: "closeIssue", reason: "not_planned" }], LATER),
    );

    expect(result).toMatchObject({
      end: "succeeded",
      item: { reason: "completed", problems: [{ field: "status", code: "not_applied" }] },
    });
  });

  test.each([
    [{ kind: "closeIssue", reason: "completed" }, "OPEN", "the item is not closed"],
    [{ kind: "reopenIssue" }, "CLOSED", "the item is not open"],
  ] as const)("%o that GitHub acknowledges and does not do has failed", async (change, issueState, what) => {
    const world = aWorld();
    const [id = ""] = nodeIdsOf(world);
    const empty = { totalCount: 0, nodes: [] };
    const issue = {
      ...{ __typename: "Issue", id, fullDatabaseId: "1", number: 1, url: "", title: "", body: "", issueState },
      ...{ createdAt: START, updatedAt: START, repository: { id: "R_1", nameWithOwner: "acme/widgets" } },
      ...{ labels: empty, assignedActors: empty, milestone: null },
    };
    world.simulator.setFaults([{ match: BATCH, kind: "status", status: 200, body: { data: { w0: { issue } } } }]);

    const [result] = await world.run(world.github.applyWrites([{ nodeId: id, ...change }], LATER));

    expect(errorOf(result)).toMatchObject({ code: "not_applied", end: "failed" });
    expect(errorOf(result)?.message).toContain(what);
  });

  test("writing the same twice does no harm", async () => {
    const world = aWorld();
    const writes = nodeIdsOf(world).map(close);

    await world.run(world.github.applyWrites(writes, LATER));
    const before = issuesOf(world);
    const results = await world.run(world.github.applyWrites(writes, LATER));

    expect(endsOf(results)).toEqual(["succeeded", "succeeded", "succeeded"]);
    expect(issuesOf(world)).toEqual(before);
  });

  test("labels, people and texts that others added stay", async () => {
    const world = aWorld();
    const [id = ""] = nodeIdsOf(world);
    await actAsPerson(world, `mutation ($id: ID!) { updateIssue(input: { id: $id, body: "By hand" }) { issue { id } } }`, { id });

    await world.run(world.github.applyWrites([rename(id), close(id)], LATER));

    expect(issuesOf(world)[0]).toMatchObject({ title: "New title", body: "By hand", state: "CLOSED" });
  });
});
