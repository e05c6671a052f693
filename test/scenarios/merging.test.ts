import { afterEach, describe, expect, test } from "vitest";
import type { Fault } from "../../local/simulator/contract.ts";
import {
  actOn,
  approve,
  commit,
  headOf,
  openPull,
  pullOf,
  pushBranch,
  report,
  richText,
  setRepository,
} from "../support/branches.ts";
import { fullConfig, fullMapping } from "../support/full-config.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const pullRequestMapping = fullMapping()["pullRequest"] as object;
const status = fullMapping()["status"] as { readonly values: object };
const AUTO = fullConfig({
  status: {
    ...status,
    values: { ...status.values, Done: { item: "closed", reason: "completed", pullRequest: "autoMerge", project: "Done" } },
  },
});

/** A page with a pull request, in "In Progress". */
async function aPull(branch = "topic", title = "Build it"): Promise<string> {
  await pushBranch(world, branch);
  const pageId = await world.person.createPage({ title, status: "Backlog" });
  await world.person.setPage(pageId, { Branch: richText(branch), Status: { status: { name: "In Progress" } } });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 180_000);
  await world.settled();
  return pageId;
}

const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");
const statusOf = (pageId: string): Promise<string> => world.person.textOf(pageId, "Status");
const merges = (): number => world.github.journal().byKind["mutation mergePullRequest"] ?? 0;

async function untilNotice(pageId: string, words: RegExp): Promise<void> {
  await world.until(async () => words.test(await notice(pageId)), 180_000);
  await world.settled();
}

async function untilMerged(branch = "topic"): Promise<void> {
  await world.until(async () => (await pullOf(world, branch)).state === "MERGED", 10 * 60_000);
  await world.settled();
}

const refuse = (mutation: string, message: string, times = 1): Fault => ({
  match: `mutation ${mutation}`,
  kind: "partial",
  aliases: [mutation],
  type: "UNPROCESSABLE",
  message,
  times,
});

interface Status {
  readonly failures: readonly Readonly<Record<string, unknown>>[];
  readonly holds: readonly { readonly id: string }[];
  readonly conflicts: readonly Readonly<Record<string, unknown>>[];
}

const readStatus = async (): Promise<Status> => (await world.call("GET", "status")).body as Status;

