import { describe, expect, test } from "vitest";
import type { Repository } from "../../../local/github-api/model.ts";
import { OTHER_PERSON_TOKEN, PERSON_TOKEN } from "../../../local/github-api/seed.ts";
import { PULL_REQUEST, aPullRequest, commitOn, mainOid, readAgain, report } from "./a-pull-request.ts";
import { type Found, aSimulator, createIssue, textOf } from "./a-simulator.ts";
import { payloadFaults } from "./webhook-schemas.ts";

const withFlags = (repositoryFlags: Partial<Repository>) =>
  aSimulator({ mergeableUnknownReads: 0, seedData: { repositoryFlags } });

const MERGE = `mutation ($id: ID!, $oid: GitObjectID, $how: PullRequestMergeMethod) {
  mergePullRequest(input: { pullRequestId: $id, expectedHeadOid: $oid, mergeMethod: $how }) {
    actor { login } pullRequest { state merged mergedAt mergedBy { login } mergeCommit { oid messageHeadline parents(first: 5) { totalCount } } } } }`;
const AUTO = `mutation ($id: ID!, $how: PullRequestMergeMethod) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: $how }) { pullRequest { ${PULL_REQUEST} } } }`;
const STATE = "mergeable mergeStateStatus reviewDecision statusCheckRollup { state }";
const APPROVE = `mutation ($id: ID!) { addPullRequestReview(input: { pullRequestId: $id, event: APPROVE }) { pullRequestReview { state } } }`;

