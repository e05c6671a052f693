import { describe, expect, test } from "vitest";
import { OTHER_PERSON_TOKEN, PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { START, aSimulator, createIssue, idOf } from "./a-simulator.ts";

const UPDATE = `mutation ($input: UpdateIssueInput!) {
  updateIssue(input: $input) { actor { login } issue { id title body state updatedAt lastEditedAt editor { login }
    labels(first: 20) { nodes { name } } assignees(first: 20) { nodes { login } } milestone { title } issueType { name } } } }`;
const CLOSE = `mutation ($id: ID!, $reason: IssueClosedStateReason, $duplicateOf: ID) {
  closeIssue(input: { issueId: $id, stateReason: $reason, duplicateIssueId: $duplicateOf }) {
    issue { state stateReason closedAt updatedAt duplicateOf { id } } } }`;
const REOPEN = `mutation ($id: ID!) { reopenIssue(input: { issueId: $id }) { issue { state stateReason closedAt duplicateOf { id } updatedAt } } }`;
const LATER = "2026-11-25T09:00:05Z";

describe("issues", () => {
  test("are created with everything the input names, and only echo clientMutationId", async () => {
    const setup = aSimulator();
    const input = {
      repositoryId: setup.repositoryId,
      title: "Whole",
      body: "Text",
      labelIds: [idOf(setup, "Label", "bug")],
      assigneeIds: [idOf(setup, "User", "grace")],
      milestoneId: idOf(setup, "Milestone", "v1.0"),
      issueTypeId: idOf(setup, "IssueType", "Feature"),
      clientMutationId: "once",
    };

    const document = `mutation ($input: CreateIssueInput!) { createIssue(input: $input) { clientMutationId issue { number title body state
      createdAt updatedAt author { __typename login } labels(first: 5) { nodes { name } } assignees(first: 5) { nodes { login } }
      milestone { title } issueType { name } } } }`;
    const first = await setup.read(document, { input });
    const second = await setup.read(document, { input });

    expect(first["createIssue"]).toEqual({
      clientMutationId: "once",
      issue: {
        number: 5,
        title: "Whole",
        body: "Text",
        state: "OPEN",
        createdAt: START,
        updatedAt: START,
        author: { __typename: "User", login: "sync-bot" },
        labels: { nodes: [{ name: "bug" }] },
        assignees: { nodes: [{ login: "grace" }] },
        milestone: { title: "v1.0" },
        issueType: { name: "Feature" },
      },
    });
    expect(second["createIssue"]?.["issue"]).toMatchObject({ number: 6 });
  });

  test("have opaque node ids and database ids beyond 32 bits, as strings", async () => {
    const issue = await createIssue(aSimulator());

    expect(issue["id"]).toMatch(/^I_kwDO[\w-]{12}$/);
    expect(Number(issue["fullDatabaseId"])).toBeGreaterThan(2 ** 31);
    expect(issue["fullDatabaseId"]).toMatch(/^\d+$/);
  });

  test("change only what an update names; labels and assignees are replaced, null clears", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup, {
      labelIds: [idOf(setup, "Label", "bug")],
      milestoneId: idOf(setup, "Milestone", "v1.0"),
      issueTypeId: idOf(setup, "IssueType", "Bug"),
    });
    const id = issue["id"];
    await setup.clock.advance(5_400);

    const text = await setup.read(UPDATE, { input: { id, title: "New", body: "New body" } }, OTHER_PERSON_TOKEN);
    const labels = await setup.read(UPDATE, {
      input: { id, labelIds: [idOf(setup, "Label", "question")], milestoneId: null, issueTypeId: null },
    });

    expect(text["updateIssue"]).toMatchObject({
      actor: { login: "grace" },
      issue: { title: "New", labels: { nodes: [{ name: "bug" }] }, milestone: { title: "v1.0" }, editor: { login: "grace" } },
    });
    expect(text["updateIssue"]?.["issue"]).toMatchObject({ updatedAt: LATER, lastEditedAt: LATER });
    expect(labels["updateIssue"]?.["issue"]).toMatchObject({
      title: "New",
      labels: { nodes: [{ name: "question" }] },
      milestone: null,
      issueType: null,
    });
  });

  test("do not move their update time when an update changes nothing", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup, { title: "Same" });
    await setup.clock.advance(5_000);

    const { updateIssue } = await setup.read(UPDATE, { input: { id: issue["id"], title: "Same" } });

    expect(updateIssue?.["issue"]).toMatchObject({ updatedAt: START });
  });

  test.each(["COMPLETED", "NOT_PLANNED"])("close as %s and reopen", async (reason) => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);
    await setup.clock.advance(5_000);

    const closed = await setup.read(CLOSE, { id, reason });
    const reopened = await setup.read(REOPEN, { id });

    expect(closed["closeIssue"]?.["issue"]).toMatchObject({
      state: "CLOSED",
      stateReason: reason,
      closedAt: LATER,
      updatedAt: LATER,
    });
    expect(reopened["reopenIssue"]?.["issue"]).toMatchObject({ state: "OPEN", stateReason: "REOPENED", closedAt: null });
  });

  test("close as a duplicate of another, and forget that when reopened", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);
    const original = await createIssue(setup);

    const closed = await setup.read(CLOSE, { id, reason: "DUPLICATE", duplicateOf: original["id"] });
    const reopened = await setup.read(REOPEN, { id });

    expect(closed["closeIssue"]?.["issue"]).toMatchObject({ stateReason: "DUPLICATE", duplicateOf: { id: original["id"] } });
    expect(reopened["reopenIssue"]?.["issue"]).toMatchObject({ duplicateOf: null });
  });

  test("closed twice stay closed without an error, and keep their time when the reason is the same", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);
    await setup.read(CLOSE, { id, reason: "COMPLETED" });
    await setup.clock.advance(5_000);

    const again = await setup.read(CLOSE, { id, reason: "COMPLETED" });
    const other = await setup.read(CLOSE, { id, reason: "NOT_PLANNED" });

    expect(again["closeIssue"]?.["issue"]).toMatchObject({ stateReason: "COMPLETED", closedAt: START, updatedAt: START });
    expect(other["closeIssue"]?.["issue"]).toMatchObject({ stateReason: "NOT_PLANNED", closedAt: START });
  });

  test.each([
    ["a body of more than 65,536 characters", { body: "x".repeat(65_537) }, "Body is too long (maximum is 65536 characters)"],
    ["an empty title", { title: "  " }, "Title can't be blank"],
    ["a title of more than 256 characters", { title: "x".repeat(257) }, "Title is too long (maximum is 256 characters)"],
  ])("are refused with %s, and nothing is created", async (_what, input, message) => {
    const setup = aSimulator();
    const variables = { input: { repositoryId: setup.repositoryId, title: "ok", ...input } };

    const { data, errors } = await setup.ask(
      "mutation ($input: CreateIssueInput!) { made: createIssue(input: $input) { issue { id } } }",
      variables,
    );

    expect(data).toEqual({ made: null });
    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", path: ["made"], message }]);
    expect(setup.simulator.store.lastNumber(setup.repositoryId)).toBe(4);
  });

  test("may have a body of exactly 65,536 characters, counting an emoji as one", async () => {
    const setup = aSimulator();

    await expect(createIssue(setup, { body: "😀".repeat(65_536) })).resolves.toMatchObject({ number: 5 });
  });

  test("drop people who cannot be assigned, without an error", async () => {
    const setup = aSimulator({ seedData: { users: [{ login: "stranger" }] } });
    const [stranger, grace] = [idOf(setup, "User", "stranger"), idOf(setup, "User", "grace")];

    const issue = await createIssue(setup, { assigneeIds: [stranger, grace] });

    expect(issue["assignees"]).toEqual({ nodes: [{ login: "grace" }] });
  });

  test("cannot be written in an archived repository, and say so", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup);
    await setup.read(
      `mutation ($id: ID!) { archiveRepository(input: { repositoryId: $id }) { repository { isArchived } } }`,
      { id: setup.repositoryId },
      PERSON_TOKEN,
    );

    const { errors } = await setup.ask(UPDATE, { input: { id: issue["id"], title: "x" } });

    expect(errors).toMatchObject([
      { type: "UNPROCESSABLE", path: ["updateIssue"], message: "Repository was archived so is read-only" },
    ]);
  });

  test("a batch of aliased mutations does what it can: each alias has its own outcome", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);

    const { data, errors } = await setup.ask(
      `mutation ($good: UpdateIssueInput!, $bad: UpdateIssueInput!, $close: CloseIssueInput!) {
        i0: updateIssue(input: $good) { issue { title } } i1: updateIssue(input: $bad) { issue { title } }
        i2: closeIssue(input: $close) { issue { state } } }`,
      { good: { id, title: "Good" }, bad: { id: "I_gone", title: "Bad" }, close: { issueId: id } },
    );

    expect(data).toEqual({ i0: { issue: { title: "Good" } }, i1: null, i2: { issue: { state: "CLOSED" } } });
    expect(errors).toMatchObject([{ type: "NOT_FOUND", path: ["i1"] }]);
    const { byKind, requests } = setup.simulator.journal();
    expect(byKind["mutation batch"]).toBe(1);
    expect(requests.at(-1)?.detail).toMatchObject({ fields: { updateIssue: 2, closeIssue: 1 }, errors: ["NOT_FOUND"] });
  });

  test("are counted by the first field's name when all fields of a batch are the same", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);

    await setup.read(
      `mutation ($a: UpdateIssueInput!) { a: updateIssue(input: $a) { issue { id } } b: updateIssue(input: $a) { issue { id } } }`,
      { a: { id, title: "T" } },
    );

    expect(setup.simulator.journal().byKind).toEqual({ "mutation createIssue": 1, "mutation updateIssue": 1 });
  });
});
