import { afterEach, expect, test } from "vitest";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

test("when all tables are lost, the links are found again by what both sides say of each other, and nothing is made twice", async () => {
  world = await createWorld();
  const pageIds: string[] = [];
  for (const title of ["One", "Two", "Three"]) pageIds.push(await world.person.createPage({ title, status: "Ready" }));
  await world.until(async () => {
    const texts = await Promise.all(pageIds.map((pageId) => world.person.textOf(pageId, "GitHub")));
    return texts.every((text) => text !== "");
  });
  await world.settled();
  await world.person.setStatus(pageIds[2] ?? "", "Done");
  await world.settled();
  const before = await world.person.issues();

  world.kill();
  for (const { partitionKey, rowKey } of world.memory?.dump() ?? []) await world.table.remove(partitionKey, rowKey);
  await world.start();
  await world.advance(130_000);
  await world.settled();

  expect(await world.person.issues()).toEqual(before);
  const [first = "", , third = ""] = pageIds;
  await world.person.setTitle(first, "One, still linked");
  await world.settled();
  expect(await world.person.issuesTitled("One, still linked")).toHaveLength(1);
  await world.person.setStatus(third, "In Progress");
  await world.settled();
  expect((await world.person.issuesTitled("Three"))[0]).toMatchObject({ state: "OPEN" });
  expect(await world.person.issues()).toHaveLength(before.length);
  expect((await world.call("GET", "status")).body).toMatchObject({ failures: [], conflicts: [], holds: [] });
});