describe("a page moved to Done", () => {
  test("merges its pull request by the mapping's method, and moves its card to Done", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();

    await world.person.setStatus(pageId, "Done");
    await untilMerged();

    expect(await pullOf(world, "topic")).toMatchObject({ state: "MERGED", column: "Done" });
    expect(await notice(pageId)).toBe("");
    expect(merges()).toBe(1);
    expect((await readStatus()).failures).toEqual([]);
    world.github.verify();
  });

  test("never merges a commit that nobody looked at: one pushed meanwhile is looked at first", async () => {
    let pushed = false;
    world = await createWorld({
      config: fullConfig(),
      onRequest: async (send, request) => {
        if (!pushed && (await request.clone().text()).includes("mergePullRequest(")) {
          pushed = true;
          const oid = await commit(world, "topic", "late.txt");
          await report(world, oid, "failure");
        }
        return send();
      },
    });
    const pageId = await aPull();

    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /waits to be merged/);

    expect((await pullOf(world, "topic")).state).toBe("OPEN");
    await report(world, headOf(world, "topic"), "success");
    await untilMerged();
    expect(await notice(pageId)).toBe("");
  });

  test("waits while optional checks are red, and says so", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    await report(world, headOf(world, "topic"), "failure");

    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /#\d+ waits to be merged\. Checks that are not required have failed/);
    expect((await pullOf(world, "topic")).state).toBe("OPEN");
    expect(await readStatus()).toMatchObject({ failures: [{ pageId, status: "waiting", code: "checks_unstable" }] });

    await report(world, headOf(world, "topic"), "success");
    await untilMerged();
    expect(await notice(pageId)).toBe("");
  });

  test("merges with red optional checks when the mapping says so", async () => {
    world = await createWorld({ config: fullConfig({ pullRequest: { ...pullRequestMapping, mergeUnstable: true } }) });
    const pageId = await aPull();
    await report(world, headOf(world, "topic"), "failure");

    await world.person.setStatus(pageId, "Done");
    await untilMerged();
  });

  test("waits for a draft, for conflicts and for reviews, each with what to do", async () => {
    world = await createWorld({ config: fullConfig() });
    const draft = await aPull("draft");
    await actOn(world, (await pullOf(world, "draft")).id, "convertPullRequestToDraft");
    const conflicting = await aPull("conflicting");
    await commit(world, "conflicting", "same.txt", "ours");
    await commit(world, "main", "same.txt", "theirs");

    await world.person.setStatus(draft, "Done");
    await world.person.setStatus(conflicting, "Done");
    await untilNotice(draft, /still a draft\. Mark it as ready/);
    await untilNotice(conflicting, /conflicts with its base branch\. Resolve/);

    setRepository(world, { protection: { reviews: true } });
    const reviewed = await aPull("reviewed");
    await world.person.setStatus(reviewed, "Done");
    await untilNotice(reviewed, /A review is required\. Ask for a review/);
    expect(merges()).toBe(0);

    await approve(world, (await pullOf(world, "reviewed")).id);
    await untilMerged("reviewed");
    expect(await notice(reviewed)).toBe("");
  });

  test("goes on with everything else while it waits", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    await report(world, headOf(world, "topic"), "failure");
    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /waits to be merged/);

    const { id } = await pullOf(world, "topic");
    await world.person.github(
      `mutation ($id: ID!) { updatePullRequest(input: { pullRequestId: $id, title: "Named on GitHub" }) { clientMutationId } }`,
      { id },
    );
    await world.until(async () => (await world.person.textOf(pageId, "Name")) === "Named on GitHub", 180_000);
    await world.person.setPage(pageId, { Labels: { multi_select: [{ name: "bug" }] } });
    await world.settled();

    expect(await pullOf(world, "topic")).toMatchObject({ labels: ["bug"], state: "OPEN", column: "In Progress" });
    expect(await notice(pageId)).toMatch(/waits to be merged/);
  });

  test("that is moved away again while it waits, is not merged later", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    await report(world, headOf(world, "topic"), "failure");
    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /waits to be merged/);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => (await notice(pageId)) === "", 180_000);
    await report(world, headOf(world, "topic"), "success");
    await world.advance(30 * 60_000);
    await world.settled();
    expect(await pullOf(world, "topic")).toMatchObject({ state: "OPEN", column: "In Progress" });
  });

  test("names a method that the repository does not allow, and does not guess another", async () => {
    world = await createWorld({ config: fullConfig() });
    setRepository(world, { squashMergeAllowed: false });
    const pageId = await aPull();

    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /does not allow the merge method "squash".*mergeMethod.*"merge" or "rebase"/);
    expect(merges()).toBe(0);
    expect(await readStatus()).toMatchObject({ failures: [{ pageId, status: "failed", code: "method_not_allowed" }] });
  });

  test("says that a branch has a merge queue, and what to do", async () => {
    world = await createWorld({ config: fullConfig() });
    setRepository(world, { mergeQueueEnabled: true });
    const pageId = await aPull();

    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /merge queue only\. Add the pull request to the merge queue/);
    expect(merges()).toBe(0);
  });

  test("tries once more when GitHub says that the base branch was modified", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    world.github.setFaults([refuse("mergePullRequest", "Base branch was modified. Review and try the merge again.")]);
    world.github.clearJournal();

    await world.person.setStatus(pageId, "Done");
    await untilMerged();
    expect(merges()).toBe(2);
    // At once: the first look is when GitHub has not worked it out yet, the second is the only other one.
    expect(world.github.journal().byKind["query Mergeability"]).toBe(2);
    expect(await notice(pageId)).toBe("");
  });

  test("says what GitHub refuses, and is not flipped back", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    world.github.setFaults([refuse("mergePullRequest", "Something is in the way", 1)]);

    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /GitHub did not merge acme\/widgets#\d+: .*Look at the pull request on GitHub/);
    expect(await statusOf(pageId)).toBe("Done");

    await world.advance(3 * 60_000);
    await untilMerged();
    expect(await notice(pageId)).toBe("");
  });

  test.each([
    ["the answer is lost", { match: "mutation mergePullRequest", kind: "dropAfterEffect", times: 1 }],
    ["GitHub does not answer", { match: "mutation mergePullRequest", kind: "hang", times: 1 }],
    ["GitHub is down for a moment", { match: "mutation mergePullRequest", kind: "status", status: 502, times: 1 }],
  ] as const)("merges once when %s", async (_, fault) => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    world.github.setFaults([fault]);
    const before = headOf(world, "main");

    await world.person.setStatus(pageId, "Done");
    await untilMerged();

    expect(await notice(pageId)).toBe("");
    expect(await statusOf(pageId)).toBe("Done");
    expect(headOf(world, "main")).not.toBe(before);
  });

  test("at first sight merges nothing, and is listed", async () => {
    world = await createWorld({ config: fullConfig(), timers: false, webhooks: false });
    await pushBranch(world, "topic");
    const number = await openPull(world, "topic");
    const pageId = await world.person.createPage({ title: "Change topic", status: "Done" });
    await world.person.setPage(pageId, { GitHub: richText(`acme/widgets#${number}`), Branch: richText("topic") });

    await world.call("POST", "sync", { full: true });
    await world.settled();
    await world.call("POST", "sync", { full: true });
    await world.settled();

    expect((await pullOf(world, "topic")).state).toBe("OPEN");
    expect((await readStatus()).conflicts).toMatchObject([{ pageId }]);
  });

  test("merges five within an hour, and holds the sixth until a person confirms", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageIds: string[] = [];
    for (let count = 1; count <= 6; count += 1) pageIds.push(await aPull(`topic-${count}`, `Task ${count}`));

    for (const pageId of pageIds) await world.person.setStatus(pageId, "Done");
    const merged = async (): Promise<number> => {
      const states = await Promise.all(pageIds.map((_, index) => pullOf(world, `topic-${index + 1}`)));
      return states.filter(({ state }) => state === "MERGED").length;
    };
    await world.until(async () => (await merged()) === 5 && (await readStatus()).holds.length === 1, 10 * 60_000);
    await world.settled();
    await world.advance(2 * 60 * 60_000);
    await world.settled();
    expect(await merged()).toBe(5);

    const { holds } = await readStatus();
    await world.call("POST", "sync", { confirm: holds[0]?.id });
    await world.until(async () => (await merged()) === 6, 180_000);
    await world.settled();
    expect((await readStatus()).holds).toEqual([]);
  });
});

