// Webhooks of reviews, checks and pushes, against GitHub's published shapes.
import { describe, expect, test } from "vitest";
import { OTHER_PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { aBranch, aPullRequest, commitOn, mainOid, readAgain, report, runCheck } from "./a-pull-request.ts";
import { type Delivery, aSimulator, textOf } from "./a-simulator.ts";
import { payloadFaults } from "./webhook-schemas.ts";

const NONE = "0".repeat(40);

const names = (deliveries: readonly Delivery[]): string[] =>
  deliveries.map(({ event, payload: { action } }) => (typeof action === "string" ? `${event}.${action}` : event));

const faultsOf = (deliveries: readonly Delivery[]): string[] =>
  deliveries.flatMap(({ event, payload }) => payloadFaults(event, payload));

const guarded = () => aSimulator({ mergeableUnknownReads: 0, seedData: { repositoryFlags: { protection: { checks: true } } } });

describe("a review", () => {
  test.each([
    ["APPROVE", "approved"],
    ["REQUEST_CHANGES", "changes_requested"],
    ["COMMENT", "commented"],
  ])("by %s is told as submitted and %s, in the published shape", async (event, state) => {
    const setup = aSimulator();
    const { id, headRefOid } = await aPullRequest(setup);
    await setup.delivered();

    const document = `mutation ($id: ID!, $event: PullRequestReviewEvent) {
      addPullRequestReview(input: { pullRequestId: $id, event: $event, body: "Seen" }) { pullRequestReview { state } } }`;
    await setup.read(document, { id, event }, OTHER_PERSON_TOKEN);
    const deliveries = await setup.delivered();

    expect(names(deliveries)).toEqual(["pull_request_review.submitted"]);
    expect(faultsOf(deliveries)).toEqual([]);
    expect(deliveries[0]?.payload).toMatchObject({
      review: { state, body: "Seen", commit_id: headRefOid },
      pull_request: { number: 5, head: { ref: "topic" } },
      repository: { full_name: "acme/widgets" },
    });
  });
});

describe("a check run", () => {
  test("blocks the merge until it is completed, and its suite is told once all runs of the commit are", async () => {
    const setup = guarded();
    const { id, headRefOid } = await aPullRequest(setup);
    await setup.delivered();

    const begun = await runCheck(setup, headRefOid, { status: "in_progress" });
    await runCheck(setup, headRefOid, { name: "lint", status: "completed", conclusion: "skipped" });
    const before = await setup.delivered();
    const blocked = await readAgain(setup, id, "mergeable mergeStateStatus");
    await runCheck(setup, headRefOid, { conclusion: "success" });
    const deliveries = await setup.delivered();

    expect(begun.status).toBe(201);
    expect(await begun.json()).toMatchObject({ name: "build", head_sha: headRefOid, status: "in_progress", conclusion: null });
    expect(before).toEqual([]);
    expect(blocked).toMatchObject({ mergeStateStatus: "BLOCKED" });
    expect(await readAgain(setup, id, "mergeable mergeStateStatus")).toMatchObject({ mergeStateStatus: "CLEAN" });
    expect(names(deliveries)).toEqual(["check_suite.completed"]);
    expect(faultsOf(deliveries)).toEqual([]);
    const { fullDatabaseId } = await readAgain(setup, id, "fullDatabaseId");
    expect(deliveries[0]?.payload["check_suite"]).toMatchObject({
      conclusion: "success",
      head_sha: headRefOid,
      head_branch: "topic",
      pull_requests: [{ id: Number(fullDatabaseId), number: 5, head: { ref: "topic" }, base: { ref: "main" } }],
    });
  });

  test("that failed makes the suite fail", async () => {
    const setup = guarded();
    const { id, headRefOid } = await aPullRequest(setup);
    await runCheck(setup, headRefOid, { conclusion: "failure" });
    await runCheck(setup, headRefOid, { name: "lint", conclusion: "success" });

    expect((await setup.delivered()).at(-1)?.payload["check_suite"]).toMatchObject({ conclusion: "failure" });
    expect(await readAgain(setup, id, "mergeable mergeStateStatus")).toMatchObject({ mergeStateStatus: "BLOCKED" });
  });

  test("of the head of a fork names no pull request", async () => {
    const setup = aSimulator({ seedData: { repositories: [{ nameWithOwner: "ada/widgets" }] } });
    const pullRequest = await aPullRequest(setup);
    const { store } = setup.simulator;
    const [stored] = store.children("PullRequest", setup.repositoryId);
    const fork = store.findRepository("ada", "widgets");
    if (stored && fork) store.put({ ...stored, headRepositoryId: fork.id });
    await runCheck(setup, pullRequest["headRefOid"], { conclusion: "success" });

    expect((await setup.delivered()).at(-1)?.payload["check_suite"]).toMatchObject({ pull_requests: [] });
  });

  test.each([
    ["no name", { name: "" }],
    ["an unknown status", { status: "asleep" }],
    ["an unknown conclusion", { conclusion: "splendid" }],
    ["no conclusion although it is completed", { status: "completed" }],
    ["a commit that is not there", { head_sha: NONE }],
  ])("with %s is refused", async (_, run) => {
    const setup = aSimulator();

    expect((await runCheck(setup, await mainOid(setup), run)).status).toBe(422);
  });
});

test("a status of a commit is told with the branches that stand at it, in the published shape", async () => {
  const setup = aSimulator();
  const oid = await aBranch(setup, "topic");
  await setup.delivered();
  await report(setup, oid, "success");
  const deliveries = await setup.delivered();

  expect(names(deliveries)).toEqual(["status"]);
  expect(faultsOf(deliveries)).toEqual([]);
  expect(deliveries[0]?.payload).toMatchObject({ sha: oid, state: "success", context: "ci", branches: [{ name: "topic" }] });
});

describe("a push", () => {
  test("is told for a new branch, for a commit on it and for its end, in the published shape", async () => {
    const setup = aSimulator();
    const base = await mainOid(setup);
    const oid = await aBranch(setup, "topic");
    const ref = setup.simulator.store.children("Ref", setup.repositoryId).find(({ name }) => name === "topic");
    await setup.read("mutation ($id: ID!) { deleteRef(input: { refId: $id }) { clientMutationId } }", { id: ref?.id });
    const deliveries = await setup.delivered();

    expect(names(deliveries)).toEqual(["push", "push", "push"]);
    expect(faultsOf(deliveries)).toEqual([]);
    const shared = { ref: "refs/heads/topic", repository: { full_name: "acme/widgets" }, pusher: { name: "sync-bot" } };
    expect(deliveries.map(({ payload }) => payload)).toMatchObject([
      { ...shared, before: NONE, after: base, created: true, deleted: false, commits: [] },
      { ...shared, before: base, after: oid, created: false, commits: [{ id: oid, added: ["a.txt"], modified: [] }] },
      { ...shared, before: oid, after: NONE, deleted: true, head_commit: null },
    ]);
  });

  test("to a base branch is told for each merge", async () => {
    const setup = aSimulator();
    const { id } = await aPullRequest(setup);
    const before = await mainOid(setup);
    await setup.delivered();
    await setup.read("mutation ($id: ID!) { mergePullRequest(input: { pullRequestId: $id }) { clientMutationId } }", { id });
    const deliveries = await setup.delivered();

    const push = deliveries.find(({ event }) => event === "push")?.payload;
    expect(push).toMatchObject({ ref: "refs/heads/main", before, after: await mainOid(setup) });
    expect(faultsOf(deliveries)).toEqual([]);
  });

  test("to the head of a pull request is told beside its synchronize", async () => {
    const setup = aSimulator();
    const { headRefOid } = await aPullRequest(setup);
    await setup.delivered();
    await commitOn(setup, "topic", textOf(headRefOid), "b.txt");

    expect(names(await setup.delivered())).toEqual(["push", "pull_request.synchronize"]);
  });
});
