import { describe, expect, onTestFinished, test } from "vitest";
import type { ItemSnapshot } from "../../sync/model.ts";
import { actAsPerson, createWorld, REPOSITORY, someIssues, START, type World, type WorldOptions } from "./world.ts";

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const numbersOf = (items: readonly ItemSnapshot[]): number[] => items.map(({ number }) => number);

const nodeIdsOf = (world: World): string[] => world.simulator.store.children("Issue", repositoryOf(world)).map(({ id }) => id);

const repositoryOf = (world: World): string => world.simulator.store.findRepository("acme", "widgets")?.id ?? "";

const TOO_MUCH = { errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits for this query exceeded." }] };

describe("readViewer", () => {
  test("tells whose token it is", async () => {
    const world = aWorld();

    const viewer = await world.run(world.github.readViewer());

    expect(viewer).toEqual({ login: "sync-bot", databaseId: expect.stringMatching(/^\d+$/) as string });
    expect(world.pacer.acquired).toEqual(["read"]);
  });
});

describe("readRepository", () => {
  test("tells what may be done there", async () => {
    const world = aWorld({ repositoryFlags: { isArchived: true, hasIssuesEnabled: false } });

    expect(await world.run(world.github.readRepository(REPOSITORY))).toEqual({
      repositoryId: repositoryOf(world),
      nameWithOwner: REPOSITORY,
      isArchived: true,
      hasIssuesEnabled: false,
      viewerPermission: "WRITE",
    });
  });

  test("finds a renamed one by its old name, and tells the new one", async () => {
    const world = aWorld({ issues: someIssues(1) });
    world.simulator.store.redirect("acme/gadgets", repositoryOf(world));

    expect(await world.run(world.github.readRepository("acme/gadgets"))).toMatchObject({
      repositoryId: repositoryOf(world),
      nameWithOwner: REPOSITORY,
    });
    expect(await world.run(world.github.findIssue("acme/gadgets", 1))).toMatchObject({ repository: REPOSITORY });
    expect((await world.run(world.github.listUpdated("acme/gadgets", { since: "2026-11-01T00:00:00Z" }))).items).toHaveLength(1);
  });

  test("fails for one that is not there", async () => {
    const world = aWorld();

    expect(await world.fail(world.github.readRepository("acme/nothing"))).toMatchObject({ code: "not_found", end: "failed" });
  });

  test.each(["widgets", "acme/", "/widgets", "acme/widgets/issues"])("does not take %j for a name", async (name) => {
    await expect(aWorld().github.readRepository(name)).rejects.toThrow("owner/name");
  });
});

describe("readItems", () => {
  test("reads issues with all their fields, by node id", async () => {
    const world = aWorld({ issues: [{ title: "Paint it", labels: ["question", "bug"], assignees: ["grace", "ada"] }] });
    const [id = ""] = nodeIdsOf(world);

    const items = await world.run(world.github.readItems([id]));

    expect(items.get(id)).toMatchObject({
      kind: "issue",
      nodeId: id,
      repository: REPOSITORY,
      repositoryId: repositoryOf(world),
      number: 1,
      url: "https://github.com/acme/widgets/issues/1",
      readAt: START,
      state: "open",
      marker: null,
      fields: {
        title: "Paint it",
        labels: ["bug", "question"],
        assignees: ["ada", "grace"],
        milestone: null,
        type: null,
        parent: null,
      },
      problems: [],
    });
  });

  test("reads milestone, type and parent", async () => {
    const world = aWorld({ issues: someIssues(2) });
    const [parent = "", child = ""] = nodeIdsOf(world);
    const { store } = world.simulator;
    const milestone = store.children("Milestone", repositoryOf(world))[0]?.id;
    const owner = store.get("Repository", repositoryOf(world)).ownerId;
    const type = store.children("IssueType", owner)[0]?.id;
    await actAsPerson(
      world,
      `mutation ($child: ID!, $parent: ID!, $milestone: ID, $type: ID) {
        updateIssue(input: { id: $child, milestoneId: $milestone, issueTypeId: $type }) { issue { id } }
        addSubIssue(input: { issueId: $parent, subIssueId: $child }) { issue { id } }
      }`,
      { child, parent, milestone, type },
    );

    const items = await world.run(world.github.readItems([child]));

    expect(items.get(child)).toMatchObject({ fields: { milestone: "v1.0", type: "Bug", parent: "acme/widgets#1" } });
  });

  test("asks for at most 40 in a request, for each once, and keeps them apart", async () => {
    const world = aWorld({ issues: someIssues(41) });
    const ids = nodeIdsOf(world);

    await world.run(world.github.readItems(ids.slice(1)));
    expect(world.counts()).toEqual({ "query Nodes": 1 });
    world.simulator.clearJournal();
    const items = await world.run(world.github.readItems([...ids, ...ids]));

    expect(world.counts()).toEqual({ "query Nodes": 2 });
    expect([...items.keys()]).toEqual(ids);
    expect(ids.map((id) => (items.get(id) as ItemSnapshot).nodeId)).toEqual(ids);
  });

  test("says of an id that leads nowhere that it is missing, and reads the others", async () => {
    const world = aWorld({ issues: someIssues(2) });
    const [first = "", second = ""] = nodeIdsOf(world);

    const items = await world.run(world.github.readItems([first, "I_gone", second]));

    expect(items.get("I_gone")).toBe("missing");
    expect(numbersOf([items.get(first), items.get(second)] as ItemSnapshot[])).toEqual([1, 2]);
  });

  test("asks for nothing when there is nothing to read", async () => {
    const world = aWorld();

    expect((await world.run(world.github.readItems([]))).size).toBe(0);
    expect(world.counts()).toEqual({});
  });

  test("halves the request when GitHub finds it too much", async () => {
    const world = aWorld({ issues: someIssues(40) });
    world.simulator.setFaults([{ match: "query Nodes", kind: "status", status: 200, body: TOO_MUCH, times: 2 }]);

    const items = await world.run(world.github.readItems(nodeIdsOf(world)));

    expect(items.size).toBe(40);
    expect(world.counts()).toEqual({ "query Nodes": 5 });
  });

  test("gives up when even one item is too much", async () => {
    const world = aWorld({ issues: someIssues(1) });
    world.simulator.setFaults([{ match: "query Nodes", kind: "status", status: 200, body: TOO_MUCH }]);

    expect(await world.fail(world.github.readItems(nodeIdsOf(world)))).toMatchObject({ code: "resource_limits" });
  });

  test("an item that may not be read is neither missing nor read, and the reason is kept", async () => {
    const world = aWorld({ issues: someIssues(1) });
    const [id = ""] = nodeIdsOf(world);
    const body = {
      data: { nodes: [null] },
      errors: [{ type: "FORBIDDEN", path: ["nodes", 0], message: "Resource not accessible by integration" }],
    };
    world.simulator.setFaults([{ match: "query Nodes", kind: "status", status: 200, body }]);

    const items = await world.run(world.github.readItems([id]));

    expect(items.get(id)).toBeUndefined();
    expect(items.failures?.get(id)).toMatchObject({ code: "forbidden", end: "failed" });
  });
});

describe("findIssue", () => {
  test("finds an issue by its number", async () => {
    const world = aWorld({ issues: someIssues(3) });

    expect(await world.run(world.github.findIssue(REPOSITORY, 2))).toMatchObject({ kind: "issue", number: 2 });
  });

  test("finds nothing under a number that is free", async () => {
    const world = aWorld();

    expect(await world.run(world.github.findIssue(REPOSITORY, 99))).toBeUndefined();
  });

  test("fails when the repository cannot be seen: that says nothing of the issue", async () => {
    const world = aWorld();

    expect(await world.fail(world.github.findIssue("acme/nothing", 1))).toMatchObject({ code: "not_found" });
  });

  test("gives the text on demand", async () => {
    const world = aWorld({ issues: [{ title: "Paint it", body: "Red, please." }] });

    expect(await world.run(world.github.findContent(REPOSITORY, 1))).toMatchObject({ body: "Red, please.", item: { number: 1 } });
  });
});

describe("listUpdated", () => {
  const at = (second: number): string => new Date(Date.parse("2026-11-20T00:00:00Z") + second * 1_000).toISOString();

  test("gives 50 at a time, newest first, to the end", async () => {
    const world = aWorld({ issues: someIssues(120) });

    const seen: number[][] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof world.github.listUpdated>> = await world.run(
        world.github.listUpdated(REPOSITORY, { since: at(0), ...(cursor === null ? {} : { cursor }) }),
      );
      expect(page.repositoryId).toBe(repositoryOf(world));
      seen.push(numbersOf(page.items));
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(seen.map((page) => page.length)).toEqual([50, 50, 20]);
    expect(seen.flat()).toEqual(Array.from({ length: 120 }, (_, place) => 120 - place));
  });

  test("begins with the moment itself, and shows closed issues too", async () => {
    const world = aWorld({ issues: someIssues(5).map((issue) => ({ ...issue, state: "CLOSED" as const })) });

    const page = await world.run(world.github.listUpdated(REPOSITORY, { since: at(3) }));

    expect(page.items.map(({ number, state, reason }) => [number, state, reason])).toEqual([
      [5, "closed", "completed"],
      [4, "closed", "completed"],
    ]);
    expect(page.nextCursor).toBeNull();
  });

  test("is empty when nothing changed", async () => {
    const world = aWorld({ issues: someIssues(3) });

    expect((await world.run(world.github.listUpdated(REPOSITORY, { since: START }))).items).toEqual([]);
    expect(world.counts()).toEqual({ "query IssuesUpdated": 1 });
  });

  test("asks for a smaller page when GitHub finds it too much, and loses nothing", async () => {
    const world = aWorld({ issues: someIssues(60) });
    world.simulator.setFaults([{ match: "query IssuesUpdated", kind: "status", status: 200, body: TOO_MUCH }]);

    const page = await world.run(world.github.listUpdated(REPOSITORY, { since: at(0) }));

    expect(page.items).toHaveLength(25);
    expect(page.nextCursor).not.toBeNull();
  });

  test("fails rather than leave a gap", async () => {
    const world = aWorld({ issues: someIssues(1) });
    const issues = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [null] };
    const body = {
      data: { repository: { id: "R_1", issues } },
      errors: [{ path: ["repository", "issues", "nodes", 0], message: "Something went wrong while executing your query." }],
    };
    world.simulator.setFaults([{ match: "query IssuesUpdated", kind: "status", status: 200, body }]);

    expect(await world.fail(world.github.listUpdated(REPOSITORY, { since: at(0) }))).toMatchObject({ code: "unavailable" });
  });

  test("fails for a repository that cannot be seen", async () => {
    const world = aWorld();

    expect(await world.fail(world.github.listUpdated("acme/nothing", { since: at(0) }))).toMatchObject({ code: "not_found" });
  });
});