describe("auto-merge", () => {
  test("is enabled while required checks are pending, and GitHub merges", async () => {
    world = await createWorld({ config: AUTO });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull();
    await report(world, headOf(world, "topic"), "pending");

    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /auto-merge is enabled/);
    expect(await pullOf(world, "topic")).toMatchObject({ state: "OPEN", autoMerge: true });

    await report(world, headOf(world, "topic"), "success");
    await untilMerged();
    expect(await notice(pageId)).toBe("");
    expect(await statusOf(pageId)).toBe("Done");
    expect(merges()).toBe(0);
  });

  test("is taken back when the page leaves the status", async () => {
    world = await createWorld({ config: AUTO });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull();
    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /auto-merge is enabled/);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => !(await pullOf(world, "topic")).autoMerge, 180_000);
    await world.settled();
    expect(await notice(pageId)).toBe("");

    await report(world, headOf(world, "topic"), "success");
    await world.advance(30 * 60_000);
    expect((await pullOf(world, "topic")).state).toBe("OPEN");
  });

  test("is taken back when the page is thrown away", async () => {
    world = await createWorld({ config: AUTO });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull();
    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /auto-merge is enabled/);

    await world.person.trashPage(pageId);
    await world.until(async () => !(await pullOf(world, "topic")).autoMerge, 30 * 60_000);
    expect((await pullOf(world, "topic")).state).toBe("OPEN");
  });

  test("is taken back although nobody learned that it was enabled", async () => {
    world = await createWorld({ config: AUTO });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull();
    world.github.setFaults([{ match: "mutation enablePullRequestAutoMerge", kind: "dropAfterEffect", times: 1 }]);
    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /auto-merge is enabled/);

    await world.person.setStatus(pageId, "In Progress");
    await world.until(async () => !(await pullOf(world, "topic")).autoMerge, 180_000);
  });

  test("that a person enabled is left alone", async () => {
    world = await createWorld({ config: fullConfig() });
    setRepository(world, { protection: { checks: true } });
    const pageId = await aPull();
    await actOn(world, (await pullOf(world, "topic")).id, "enablePullRequestAutoMerge");

    await world.person.setStatus(pageId, "Ready");
    await world.settled();
    expect((await pullOf(world, "topic")).autoMerge).toBe(true);
  });

  test("merges at once what is ready", async () => {
    world = await createWorld({ config: AUTO });
    const pageId = await aPull();
    await world.person.setStatus(pageId, "Done");
    await untilMerged();
  });
});

