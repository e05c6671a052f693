import { afterEach, describe, expect, test } from "vitest";
import { actOn, commit, headOf, openPull, pullOf, pulls, pushBranch, report, richText } from "../support/branches.ts";
import type { PullSeen } from "../support/branches.ts";
import { fullConfig } from "../support/full-config.ts";
import { readBoardIssue } from "../support/issue-board.ts";
import type { BoardIssue } from "../support/issue-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

/** A page with an issue, in "In Progress". */
async function anIssue(title = "Build it"): Promise<{ readonly pageId: string; readonly number: number }> {
  const pageId = await world.person.createPage({ title, status: "In Progress" });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 180_000);
  await world.settled();
  return { pageId, number: Number((await world.person.textOf(pageId, "GitHub")).split("#")[1]) };
}

/** As `anIssue`, with a pull request that hangs on it. */
async function aCompanion(
  branch = "topic",
): Promise<{ readonly pageId: string; readonly number: number; readonly pull: PullSeen }> {
  const issue = await anIssue();
  await pushBranch(world, branch);
  await world.person.setPage(issue.pageId, { Branch: richText(branch) });
  await world.until(async () => (await reference(issue.pageId)).includes("PR"), 180_000);
  await world.settled();
  return { ...issue, pull: await pullOf(world, branch) };
}

const reference = (pageId: string): Promise<string> => world.person.textOf(pageId, "GitHub");
const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");
const issue = (number: number): Promise<BoardIssue> => readBoardIssue(world.person, number);
const merges = (): number => world.github.journal().byKind["mutation mergePullRequest"] ?? 0;

async function untilClosed(number: number): Promise<void> {
  await world.until(async () => (await issue(number)).state === "CLOSED", 10 * 60_000);
  await world.settled();
}