describe("merging", () => {
  test.each([
    ["MERGE", 2, "Merge pull request #5 from topic"],
    ["SQUASH", 1, "A change (#5)"],
    ["REBASE", 1, "Change a.txt"],
  ])("by %s makes a commit with %i parents on the base branch", async (method, parents, headline) => {
    const setup = aSimulator();
    const pullRequest = await aPullRequest(setup);

    const { mergePullRequest } = await setup.read(MERGE, { id: pullRequest["id"], oid: pullRequest["headRefOid"], how: method });

    const merged = mergePullRequest?.["pullRequest"];
    expect(merged).toMatchObject({
      state: "MERGED",
      merged: true,
      mergedBy: { login: "sync-bot" },
      mergedAt: "2026-11-25T09:00:00Z",
    });
    expect(merged?.["mergeCommit"]).toMatchObject({ messageHeadline: headline, parents: { totalCount: parents } });
    expect(await mainOid(setup)).toBe(merged?.["mergeCommit"]?.["oid"]);
  });

  test("is told as closed with merged true, in the published shape", async () => {
    const setup = aSimulator();
    const { id } = await aPullRequest(setup);
    await setup.delivered();
    await setup.read(MERGE, { id, how: "SQUASH" });

    const deliveries = await setup.delivered();

    expect(deliveries[0]?.payload).toMatchObject({ action: "closed", pull_request: { merged: true, state: "closed" } });
    expect(deliveries.flatMap(({ event, payload }) => payloadFaults(event, payload))).toEqual([]);
  });

  test("closes the issues that the body says it closes", async () => {
    const setup = aSimulator();
    const issue = await createIssue(setup);
    const { id } = await aPullRequest(setup, { body: "closes #5" });

    await setup.read(MERGE, { id, how: "MERGE" });
    const { node } = await setup.read("query ($id: ID!) { node(id: $id) { ... on Issue { state stateReason } } }", {
      id: issue["id"],
    });

    expect(node).toEqual({ state: "CLOSED", stateReason: "COMPLETED" });
  });

  test("is refused when the head moved, the method is not allowed, it is a draft, or it was merged before", async () => {
    const setup = withFlags({ rebaseMergeAllowed: false });
    const pullRequest = await aPullRequest(setup);
    const draft = await aPullRequest(setup, { headRefName: "draft", draft: true });
    const merge = async (variables: Record<string, unknown>): Promise<string | undefined> =>
      (await setup.ask(MERGE, { how: "MERGE", ...variables })).errors[0]?.message;
    const id = pullRequest["id"];

    const messages = [
      await merge({ id, oid: "0".repeat(40) }),
      await merge({ id, how: "REBASE" }),
      await merge({ id: draft["id"] }),
      await merge({ id }),
      await merge({ id }),
    ];

    expect(messages).toEqual([
      "Head branch was modified. Review and try the merge again.",
      "Rebase merges are not allowed on this repository.",
      "Pull Request is still a draft",
      undefined,
      "Pull Request has already been merged",
    ]);
  });

  test("mergeability is unknown on the first read, and asking for the state alone does not start it", async () => {
    const setup = aSimulator();
    const { id } = await aPullRequest(setup);

    const alone = [await readAgain(setup, id, "mergeStateStatus"), await readAgain(setup, id, "mergeStateStatus")];
    const asked = [await readAgain(setup, id, STATE), await readAgain(setup, id, STATE)];

    expect(alone).toEqual([{ mergeStateStatus: "UNKNOWN" }, { mergeStateStatus: "UNKNOWN" }]);
    expect(asked).toMatchObject([
      { mergeable: "UNKNOWN", mergeStateStatus: "UNKNOWN" },
      { mergeable: "MERGEABLE", mergeStateStatus: "CLEAN" },
    ]);
  });

  test("a push makes mergeability unknown again", async () => {
    const setup = aSimulator();
    const pullRequest = await aPullRequest(setup);
    const { id } = pullRequest;
    await readAgain(setup, id, STATE);
    await commitOn(setup, "topic", textOf(pullRequest["headRefOid"]), "b.txt");

    expect(await readAgain(setup, id, STATE)).toMatchObject({ mergeable: "UNKNOWN" });
  });

  test("two changes of one file conflict, and are not merged", async () => {
    const setup = withFlags({});
    const { id } = await aPullRequest(setup);
    await commitOn(setup, "main", await mainOid(setup), "a.txt", "something else");

    const state = await readAgain(setup, id, STATE);
    const { errors } = await setup.ask(MERGE, { id, how: "MERGE" });

    expect(state).toMatchObject({ mergeable: "CONFLICTING", mergeStateStatus: "DIRTY" });
    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", message: "Pull Request has merge conflicts" }]);
  });

  test("checks that are not required make it unstable, but it can be merged", async () => {
    const setup = withFlags({});
    const pullRequest = await aPullRequest(setup);
    const { id } = pullRequest;
    const states: (Found | undefined)[] = [];
    for (const state of ["pending", "failure", "success"] as const) {
      expect(await report(setup, pullRequest["headRefOid"], state)).toBe(201);
      states.push(await readAgain(setup, id, STATE));
    }

    expect(states).toMatchObject([
      { mergeStateStatus: "UNSTABLE", statusCheckRollup: { state: "PENDING" } },
      { mergeStateStatus: "UNSTABLE", statusCheckRollup: { state: "FAILURE" } },
      { mergeStateStatus: "CLEAN", statusCheckRollup: { state: "SUCCESS" } },
    ]);
  });

  test("required checks and reviews block it until both are there", async () => {
    const setup = withFlags({ protection: { checks: true, reviews: true } });
    const pullRequest = await aPullRequest(setup);
    const { id } = pullRequest;

    const blocked = await readAgain(setup, id, STATE);
    const refused = await setup.ask(MERGE, { id, how: "MERGE" });
    await report(setup, pullRequest["headRefOid"], "success");
    const unreviewed = await readAgain(setup, id, STATE);
    const own = await setup.ask(APPROVE, { id });
    await setup.read(APPROVE, { id }, OTHER_PERSON_TOKEN);
    const ready = await readAgain(setup, id, STATE);

    expect(blocked).toMatchObject({ mergeStateStatus: "BLOCKED", mergeable: "MERGEABLE", reviewDecision: "REVIEW_REQUIRED" });
    expect(refused.errors).toMatchObject([
      { message: "At least 1 approving review is required by reviewers with write access." },
    ]);
    expect(unreviewed).toMatchObject({ mergeStateStatus: "BLOCKED" });
    expect(own.errors).toMatchObject([{ type: "UNPROCESSABLE" }]);
    expect(ready).toMatchObject({ mergeStateStatus: "CLEAN", reviewDecision: "APPROVED" });
  });

  test("a branch that must be up to date is behind when the base moved on", async () => {
    const setup = withFlags({ protection: { upToDate: true } });
    const { id } = await aPullRequest(setup);
    await commitOn(setup, "main", await mainOid(setup), "c.txt");

    expect(await readAgain(setup, id, STATE)).toMatchObject({ mergeable: "MERGEABLE", mergeStateStatus: "BEHIND" });
  });

  test("auto-merge is refused for what can be merged now, and where it is not allowed", async () => {
    const clean = withFlags({});
    const closed = withFlags({ autoMergeAllowed: false, protection: { checks: true } });

    const first = await clean.ask(AUTO, { id: (await aPullRequest(clean))["id"], how: "SQUASH" });
    const second = await closed.ask(AUTO, { id: (await aPullRequest(closed))["id"], how: "SQUASH" });

    expect(first.errors).toMatchObject([{ type: "UNPROCESSABLE", message: "Pull request is in clean status" }]);
    expect(second.errors).toMatchObject([{ type: "UNPROCESSABLE", message: "Auto merge is not allowed for this repository" }]);
  });

  test("auto-merge waits for the checks and then merges; it can be taken back", async () => {
    const setup = withFlags({ protection: { checks: true } });
    const [kept, taken] = [
      await aPullRequest(setup, { headRefName: "kept" }),
      await aPullRequest(setup, { headRefName: "taken" }),
    ];
    const enabled = await setup.read(AUTO, { id: kept["id"], how: "SQUASH" });
    await setup.read(AUTO, { id: taken["id"], how: "SQUASH" });
    await setup.read(`mutation ($id: ID!) { disablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }`, {
      id: taken["id"],
    });

    for (const pullRequest of [kept, taken]) await report(setup, pullRequest["headRefOid"], "success");
    const after = [await readAgain(setup, kept["id"]), await readAgain(setup, taken["id"])];
    const deliveries = await setup.delivered();

    expect(enabled["enablePullRequestAutoMerge"]?.["pullRequest"]).toMatchObject({
      autoMergeRequest: { mergeMethod: "SQUASH", enabledBy: { login: "sync-bot" } },
    });
    expect(after).toMatchObject([{ state: "MERGED" }, { state: "OPEN", autoMergeRequest: null }]);
    expect(deliveries.map(({ payload }) => payload["action"])).toEqual(
      expect.arrayContaining(["auto_merge_enabled", "auto_merge_disabled", "closed"]),
    );
    expect(deliveries.flatMap(({ event, payload }) => payloadFaults(event, payload))).toEqual([]);
  });

  test("with a merge queue a merge is refused, and an entry of the queue is merged after a while", async () => {
    const setup = withFlags({ mergeQueueEnabled: true });
    const { id } = await aPullRequest(setup);
    const enqueue = `mutation ($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { mergeQueueEntry { position state } } }`;
    const fields = "state isInMergeQueue isMergeQueueEnabled";

    const refused = await setup.ask(MERGE, { id, how: "MERGE" });
    const { enqueuePullRequest } = await setup.read(enqueue, { id });
    const waiting = await readAgain(setup, id, fields);
    await setup.clock.advance(5_000);
    const merged = await readAgain(setup, id, fields);

    expect(refused.errors).toMatchObject([{ message: "Changes must be made through the merge queue" }]);
    expect(enqueuePullRequest).toEqual({ mergeQueueEntry: { position: 1, state: "AWAITING_CHECKS" } });
    expect([waiting, merged]).toMatchObject([
      { state: "OPEN", isInMergeQueue: true, isMergeQueueEnabled: true },
      { state: "MERGED", isInMergeQueue: false },
    ]);
  });

  test("deletes the branch where the repository is set so", async () => {
    const setup = withFlags({ deleteBranchOnMerge: true });
    const { id } = await aPullRequest(setup);

    await setup.read(MERGE, { id, how: "MERGE" }, PERSON_TOKEN);
    const { repository } = await setup.read(
      `{ repository(owner: "acme", name: "widgets") { ref(qualifiedName: "topic") { id } } }`,
    );

    expect(repository).toEqual({ ref: null });
  });

  test("needs the permission for contents", async () => {
    const setup = aSimulator({
      seedData: {
        profiles: { narrow: { kind: "fineGrained", actor: "ada", permissions: { pull_requests: "write", issues: "write" } } },
      },
    });
    const { id } = await aPullRequest(setup);

    const { errors } = await setup.ask(MERGE, { id, how: "MERGE" }, "narrow");

    expect(errors).toMatchObject([{ type: "FORBIDDEN", path: ["mergePullRequest"] }]);
  });
});
