import { afterEach, describe, expect, test } from "vitest";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

describe("the main job", () => {
  test("a page set to Ready becomes an issue, and names it", async () => {
    world = await createWorld();

    const pageId = await world.person.createPage({ title: "Mend the fence", status: "Ready" });
    await world.until(async () => (await world.person.issuesTitled("Mend the fence")).length > 0, 60_000);
    await world.settled();

    const issues = await world.person.issuesTitled("Mend the fence");
    expect(issues).toHaveLength(1);
    expect(await world.person.textOf(pageId, "GitHub")).toBe(`acme/widgets#${issues[0]?.number}`);
  });
});
