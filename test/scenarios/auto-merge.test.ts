import { afterEach, describe, expect, test } from "vitest";
import { actOn, headOf, pullOf, report, setRepository } from "../support/branches.ts";
import { fullConfig } from "../support/full-config.ts";
import { aPull, autoMergeConfig, merges, readStatus, untilMerged, untilNotice } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");
const statusOf = (pageId: string): Promise<string> => world.person.textOf(pageId, "Status");

describe("auto-merge", () => {
  test("is enabled while required checks are pending, and GitHub merges", async () => {
    world = await createWorld({ config: autoMergeConfig() });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull(world);
    await report(world, headOf(world, "topic"), "pending");

    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /auto-merge is enabled/);
    expect(await pullOf(world, "topic")).toMatchObject({ state: "OPEN", autoMerge: true });

    await report(world, headOf(world, "topic"), "success");
    await untilMerged(world);
    expect(await notice(pageId)).toBe("");
    expect(await statusOf(pageId)).toBe("Done");
    expect(merges(world)).toBe(0);
  });

  test("is taken back when the page leaves the status", async () => {
    world = await createWorld({ config: autoMergeConfig() });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull(world);
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /auto-merge is enabled/);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => !(await pullOf(world, "topic")).autoMerge, 180_000);
    await world.settled();
    expect(await notice(pageId)).toBe("");

    await report(world, headOf(world, "topic"), "success");
    await world.advance(30 * 60_000);
    expect((await pullOf(world, "topic")).state).toBe("OPEN");
  });

  test("is taken back when the page is thrown away", async () => {
    world = await createWorld({ config: autoMergeConfig() });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull(world);
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /auto-merge is enabled/);

    await world.person.trashPage(pageId);
    await world.until(async () => !(await pullOf(world, "topic")).autoMerge, 30 * 60_000);
    expect((await pullOf(world, "topic")).state).toBe("OPEN");
  });

  test("is taken back although nobody learned that it was enabled", async () => {
    world = await createWorld({ config: autoMergeConfig() });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull(world);
    world.github.setFaults([{ match: "mutation enablePullRequestAutoMerge", kind: "dropAfterEffect", times: 1 }]);
    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /auto-merge is enabled/);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => !(await pullOf(world, "topic")).autoMerge, 180_000);
  });

  test("that a person enabled is left alone", async () => {
    world = await createWorld({ config: fullConfig() });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull(world);
    await actOn(world, (await pullOf(world, "topic")).id, "enablePullRequestAutoMerge");

    await world.person.setStatus(pageId, "Ready");
    await world.settled();
    expect((await pullOf(world, "topic")).autoMerge).toBe(true);
  });

  test("merges at once what is ready", async () => {
    world = await createWorld({ config: autoMergeConfig() });
    const pageId = await aPull(world);
    await world.person.setStatus(pageId, "Done");
    await untilMerged(world);
  });
});

describe("impossible moves", () => {
  test("a merged pull request stays merged, and the page keeps the status that it was given", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    await world.person.setStatus(pageId, "Done");
    await untilMerged(world);

    await world.person.setStatus(pageId, "In Progress");
    await untilNotice(world, pageId, /is merged, and cannot be opened or closed any more\. Move the page/);
    await world.advance(10 * 60_000);
    await world.settled();
    expect(await statusOf(pageId)).toBe("In Progress");
    expect(await pullOf(world, "topic")).toMatchObject({ state: "MERGED", column: "Done" });
    expect(await readStatus(world)).toMatchObject({ failures: [{ pageId, code: "already_merged" }] });

    await world.person.setStatus(pageId, "Done");
    await world.until(async () => (await notice(pageId)) === "", 180_000);
  });

  test("a pull request that was closed unmerged cannot be merged", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    await world.person.setStatus(pageId, "Won't do");
    await world.settled();

    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /closed without being merged.*Reopen it on GitHub/);
    expect(await statusOf(pageId)).toBe("Done");

    await actOn(world, (await pullOf(world, "topic")).id, "reopenPullRequest");
    await world.settled();
    await world.advance(120_000);
    await world.settled();
    expect(await notice(pageId)).toBe("");
  });
});
