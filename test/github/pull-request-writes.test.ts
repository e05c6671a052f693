import { describe, expect, onTestFinished, test } from "vitest";
import type { ItemWrite } from "../../github/client.ts";
import { aPullRequest, deleteBranch, report, headOf } from "./a-branch.ts";
import { createWorld, READER, START, type World, type WorldOptions } from "./world.ts";

const OPTIONS = { deadlineAtMs: Date.parse(START) + 60_000 };

function aWorld(options?: WorldOptions): World {
  const world = createWorld(options);
  onTestFinished(() => world.simulator.verify());
  return world;
}

const write = (world: World, ...writes: readonly ItemWrite[]) => world.run(world.github.applyWrites(writes, OPTIONS));

const OK = (item: object) => ({ end: "succeeded", item: { kind: "pullRequest", problems: [], ...item } });
const FAILED = (code: string) => ({ end: "failed", error: { code } });

describe("applyWrites to pull requests", () => {
  test("closes, reopens, takes back to draft and marks ready, in one request with an issue's update", async () => {
    const world = aWorld({ issues: [{ title: "An issue" }] });
    const { nodeId } = await aPullRequest(world);
    const issue = await world.run(world.github.findIssue("acme/widgets", 1));

    const results = await write(
      world,
      { kind: "closePullRequest", nodeId },
      { kind: "reopenPullRequest", nodeId },
      { kind: "updateIssue", nodeId: issue?.nodeId ?? "", title: "Painted" },
      { kind: "convertToDraft", nodeId },
      { kind: "markReady", nodeId },
    );

    expect(results).toMatchObject([
      OK({ nodeId, state: "closed", reason: null }),
      OK({ state: "open" }),
      { end: "succeeded", item: { kind: "issue", fields: { title: "Painted" } } },
      OK({ isDraft: true }),
      OK({ isDraft: false, state: "open" }),
    ]);
    expect(world.counts()).toMatchObject({ "mutation batch": 1 });
  });

  test.each(["closePullRequest", "reopenPullRequest", "convertToDraft", "markReady"] as const)(
    "%s twice is done once",
    async (kind) => {
      const world = aWorld();
      const { nodeId } = await aPullRequest(world, "topic", kind === "markReady");

      const [first] = await write(world, { kind, nodeId });
      const [second] = await write(world, { kind, nodeId });

      expect(first).toMatchObject({ end: "succeeded" });
      expect(second).toEqual(first);
    },
  );

  test("one whose branch is deleted cannot be reopened, and the rest of the request goes on", async () => {
    const world = aWorld();
    const { nodeId } = await aPullRequest(world);
    const other = await aPullRequest(world, "other");
    await deleteBranch(world, "topic");

    const results = await write(world, { kind: "reopenPullRequest", nodeId }, { kind: "closePullRequest", nodeId: other.nodeId });

    expect(results).toMatchObject([FAILED("branch_missing"), OK({ state: "closed" })]);
  });

  test("one whose branch has another pull request by now cannot be reopened", async () => {
    const world = aWorld();
    const first = await aPullRequest(world);
    await write(world, { kind: "closePullRequest", nodeId: first.nodeId });
    const wanted = {
      repositoryId: first.repositoryId,
      repository: first.repository,
      head: "topic",
      base: "main",
      title: "Again",
      body: "",
      draft: false,
    };
    await world.run(world.github.createPullRequest(wanted, OPTIONS));

    expect(await write(world, { kind: "reopenPullRequest", nodeId: first.nodeId })).toMatchObject([FAILED("exists")]);
  });

  test("a merged one is not closed, which GitHub does not say", async () => {
    const world = aWorld();
    const { nodeId, pullRequest } = await aPullRequest(world);
    await world.run(
      world.github.mergePullRequest(nodeId, { expectedHeadOid: pullRequest?.headRefOid ?? "", method: "squash", ...OPTIONS }),
    );

    expect(await write(world, { kind: "closePullRequest", nodeId })).toMatchObject([FAILED("not_applied")]);
  });

  test("marking ready what waits with auto-merge may merge it at once", async () => {
    const world = aWorld({ repositoryFlags: { protection: { checks: true } } });
    const { nodeId, pullRequest } = await aPullRequest(world);
    const options = { expectedHeadOid: pullRequest?.headRefOid ?? "", method: "merge", ...OPTIONS } as const;
    await world.run(world.github.enableAutoMerge(nodeId, options));
    await report(world, headOf(world, "topic"), "success");

    const [result] = await write(world, { kind: "updatePullRequest", nodeId, title: "Afterwards" });

    expect(result).toMatchObject(OK({ state: "merged", fields: { title: "Afterwards" } }));
  });

  test.each(["Draft pull requests are not supported in this repository.", "Pull Request could not be made so"])(
    "a plan without drafts is told apart, by the words %j",
    async (message) => {
      const world = aWorld();
      const { nodeId } = await aPullRequest(world);
      world.simulator.setFaults([
        {
          match: "mutation batch",
          kind: "partial",
          aliases: ["convertPullRequestToDraft"],
          type: "UNPROCESSABLE",
          message,
        },
      ]);

      const results = await write(world, { kind: "convertToDraft", nodeId }, { kind: "closePullRequest", nodeId });

      expect(results).toMatchObject([FAILED("draft_unavailable"), OK({ state: "closed" })]);
    },
  );

  test("a token that may only read is refused", async () => {
    const world = aWorld({ token: "reader", profiles: { reader: READER } });
    const nodeId = "PR_any";

    expect(await write(world, { kind: "markReady", nodeId })).toMatchObject([FAILED("pull_requests_forbidden")]);
  });
});
