import { afterEach, describe, expect, test } from "vitest";
import { actOn, approve, commit, headOf, pullOf, report, setRepository } from "../support/branches.ts";
import { fullConfig, fullMapping } from "../support/full-config.ts";
import { aPull, merges, readStatus, untilMerged, untilNotice } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const pullRequestMapping = fullMapping()["pullRequest"] as object;

const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");

describe("a page moved to Done whose pull request is not ready", () => {
  test("waits while optional checks are red, and says so", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    await report(world, headOf(world, "topic"), "failure");

    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /#\d+ waits to be merged\. Checks that are not required have failed/);
    expect((await pullOf(world, "topic")).state).toBe("OPEN");
    expect(await readStatus(world)).toMatchObject({ failures: [{ pageId, status: "waiting", code: "checks_unstable" }] });

    await report(world, headOf(world, "topic"), "success");
    await untilMerged(world);
    expect(await notice(pageId)).toBe("");
  });

  test("merges with red optional checks when the mapping says so", async () => {
    world = await createWorld({ config: fullConfig({ pullRequest: { ...pullRequestMapping, mergeUnstable: true } }) });
    const pageId = await aPull(world);
    await report(world, headOf(world, "topic"), "failure");

    await world.person.setStatus(pageId, "Done");
    await untilMerged(world);
  });

  test("waits for a draft, for conflicts and for reviews, each with what to do", async () => {
    world = await createWorld({ config: fullConfig() });
    const draft = await aPull(world, "draft");
    await actOn(world, (await pullOf(world, "draft")).id, "convertPullRequestToDraft");
    const conflicting = await aPull(world, "conflicting");
    await commit(world, "conflicting", "same.txt", "ours");
    await commit(world, "main", "same.txt", "theirs");

    await world.person.setStatus(draft, "Done");
    await world.person.setStatus(conflicting, "Done");
    await untilNotice(world, draft, /still a draft\. Mark it as ready/);
    await untilNotice(world, conflicting, /conflicts with its base branch\. Resolve/);

    setRepository(world, { protection: { reviews: true } });
    const reviewed = await aPull(world, "reviewed");
    await world.person.setStatus(reviewed, "Done");
    await untilNotice(world, reviewed, /A review is required\. Ask for a review/);
    expect(merges(world)).toBe(0);

    await approve(world, (await pullOf(world, "reviewed")).id);
    await untilMerged(world, "reviewed");
    expect(await notice(reviewed)).toBe("");
  });

  test("goes on with everything else while it waits", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    await report(world, headOf(world, "topic"), "failure");
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /waits to be merged/);

    const { id } = await pullOf(world, "topic");
    await world.person.github(
      `mutation ($id: ID!) { updatePullRequest(input: { pullRequestId: $id, title: "Named on GitHub" }) { clientMutationId } }`,
      { id },
    );
    await world.until(async () => (await world.person.textOf(pageId, "Name")) === "Named on GitHub", 180_000);
    await world.person.setPage(pageId, { Labels: { multi_select: [{ name: "bug" }] } });
    await world.settled();

    expect(await pullOf(world, "topic")).toMatchObject({ labels: ["bug"], state: "OPEN", column: "In Progress" });
    expect(await notice(pageId)).toMatch(/waits to be merged/);
  });

  test("writes nothing while all waits as before, nor for what cannot be", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageIds = [await aPull(world, "checks"), await aPull(world, "draft"), await aPull(world, "merged")];
    await report(world, headOf(world, "checks"), "failure");
    await actOn(world, (await pullOf(world, "draft")).id, "convertPullRequestToDraft");
    for (const pageId of pageIds) await world.person.setStatus(pageId, "Done");
    await untilMerged(world, "merged");
    await world.person.setStatus(pageIds[2] ?? "", "Won't do");
    for (const pageId of pageIds) await untilNotice(world, pageId, /waits to be merged|is merged/);
    // GitHub works everything out anew when the base branch moves.
    await commit(world, "main", "other.txt");
    world.notion.clearJournal();
    world.github.clearJournal();

    await world.call("POST", "sync", { pageIds });
    await world.advance(3 * 60 * 60_000);
    await world.call("POST", "sync", { pageIds });
    await world.settled();
    for (const delivery of [...world.deliveries]) await world.redeliver(delivery);
    await world.settled();

    expect(world.notion.journal().writes).toBe(0);
    expect(world.github.journal().writes).toBe(0);
  });

  test("that is moved away again while it waits, is not merged later", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    await report(world, headOf(world, "topic"), "failure");
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /waits to be merged/);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => (await notice(pageId)) === "", 180_000);
    await report(world, headOf(world, "topic"), "success");
    await world.advance(30 * 60_000);
    await world.settled();
    expect(await pullOf(world, "topic")).toMatchObject({ state: "OPEN", column: "In Progress" });
  });
});
