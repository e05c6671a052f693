import { describe, expect, test } from "vitest";
import { SEED_PROJECT_NUMBER } from "../../../local/github-api/seed.ts";
import { type Found, type Setup, aSimulator, createIssue, idOf, textOf } from "./a-simulator.ts";
import { payloadFaults } from "./webhook-schemas.ts";

const PROJECT = `{ organization(login: "acme") { projectV2(number: ${SEED_PROJECT_NUMBER}) {
  id title url closed number viewerCanUpdate fullDatabaseId owner { __typename ... on Organization { login } }
  fields(first: 50) { totalCount nodes { __typename
    ... on ProjectV2FieldCommon { id name dataType }
    ... on ProjectV2SingleSelectField { options { id name color description } }
    ... on ProjectV2IterationField { configuration { duration startDay iterations { id title startDate duration } completedIterations { title } } } } } } } }`;
const ITEM = `id isArchived type updatedAt project { number } fieldValues(first: 50) { nodes { __typename
  ... on ProjectV2ItemFieldTextValue { text field { ... on ProjectV2FieldCommon { name } } }
  ... on ProjectV2ItemFieldNumberValue { number creator { login } }
  ... on ProjectV2ItemFieldDateValue { date }
  ... on ProjectV2ItemFieldSingleSelectValue { name optionId }
  ... on ProjectV2ItemFieldIterationValue { iterationId title startDate duration } } }`;
const ADD = `mutation ($projectId: ID!, $contentId: ID!) { addProjectV2ItemById(input: { projectId: $projectId, contentId: $contentId }) { item { ${ITEM} } } }`;
const SET = `mutation ($input: UpdateProjectV2ItemFieldValueInput!) { updateProjectV2ItemFieldValue(input: $input) { projectV2Item { ${ITEM} } } }`;
const CLEAR = `mutation ($input: ClearProjectV2ItemFieldValueInput!) { clearProjectV2ItemFieldValue(input: $input) { projectV2Item { ${ITEM} } } }`;

interface Field {
  readonly id: string;
  readonly name: string;
  readonly dataType: string;
  readonly options?: readonly { readonly id: string; readonly name: string }[];
  readonly configuration?: {
    readonly iterations: readonly { readonly id: string; readonly title: string; readonly startDate: string }[];
  };
}

interface Board {
  readonly projectId: string;
  readonly itemId: string;
  readonly issue: Found;
  readonly field: (name: string) => Field;
  readonly set: (name: string, value: unknown) => ReturnType<Setup["ask"]>;
}

async function readFields(setup: Setup): Promise<{ projectId: string; fields: readonly Field[] }> {
  const project = (await setup.read(PROJECT))["organization"]?.["projectV2"];
  return { projectId: textOf(project?.["id"]), fields: project?.["fields"]?.["nodes"] as unknown as Field[] };
}

async function aBoard(setup: Setup): Promise<Board> {
  const { projectId, fields } = await readFields(setup);
  const issue = await createIssue(setup);
  const added = await setup.read(ADD, { projectId, contentId: issue["id"] });
  const itemId = textOf(added["addProjectV2ItemById"]?.["item"]?.["id"]);
  const field = (name: string): Field => {
    const found = fields.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`no field ${name}`);
    return found;
  };
  const set = (name: string, value: unknown) => setup.ask(SET, { input: { projectId, itemId, fieldId: field(name).id, value } });
  return { projectId, itemId, issue, field, set };
}

