import { describe, expect, test } from "vitest";
import { CLEAR, PROJECT, aBoard, readFields } from "./a-board.ts";
import { type Found, aSimulator, createIssue, idOf } from "./a-simulator.ts";

describe("fields of projects", () => {
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
