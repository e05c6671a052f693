import { afterEach, describe, expect, test } from "vitest";
import { createSent } from "../support/sent.ts";
import { askPlan } from "../support/plans.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

describe("a plan", () => {
  test("says what a run would do, and writes nothing", async () => {
    const sent = createSent(() => world.now());
    world = await createWorld({ webhooks: false, timers: false, onRequest: sent.onRequest });
    const pageId = await world.person.createPage({ title: "Mend the fence", status: "Ready" });

    const plan = await askPlan(world, {});

    expect(plan.pairs.find((pair) => pair.pageId === pageId)?.effects[0]).toMatchObject({ side: "github", kind: "create" });
    expect(sent.writes()).toBe(0);
  });
});
