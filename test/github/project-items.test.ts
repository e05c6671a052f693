import { describe, expect, onTestFinished, test } from "vitest";
import type { ItemWrite } from "../../github/client.ts";
import type { Profile } from "../../local/github-api/profiles.ts";
import { LATER, nodeIdsOf, readRoadmap } from "./a-project.ts";
import { actAsPerson, createWorld, someIssues, type World, type WorldOptions } from "./world.ts";

const NO_SCOPE: Profile = { kind: "classic", actor: "sync-bot", scopes: ["repo"] };
const APP: Profile = { kind: "app", actor: "notion-sync", permissions: { issues: "write" } };
const READER: Profile = { kind: "app", actor: "notion-sync", permissions: { issues: "write", organization_projects: "read" } };

function aWorld(options: WorldOptions = {}): World {
  const world = createWorld({ issues: someIssues(3), projects: [{ owner: "ada", number: 7 }], ...options });
  onTestFinished(() => world.simulator.verify());
  return world;
}

const EMPTY = {
  "project.Estimate": null,
  "project.Due": null,
  "project.Iteration": null,
  "project.Notes": null,
  "project.Status": null,
};

const ARCHIVE = `mutation ($projectId: ID!, $itemId: ID!) { archiveProjectV2Item(input: { projectId: $projectId, itemId: $itemId }) { item { id } } }`;

describe("writes about a project", () => {
  test("add an issue, and once more changes nothing", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const { view } = await readRoadmap(world);
    const write: ItemWrite = { nodeId, kind: "addToProject", project: view };

    const [first] = await world.run(world.github.applyWrites([write], LATER));
    const [second] = await world.run(world.github.applyWrites([write], LATER));

    expect(first).toMatchObject({
      end: "succeeded",
      project: {
        place: { projectItemId: expect.stringMatching(/^PVTI_/) as string, isArchived: false, column: null },
        fields: EMPTY,
      },
    });
    expect(second).toEqual(first);
    expect(world.pacer.acquired).toEqual(["read", "write", "write"]);
  });

  test.each([
    ["Estimate", 3, 3],
    ["Estimate", 0, 0],
    ["Due", "2026-12-24", "2026-12-24"],
    ["Iteration", "sprint 2", "Sprint 2"],
    ["Notes", "A note", "A note"],
    ["Status", "in progress", "In Progress"],
  ])("set and clear %s", async (name, value, found) => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const roadmap = await readRoadmap(world);
    const itemId = await roadmap.add(nodeId);

    const set = await roadmap.set(nodeId, itemId, name, value);
    const cleared = await roadmap.set(nodeId, itemId, name, null);

    const column = name === "Status" ? found : null;
    expect(set).toMatchObject({ project: { place: { column }, fields: { ...EMPTY, [`project.${name}`]: found } } });
    expect(cleared).toMatchObject({ project: { place: { column: null }, fields: EMPTY } });
  });

  test("come behind those of issues in one request, each result at its place", async () => {
    const world = aWorld();
    const [first = "", second = ""] = nodeIdsOf(world);
    const { view } = await readRoadmap(world);
    const writes: ItemWrite[] = [
      { nodeId: first, kind: "addToProject", project: view },
      { nodeId: first, kind: "closeIssue", reason: "completed" },
      { nodeId: second, kind: "addToProject", project: view },
    ];

    const results = await world.run(world.github.applyWrites(writes, LATER));

    expect(results.map((each) => each.end === "succeeded" && (each.item?.nodeId ?? Object.keys(each.project ?? {})))).toEqual([
      ["place", "fields"],
      first,
      ["place", "fields"],
    ]);
    const sent = world.simulator.journal().requests.slice(1);
    expect(sent.map(({ detail }) => detail?.["fields"])).toEqual([{ closeIssue: 1, addProjectV2ItemById: 2 }]);
  });

  test("a token without the scope does not keep issues from being written", async () => {
    const person = aWorld();
    const { view } = await readRoadmap(person);
    const world = aWorld({ token: "narrow", profiles: { narrow: NO_SCOPE } });
    const [nodeId = ""] = nodeIdsOf(world);
    const writes: ItemWrite[] = [
      { nodeId, kind: "addToProject", project: view },
      { nodeId, kind: "closeIssue", reason: "completed" },
    ];

    const [place, issue] = await world.run(world.github.applyWrites(writes, LATER));

    expect(place).toMatchObject({ end: "failed", error: { code: "project_forbidden" } });
    expect(issue).toMatchObject({ end: "succeeded", item: { state: "closed" } });
  });

  test("a permission that is missing is about the project", async () => {
    const world = aWorld({ token: "reader", profiles: { reader: READER } });
    const [nodeId = ""] = nodeIdsOf(world);
    const { view } = await readRoadmap(world);

    const [result] = await world.run(world.github.applyWrites([{ nodeId, kind: "addToProject", project: view }], LATER));

    expect(result).toMatchObject({ end: "failed", error: { code: "project_forbidden" } });
  });

  test("an option or iteration that is gone is stale, and the others are set", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const roadmap = await readRoadmap(world);
    const shared = { nodeId, projectItemId: await roadmap.add(nodeId), kind: "setProjectField", project: roadmap.view } as const;
    const writes: ItemWrite[] = [
      { ...shared, fieldId: roadmap.fieldId("Status"), value: { singleSelectOptionId: "gone" } },
      { ...shared, fieldId: roadmap.fieldId("Iteration"), value: { iterationId: "gone" } },
      { ...shared, fieldId: roadmap.fieldId("Notes"), value: { text: "Here" } },
    ];

    const results = await world.run(world.github.applyWrites(writes, LATER));

    expect(results).toMatchObject([
      { end: "failed", error: { code: "option_stale" } },
      { end: "failed", error: { code: "option_stale" } },
      { end: "succeeded", project: { fields: { ...EMPTY, "project.Notes": "Here" } } },
    ]);
  });

  test("an item in the archive takes no values until it is out of it", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const roadmap = await readRoadmap(world);
    const projectItemId = await roadmap.add(nodeId);
    await actAsPerson(world, ARCHIVE, { projectId: roadmap.view.projectId, itemId: projectItemId });

    const refused = await roadmap.set(nodeId, projectItemId, "Estimate", 3);
    const unarchive: ItemWrite = { nodeId, kind: "unarchiveProjectItem", projectItemId, project: roadmap.view };
    const [taken] = await world.run(world.github.applyWrites([unarchive], LATER));
    const set = await roadmap.set(nodeId, projectItemId, "Estimate", 3);

    expect(refused).toMatchObject({ end: "failed", error: { code: "item_archived" } });
    expect(taken).toMatchObject({ end: "succeeded", project: { place: { isArchived: false } } });
    expect(set).toMatchObject({ end: "succeeded", project: { fields: { "project.Estimate": 3 } } });
  });

  test("a full project says so", async () => {
    const world = aWorld({ knobs: { maxProjectItems: 0 } });
    const [nodeId = ""] = nodeIdsOf(world);
    const { view } = await readRoadmap(world);

    const [result] = await world.run(world.github.applyWrites([{ nodeId, kind: "addToProject", project: view }], LATER));

    expect(result).toMatchObject({ end: "failed", error: { code: "project_full" } });
  });

  test("what GitHub does not explain is unknown for that write alone", async () => {
    const world = aWorld();
    const { view } = await readRoadmap(world);
    world.simulator.setFaults([{ match: "mutation ", kind: "partial", aliases: ["w1"] }]);
    const writes = nodeIdsOf(world).map((nodeId): ItemWrite => ({ nodeId, kind: "addToProject", project: view }));

    const results = await world.run(world.github.applyWrites(writes, LATER));

    expect(results.map(({ end }) => end)).toEqual(["succeeded", "unknown", "succeeded"]);
  });
});

