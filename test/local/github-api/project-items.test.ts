import { describe, expect, test } from "vitest";
import { ADD, aBoard, readFields } from "./a-board.ts";
import { aSimulator, createIssue } from "./a-simulator.ts";
import { payloadFaults } from "./webhook-schemas.ts";

describe("items of projects", () => {
  test("take an item once: adding it again gives the same item", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);

    const again = await setup.read(ADD, { projectId: board.projectId, contentId: board.issue["id"] });

    expect(again["addProjectV2ItemById"]?.["item"]).toMatchObject({ id: board.itemId, type: "ISSUE" });
  });

  test("take an item with the creation of its issue", async () => {
    const setup = aSimulator();
    const { projectId } = await readFields(setup);
    const issue = await createIssue(setup, { projectV2Ids: [projectId] });

    const { node } = await setup.read(
      "query ($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 5) { totalCount nodes { project { title } } } } } }",
      { id: issue["id"] },
    );

    expect(node).toEqual({ projectItems: { totalCount: 1, nodes: [{ project: { title: "Roadmap" } }] } });
  });

  test("hide archived items from the list, refuse changes to them, and show them on the issue", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);
    const ids = { projectId: board.projectId, itemId: board.itemId };
    const document = `mutation ($projectId: ID!, $itemId: ID!) { archiveProjectV2Item(input: { projectId: $projectId, itemId: $itemId }) { item { isArchived } } }`;
    await setup.read(document, ids);

    const lists = await setup.read(
      `query ($id: ID!, $issue: ID!) { node(id: $id) { ... on ProjectV2 { items(first: 5) { totalCount } } }
        issue: node(id: $issue) { ... on Issue { all: projectItems(first: 5, includeArchived: true) { totalCount } open: projectItems(first: 5, includeArchived: false) { totalCount } } } }`,
      { id: board.projectId, issue: board.issue["id"] },
    );
    const refused = await board.set("Estimate", { number: 1 });
    await setup.read(document.replaceAll("archiveProjectV2Item", "unarchiveProjectV2Item"), ids);
    const accepted = await board.set("Estimate", { number: 1 });

    expect(lists).toEqual({ node: { items: { totalCount: 0 } }, issue: { all: { totalCount: 1 }, open: { totalCount: 0 } } });
    expect(refused.errors).toMatchObject([{ message: "The item is archived and cannot be updated" }]);
    expect(accepted.errors).toEqual([]);
  });

  test("filter their items by their own grammar, which knows no times", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);
    await board.set("Status", { singleSelectOptionId: board.field("Status").options?.[1]?.id });
    const count = async (query: string): Promise<unknown> => {
      const document = `query ($id: ID!, $filter: String) { node(id: $id) { ... on ProjectV2 { items(first: 5, query: $filter) { totalCount } } } }`;
      return (await setup.read(document, { id: board.projectId, filter: query }))["node"]?.["items"]?.["totalCount"];
    };

    const counts = [];
    for (const query of [
      'status:"In Progress"',
      "-status:Done",
      "status:Done",
      "no:estimate",
      "is:closed",
      "updated:>2020-01-01T00:00:00Z",
      "updated:2020-01-01",
      "last-updated:1days",
      "-last-updated:1days",
    ])
      counts.push(await count(query));

    expect(counts).toEqual([1, 1, 0, 1, 0, 0, 1, 0, 1]);
  });

  test("drafts are added, edited and become issues", async () => {
    const setup = aSimulator();
    const { projectId } = await readFields(setup);
    const added = await setup.read(
      `mutation ($id: ID!) { addProjectV2DraftIssue(input: { projectId: $id, title: "Idea", body: "raw" }) { projectItem { id type content { ... on DraftIssue { id title } } } } }`,
      { id: projectId },
    );
    const item = added["addProjectV2DraftIssue"]?.["projectItem"];
    await setup.read(
      `mutation ($id: ID!) { updateProjectV2DraftIssue(input: { draftIssueId: $id, title: "Plan" }) { draftIssue { title } } }`,
      {
        id: item?.["content"]?.["id"],
      },
    );

    const converted = await setup.read(
      `mutation ($item: ID!, $repository: ID!) { convertProjectV2DraftIssueItemToIssue(input: { itemId: $item, repositoryId: $repository }) { item { id type content { ... on Issue { number title body } } } } }`,
      { item: item?.["id"], repository: setup.repositoryId },
    );

    expect(item).toMatchObject({ type: "DRAFT_ISSUE", content: { title: "Idea" } });
    expect(converted["convertProjectV2DraftIssueItemToIssue"]).toEqual({
      item: { id: item?.["id"], type: "ISSUE", content: { number: 5, title: "Plan", body: "raw" } },
    });
  });

  test("tell of their items in the published shapes, with what changed", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);
    const [todo, , done] = board.field("Status").options ?? [];
    await board.set("Status", { singleSelectOptionId: todo?.id });
    await board.set("Status", { singleSelectOptionId: done?.id });
    await board.set("Iteration", { iterationId: board.field("Iteration").configuration?.iterations[0]?.id });
    await board.set("Notes", { text: "n" });
    await board.set("Estimate", { number: 3 });
    const ids = { projectId: board.projectId, itemId: board.itemId };
    for (const mutation of ["archiveProjectV2Item", "unarchiveProjectV2Item"])
      await setup.read(
        `mutation ($projectId: ID!, $itemId: ID!) { ${mutation}(input: { projectId: $projectId, itemId: $itemId }) { clientMutationId } }`,
        ids,
      );
    await setup.read(
      `mutation ($projectId: ID!, $itemId: ID!) { deleteProjectV2Item(input: { projectId: $projectId, itemId: $itemId }) { deletedItemId } }`,
      ids,
    );

    const deliveries = (await setup.delivered()).filter(({ event }) => event === "projects_v2_item");

    const actions = deliveries.map(({ payload }) => payload["action"]);
    expect(actions).toEqual(["created", "edited", "edited", "edited", "edited", "edited", "archived", "restored", "deleted"]);
    expect(deliveries[2]?.payload).toMatchObject({
      projects_v2_item: {
        node_id: board.itemId,
        project_node_id: board.projectId,
        content_node_id: board.issue["id"],
        content_type: "Issue",
      },
      changes: {
        field_value: {
          field_name: "Status",
          field_type: "single_select",
          project_number: 1,
          from: { name: "Todo" },
          to: { name: "Done" },
        },
      },
    });
    expect(deliveries[0]?.payload).not.toHaveProperty("repository");
    expect(deliveries[0]?.headers.get("x-github-hook-installation-target-type")).toBe("organization");
    expect(deliveries.flatMap(({ event, payload }) => payloadFaults(event, payload))).toEqual([]);
  });

  test("of a person send no webhooks, and are closed to other tokens than classic ones", async () => {
    const setup = aSimulator({
      seedData: {
        projects: [{ owner: "ada", number: 7 }],
        profiles: {
          narrow: { kind: "fineGrained", actor: "ada", permissions: { organization_projects: "write" } },
          app: { kind: "app", actor: "notion-sync", permissions: { organization_projects: "write" } },
        },
      },
    });
    const document = `{ user(login: "ada") { projectV2(number: 7) { id } projectsV2(first: 5) { totalCount } } }`;

    const classic = await setup.read(document, {}, "any");
    const narrow = await setup.ask(document, {}, "narrow");
    const app = await setup.ask(document, {}, "app");
    await setup.read(
      ADD,
      { projectId: classic["user"]?.["projectV2"]?.["id"], contentId: (await createIssue(setup))["id"] },
      "any",
    );
    const deliveries = await setup.delivered();

    expect(classic["user"]?.["projectsV2"]).toEqual({ totalCount: 1 });
    expect(narrow.errors).toMatchObject([{ type: "FORBIDDEN", message: "Resource not accessible by personal access token" }]);
    expect(app.data["user"]?.["projectsV2"]).toEqual({ totalCount: 0 });
    expect(deliveries.map(({ event }) => event)).toEqual(["issues"]);
  });

  test("of a person are left out of an issue's places for an app, refused one by one for a fine-grained token", async () => {
    const setup = aSimulator({
      seedData: {
        projects: [{ owner: "ada", number: 7 }],
        profiles: {
          narrow: { kind: "fineGrained", actor: "ada", permissions: { issues: "write", organization_projects: "write" } },
          app: { kind: "app", actor: "notion-sync", permissions: { issues: "write", organization_projects: "write" } },
        },
      },
    });
    const board = await aBoard(setup);
    const found = await setup.read(`{ user(login: "ada") { projectV2(number: 7) { id } } }`);
    const variables = { projectId: found["user"]?.["projectV2"]?.["id"], contentId: board.issue["id"] };
    await setup.read(ADD, variables, "any");
    const document = `query ($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 9) { totalCount nodes { project { number } } } } } }`;
    const places = async (token: string) => {
      const { data, errors } = await setup.ask(document, { id: variables.contentId }, token);
      return { ...data["node"]?.["projectItems"], errors };
    };

    const [ours, theirs] = [{ project: { number: 1 } }, { project: { number: 7 } }];
    expect(await places("any")).toMatchObject({ totalCount: 2, nodes: [ours, theirs] });
    expect(await places("app")).toMatchObject({ totalCount: 1, nodes: [ours], errors: [] });
    expect(await places("narrow")).toMatchObject({ totalCount: 2, nodes: [ours, null], errors: [{ type: "FORBIDDEN" }] });
    expect((await setup.ask(ADD, variables, "app")).errors).toMatchObject([{ type: "NOT_FOUND" }]);
  });

  test("hold no more items than they may", async () => {
    const setup = aSimulator({ maxProjectItems: 1 });
    const board = await aBoard(setup);

    const { errors } = await setup.ask(ADD, { projectId: board.projectId, contentId: (await createIssue(setup))["id"] });

    expect(errors).toMatchObject([
      { message: "Projects cannot have more than 1 items. To add more, please archive or delete existing items." },
    ]);
  });
});
