import { describe, expect, test } from "vitest";
import { PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { CREATE, PULL_REQUEST, aBranch, aPullRequest, commitOn, mainOid, readAgain } from "./a-pull-request.ts";
import { aSimulator, createIssue, idOf, textOf } from "./a-simulator.ts";
import { payloadFaults } from "./webhook-schemas.ts";

const byId = (mutation: string): string =>
  `mutation ($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { pullRequest { ${PULL_REQUEST} } } }`;

describe("pull requests", () => {
  test("are opened from a pushed branch and found by it", async () => {
    const setup = aSimulator();
    const pullRequest = await aPullRequest(setup, { draft: true, body: "Text" });

    const { repository } = await setup.read(`{ repository(owner: "acme", name: "widgets") {
      pullRequests(headRefName: "topic", baseRefName: "main", first: 10, states: [OPEN, CLOSED, MERGED], orderBy: { field: CREATED_AT, direction: DESC }) {
        totalCount nodes { id number body headRefOid } }
      none: pullRequests(headRefName: "other", first: 10) { totalCount }
      pullRequest(number: 5) { id } issueOrPullRequest(number: 5) { __typename } } }`);

    expect(pullRequest).toMatchObject({
      number: 5,
      url: "https://github.com/acme/widgets/pull/5",
      state: "OPEN",
      isDraft: true,
      merged: false,
      headRefName: "topic",
      baseRefName: "main",
      isCrossRepository: false,
      headRepository: { nameWithOwner: "acme/widgets" },
    });
    expect(repository).toEqual({
      pullRequests: {
        totalCount: 1,
        nodes: [{ id: pullRequest["id"], number: 5, body: "Text", headRefOid: pullRequest["headRefOid"] }],
      },
      none: { totalCount: 0 },
      pullRequest: { id: pullRequest["id"] },
      issueOrPullRequest: { __typename: "PullRequest" },
    });
  });

  test("share the numbers of issues but are not among them", async () => {
    const setup = aSimulator();
    await aPullRequest(setup);
    const issue = await createIssue(setup);

    const { errors } = await setup.ask(`{ repository(owner: "acme", name: "widgets") { issue(number: 5) { id } } }`);

    expect(issue["number"]).toBe(6);
    expect(errors).toMatchObject([{ type: "NOT_FOUND" }]);
  });

  test("are refused a second time for the same branches, without commits, and without a branch", async () => {
    const setup = aSimulator();
    await aPullRequest(setup);
    const open = async (headRefName: string, baseRefName = "main") =>
      (await setup.ask(CREATE, { input: { repositoryId: setup.repositoryId, baseRefName, headRefName, title: "T" } })).errors;

    const messages = [await open("topic"), await open("main"), await open("gone"), await open("topic", "gone")].map(
      ([error]) => error?.message,
    );

    expect(messages).toEqual([
      "A pull request already exists for acme:topic.",
      "No commits between main and main",
      "Head sha can't be blank, Base sha can't be blank, No commits between main and gone, Head ref must be a branch",
      "Base ref must be a branch",
    ]);
  });

  test("take title, body, labels, assignees and milestone in an update", async () => {
    const setup = aSimulator();
    const { id } = await aPullRequest(setup);

    const { updatePullRequest } = await setup.read(
      `mutation ($input: UpdatePullRequestInput!) { updatePullRequest(input: $input) { pullRequest { title body labels(first: 5) { nodes { name } } assignees(first: 5) { nodes { login } } milestone { title } } } }`,
      {
        input: {
          pullRequestId: id,
          title: "New",
          body: "Text",
          labelIds: [idOf(setup, "Label", "bug")],
          assigneeIds: [idOf(setup, "User", "ada")],
          milestoneId: idOf(setup, "Milestone", "v1.1"),
        },
      },
    );

    expect(updatePullRequest?.["pullRequest"]).toEqual({
      title: "New",
      body: "Text",
      labels: { nodes: [{ name: "bug" }] },
      assignees: { nodes: [{ login: "ada" }] },
      milestone: { title: "v1.1" },
    });
  });

  test("close, reopen, become drafts and ready again", async () => {
    const setup = aSimulator();
    const { id } = await aPullRequest(setup);

    const closed = await setup.read(byId("closePullRequest"), { id });
    const reopened = await setup.read(byId("reopenPullRequest"), { id });
    const draft = await setup.read(byId("convertPullRequestToDraft"), { id });
    const ready = await setup.read(byId("markPullRequestReadyForReview"), { id });

    expect(closed["closePullRequest"]?.["pullRequest"]).toMatchObject({ state: "CLOSED", closedAt: "2026-11-25T09:00:00Z" });
    expect(reopened["reopenPullRequest"]?.["pullRequest"]).toMatchObject({ state: "OPEN", closedAt: null });
    expect(draft["convertPullRequestToDraft"]?.["pullRequest"]).toMatchObject({ isDraft: true });
    expect(ready["markPullRequestReadyForReview"]?.["pullRequest"]).toMatchObject({ isDraft: false });
  });

  test("close when their branch is deleted, and then cannot be reopened", async () => {
    const setup = aSimulator();
    const { id } = await aPullRequest(setup);
    const { repository } = await setup.read(
      `{ repository(owner: "acme", name: "widgets") { ref(qualifiedName: "topic") { id } } }`,
    );
    await setup.read(`mutation ($id: ID!) { deleteRef(input: { refId: $id }) { clientMutationId } }`, {
      id: repository?.["ref"]?.["id"],
    });

    const closed = await readAgain(setup, id);
    const { errors } = await setup.ask(byId("reopenPullRequest"), { id });

    expect(closed).toMatchObject({ state: "CLOSED" });
    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", message: "Could not open the pull request." }]);
  });

  test("follow the pushes to their branch", async () => {
    const setup = aSimulator();
    const pullRequest = await aPullRequest(setup);
    await setup.delivered();

    const oid = await commitOn(setup, "topic", textOf(pullRequest["headRefOid"]), "b.txt");
    const delivery = (await setup.delivered()).find(({ event }) => event === "pull_request");

    expect(await readAgain(setup, pullRequest["id"])).toMatchObject({ headRefOid: oid });
    expect(delivery?.payload).toMatchObject({ action: "synchronize", before: pullRequest["headRefOid"], after: oid });
    expect(payloadFaults("pull_request", delivery?.payload ?? {})).toEqual([]);
  });

  test("count as merged when their commits land in the base branch by a push", async () => {
    const setup = aSimulator();
    const pullRequest = await aPullRequest(setup);
    const { repository } = await setup.read(`{ repository(owner: "acme", name: "widgets") { defaultBranchRef { id } } }`);

    await setup.read(`mutation ($id: ID!, $oid: GitObjectID!) { updateRef(input: { refId: $id, oid: $oid }) { ref { id } } }`, {
      id: repository?.["defaultBranchRef"]?.["id"],
      oid: pullRequest["headRefOid"],
    });

    expect(await readAgain(setup, pullRequest["id"])).toMatchObject({ state: "MERGED", merged: true });
  });

  test("say which issues they close, and the issues say so too", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup);
    const pullRequest = await aPullRequest(setup, { body: "Fixes #5 and resolves acme/widgets#1, see #2" });

    const data = await setup.read(
      `query ($pr: ID!, $issue: ID!) {
        pr: node(id: $pr) { ... on PullRequest { closingIssuesReferences(first: 5) { nodes { number } } } }
        issue: node(id: $issue) { ... on Issue { closedByPullRequestsReferences(first: 5, includeClosedPrs: true) { nodes { number } } } } }`,
      { pr: pullRequest["id"], issue: issue["id"] },
    );

    expect(data).toEqual({
      pr: { closingIssuesReferences: { nodes: [{ number: 5 }, { number: 1 }] } },
      issue: { closedByPullRequestsReferences: { nodes: [{ number: 6 }] } },
    });
  });

  test("belong to an issue when its linked branch is their head", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup, { title: "Round widgets" });
    const linked = await setup.read(
      `mutation ($id: ID!, $oid: GitObjectID!) { createLinkedBranch(input: { issueId: $id, oid: $oid }) { linkedBranch { ref { name } } } }`,
      { id: issue["id"], oid: await mainOid(setup) },
    );
    const name = textOf(linked["createLinkedBranch"]?.["linkedBranch"]?.["ref"]?.["name"]);
    await commitOn(setup, name, await mainOid(setup));

    await setup.read(CREATE, { input: { repositoryId: setup.repositoryId, baseRefName: "main", headRefName: name, title: "T" } });
    const { node } = await setup.read(
      `query ($id: ID!) { node(id: $id) { ... on Issue { linkedBranches(first: 5) { nodes { ref { name } } } closedByPullRequestsReferences(first: 5) { totalCount } } } }`,
      { id: issue["id"] },
    );

    expect(name).toBe("5-round-widgets");
    expect(node).toEqual({ linkedBranches: { nodes: [{ ref: { name } }] }, closedByPullRequestsReferences: { totalCount: 1 } });
  });

  test("tell of all that happens to them in the published shapes", async () => {
    const setup = aSimulator();
    const { id } = await aPullRequest(setup);
    await setup.read(
      `mutation ($id: ID!, $label: [ID!]!) { addLabelsToLabelable(input: { labelableId: $id, labelIds: $label }) { clientMutationId } }`,
      {
        id,
        label: [idOf(setup, "Label", "bug")],
      },
    );
    for (const mutation of [
      "closePullRequest",
      "reopenPullRequest",
      "convertPullRequestToDraft",
      "markPullRequestReadyForReview",
    ])
      await setup.read(byId(mutation), { id });
    await setup.read(
      `mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Hello" }) { subject { id } } }`,
      { id },
      PERSON_TOKEN,
    );

    const deliveries = (await setup.delivered()).filter(({ event }) => event !== "push");

    const actions = deliveries.map(({ event, payload }) => `${event}.${String(payload["action"])}`);
    expect(actions).toEqual([
      "pull_request.opened",
      "pull_request.labeled",
      "pull_request.closed",
      "pull_request.reopened",
      "pull_request.converted_to_draft",
      "pull_request.ready_for_review",
      "issue_comment.created",
    ]);
    expect(deliveries.at(-1)?.payload["issue"]).toHaveProperty("pull_request");
    expect(deliveries.flatMap(({ event, payload }) => payloadFaults(event, payload))).toEqual([]);
  });

  test("are read by update time, newest first", async () => {
    const setup = aSimulator();
    const first = await aPullRequest(setup, { headRefName: "one" });
    await aBranch(setup, "two", "b.txt");
    await setup.clock.advance(1_000);
    await setup.read(CREATE, {
      input: { repositoryId: setup.repositoryId, baseRefName: "main", headRefName: "two", title: "T" },
    });
    await setup.clock.advance(1_000);
    await setup.read(byId("closePullRequest"), { id: first["id"] });

    const { repository } = await setup.read(
      `{ repository(owner: "acme", name: "widgets") { pullRequests(first: 5, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { headRefName } } } }`,
    );

    expect(repository?.["pullRequests"]).toEqual({ nodes: [{ headRefName: "one" }, { headRefName: "two" }] });
  });
});