describe("a page that has an issue and gets a branch", () => {
  test("keeps its issue, and shows the pull request after it", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number, pull } = await aCompanion();

    expect(await reference(pageId)).toBe(`acme/widgets#${number} · PR #${pull.number}`);
    expect(pull).toMatchObject({ state: "OPEN", title: "Build it" });
    expect((await issue(number)).state).toBe("OPEN");
    expect(await notice(pageId)).toBe("");
    const property = (await world.person.readPage(pageId)).properties["GitHub"];
    expect(JSON.stringify(property)).toContain(`/acme/widgets/issues/${number}`);
  });

  test("takes the pull request that a person opened for the branch", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await anIssue();
    await pushBranch(world, "topic");
    const opened = await openPull(world, "topic");

    await world.person.setPage(pageId, { Branch: richText("topic") });
    await world.until(async () => (await reference(pageId)) === `acme/widgets#${number} · PR #${opened}`, 180_000);
    await world.settled();
    expect(await pulls(world)).toHaveLength(1);
    expect(await pullOf(world, "topic")).toMatchObject({ title: "Change topic" });
  });

  test("makes one pull request when the app is killed between its creation and the link", async () => {
    let killed = false;
    world = await createWorld({
      config: fullConfig(),
      onRequest: async (send, request) => {
        const isCreation = !killed && (await request.clone().text()).includes("createPullRequest(");
        const response = await send();
        if (!isCreation) return response;
        killed = true;
        world.kill();
        return response;
      },
    });
    const { pageId, number } = await anIssue();
    await pushBranch(world, "topic");
    await world.person.setPage(pageId, { Branch: richText("topic") });
    await world.until(() => killed, 180_000);
    await world.start();
    await world.until(async () => (await reference(pageId)).includes("PR"), 180_000);
    await world.settled();

    expect(await pulls(world)).toHaveLength(1);
    expect(await reference(pageId)).toBe(`acme/widgets#${number} · PR #${(await pullOf(world, "topic")).number}`);
  });

  test("waits for a branch that is not pushed, and its issue is kept in step meanwhile", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await anIssue();
    await world.person.setPage(pageId, { Branch: richText("later") });
    await world.until(async () => /Branch "later".*Push the branch/.test(await notice(pageId)), 180_000);

    const { id } = await issue(number);
    await world.person.github(
      `mutation ($id: ID!) { updateIssue(input: { id: $id, title: "Named on GitHub" }) { clientMutationId } }`,
      { id },
    );
    await world.until(async () => (await world.person.textOf(pageId, "Name")) === "Named on GitHub", 180_000);
    await world.person.setStatus(pageId, "Ready");
    await world.settled();
    expect((await issue(number)).project).toMatchObject({ Status: "Todo" });
    expect(await notice(pageId)).toMatch(/Branch "later"/);

    await pushBranch(world, "later");
    await world.advance(10 * 60_000);
    await world.settled();
    expect(await reference(pageId)).toMatch(/ · PR #\d+$/);
    expect(await notice(pageId)).toBe("");
  });

  test("Done merges the pull request, then closes the issue", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await aCompanion();

    await world.person.setStatus(pageId, "Done");
    await untilClosed(number);

    expect((await pullOf(world, "topic")).state).toBe("MERGED");
    expect(merges()).toBe(1);
    expect((await issue(number)).project).toMatchObject({ Status: "Done" });
    expect(await world.person.textOf(pageId, "Status")).toBe("Done");
    expect(await notice(pageId)).toBe("");
    world.github.verify();
    world.notion.verify();
  });

  test("Done leaves the issue open while the pull request waits", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number, pull } = await aCompanion();
    await report(world, headOf(world, "topic"), "failure");

    await world.person.setStatus(pageId, "Done");
    await world.until(async () => (await notice(pageId)).includes(`#${pull.number} waits to be merged`), 180_000);
    await world.settled();
    expect(await issue(number)).toMatchObject({ state: "OPEN", project: { Status: "In Progress" } });

    await report(world, headOf(world, "topic"), "success");
    await untilClosed(number);
    expect(await notice(pageId)).toBe("");
  });

  test("Done closes the issue also when the answer to the merge is lost and the app is killed", async () => {
    let killed = false;
    world = await createWorld({
      config: fullConfig(),
      onRequest: async (send, request) => {
        const isMerge = !killed && (await request.clone().text()).includes("mergePullRequest(");
        const response = await send();
        if (!isMerge) return response;
        killed = true;
        world.kill();
        return response;
      },
    });
    const { pageId, number } = await aCompanion();
    await world.person.setStatus(pageId, "Done");
    await world.until(() => killed, 180_000);
    expect((await issue(number)).state).toBe("OPEN");

    await world.start();
    await untilClosed(number);
    expect(merges()).toBe(1);
    expect(await world.person.textOf(pageId, "Status")).toBe("Done");
  });

  test("Won't do closes both, unmerged", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await aCompanion();

    await world.person.setStatus(pageId, "Won't do");
    await untilClosed(number);
    await world.until(async () => (await pullOf(world, "topic")).state === "CLOSED", 180_000);
    expect(merges()).toBe(0);
    expect(await notice(pageId)).toBe("");
  });

  test("Won't do closes the pull request too when GitHub refused it at first", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await aCompanion();
    const message = "Something is in the way";
    world.github.setFaults([
      { match: "mutation batch", kind: "partial", aliases: ["w0"], type: "UNPROCESSABLE", message, times: 1 },
    ]);

    await world.person.setStatus(pageId, "Won't do");
    await world.until(async () => /GitHub refused to close the pull request/.test(await notice(pageId)), 180_000);
    expect((await pullOf(world, "topic")).state).toBe("OPEN");

    await world.advance(3 * 60_000);
    await untilClosed(number);
    expect((await pullOf(world, "topic")).state).toBe("CLOSED");
    expect(await notice(pageId)).toBe("");
    expect(await world.person.textOf(pageId, "Status")).toBe("Won't do");
  });

  test("clearing the branch closes nothing", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number, pull } = await aCompanion();

    await world.person.setPage(pageId, { Branch: richText("") });
    await world.advance(180_000);
    await world.settled();

    expect((await pullOf(world, "topic")).state).toBe("OPEN");
    expect((await issue(number)).state).toBe("OPEN");
    expect(await reference(pageId)).toBe(`acme/widgets#${number} · PR #${pull.number}`);
  });

  describe("another branch on the page", () => {
    const moved = (pageId: string, number: number, head: string): Promise<void> =>
      world.until(
        async () => (await reference(pageId)) === `acme/widgets#${number} · PR #${(await pullOf(world, head)).number}`,
        180_000,
      );

    test("hangs its pull request on the issue in the place of the former one, which stays open and is free", async () => {
      world = await createWorld({ config: fullConfig() });
      const { pageId, number } = await anIssue();
      await pushBranch(world, "first");
      const opened = await openPull(world, "first");
      await world.person.setPage(pageId, { Branch: richText("first") });
      await moved(pageId, number, "first");
      await pushBranch(world, "second");

      await world.person.setPage(pageId, { Branch: richText("second") });
      await world.until(async () => (await pulls(world)).length === 2, 180_000);
      await moved(pageId, number, "second");
      const other = await world.person.createPage({ title: "Take over", status: "In Progress" });
      await world.person.setPage(other, { Branch: richText("first") });
      await world.until(async () => (await reference(other)).endsWith(`#${opened}`), 180_000);
      await world.person.setStatus(pageId, "Done");
      await untilClosed(number);

      expect((await pullOf(world, "first")).state).toBe("OPEN");
      expect((await pullOf(world, "second")).state).toBe("MERGED");
      expect([await notice(pageId), await notice(other)]).toEqual(["", ""]);
    });

    test("keeps the former one from being merged while it is not pushed", async () => {
      world = await createWorld({ config: fullConfig() });
      const { pageId, number } = await aCompanion("first");

      await world.person.setPage(pageId, { Branch: richText("second") });
      await world.until(async () => (await notice(pageId)).includes('Branch "second"'), 180_000);
      await world.person.setStatus(pageId, "Done");
      await untilClosed(number);

      expect((await pullOf(world, "first")).state).toBe("OPEN");
      expect(merges()).toBe(0);
    });

    test("makes one pull request, whose page names it, when the app is killed between its creation and the link", async () => {
      let isArmed = false;
      world = await createWorld({
        config: fullConfig(),
        onRequest: async (send, request) => {
          const isCreation = isArmed && (await request.clone().text()).includes("createPullRequest(");
          const response = await send();
          if (!isCreation) return response;
          isArmed = false;
          world.kill();
          return response;
        },
      });
      const { pageId, number } = await aCompanion("first");
      await pushBranch(world, "second");
      isArmed = true;

      await world.person.setPage(pageId, { Branch: richText("second") });
      await world.until(() => !isArmed, 180_000);
      await world.start();
      await moved(pageId, number, "second");

      expect(await pulls(world)).toHaveLength(2);
      await world.person.setPage(pageId, { Branch: richText("first") });
      await moved(pageId, number, "first");
      expect(await pulls(world)).toHaveLength(2);
    });
  });

  test("a pull request that a person closed is not merged, and Done closes the issue", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number, pull } = await aCompanion();
    await actOn(world, pull.id, "closePullRequest");
    await world.settled();
    expect(await world.person.textOf(pageId, "Status")).toBe("In Progress");
    expect((await issue(number)).state).toBe("OPEN");

    await world.person.setStatus(pageId, "Done");
    await untilClosed(number);
    expect((await pullOf(world, "topic")).state).toBe("CLOSED");
  });

  test("a pull request that a person merged closes the issue with it if it says so", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await anIssue();
    await pushBranch(world, "topic");
    await openPull(world, "topic", { body: `Fixes #${number}` });
    await world.person.setPage(pageId, { Branch: richText("topic") });
    await world.until(async () => (await reference(pageId)).includes("PR"), 180_000);
    await world.settled();

    await actOn(world, (await pullOf(world, "topic")).id, "mergePullRequest");
    await world.until(async () => (await world.person.textOf(pageId, "Status")) === "Done", 180_000);
    expect((await issue(number)).state).toBe("CLOSED");
  });

  test("takes the one pull request that says it closes the issue, and Done merges it", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await anIssue();
    await pushBranch(world, "fix");
    const opened = await openPull(world, "fix", { body: `Fixes #${number}` });

    await world.person.setTitle(pageId, "Build it well");
    await world.until(async () => (await reference(pageId)) === `acme/widgets#${number} · PR #${opened}`, 180_000);
    await world.settled();
    expect((await pullOf(world, "fix")).title).toBe("Change fix");

    await world.person.setStatus(pageId, "Done");
    await untilClosed(number);
    expect((await pullOf(world, "fix")).state).toBe("MERGED");
    expect(await world.person.textOf(pageId, "Status")).toBe("Done");
  });

  test("takes none when two say that they close the issue, nor one that belongs to another page", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await anIssue();
    await pushBranch(world, "one");
    await pushBranch(world, "two");
    await openPull(world, "one", { body: `Fixes #${number}` });
    await openPull(world, "two", { body: `Closes #${number}` });
    const other = await anIssue("Other");
    const { pull } = await aCompanion("three");
    await world.person.github(
      "mutation ($id: ID!, $body: String!) { updatePullRequest(input: { pullRequestId: $id, body: $body }) { clientMutationId } }",
      { id: pull.id, body: `${pull.body}\n\nFixes #${other.number}` },
    );

    await world.person.setStatus(pageId, "Done");
    await world.person.setStatus(other.pageId, "Done");
    await untilClosed(number);
    await untilClosed(other.number);
    expect((await pulls(world)).map(({ state }) => state)).toEqual(["OPEN", "OPEN", "OPEN"]);
    expect(await reference(pageId)).toBe(`acme/widgets#${number}`);
  });

  test("a change of the pull request alone brings the pair to be looked at, by delivery and by polling", async () => {
    for (const webhooks of [true, false]) {
      world = await createWorld({ config: fullConfig(), webhooks });
      const { pageId, number, pull } = await aCompanion();
      await actOn(world, pull.id, "convertPullRequestToDraft");
      await world.person.setStatus(pageId, "Done");
      await world.until(async () => (await notice(pageId)).includes("still a draft"), 180_000);
      // By itself it is tried again after many minutes only.
      await world.advance(20 * 60_000);
      await world.settled();

      await actOn(world, pull.id, "markPullRequestReadyForReview");
      await world.until(async () => (await issue(number)).state === "CLOSED", 120_000);
      await world.settled();
      expect((await pullOf(world, "topic")).state).toBe("MERGED");
      if (webhooks) await world.close();
    }
  });
});

test("after convergence five full runs and every delivery again write nothing", async () => {
  world = await createWorld({ config: fullConfig() });
  const open = await aCompanion("one");
  const done = await aCompanion("two");
  const dropped = await aCompanion("three");
  await world.person.setStatus(done.pageId, "Done");
  await world.person.setStatus(dropped.pageId, "Won't do");
  await untilClosed(done.number);
  await untilClosed(dropped.number);
  await commit(world, "one", "more.txt");
  await world.advance(180_000);
  await world.settled();
  expect((await issue(open.number)).state).toBe("OPEN");
  world.notion.clearJournal();
  world.github.clearJournal();

  for (let run = 0; run < 5; run += 1) {
    await world.call("POST", "sync", { full: true });
    await world.settled();
    await world.call("POST", "sync", { pageIds: [open, done, dropped].map(({ pageId }) => pageId) });
    await world.settled();
  }
  for (const delivery of [...world.deliveries]) await world.redeliver(delivery);
  await world.settled();

  expect(world.notion.journal().writes).toBe(0);
  expect(world.github.journal().writes).toBe(0);
});