describe("projects", () => {
  test("show the seeded fields with their options and iterations", async () => {
    const setup = aSimulator();

    const { organization } = await setup.read(PROJECT);
    const { fields } = await readFields(setup);

    expect(organization?.["projectV2"]).toMatchObject({
      title: "Roadmap",
      number: 1,
      url: "https://github.com/orgs/acme/projects/1",
      closed: false,
      viewerCanUpdate: true,
      owner: { __typename: "Organization", login: "acme" },
    });
    const types = Object.fromEntries(fields.map(({ name, dataType }) => [name, dataType]));
    expect(types).toMatchObject({
      Title: "TITLE",
      Status: "SINGLE_SELECT",
      Estimate: "NUMBER",
      Due: "DATE",
      Iteration: "ITERATION",
      Notes: "TEXT",
    });
    expect(fields.find(({ name }) => name === "Status")?.options?.map(({ name }) => name)).toEqual([
      "Todo",
      "In Progress",
      "Done",
    ]);
    expect(fields.find(({ name }) => name === "Iteration")?.configuration?.iterations).toMatchObject([
      { title: "Sprint 1", startDate: "2026-11-23" },
      { title: "Sprint 2", startDate: "2026-12-07" },
      { title: "Sprint 3", startDate: "2026-12-21" },
    ]);
  });

  test("an iteration that is over moves to the completed ones and stays assignable", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);
    const sprint1 = board.field("Iteration").configuration?.iterations[0]?.id;
    await setup.clock.advance(14 * 86_400_000);

    const { fields } = await readFields(setup);
    const { errors } = await board.set("Iteration", { iterationId: sprint1 });

    expect(fields.find(({ name }) => name === "Iteration")?.configuration).toMatchObject({
      iterations: [{ title: "Sprint 2" }, { title: "Sprint 3" }],
      completedIterations: [{ title: "Sprint 1" }],
    });
    expect(errors).toEqual([]);
  });

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

  test("keep a value of each type, in the order of the fields, and clear it", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);
    const done = board.field("Status").options?.find(({ name }) => name === "Done")?.id;
    const sprint = board.field("Iteration").configuration?.iterations[1]?.id;

    await board.set("Notes", { text: "a note" });
    await board.set("Iteration", { iterationId: sprint });
    await board.set("Due", { date: "2026-12-24" });
    await board.set("Estimate", { number: 2.5 });
    const { data } = await board.set("Status", { singleSelectOptionId: done });
    const input = { projectId: board.projectId, itemId: board.itemId, fieldId: board.field("Due").id };
    const cleared = await setup.read(CLEAR, { input });

    const values = (found: Found | undefined): unknown[] => found?.["fieldValues"]?.["nodes"] as unknown as unknown[];
    const shown = values(data["updateProjectV2ItemFieldValue"]?.["projectV2Item"]);
    expect(shown).toMatchObject([
      { __typename: "ProjectV2ItemFieldTextValue", text: "An issue", field: { name: "Title" } },
      { __typename: "ProjectV2ItemFieldRepositoryValue" },
      { __typename: "ProjectV2ItemFieldSingleSelectValue", name: "Done", optionId: done },
      { __typename: "ProjectV2ItemFieldNumberValue", number: 2.5, creator: { login: "sync-bot" } },
      { __typename: "ProjectV2ItemFieldDateValue", date: "2026-12-24" },
      {
        __typename: "ProjectV2ItemFieldIterationValue",
        iterationId: sprint,
        title: "Sprint 2",
        startDate: "2026-12-07",
        duration: 14,
      },
      { __typename: "ProjectV2ItemFieldTextValue", text: "a note", field: { name: "Notes" } },
    ]);
    expect(values(cleared["clearProjectV2ItemFieldValue"]?.["projectV2Item"])).toHaveLength(6);
  });

  test.each([
    ["Status", { singleSelectOptionId: "ffffffff" }, "The single select option Id does not belong to the field"],
    ["Iteration", { iterationId: "ffffffff" }, "The iteration Id does not belong to the field"],
    ["Estimate", { text: "two" }, "Did not receive a number value to update a field of type number"],
    ["Estimate", { number: 1, text: "one" }, "The value must have exactly one of the supported fields set."],
    ["Due", { date: "tomorrow" }, "Date is not a valid date"],
    ["Title", { text: "x" }, "The field of type title is currently not supported."],
  ])("refuse for %s the value %o", async (name, value, message) => {
    const setup = aSimulator();
    const board = await aBoard(setup);

    const { errors } = await board.set(name, value);

    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", path: ["updateProjectV2ItemFieldValue"], message }]);
  });

  test("a field value does not move the issue's update time, but the item's", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);
    await setup.clock.advance(5_000);

    const { data } = await board.set("Estimate", { number: 1 });
    const { node } = await setup.read("query ($id: ID!) { node(id: $id) { ... on Issue { updatedAt } } }", {
      id: board.issue["id"],
    });

    expect(data["updateProjectV2ItemFieldValue"]?.["projectV2Item"]).toMatchObject({ updatedAt: "2026-11-25T09:00:05Z" });
    expect(node).toEqual({ updatedAt: "2026-11-25T09:00:00Z" });
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

  test("options sent without their id are new ones, and the items lose their value", async () => {
    const setup = aSimulator();
    const board = await aBoard(setup);
    const status = board.field("Status");
    await board.set("Status", { singleSelectOptionId: status.options?.[0]?.id });
    const document = `mutation ($id: ID!, $options: [ProjectV2SingleSelectFieldOptionInput!]) { updateProjectV2Field(input: { fieldId: $id, singleSelectOptions: $options }) {
      projectV2Field { ... on ProjectV2SingleSelectField { options { id name } } } } }`;
    const read = async (): Promise<unknown> =>
      (
        await setup.read(
          `query ($id: ID!) { node(id: $id) { ... on ProjectV2Item { fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name } } } } }`,
          { id: board.itemId },
        )
      )["node"]?.["fieldValueByName"];
    const rest = { color: "GREEN", description: "" };

    await setup.read(document, { id: status.id, options: [{ id: status.options?.[0]?.id, name: "To do", ...rest }] });
    const kept = await read();
    await setup.read(document, { id: status.id, options: [{ name: "To do", ...rest }] });
    const lost = await read();

    expect(kept).toEqual({ name: "To do" });
    expect(lost).toBeNull();
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

  test("hold no more items than they may", async () => {
    const setup = aSimulator({ maxProjectItems: 1 });
    const board = await aBoard(setup);

    const { errors } = await setup.ask(ADD, { projectId: board.projectId, contentId: (await createIssue(setup))["id"] });

    expect(errors).toMatchObject([
      { message: "Projects cannot have more than 1 items. To add more, please archive or delete existing items." },
    ]);
  });

  test("show labels, people and milestone of the issue as values", async () => {
    const setup = aSimulator();
    const { projectId } = await readFields(setup);
    const issue = await createIssue(setup, {
      labelIds: [idOf(setup, "Label", "bug")],
      assigneeIds: [idOf(setup, "User", "ada")],
      milestoneId: idOf(setup, "Milestone", "v1.0"),
    });

    const added = await setup.read(
      `mutation ($projectId: ID!, $contentId: ID!) { addProjectV2ItemById(input: { projectId: $projectId, contentId: $contentId }) { item { fieldValues(first: 20) { nodes {
        ... on ProjectV2ItemFieldLabelValue { labels(first: 5) { nodes { name } } } ... on ProjectV2ItemFieldUserValue { users(first: 5) { nodes { login } } }
        ... on ProjectV2ItemFieldMilestoneValue { milestone { title } } } } } } }`,
      { projectId, contentId: issue["id"] },
    );

    expect(added["addProjectV2ItemById"]?.["item"]?.["fieldValues"]?.["nodes"]).toEqual([
      {},
      { users: { nodes: [{ login: "ada" }] } },
      { labels: { nodes: [{ name: "bug" }] } },
      { milestone: { title: "v1.0" } },
      {},
    ]);
  });
});
