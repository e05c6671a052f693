// What a pair waits for on GitHub, and how it goes on once that has happened.
import { afterEach, describe, expect, test } from "vitest";
import { approve, commit, completeCheck, headOf, pullOf, pulls, pushBranch, report } from "../support/branches.ts";
import { richText, setRepository, startBranch } from "../support/branches.ts";
import { fullConfig } from "../support/full-config.ts";
import { aPull, readStatus, untilNotice } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;
/** Less than it takes until the next tick. */
const AT_ONCE_MS = 20_000;

let world: World;
afterEach(async () => world.close());

const text = (pageId: string, property: string): Promise<string> => world.person.textOf(pageId, property);

/** Lets a pair wait until its next try is long away, and the last tick has just been. */
async function waitLong(pageId: string): Promise<void> {
  await world.advance(35 * MINUTE_MS);
  await world.settled();
  await world.advance(MINUTE_MS - ((world.now() - 10_000) % MINUTE_MS));
  await world.settled();
  const failure = (await readStatus(world)).failures.find((each) => each["pageId"] === pageId);
  const nextMs = Date.parse(String(failure?.["nextAttemptAt"]));
  expect(nextMs - world.now()).toBeGreaterThan(5 * MINUTE_MS);
}

/** A page in Done whose pull request waits for what the base branch asks for. */
async function aWaitingPull(protection: object, words: RegExp): Promise<string> {
  const pageId = await aPull(world);
  setRepository(world, { protection });
  await world.person.setStatus(pageId, "Done");
  await untilNotice(world, pageId, words);
  return pageId;
}

/** A page that names a branch which is not there yet. */
async function aWaitingPage(branch = "topic"): Promise<string> {
  const pageId = await world.person.createPage({ title: "Build it", status: "Backlog" });
  await world.person.setPage(pageId, { Branch: richText(branch), Status: { status: { name: "Ready" } } });
  await untilNotice(world, pageId, /is not in acme\/widgets/);
  return pageId;
}

const isMerged = async (): Promise<boolean> => (await pullOf(world, "topic")).state === "MERGED";
const isLinked = async (pageId: string): Promise<boolean> => (await text(pageId, "GitHub")) !== "";

describe("a pull request that waits to be merged", () => {
  test("is merged at once after a review that approves it", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aWaitingPull({ reviews: true }, /A review is required/);
    await waitLong(pageId);

    await approve(world, (await pullOf(world, "topic")).id);

    await world.until(isMerged, AT_ONCE_MS);
    await world.settled();
    expect(await text(pageId, "Sync")).toBe("");
  });

  test("is merged at once after its last check is finished", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aWaitingPull({ checks: true }, /Required checks/);
    await waitLong(pageId);

    await completeCheck(world, headOf(world, "topic"), "success");

    await world.until(isMerged, AT_ONCE_MS);
    await world.settled();
    expect(await text(pageId, "Sync")).toBe("");
  });

  test("is merged at once after the status of its commit turned green", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aWaitingPull({ checks: true }, /Required checks/);
    await waitLong(pageId);

    await report(world, headOf(world, "topic"), "success");

    await world.until(isMerged, AT_ONCE_MS);
  });

  test("is merged at once after a push that resolves its conflicts", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    await commit(world, "topic", "same.txt", "ours");
    await commit(world, "main", "same.txt", "theirs");
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /conflicts with its base branch/);
    await waitLong(pageId);

    await commit(world, "topic", "same.txt", "theirs");

    await world.until(isMerged, AT_ONCE_MS);
  });

  test("as the companion of an issue, is merged at once after its review", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "topic");
    const pageId = await world.person.createPage({ title: "Build it", status: "Ready" });
    await world.until(() => isLinked(pageId), 3 * MINUTE_MS);
    await world.person.setPage(pageId, { Branch: richText("topic") });
    await world.until(async () => (await text(pageId, "GitHub")).includes("PR #"), 3 * MINUTE_MS);
    await world.settled();
    setRepository(world, { protection: { reviews: true } });
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /A review is required/);
    await waitLong(pageId);

    await approve(world, (await pullOf(world, "topic")).id);

    await world.until(isMerged, AT_ONCE_MS);
  });

  test("still waits after a check that failed, and says so as before", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aWaitingPull({ checks: true }, /Required checks/);
    const notice = await text(pageId, "Sync");
    await waitLong(pageId);
    world.notion.clearJournal();

    await completeCheck(world, headOf(world, "topic"), "failure");
    await world.settled();

    expect(await isMerged()).toBe(false);
    expect(await text(pageId, "Sync")).toBe(notice);
    expect(world.notion.journal().writes).toBe(0);
  });

  test("without webhooks is merged at the next tick after its review", async () => {
    world = await createWorld({ config: fullConfig(), webhooks: false });
    const pageId = await aWaitingPull({ reviews: true }, /A review is required/);
    await waitLong(pageId);

    await approve(world, (await pullOf(world, "topic")).id);

    await world.until(isMerged, 2 * MINUTE_MS);
  });

  test("without webhooks is merged at its next try after its check, which leaves no trace on the pull request", async () => {
    world = await createWorld({ config: fullConfig(), webhooks: false });
    const pageId = await aWaitingPull({ checks: true }, /Required checks/);
    await waitLong(pageId);

    await completeCheck(world, headOf(world, "topic"), "success");
    await world.advance(3 * MINUTE_MS);
    expect(await isMerged()).toBe(false);

    await world.until(isMerged, 60 * MINUTE_MS);
  });
});

