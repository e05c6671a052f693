import { afterEach, describe, expect, test } from "vitest";
import { fullConfig } from "../support/full-config.ts";
import { readBoardIssue } from "../support/issue-board.ts";
import { createPlanBoard } from "../support/plan-board.ts";
import { askPlan, readPairs } from "../support/plans.ts";
import type { EffectSeen } from "../support/plans.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

async function numberOf(pageId: string): Promise<number> {
  return Number((await world.person.textOf(pageId, "GitHub")).split("#")[1]);
}

async function applyAll(planId: string): Promise<readonly (string | undefined)[]> {
  await world.call("POST", "apply", { planId });
  await world.settled(60 * 60_000);
  return (await readPairs(world, planId)).flat().map(({ result }) => result?.status);
}

describe("a plan for a mapping of many fields", () => {
  test("foresees what a new issue gets, in the project too, and nothing is left to do once it is applied", async () => {
    const board = await createPlanBoard({ config: fullConfig() });
    world = board.world;
    const pageId = await world.person.createPage({ title: "Everything", status: "Ready" });
    await world.person.setPage(pageId, {
      Labels: { multi_select: [{ name: "bug" }] },
      Milestone: { select: { name: "v1.0" } },
      Estimate: { number: 3 },
      Due: { date: { start: "2026-12-24" } },
    });

    const { planId, pairs } = await askPlan(world);
    expect(board.sent.writes()).toBe(0);

    const effects = pairs.find((pair) => pair.pageId === pageId)?.effects ?? [];
    const byField = new Map(effects.map((effect): [string, EffectSeen] => [effect.field, effect]));
    expect(byField.get("item")).toMatchObject({
      kind: "create",
      title: "Everything",
      fields: { labels: ["bug"], milestone: "v1.0" },
    });
    expect(byField.get("project")).toMatchObject({ kind: "addToProject" });
    expect(
      Object.fromEntries(["column", "project.Estimate", "project.Due"].map((field) => [field, byField.get(field)?.to])),
    ).toEqual({
      column: "Todo",
      "project.Estimate": 3,
      "project.Due": "2026-12-24",
    });
    expect([...byField.keys()].sort()).toEqual(["column", "item", "project", "project.Due", "project.Estimate", "reference"]);

    expect(await applyAll(planId)).toEqual(["applied"]);
    expect(await readBoardIssue(world.person, await numberOf(pageId))).toMatchObject({
      title: "Everything",
      labels: ["bug"],
      milestone: "v1.0",
      project: { Status: "Todo", Estimate: 3, Due: "2026-12-24" },
    });
    expect((await askPlan(world)).pairs).toEqual([]);
  });

  test("does not take a parent that is made by the same plan for an edit", async () => {
    const board = await createPlanBoard({ config: fullConfig() });
    world = board.world;
    const parent = await world.person.createPage({ title: "Parent", status: "Ready" });
    const child = await world.person.createPage({ title: "Child", status: "Ready" });
    await world.person.setPage(child, { Parent: { relation: [{ id: parent }] } });
    const { planId } = await askPlan(world);

    expect(await applyAll(planId)).toEqual(["applied", "applied"]);

    expect((await readBoardIssue(world.person, await numberOf(child))).parent).toBe(await numberOf(parent));
  });

  test("lists a page that is done at first sight, links it, and does not close its issue", async () => {
    const board = await createPlanBoard({ config: fullConfig() });
    world = board.world;
    const [issue] = (await world.person.issues()).filter(({ state }) => state === "OPEN");
    const pageId = await world.person.createPage({ title: issue?.title ?? "", status: "Backlog" });
    await world.person.setPage(pageId, {
      GitHub: { rich_text: [{ text: { content: `acme/widgets#${issue?.number}` } }] },
      Status: { status: { name: "Done" } },
    });

    const { planId, pairs } = await askPlan(world);

    const pair = pairs.find((candidate) => candidate.pageId === pageId);
    expect(pair).toMatchObject({
      item: `acme/widgets#${issue?.number}`,
      link: "adopt",
      conflicts: [{ field: "status", taken: null }],
    });
    expect(pair?.effects.filter(({ field }) => field === "status")).toEqual([]);
    expect(await applyAll(planId)).toEqual(["applied"]);
    expect((await readBoardIssue(world.person, issue?.number ?? 0)).state).toBe("OPEN");
  });
});
