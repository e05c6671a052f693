import { verify } from "@octokit/webhooks-methods";
import { describe, expect, test } from "vitest";
import { signBody } from "../../../local/github-api/webhooks/events.ts";
import { PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { type Delivery, type Setup, aSimulator, createIssue, idOf } from "./a-simulator.ts";
import { payloadFaults } from "./webhook-schemas.ts";

const names = (deliveries: readonly Delivery[]): string[] =>
  deliveries.map(({ event, payload }) => `${event}.${String(payload["action"])}`);

const faultsOf = (deliveries: readonly Delivery[]): string[] =>
  deliveries.flatMap(({ event, payload }) => payloadFaults(event, payload));

const mutate = async (setup: Setup, fields: string, variables: Record<string, unknown>, token?: string): Promise<void> => {
  const types = Object.keys(variables).map((name) => `$${name}: ${name.startsWith("ids") ? "[ID!]!" : "ID!"}`);
  await setup.read(`mutation (${types.join(", ")}) { ${fields} }`, variables, token);
};

describe("webhooks", () => {
  test("are signed over the raw body and carry GitHub's headers", async () => {
    const setup = aSimulator();
    await createIssue(setup, { title: "Ünïcode 😀" });

    const [delivery] = await setup.delivered();

    const headers = Object.fromEntries(delivery?.headers ?? []);
    expect(headers).toMatchObject({
      "x-github-event": "issues",
      "x-github-hook-id": expect.stringMatching(/^\d+$/) as unknown,
      "x-github-hook-installation-target-type": "repository",
      "user-agent": expect.stringMatching(/^GitHub-Hookshot\//) as unknown,
      "content-type": "application/json",
    });
    expect(headers["x-github-delivery"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await verify("s3cret", delivery?.text ?? "", headers["x-hub-signature-256"] ?? "")).toBe(true);
    expect(await verify("other", delivery?.text ?? "", headers["x-hub-signature-256"] ?? "")).toBe(false);
  });

  test("are signed as in GitHub's published example", () => {
    expect(signBody("It's a Secret to Everybody", "Hello, World!")).toBe(
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    );
  });

  test("that miss a field or carry a wrong one are found by the check used here", async () => {
    const setup = aSimulator();
    await createIssue(setup);
    const [delivery] = await setup.delivered();
    const issue = delivery?.payload["issue"] as Record<string, unknown>;

    const { node_id: _left, ...without } = issue;
    const missing = payloadFaults("issues", { ...delivery?.payload, issue: without });
    const wrong = payloadFaults("issues", { ...delivery?.payload, issue: { ...issue, id: "text" } });

    expect(missing).toEqual(["issues-opened.issue.node_id is missing"]);
    expect(wrong).toEqual(["issues-opened.issue.id should be integer, is string"]);
    expect(payloadFaults("issues", { action: "polished" })).toEqual([`GitHub publishes no webhook "issues-polished"`]);
  });

  test("have no signature without a secret", async () => {
    const setup = aSimulator({ webhooks: { url: "https://app.example/hook" } });
    await createIssue(setup);

    const [delivery] = await setup.delivered();

    expect(delivery?.headers.has("x-hub-signature-256")).toBe(false);
  });

  test("tell of each thing that an issue is made with, in the published shapes", async () => {
    const setup = aSimulator();
    await createIssue(setup, {
      body: "Text",
      labelIds: [idOf(setup, "Label", "bug")],
      assigneeIds: [idOf(setup, "User", "grace")],
      milestoneId: idOf(setup, "Milestone", "v1.0"),
      issueTypeId: idOf(setup, "IssueType", "Bug"),
    });

    const deliveries = await setup.delivered();

    expect(names(deliveries)).toEqual([
      "issues.opened",
      "issues.labeled",
      "issues.assigned",
      "issues.milestoned",
      "issues.typed",
    ]);
    expect(faultsOf(deliveries)).toEqual([]);
    expect(deliveries[0]?.payload).toMatchObject({
      issue: {
        number: 5,
        title: "An issue",
        body: "Text",
        state: "open",
        state_reason: null,
        user: { login: "sync-bot", type: "User" },
      },
      repository: { full_name: "acme/widgets" },
      organization: { login: "acme" },
      sender: { login: "sync-bot", type: "User" },
    });
  });

  test("tell what an edit changed, and who made it", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup, { title: "Before", body: "old" });
    await setup.delivered();

    await mutate(setup, `updateIssue(input: { id: $id, title: "After", body: "new" }) { issue { id } }`, { id }, PERSON_TOKEN);
    const deliveries = await setup.delivered();

    expect(names(deliveries)).toEqual(["issues.edited"]);
    expect(deliveries[0]?.payload).toMatchObject({
      changes: { title: { from: "Before" }, body: { from: "old" } },
      issue: { title: "After" },
      sender: { login: "ada" },
    });
    expect(faultsOf(deliveries)).toEqual([]);
  });

  test("tell of closing, reopening, locking, unassigning, unlabelling, untyping and deletion in the published shapes", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup, {
      labelIds: [idOf(setup, "Label", "bug")],
      assigneeIds: [idOf(setup, "User", "grace")],
      milestoneId: idOf(setup, "Milestone", "v1.0"),
      issueTypeId: idOf(setup, "IssueType", "Bug"),
    });
    await setup.delivered();

    await mutate(
      setup,
      `closeIssue(input: { issueId: $id, stateReason: NOT_PLANNED }) { issue { id } }
       reopenIssue(input: { issueId: $id }) { issue { id } }
       lockLockable(input: { lockableId: $id, lockReason: OFF_TOPIC }) { lockedRecord { locked } }
       unlockLockable(input: { lockableId: $id }) { unlockedRecord { locked } }
       updateIssue(input: { id: $id, labelIds: [], assigneeIds: [], milestoneId: null, issueTypeId: null }) { issue { id } }
       deleteIssue(input: { issueId: $id }) { repository { id } }`,
      { id },
      PERSON_TOKEN,
    );
    const deliveries = await setup.delivered();

    const actions = "closed reopened locked unlocked unlabeled unassigned demilestoned untyped deleted".split(" ");
    expect(names(deliveries)).toEqual(actions.map((action) => `issues.${action}`));
    expect(deliveries[0]?.payload["issue"]).toMatchObject({ state: "closed", state_reason: "not_planned" });
    expect(deliveries[1]?.payload["issue"]).toMatchObject({ state: "open", state_reason: "reopened" });
    expect(faultsOf(deliveries)).toEqual([]);
  });

  test("tell both repositories of a transfer", async () => {
    const setup = aSimulator({ seedData: { repositories: [{ nameWithOwner: "acme/gears" }] } });
    const { id } = await createIssue(setup);
    await setup.delivered();

    const to = setup.simulator.store.findRepository("acme", "gears")?.id;
    await mutate(setup, `transferIssue(input: { issueId: $id, repositoryId: $to }) { issue { id } }`, { id, to });
    const deliveries = await setup.delivered();

    expect(names(deliveries)).toEqual(["issues.transferred", "issues.opened"]);
    expect(deliveries[0]?.payload).toMatchObject({
      issue: { number: 5 },
      changes: { new_issue: { number: 1 }, new_repository: { full_name: "acme/gears" } },
    });
    expect(deliveries[1]?.payload).toMatchObject({ issue: { number: 1 }, changes: { old_issue: { number: 5 } } });
    expect(faultsOf(deliveries)).toEqual([]);
  });

  test("tell of comments and sub-issues in the published shapes", async () => {
    const setup = aSimulator();
    const [parent, child] = [await createIssue(setup), await createIssue(setup)];
    await setup.delivered();

    await mutate(setup, `addComment(input: { subjectId: $id, body: "Hello" }) { subject { id } }`, { id: parent["id"] });
    const ids = { parent: parent["id"], child: child["id"] };
    await mutate(setup, `addSubIssue(input: { issueId: $parent, subIssueId: $child }) { issue { id } }`, ids);
    await mutate(setup, `removeSubIssue(input: { issueId: $parent, subIssueId: $child }) { issue { id } }`, ids);
    const [comment] = setup.simulator.store.children("IssueComment", String(parent["id"] as unknown));
    await mutate(setup, `updateIssueComment(input: { id: $id, body: "Bye" }) { issueComment { id } }`, { id: comment?.id });
    await mutate(setup, `deleteIssueComment(input: { id: $id }) { clientMutationId }`, { id: comment?.id });
    const deliveries = await setup.delivered();

    expect(names(deliveries)).toEqual([
      "issue_comment.created",
      "sub_issues.parent_issue_added",
      "sub_issues.sub_issue_added",
      "sub_issues.parent_issue_removed",
      "sub_issues.sub_issue_removed",
      "issue_comment.edited",
      "issue_comment.deleted",
    ]);
    expect(deliveries[5]?.payload).toMatchObject({ changes: { body: { from: "Hello" } }, comment: { body: "Bye" } });
    expect(faultsOf(deliveries)).toEqual([]);
  });

  test("name an app's bot with its suffix and its installation", async () => {
    const setup = aSimulator();
    const url = "https://api.github.test/app/installations/5001/access_tokens";
    const answer = await setup.simulator.fetch(new Request(url, { method: "POST", headers: { authorization: "bearer jwt" } }));
    const { token } = (await answer.json()) as { token: string };
    await createIssue(setup, {}, token);

    const deliveries = await setup.delivered();

    expect(deliveries[0]?.payload).toMatchObject({
      sender: { login: "notion-sync[bot]", type: "Bot" },
      installation: { id: 5001 },
      issue: { performed_via_github_app: { slug: "notion-sync" } },
    });
    expect(faultsOf(deliveries)).toEqual([]);
  });

  test("may carry node ids of the older form, which still lead to the issue", async () => {
    const setup = aSimulator({ legacyWebhookIds: true });
    const issue = await createIssue(setup);

    const [delivery] = await setup.delivered();
    const { node_id: legacyId } = delivery?.payload["issue"] as { node_id: string };
    const { node } = await setup.read("query ($id: ID!) { node(id: $id) { id } }", { id: legacyId });

    expect(legacyId).toMatch(/^MDU6SXNzdWU/);
    expect(node).toEqual({ id: issue["id"] });
  });

  test("a doubled delivery has the same id twice; a lost one never comes", async () => {
    const setup = aSimulator();
    setup.simulator.setWebhooks({ double: true });
    await createIssue(setup);
    const doubled = await setup.delivered();
    setup.simulator.setWebhooks({ double: false, lose: true });
    await createIssue(setup);
    const lost = await setup.delivered();

    expect(new Set(doubled.map(({ headers }) => headers.get("x-github-delivery"))).size).toBe(1);
    expect([doubled.length, lost.length]).toEqual([2, 0]);
  });

  test("a change that changes nothing is not told", async () => {
    const setup = aSimulator();
    const { id } = await createIssue(setup, { title: "Same" });
    await setup.delivered();

    await mutate(
      setup,
      `updateIssue(input: { id: $id, title: "Same", labelIds: [] }) { issue { id } } reopenIssue(input: { issueId: $id }) { issue { id } }`,
      { id },
    );

    expect(await setup.delivered()).toEqual([]);
  });

  test("a ping comes when the address is set, in the published shape", async () => {
    const setup = aSimulator();
    const body = JSON.stringify({ url: "https://other.example/hook", secret: "s3cret" });
    await setup.simulator.fetch(new Request("http://x/__sim/webhooks", { method: "PUT", body }));

    const deliveries = await setup.delivered();

    expect(deliveries.map(({ event }) => event)).toEqual(["ping"]);
    expect(faultsOf(deliveries)).toEqual([]);
  });
});