describe("readProjectItems", () => {
  test("tells places and values, archived items included, and who is not there", async () => {
    const world = aWorld();
    const [first = "", second = "", third = ""] = nodeIdsOf(world);
    const roadmap = await readRoadmap(world);
    const place = await roadmap.add(first);
    const archived = await roadmap.add(second);
    await roadmap.set(first, place, "Status", "Todo");
    await roadmap.set(first, place, "Estimate", 5);
    await actAsPerson(world, ARCHIVE, { projectId: roadmap.view.projectId, itemId: archived });

    const readings = await world.run(
      world.github.readProjectItems([first, second, third, first], { ...roadmap.view, fields: ["estimate", "Due"] }),
    );

    expect([...readings]).toEqual([
      [
        first,
        {
          place: { projectItemId: place, isArchived: false, column: "Todo", updatedAt: "2026-11-25T12:00:00Z" },
          fields: { "project.estimate": 5, "project.Due": null },
        },
      ],
      [
        second,
        {
          place: { projectItemId: archived, isArchived: true, column: null, updatedAt: "2026-11-25T12:00:00Z" },
          fields: { "project.estimate": null, "project.Due": null },
        },
      ],
      [third, null],
    ]);
    expect(readings.failures?.size).toBe(0);
  });

  test("asks for 45 issues in three reads, which name no issue's text", async () => {
    const world = aWorld({ issues: someIssues(45) });
    const { view } = await readRoadmap(world);

    const readings = await world.run(world.github.readProjectItems(nodeIdsOf(world), view));

    expect(readings.size).toBe(45);
    expect(world.counts()).toEqual({ "query Project": 1, "query ProjectItems": 3 });
    expect(world.pacer.acquired).toEqual(["read", "read", "read", "read"]);
  });

  test("asks for half as many when GitHub says that it is too much", async () => {
    const world = aWorld();
    const { view } = await readRoadmap(world);
    const body = { errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits for this query exceeded." }] };
    world.simulator.setFaults([{ match: "query ProjectItems", kind: "status", status: 200, body }]);

    expect((await world.run(world.github.readProjectItems(nodeIdsOf(world), view))).size).toBe(3);
    expect(world.counts()["query ProjectItems"]).toBe(3);
  });

  test("finds the project behind twenty others", async () => {
    const projects = Array.from({ length: 25 }, (_, place) => ({ owner: "acme", number: place + 10 }));
    const world = aWorld({ projects });
    const [nodeId = ""] = nodeIdsOf(world);
    for (const { owner, number } of projects) {
      const { projectId } = await world.run(world.github.readProject(owner, number));
      const project = { projectId, statusField: "Status", fields: [] };
      await world.run(world.github.applyWrites([{ nodeId, kind: "addToProject", project }], LATER));
    }
    const roadmap = await readRoadmap(world);
    const projectItemId = await roadmap.add(nodeId);

    const readings = await world.run(world.github.readProjectItems([nodeId], roadmap.view));

    expect(readings.get(nodeId)).toMatchObject({ place: { projectItemId } });
    expect(world.counts()["query ProjectItems"]).toBe(2);
  });

  test("an issue that is gone has a failure, not a place", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const { view } = await readRoadmap(world);

    const readings = await world.run(world.github.readProjectItems([nodeId, "I_gone"], view));

    expect([...readings.keys()]).toEqual([nodeId]);
    expect(readings.failures?.get("I_gone")).toMatchObject({ code: "not_found" });
  });

  test("values that GitHub leaves out are no empty values", async () => {
    const world = aWorld();
    const [nodeId = ""] = nodeIdsOf(world);
    const { view } = await readRoadmap(world);
    const item = {
      id: "PVTI_1",
      isArchived: false,
      project: { id: view.projectId },
      fieldValues: { totalCount: 2, nodes: [null] },
    };
    const projectItems = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [item] };
    const body = { data: { project: { id: view.projectId }, nodes: [{ projectItems }] } };
    world.simulator.setFaults([{ match: "query ProjectItems", kind: "status", status: 200, body }]);

    const readings = await world.run(world.github.readProjectItems([nodeId], view));

    expect(readings.size).toBe(0);
    expect(readings.failures?.get(nodeId)).toMatchObject({ code: "incomplete_result" });
  });

  test.each([
    ["an app that may not see projects, whose lists are empty", APP],
    ["a classic token without the scope", NO_SCOPE],
  ])("never says that nothing is in the project: %s", async (_, profile) => {
    const { view } = await readRoadmap(aWorld());
    const world = aWorld({ token: "narrow", profiles: { narrow: profile } });

    const error = await world.fail(world.github.readProjectItems(nodeIdsOf(world), view));

    expect(error).toMatchObject({ end: "failed", code: expect.stringMatching(/^project_(unreachable|forbidden)$/) as string });
  });

  test("a project of a person that the token may not see does not hide ours", async () => {
    const profile: Profile = {
      kind: "fineGrained",
      actor: "sync-bot",
      permissions: { issues: "write", organization_projects: "write" },
    };
    const world = aWorld({ token: "fine", profiles: { fine: profile } });
    const [first = "", second = ""] = nodeIdsOf(world);
    const roadmap = await readRoadmap(world);
    const found = (await actAsPerson(world, `{ user(login: "ada") { projectV2(number: 7) { id } } }`)) as {
      user: { projectV2: { id: string } };
    };
    const add = `mutation ($projectId: ID!, $contentId: ID!) { addProjectV2ItemById(input: { projectId: $projectId, contentId: $contentId }) { item { id } } }`;
    for (const contentId of [first, second]) await actAsPerson(world, add, { projectId: found.user.projectV2.id, contentId });
    const projectItemId = await roadmap.add(first);

    const readings = await world.run(world.github.readProjectItems([first, second], roadmap.view));

    expect(readings.get(first)).toMatchObject({ place: { projectItemId } });
    expect(readings.get(second)).toBeNull();
    expect(readings.failures?.size).toBe(0);
  });
});
