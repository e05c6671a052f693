import { afterEach, describe, expect, test } from "vitest";
import { actOn, commit, pullOf, pulls, pushBranch, startBranch } from "../support/branches.ts";
import { fullConfig, fullMapping } from "../support/full-config.ts";
import { linked, planBranch } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const failuresOf = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  ((await world.call("GET", "status")).body as { readonly failures: readonly Readonly<Record<string, unknown>>[] }).failures;

const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");

describe("a page with a branch", () => {
  test("waits for a branch that is not pushed yet, says so, and goes on once it is", async () => {
    world = await createWorld({ config: fullConfig() });

    const pageId = await planBranch(world, "later");
    await world.until(async () => (await notice(pageId)) !== "", 180_000);
    expect(await notice(pageId)).toMatch(/Branch "later".* is not in acme\/widgets\. Push the branch/);
    await world.settled();
    expect(await pulls(world)).toHaveLength(0);
    expect(await failuresOf()).toMatchObject([{ pageId, status: "waiting", code: "branch_missing" }]);

    await startBranch(world, "later");
    await world.advance(130_000);
    await world.settled();
    expect(await notice(pageId)).toMatch(/Branch "later" of acme\/widgets has no commits/);

    await commit(world, "later");
    await world.advance(5 * 60_000);
    await linked(world, pageId);
    expect(await pullOf(world, "later")).toMatchObject({ title: "Build it", state: "OPEN" });
    expect(await notice(pageId)).toBe("");
    expect(await failuresOf()).toEqual([]);
  });

  test("is tried again after 1, 2 and 4 minutes, and at once when the page is edited", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await planBranch(world, "later");
    await world.until(async () => (await notice(pageId)) !== "", 180_000);
    await world.settled();
    await world.advance(30 * 60_000);
    const looks = () => world.github.journal().byKind["query FindPullRequest"] ?? 0;
    const before = looks();
    expect(before).toBeGreaterThanOrEqual(4);
    // 1, 2, 4 and 8 minutes, after the first look and that for the notice's own echo; on a bad day each comes twice.
    expect(before).toBeLessThanOrEqual(14);

    await pushBranch(world, "later");
    await world.person.setTitle(pageId, "Now it is there");
    await linked(world, pageId);
    expect(await pullOf(world, "later")).toMatchObject({ title: "Now it is there" });
  });

  test("takes over what happens on GitHub: merged, closed and reopened", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "one");
    await pushBranch(world, "two");
    const [merged, closed] = [await planBranch(world, "one"), await planBranch(world, "two")];
    await linked(world, merged);
    await linked(world, closed);

    await actOn(world, (await pullOf(world, "one")).id, "mergePullRequest");
    await actOn(world, (await pullOf(world, "two")).id, "closePullRequest");
    await world.settled();
    expect(await world.person.textOf(merged, "Status")).toBe("Done");
    expect(await world.person.textOf(closed, "Status")).toBe("Won't do");

    await actOn(world, (await pullOf(world, "two")).id, "reopenPullRequest");
    await world.settled();
    expect(await world.person.textOf(closed, "Status")).toBe("Ready");
    expect(await notice(closed)).toBe("");
  });

  test("is found by polling when no delivery arrives", async () => {
    world = await createWorld({ config: fullConfig(), webhooks: false });
    await pushBranch(world, "topic");
    const pageId = await planBranch(world, "topic");
    await linked(world, pageId);

    await actOn(world, (await pullOf(world, "topic")).id, "closePullRequest");
    await world.until(async () => (await world.person.textOf(pageId, "Status")) === "Won't do", 180_000);
  });

  test("closes and reopens its pull request by status", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "topic");
    const pageId = await planBranch(world, "topic");
    await linked(world, pageId);

    await world.person.setStatus(pageId, "Won't do");
    await world.settled();
    expect(await pullOf(world, "topic")).toMatchObject({ state: "CLOSED" });

    await world.person.setStatus(pageId, "In Progress");
    await world.settled();
    expect(await pullOf(world, "topic")).toMatchObject({ state: "OPEN", column: "In Progress" });
  });
});

describe("the draft state", () => {
  const withDrafts = (): unknown => {
    const status = fullMapping()["status"] as { readonly values: object };
    const values = {
      ...status.values,
      Ready: { item: "open", draft: true },
      "In Progress": { item: "open", draft: false },
    };
    return fullConfig({ status: { ...status, values } });
  };

  test("follows the status, and people may change it afterwards", async () => {
    world = await createWorld({ config: withDrafts() });
    await pushBranch(world, "topic");
    const pageId = await planBranch(world, "topic");
    await linked(world, pageId);
    expect((await pullOf(world, "topic")).isDraft).toBe(true);

    await world.person.setStatus(pageId, "In Progress");
    await world.settled();
    expect((await pullOf(world, "topic")).isDraft).toBe(false);

    await actOn(world, (await pullOf(world, "topic")).id, "convertPullRequestToDraft");
    await world.person.setTitle(pageId, "Another title");
    await world.settled();
    expect(await pullOf(world, "topic")).toMatchObject({ isDraft: true, title: "Another title" });
  });

  test("that GitHub refuses is said, and asked for again", async () => {
    world = await createWorld({ config: withDrafts() });
    await pushBranch(world, "topic");
    const pageId = await planBranch(world, "topic");
    await linked(world, pageId);
    const message = "Draft pull requests are not supported in this repository.";
    world.github.setFaults([
      { match: "markPullRequestReadyForReview", kind: "partial", aliases: ["w0"], type: "UNPROCESSABLE", message, times: 2 },
    ]);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => (await notice(pageId)) !== "", 180_000);
    await world.settled();
    expect(await notice(pageId)).toContain("draft");

    await world.advance(10 * 60_000);
    await world.settled();
    expect((await pullOf(world, "topic")).isDraft).toBe(false);
    expect(await notice(pageId)).toBe("");
  });
});
