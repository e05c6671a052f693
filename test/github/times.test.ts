import { describe, expect, onTestFinished, test } from "vitest";
import type { Profile } from "../../local/github-api/profiles.ts";
import { nodeIdsOf, readRoadmap } from "./a-project.ts";
import { actAsPerson, createWorld, someIssues, type World, type WorldOptions } from "./world.ts";

const NO_SCOPE: Profile = { kind: "classic", actor: "sync-bot", scopes: ["repo"] };
const APP: Profile = { kind: "app", actor: "notion-sync", permissions: { issues: "write" } };

function aWorld(issues: number, options: WorldOptions = {}): World {
  const world = createWorld({ issues: someIssues(issues), projects: [{ owner: "ada", number: 7 }], ...options });
  onTestFinished(() => world.simulator.verify());
  return world;
}

const DELETE = `mutation ($issueId: ID!) { deleteIssue(input: { issueId: $issueId }) { clientMutationId } }`;
const RENAME = `mutation ($id: ID!) { updateIssue(input: { id: $id, title: "New" }) { issue { updatedAt } } }`;

describe("when items were last updated", () => {
  test("is asked for 100 at a time, and is what a reading of the item says", async () => {
    const world = aWorld(101);
    const ids = nodeIdsOf(world);
    await actAsPerson(world, RENAME, { id: ids[7] });

    const times = await world.run(world.github.readItemTimes(ids));

    const items = await world.run(world.github.readItems(ids));
    expect(times.size).toBe(101);
    expect([...times]).toEqual([...items].map(([id, item]) => [id, item === "missing" ? "missing" : item.updatedAt]));
    expect(new Set(times.values()).size).toBeGreaterThan(1);
    expect(world.pacer.acquired).toEqual(["read", "read", "read", "read", "read"]);
  });

  test("says of an issue that is gone that it is missing", async () => {
    const world = aWorld(2);
    const [kept = "", gone = ""] = nodeIdsOf(world);
    await actAsPerson(world, DELETE, { issueId: gone });

    const times = await world.run(world.github.readItemTimes([kept, gone]));

    expect(times.get(gone)).toBe("missing");
    expect(times.get(kept)).toMatch(/Z$/);
  });

  test("is asked for in halves when it takes GitHub too much", async () => {
    const world = aWorld(4);
    world.simulator.setFaults([{ match: "ItemTimes", kind: "status", status: 200, times: 1, body: TOO_MUCH }]);

    const times = await world.run(world.github.readItemTimes(nodeIdsOf(world)));

    expect(times.size).toBe(4);
  });
});

const TOO_MUCH = { errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits for this query exceeded." }] };

describe("when cards were last updated", () => {
  test("is what a reading of the project says, and missing for what is not in it", async () => {
    const world = aWorld(3);
    const [on = "", off = "", moved = ""] = nodeIdsOf(world);
    const roadmap = await readRoadmap(world);
    await roadmap.add(on);
    await roadmap.set(moved, await roadmap.add(moved), "Estimate", 3);

    const times = await world.run(world.github.readCardTimes([on, off, moved], roadmap.view.projectId));

    const places = await world.run(world.github.readProjectItems([on, moved], roadmap.view));
    expect(times.get(on)).toBe(places.get(on)?.place.updatedAt);
    expect(times.get(moved)).toBe(places.get(moved)?.place.updatedAt);
    expect(times.get(moved)).toMatch(/Z$/);
    expect(times.get(off)).toBe("missing");
  });

  test("is asked for 40 at a time", async () => {
    const world = aWorld(41);
    const { view } = await readRoadmap(world);
    const before = world.pacer.acquired.length;

    await world.run(world.github.readCardTimes(nodeIdsOf(world), view.projectId));

    expect(world.pacer.acquired.slice(before)).toEqual(["read", "read"]);
  });

  test.each([
    ["a token without the scope", NO_SCOPE, "project_forbidden"],
    ["an app without the permission", APP, "project_unreachable"],
  ])("says of %s that the project is out of reach", async (_, profile, code) => {
    const world = aWorld(1, { token: "narrow", profiles: { narrow: profile } });
    const projectId = world.simulator.store.nodes().find(({ __typename }) => __typename === "ProjectV2")?.id ?? "";

    await expect(world.run(world.github.readCardTimes(nodeIdsOf(world), projectId))).rejects.toMatchObject({ code });
  });
});
