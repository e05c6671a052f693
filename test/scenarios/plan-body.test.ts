import { afterEach, describe, expect, test } from "vitest";
import { append } from "../support/feature-board.ts";
import { fullConfig } from "../support/full-config.ts";
import { createPlanBoard, linkPages } from "../support/plan-board.ts";
import { askPlan, readPairs } from "../support/plans.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

async function applyAll(planId: string): Promise<readonly (string | undefined)[]> {
  await world.call("POST", "apply", { planId });
  await world.settled();
  return (await readPairs(world, planId)).flat().map(({ result }) => result?.status);
}

describe("a plan that carries the text of a page", () => {
  test("tells that it changed, leaves it when it was edited once more, and carries it with the next plan", async () => {
    const board = await createPlanBoard({ config: fullConfig({ body: "toGithub" }) });
    world = board.world;
    const [pair] = await linkPages(world, ["With text"]);
    const bodyOf = async () => (await world.person.issuesTitled("With text"))[0]?.body ?? "";
    await world.advance(5 * 60_000);
    await append(world, pair?.pageId ?? "", "First words.");
    board.sent.clear();

    const first = await askPlan(world);
    expect(first.pairs.map(({ effects }) => effects.map(({ side, field }) => [side, field]))).toEqual([[["github", "body"]]]);
    expect(JSON.stringify(first.pairs)).not.toContain("First words");
    await world.advance(5 * 60_000);
    await append(world, pair?.pageId ?? "", "More words.");

    expect(await applyAll(first.planId)).toEqual(["skipped"]);
    expect(board.sent.writes()).toBe(0);

    const second = await askPlan(world);
    expect(await applyAll(second.planId)).toEqual(["applied"]);
    expect(await bodyOf()).toContain("First words.");
    expect(await bodyOf()).toContain("More words.");
  });
});