describe("a page that waits for its branch", () => {
  test("gets its pull request at once when the branch is pushed", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aWaitingPage();
    await waitLong(pageId);

    await pushBranch(world, "topic");

    await world.until(() => isLinked(pageId), AT_ONCE_MS);
    await world.settled();
    expect(await text(pageId, "Sync")).toBe("");
    expect(await pulls(world)).toHaveLength(1);
  });

  test("gets it at once when the first commit is pushed to an empty branch", async () => {
    world = await createWorld({ config: fullConfig() });
    await startBranch(world, "topic");
    const pageId = await world.person.createPage({ title: "Build it", status: "Backlog" });
    await world.person.setPage(pageId, { Branch: richText("topic"), Status: { status: { name: "Ready" } } });
    await untilNotice(world, pageId, /has no commits/);
    await waitLong(pageId);

    await commit(world, "topic");

    await world.until(() => isLinked(pageId), AT_ONCE_MS);
  });

  test("gets it at once when the base branch is made", async () => {
    const pullRequest = { branchProperty: "Branch", base: "next" };
    world = await createWorld({ config: fullConfig({ pullRequest }) });
    await pushBranch(world, "topic");
    const pageId = await aWaitingPage();
    await waitLong(pageId);

    await startBranch(world, "next");

    await world.until(() => isLinked(pageId), AT_ONCE_MS);
  });

  test("although it has an issue, gets it at once when the branch is pushed", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await world.person.createPage({ title: "Build it", status: "Ready" });
    await world.until(() => isLinked(pageId), 3 * MINUTE_MS);
    await world.person.setPage(pageId, { Branch: richText("topic") });
    await untilNotice(world, pageId, /is not in acme\/widgets/);
    await waitLong(pageId);

    await pushBranch(world, "topic");

    await world.until(async () => (await text(pageId, "GitHub")).includes("PR #"), AT_ONCE_MS);
  });

  test("gets it at once although the branch is pushed while the app is just looking for it in vain", async () => {
    let pushesAt = Infinity;
    world = await createWorld({
      config: fullConfig(),
      onRequest: async (send, request) => {
        const isLook = world.now() > pushesAt && (await request.clone().text()).includes("query FindPullRequest");
        const response = await send();
        if (!isLook) return response;
        pushesAt = Infinity;
        await pushBranch(world, "topic");
        return response;
      },
    });
    const pageId = await aWaitingPage();
    await waitLong(pageId);

    pushesAt = world.now();
    await world.until(() => pushesAt === Infinity, 60 * MINUTE_MS);

    await world.until(() => isLinked(pageId), AT_ONCE_MS);
  });

  test("and names another one meanwhile, is not made a pull request of the former", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aWaitingPage("former");
    await world.person.setPage(pageId, { Branch: richText("topic") });
    await untilNotice(world, pageId, /"topic"/);
    await waitLong(pageId);

    await pushBranch(world, "former");
    await world.advance(AT_ONCE_MS);
    await world.settled();
    expect(await pulls(world)).toEqual([]);

    await pushBranch(world, "topic");
    await world.until(() => isLinked(pageId), AT_ONCE_MS);
  });

  test("without webhooks gets its pull request at its next try", async () => {
    world = await createWorld({ config: fullConfig(), webhooks: false });
    const pageId = await aWaitingPage();
    await waitLong(pageId);

    await pushBranch(world, "topic");
    await world.advance(3 * MINUTE_MS);
    expect(await pulls(world)).toEqual([]);

    await world.until(() => isLinked(pageId), 60 * MINUTE_MS);
  });
});
