import { describe, expect, test } from "vitest";
import { PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { aSimulator, createIssue, idOf } from "./a-simulator.ts";

const aTwoRepositoryOrganisation = () => aSimulator({ seedData: { repositories: [{ nameWithOwner: "acme/gears" }] } });

const TRANSFER = `mutation ($id: ID!, $to: ID!) { transferIssue(input: { issueId: $id, repositoryId: $to }) {
  issue { id number url title labels(first: 5) { nodes { name } } milestone { title } comments(first: 5) { nodes { body } } } } }`;

describe("moving issues", () => {
  test("a transferred issue has a new id and number, keeps what has the same name there, and its old address leads to it", async () => {
    const setup = aTwoRepositoryOrganisation();
    const target = setup.simulator.store.findRepository("acme", "gears");
    const issue = await createIssue(setup, {
      labelIds: [idOf(setup, "Label", "bug")],
      milestoneId: idOf(setup, "Milestone", "v1.0"),
    });
    await setup.read(`mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Hello" }) { subject { id } } }`, {
      id: issue["id"],
    });

    const { transferIssue } = await setup.read(TRANSFER, { id: issue["id"], to: target?.id });
    const moved = transferIssue?.["issue"];
    const after = await setup.ask(
      `query ($id: ID!, $uri: URI!) { node(id: $id) { id } resource(url: $uri) { ... on Issue { id } }
        repository(owner: "acme", name: "widgets") { issue(number: 5) { id } } }`,
      { id: issue["id"], uri: issue["url"] },
    );

    expect(moved).toMatchObject({
      number: 1,
      url: "https://github.com/acme/gears/issues/1",
      labels: { nodes: [{ name: "bug" }] },
      milestone: null,
      comments: { nodes: [{ body: "Hello" }] },
    });
    expect(moved?.["id"]).not.toBe(issue["id"]);
    expect(after.data).toEqual({ node: null, resource: { id: moved?.["id"] }, repository: { issue: null } });
    expect(after.errors.map(({ type }) => type)).toEqual(["NOT_FOUND", "NOT_FOUND"]);
  });

  test("REST tells apart moved, deleted and never there", async () => {
    const setup = aTwoRepositoryOrganisation();
    const target = setup.simulator.store.findRepository("acme", "gears");
    const [moved, deleted] = [await createIssue(setup), await createIssue(setup)];
    await setup.read(TRANSFER, { id: moved["id"], to: target?.id });
    await setup.read(
      `mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { repository { name } } }`,
      { id: deleted["id"] },
      PERSON_TOKEN,
    );
    const status = async (number: number): Promise<number> => {
      const url = `https://api.github.test/repos/acme/widgets/issues/${number}`;
      return (await setup.simulator.fetch(new Request(url, { headers: { authorization: "token x" } }))).status;
    };

    expect([await status(1), await status(5), await status(6), await status(7)]).toEqual([200, 301, 410, 404]);
  });

  test("a closed issue cannot be transferred", async () => {
    const setup = aTwoRepositoryOrganisation();
    const closed = setup.simulator.store.findByNumber("Issue", setup.repositoryId, 4);

    const { errors } = await setup.ask(TRANSFER, {
      id: closed?.id,
      to: setup.simulator.store.findRepository("acme", "gears")?.id,
    });

    expect(errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
  });

  test("only an administrator deletes an issue", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup);
    const document = `mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { repository { name } } }`;

    const refused = await setup.ask(document, { id });
    await setup.read(document, { id }, PERSON_TOKEN);
    const gone = await setup.ask("query ($id: ID!) { node(id: $id) { id } }", { id });

    expect(refused.errors).toMatchObject([
      { type: "FORBIDDEN", message: "sync-bot does not have the correct permissions to execute `DeleteIssue`" },
    ]);
    expect(gone.errors).toMatchObject([{ type: "NOT_FOUND" }]);
  });

  test("a renamed repository is found by its old name unless told not to follow", async () => {
    const setup = aSimulator();
    await setup.read(
      `mutation ($id: ID!) { updateRepository(input: { repositoryId: $id, name: "parts" }) { repository { nameWithOwner } } }`,
      { id: setup.repositoryId },
      PERSON_TOKEN,
    );

    const { data, errors } = await setup.ask(`{
      followed: repository(owner: "acme", name: "widgets") { nameWithOwner issue(number: 1) { url } }
      strict: repository(owner: "acme", name: "widgets", followRenames: false) { id } }`);

    expect(data["followed"]).toEqual({ nameWithOwner: "acme/parts", issue: { url: "https://github.com/acme/parts/issues/1" } });
    expect(errors).toMatchObject([{ type: "NOT_FOUND", path: ["strict"] }]);
  });

  test("sub-issues have one parent, which counts them", async () => {
    const setup = aSimulator();
    const [parent, other, child] = [await createIssue(setup), await createIssue(setup), await createIssue(setup)];
    const add = `mutation ($parent: ID!, $child: ID!, $replace: Boolean) {
      addSubIssue(input: { issueId: $parent, subIssueId: $child, replaceParent: $replace }) {
        issue { subIssuesSummary { total completed percentCompleted } subIssues(first: 5) { nodes { id } } } subIssue { parent { id } } } }`;
    const remove = `mutation ($parent: ID!, $child: ID!) {
      removeSubIssue(input: { issueId: $parent, subIssueId: $child }) { subIssue { parent { id } } } }`;

    const added = await setup.read(add, { parent: parent["id"], child: child["id"] });
    const twice = await setup.ask(add, { parent: parent["id"], child: child["id"] });
    const second = await setup.ask(add, { parent: other["id"], child: child["id"] });
    const circle = await setup.ask(add, { parent: child["id"], child: parent["id"] });
    const replaced = await setup.read(add, { parent: other["id"], child: child["id"], replace: true });
    const removed = await setup.read(remove, { parent: other["id"], child: child["id"] });

    expect(added["addSubIssue"]).toEqual({
      issue: { subIssuesSummary: { total: 1, completed: 0, percentCompleted: 0 }, subIssues: { nodes: [{ id: child["id"] }] } },
      subIssue: { parent: { id: parent["id"] } },
    });
    expect(twice.errors).toMatchObject([{ message: "Issue may not contain duplicate sub-issues" }]);
    expect(second.errors).toMatchObject([{ message: "Sub issue may only have one parent" }]);
    expect(circle.errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
    expect(replaced["addSubIssue"]?.["subIssue"]).toEqual({ parent: { id: other["id"] } });
    expect(removed["removeSubIssue"]?.["subIssue"]).toEqual({ parent: null });
  });
});
