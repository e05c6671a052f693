import { afterEach, describe, expect, test } from "vitest";
import { parseMoods } from "../../local/host/moods.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const ALL_MOODS = parseMoods("all");

let world: World;
afterEach(async () => world.close());

describe("on a bad day of the platform", () => {
  test.each([1, 2, 3])("pages are made, changed and closed once each (seed %i)", async (seed) => {
    world = await createWorld({ moods: ALL_MOODS, seed });
    const pageIds: string[] = [];

    for (const number of [1, 2, 3, 4, 5])
      pageIds.push(await world.person.createPage({ title: `Task ${number}`, status: "Ready" }));
    await world.until(
      async () => (await world.person.issues()).filter((issue) => issue.title.startsWith("Task ")).length === 5,
      600_000,
    );
    await world.settled();
    for (const [index, pageId] of pageIds.entries()) await world.person.setTitle(pageId, `Task ${index + 1}, changed`);
    await world.person.setStatus(pageIds[0] ?? "", "Done");
    await world.settled();
    await world.advance(300_000);
    await world.settled();

    const issues = (await world.person.issues()).filter((issue) => issue.title.startsWith("Task "));
    expect(issues.map((issue) => `${issue.title} ${issue.state}`).sort()).toEqual([
      "Task 1, changed CLOSED",
      "Task 2, changed OPEN",
      "Task 3, changed OPEN",
      "Task 4, changed OPEN",
      "Task 5, changed OPEN",
    ]);
    expect((await world.call("GET", "status")).body).toMatchObject({ idle: true, failures: [], conflicts: [], holds: [] });
    world.notion.verify();
    world.github.verify();
  });
});
