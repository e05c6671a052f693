import { afterEach, describe, expect, test } from "vitest";
import { closeIssue, createPlanBoard, linkPages } from "../support/plan-board.ts";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import { createBigBoard } from "../support/big-board.ts";
import { simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

describe("a paused mapping", () => {
  test.each([{ webhooks: true }, { webhooks: false }])(
    "holds everything, and loses nothing once it is resumed (webhooks: $webhooks)",
    async ({ webhooks }) => {
      const board = await createPlanBoard({ webhooks, timers: true });
      world = board.world;
      const [renamed, closed] = await linkPages(world, ["Rename me", "Close me"]);
      await world.call("POST", "mappings/engineering/pause");
      board.sent.clear();

      await world.person.setTitle(renamed?.pageId ?? "", "Renamed");
      await closeIssue(world, closed?.issueId ?? "");
      await world.person.createPage({ title: "Made meanwhile", status: "Ready" });
      await world.advance(30 * 60_000);

      expect(board.sent.writes()).toBe(0);
      expect((await world.call("GET", "status")).body).toMatchObject({
        idle: true,
        mappings: [{ name: "engineering", paused: true }],
      });

      expect(await world.call("POST", "mappings/engineering/resume")).toEqual({
        status: 200,
        body: { name: "engineering", paused: false },
      });
      await world.settled();
      await world.advance(120_000);
      await world.settled();

      expect(await world.person.issuesTitled("Renamed")).toHaveLength(1);
      expect(await world.person.issuesTitled("Made meanwhile")).toHaveLength(1);
      expect(await world.person.textOf(closed?.pageId ?? "", "Status")).toBe("Done");
      expect((await world.call("GET", "status")).body).toMatchObject({
        failures: [],
        mappings: [{ paused: false, pendingChanges: 0 }],
      });
      expect(world.log.filter(({ message }) => message.includes("made no progress"))).toEqual([]);
    },
  );

  test("stops a run in its midst, and stays paused over a restart", async () => {
    const board = await createBigBoard(250, { webhooks: false });
    world = board.world;
    for (const [index, pageId] of board.pageIds.entries()) await world.person.setTitle(pageId, `Renamed ${index}`);
    const countRenamed = async () => (await world.person.issues()).filter(({ title }) => title.startsWith("Renamed ")).length;
    await world.until(async () => (await countRenamed()) > 0, 5 * 60_000);

    await world.call("POST", "mappings/engineering/pause");
    await world.settled();
    const renamed = await countRenamed();
    world.kill();
    await world.start();
    await world.advance(30 * 60_000);

    // Four slices of 40 were at work.
    expect(renamed).toBeLessThanOrEqual(160);
    expect(await countRenamed()).toBe(renamed);

    await world.call("POST", "mappings/engineering/resume");
    await world.until(async () => (await countRenamed()) === 250, 60 * 60_000);
  });

  test("leaves the reading of a shared data source to another one, and finds what was read", async () => {
    const board = await createPlanBoard({
      config: { mappings: [simpleMapping(), { ...simpleMapping(), name: "second" }] },
      timers: true,
    });
    world = board.world;
    await world.advance(2 * 60_000);
    await world.call("POST", "mappings/engineering/pause");

    for (let n = 1; n <= 150; n += 1) await world.person.createPage({ title: `Task ${n}` });
    await world.advance(3 * 60_000);

    const scans = (world.memory?.dump("source:") ?? []).filter((row) => JSON.stringify(row).includes("scan"));
    expect(scans).toEqual([]);
    expect((await world.call("GET", "status")).body).toMatchObject({
      mappings: [
        { name: "engineering", pendingChanges: world.notion.listPages(DEMO_DATA_SOURCE_ID).length },
        { name: "second", pendingChanges: 0 },
      ],
    });
  });

  test("must be one of the configuration", async () => {
    const board = await createPlanBoard();
    world = board.world;

    for (const command of ["pause", "resume"]) {
      const answer = await world.call("POST", `mappings/nobody/${command}`);
      expect(answer.status).toBe(404);
      expect(JSON.stringify(answer.body)).toContain("engineering");
    }
  });
});
