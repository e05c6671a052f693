import { describe, expect, test } from "vitest";
import { OTHER_PERSON_TOKEN, PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { START, aSimulator, createIssue, idOf, textOf } from "./a-simulator.ts";

const LABELS = `labels(first: 20) { nodes { name } }`;

describe("labels and assignees", () => {
  test("are added and removed one by one; adding what is there changes nothing", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup, { labelIds: [idOf(setup, "Label", "bug")] });
    const document = `mutation ($id: ID!, $add: [ID!]!, $remove: [ID!]!) {
      added: addLabelsToLabelable(input: { labelableId: $id, labelIds: $add }) { labelable { ${LABELS} } }
      removed: removeLabelsFromLabelable(input: { labelableId: $id, labelIds: $remove }) { labelable { ${LABELS} } } }`;
    const [bug, question] = [idOf(setup, "Label", "bug"), idOf(setup, "Label", "question")];

    const data = await setup.read(document, { id, add: [bug, question], remove: [bug] });

    expect(data).toEqual({
      added: { labelable: { labels: { nodes: [{ name: "bug" }, { name: "question" }] } } },
      removed: { labelable: { labels: { nodes: [{ name: "question" }] } } },
    });
  });

  test("a new label needs a name that is free and a colour of six digits", async () => {
    const setup = aSimulator();
    const document = `mutation ($id: ID!, $name: String!, $color: String!) {
      createLabel(input: { repositoryId: $id, name: $name, color: $color }) { label { id name color } } }`;
    const id = setup.repositoryId;

    const made = await setup.read(document, { id, name: "urgent", color: "FF0000" });
    const taken = await setup.ask(document, { id, name: "Bug", color: "ff0000" });
    const colour = await setup.ask(document, { id, name: "odd", color: "red" });

    expect(made["createLabel"]?.["label"]).toMatchObject({ name: "urgent", color: "ff0000" });
    expect(taken.errors).toMatchObject([{ type: "UNPROCESSABLE", message: "Name has already been taken" }]);
    expect(colour.errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
  });

  test("a deleted label leaves its issues, a renamed one stays on them", async () => {
    const setup = aSimulator();
    const [bug, question] = [idOf(setup, "Label", "bug"), idOf(setup, "Label", "question")];
    const { id } = await createIssue(setup, { labelIds: [bug, question] });

    await setup.read(`mutation ($id: ID!) { deleteLabel(input: { id: $id }) { clientMutationId } }`, { id: bug });
    await setup.read(`mutation ($id: ID!) { updateLabel(input: { id: $id, name: "help" }) { label { name } } }`, {
      id: question,
    });
    const { node } = await setup.read(`query ($id: ID!) { node(id: $id) { ... on Issue { ${LABELS} } } }`, { id });

    expect(node).toEqual({ labels: { nodes: [{ name: "help" }] } });
  });

  test("people are assigned and unassigned; a person counts once", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);
    const [ada, grace] = [idOf(setup, "User", "ada"), idOf(setup, "User", "grace")];
    const document = `mutation ($id: ID!, $add: [ID!]!, $remove: [ID!]!, $set: [ID!]) {
      a: addAssigneesToAssignable(input: { assignableId: $id, assigneeIds: $add }) { assignable { assignees(first: 5) { nodes { login } } } }
      b: removeAssigneesFromAssignable(input: { assignableId: $id, assigneeIds: $remove }) { assignable { assignees(first: 5) { nodes { login } } } }
      c: replaceActorsForAssignable(input: { assignableId: $id, actorIds: $set }) { assignable { assignedActors(first: 5) { nodes { ... on User { login } } } } } }`;

    const data = await setup.read(document, { id, add: [ada, grace, ada], remove: [ada], set: [ada] });

    expect(data).toEqual({
      a: { assignable: { assignees: { nodes: [{ login: "ada" }, { login: "grace" }] } } },
      b: { assignable: { assignees: { nodes: [{ login: "grace" }] } } },
      c: { assignable: { assignedActors: { nodes: [{ login: "ada" }] } } },
    });
  });
});

describe("comments", () => {
  const ADD = `mutation ($id: ID!, $body: String!) {
    addComment(input: { subjectId: $id, body: $body }) { commentEdge { node { id url body createdAt author { login } } } subject { id } } }`;

  test("are added, edited and deleted, and move the issue's update time", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup);
    await setup.clock.advance(5_000);

    const added = await setup.read(ADD, { id: issue["id"], body: "First" }, PERSON_TOKEN);
    const comment = added["addComment"]?.["commentEdge"]?.["node"];
    await setup.read(`mutation ($id: ID!) { updateIssueComment(input: { id: $id, body: "Edited" }) { issueComment { id } } }`, {
      id: comment?.["id"],
    });
    const list = `query ($id: ID!) { node(id: $id) { ... on Issue { updatedAt
      comments(first: 10, orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount nodes { body lastEditedAt author { login } } } } } }`;
    const edited = await setup.read(list, { id: issue["id"] });
    await setup.read(`mutation ($id: ID!) { deleteIssueComment(input: { id: $id }) { clientMutationId } }`, {
      id: comment?.["id"],
    });
    const empty = await setup.read(list, { id: issue["id"] });

    expect(comment).toMatchObject({ body: "First", author: { login: "ada" } });
    expect(textOf(comment?.["url"])).toMatch(/\/acme\/widgets\/issues\/5#issuecomment-\d+$/);
    expect(edited["node"]).toEqual({
      updatedAt: "2026-11-25T09:00:05Z",
      comments: { totalCount: 1, nodes: [{ body: "Edited", lastEditedAt: "2026-11-25T09:00:05Z", author: { login: "ada" } }] },
    });
    expect(empty["node"]?.["comments"]).toMatchObject({ totalCount: 0 });
  });

  test.each([
    ["empty", " ", "Body can't be blank"],
    ["too long", "x".repeat(65_537), "Body is too long (maximum is 65536 characters)"],
  ])("are refused when %s", async (_what, body, message) => {
    const setup = aSimulator();

    const { errors } = await setup.ask(ADD, { id: (await createIssue(setup))["id"], body });

    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", path: ["addComment"], message }]);
  });

  test("on a locked issue come only from those who may write", async () => {
    const setup = aSimulator({
      seedData: {
        users: [{ login: "visitor" }],
        profiles: { visiting: { kind: "classic", actor: "visitor", scopes: ["repo"] } },
      },
    });
    const { id } = await createIssue(setup);
    await setup.read(
      `mutation ($id: ID!) { lockLockable(input: { lockableId: $id, lockReason: RESOLVED }) { lockedRecord { locked } } }`,
      { id },
    );

    const visitor = await setup.ask(ADD, { id, body: "Hello" }, "visiting");
    const member = await setup.read(ADD, { id, body: "Hello" }, OTHER_PERSON_TOKEN);

    expect(visitor.errors).toMatchObject([{ type: "FORBIDDEN" }]);
    expect(member["addComment"]?.["commentEdge"]?.["node"]).toMatchObject({ body: "Hello" });
  });

  test("can be kept from moving the update time, by a knob", async () => {
    const setup = aSimulator({ changesWithoutTouch: ["comment"] });
    const { id } = await createIssue(setup);
    await setup.clock.advance(5_000);

    await setup.read(ADD, { id, body: "quiet" });
    const { node } = await setup.read(`query ($id: ID!) { node(id: $id) { ... on Issue { updatedAt } } }`, { id });

    expect(node).toEqual({ updatedAt: START });
  });
});