describe("impossible moves", () => {
  test("a merged pull request stays merged, and the page keeps the status that it was given", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    await world.person.setStatus(pageId, "Done");
    await untilMerged();

    await world.person.setStatus(pageId, "In Progress");
    await untilNotice(pageId, /is merged, and cannot be opened or closed any more\. Move the page/);
    await world.advance(10 * 60_000);
    await world.settled();
    expect(await statusOf(pageId)).toBe("In Progress");
    expect(await pullOf(world, "topic")).toMatchObject({ state: "MERGED", column: "Done" });
    expect(await readStatus()).toMatchObject({ failures: [{ pageId, code: "already_merged" }] });

    await world.person.setStatus(pageId, "Done");
    await world.until(async () => (await notice(pageId)) === "", 180_000);
  });

  test("a pull request that was closed unmerged cannot be merged", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull();
    await world.person.setStatus(pageId, "Won't do");
    await world.settled();

    await world.person.setStatus(pageId, "Done");
    await untilNotice(pageId, /closed without being merged.*Reopen it on GitHub/);
    expect(await statusOf(pageId)).toBe("Done");

    await actOn(world, (await pullOf(world, "topic")).id, "reopenPullRequest");
    await world.settled();
    await world.advance(120_000);
    await world.settled();
    expect(await notice(pageId)).toBe("");
  });
});

test("a card moved to Done merges nothing: the page takes the status, and is listed", async () => {
  world = await createWorld({ config: fullConfig() });
  const pageId = await aPull();
  const field = await world.person.github<{
    organization: { projectV2: { id: string; field: { id: string; options: { id: string; name: string }[] } } };
  }>(
    `{ organization(login: "acme") { projectV2(number: 1) { id field(name: "Status") { ... on ProjectV2SingleSelectField { id options { id name } } } } } }`,
  );
  const { projectV2 } = field.organization;
  const { node } = await world.person.github<{ node: { projectItems: { nodes: { id: string }[] } } }>(
    `query ($id: ID!) { node(id: $id) { ... on PullRequest { projectItems(first: 1) { nodes { id } } } } }`,
    { id: (await pullOf(world, "topic")).id },
  );
  await world.person.github(
    `mutation ($input: UpdateProjectV2ItemFieldValueInput!) { updateProjectV2ItemFieldValue(input: $input) { clientMutationId } }`,
    {
      input: {
        projectId: projectV2.id,
        itemId: node.projectItems.nodes[0]?.id,
        fieldId: projectV2.field.id,
        value: { singleSelectOptionId: projectV2.field.options.find(({ name }) => name === "Done")?.id },
      },
    },
  );
  await world.call("POST", "sync", { pageIds: [pageId] });
  await world.settled();

  expect(await statusOf(pageId)).toBe("Done");
  expect((await pullOf(world, "topic")).state).toBe("OPEN");
  expect((await readStatus()).conflicts).toMatchObject([{ pageId }]);
});
