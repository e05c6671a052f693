import { afterEach, describe, expect, test } from "vitest";
import { tickOnce } from "../support/tick.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const tick = (): Promise<void> => tickOnce(world);

describe("a delivery that is lost", () => {
  test("is healed by the tick also when the page was set back to what the tick before saw, within one minute", async () => {
    world = await createWorld({ timers: false });
    const pageId = await world.person.createPage({ title: "As it was", status: "Ready" });
    await world.settled();
    await world.until(async () => (await world.person.issuesTitled("As it was")).length === 1, 60_000);
    await world.advance(65_000 - (world.now() % 60_000));
    await world.person.setTitle(pageId, "As it was");
    await tick();

    await world.person.setTitle(pageId, "For a moment");
    await world.until(async () => (await world.person.issuesTitled("For a moment")).length === 1, 30_000);
    await world.settled();
    world.notion.setWebhooks({ lose: true });
    await world.person.setTitle(pageId, "As it was");
    await tick();

    expect(await world.person.issuesTitled("As it was")).toHaveLength(1);
  });
});