describe("listCreated", () => {
  test("goes back to the moment asked for, over as many pages as that takes, and no further", async () => {
    const world = aWorld({ issues: someIssues(200) });
    const since = new Date(Date.parse("2026-11-20T00:00:00Z") + 90_000).toISOString();

    const items = await world.run(world.github.listCreated(REPOSITORY, since));

    expect(numbersOf(items)).toEqual(Array.from({ length: 110 }, (_, place) => 200 - place));
    expect(world.counts()).toEqual({ "query IssuesCreated": 3 });
  });

  test("reads the markers, and is not led astray by an edit of an older issue", async () => {
    const marker = `<!-- notion-sync:v1 page=${"a".repeat(32)} key=1 mac=x -->`;
    const [old, fresh] = someIssues(2);
    const world = aWorld({
      issues: [
        { ...old, title: "old", updatedAt: "2026-11-24T00:00:00Z" },
        { ...fresh, title: "new", body: `text\n\n${marker}` },
      ],
    });

    const items = await world.run(world.github.listCreated(REPOSITORY, "2026-11-20T00:00:01Z"));

    expect(items.map((item) => [item.number, item.marker])).toEqual([[2, marker]]);
  });

  test("shows nothing of an issue that the list does not have yet", async () => {
    const world = aWorld();
    const { repositoryId } = await world.run(world.github.readRepository(REPOSITORY));
    await world.run(
      world.github.createIssue({ repositoryId, title: "New", body: "" }, { deadlineAtMs: world.clock.now() + 15_000 }),
    );
    world.simulator.setFaults([{ match: "query IssuesCreated", kind: "staleList", ageMs: 60_000 }]);
    await world.clock.advance(1_000);

    const early = await world.run(world.github.listCreated(REPOSITORY, START));
    const late = await world.run(world.github.listCreated(REPOSITORY, START));

    expect([numbersOf(early), numbersOf(late)]).toEqual([[], [1]]);
  });
});
