import { afterEach, describe, expect, test } from "vitest";
import { commit, headOf, openPull, pullOf, pushBranch, report, richText, setRepository } from "../support/branches.ts";
import { fullConfig } from "../support/full-config.ts";
import { aPull, merges, readStatus, refuse, untilMerged, untilNotice } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");
const statusOf = (pageId: string): Promise<string> => world.person.textOf(pageId, "Status");

describe("a page moved to Done", () => {
  test("merges its pull request by the mapping's method, and moves its card to Done", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);

    await world.person.setStatus(pageId, "Done");
    await untilMerged(world);

    expect(await pullOf(world, "topic")).toMatchObject({ state: "MERGED", column: "Done" });
    expect(await notice(pageId)).toBe("");
    expect(merges(world)).toBe(1);
    expect((await readStatus(world)).failures).toEqual([]);
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
    const pageId = await aPull(world);

    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /waits to be merged/);

    expect((await pullOf(world, "topic")).state).toBe("OPEN");
    await report(world, headOf(world, "topic"), "success");
    await untilMerged(world);
    expect(await notice(pageId)).toBe("");
  });

  test("names a method that the repository does not allow, and does not guess another", async () => {
    world = await createWorld({ config: fullConfig() });
    setRepository(world, { squashMergeAllowed: false });
    const pageId = await aPull(world);

    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /does not allow the merge method "squash".*mergeMethod.*"merge" or "rebase"/);
    expect(merges(world)).toBe(0);
    expect(await readStatus(world)).toMatchObject({ failures: [{ pageId, status: "failed", code: "method_not_allowed" }] });
  });

  test("says that a branch has a merge queue, and what to do", async () => {
    world = await createWorld({ config: fullConfig() });
    setRepository(world, { mergeQueueEnabled: true });
    const pageId = await aPull(world);

    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /merge queue only\. Add the pull request to the merge queue/);
    expect(merges(world)).toBe(0);
  });

  test("tries once more when GitHub says that the base branch was modified", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    world.github.setFaults([refuse("mergePullRequest", "Base branch was modified. Review and try the merge again.")]);
    world.github.clearJournal();

    await world.person.setStatus(pageId, "Done");
    await untilMerged(world);
    expect(merges(world)).toBe(2);
    // At once: the first look is when GitHub has not worked it out yet, the second is the only other one.
    expect(world.github.journal().byKind["query Mergeability"]).toBe(2);
    expect(await notice(pageId)).toBe("");
  });

  test("says what GitHub refuses, and is not flipped back", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    world.github.setFaults([refuse("mergePullRequest", "Something is in the way", 1)]);

    await world.person.setStatus(pageId, "Done");
    await untilNotice(world, pageId, /GitHub did not merge acme\/widgets#\d+: .*Look at the pull request on GitHub/);
    expect(await statusOf(pageId)).toBe("Done");

    await world.advance(3 * 60_000);
    await untilMerged(world);
    expect(await notice(pageId)).toBe("");
  });

  test.each([
    ["the answer is lost", { match: "mutation mergePullRequest", kind: "dropAfterEffect", times: 1 }],
    ["GitHub does not answer", { match: "mutation mergePullRequest", kind: "hang", times: 1 }],
    ["GitHub is down for a moment", { match: "mutation mergePullRequest", kind: "status", status: 502, times: 1 }],
  ] as const)("merges once when %s", async (_, fault) => {
    world = await createWorld({ config: fullConfig() });
    const pageId = await aPull(world);
    world.github.setFaults([fault]);
    const before = headOf(world, "main");

    await world.person.setStatus(pageId, "Done");
    await untilMerged(world);

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
    expect((await readStatus(world)).conflicts).toMatchObject([{ pageId }]);
  });

  test("merges five within an hour, and holds the sixth until a person confirms", async () => {
    world = await createWorld({ config: fullConfig() });
    const pageIds: string[] = [];
    for (let count = 1; count <= 6; count += 1) pageIds.push(await aPull(world, `topic-${count}`, `Task ${count}`));

    for (const pageId of pageIds) await world.person.setStatus(pageId, "Done");
    const merged = async (): Promise<number> => {
      const states = await Promise.all(pageIds.map((_, index) => pullOf(world, `topic-${index + 1}`)));
      return states.filter(({ state }) => state === "MERGED").length;
    };
    await world.until(async () => (await merged()) === 5 && (await readStatus(world)).holds.length === 1, 10 * 60_000);
    await world.settled();
    await world.advance(2 * 60 * 60_000);
    await world.settled();
    expect(await merged()).toBe(5);

    const { holds } = await readStatus(world);
    await world.call("POST", "sync", { confirm: holds[0]?.id });
    await world.until(async () => (await merged()) === 6, 180_000);
    await world.settled();
    expect((await readStatus(world)).holds).toEqual([]);
  });
});

test("a card moved to Done merges nothing: the page takes the status, and is listed", async () => {
  world = await createWorld({ config: fullConfig() });
  const pageId = await aPull(world);
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
  expect((await readStatus(world)).conflicts).toMatchObject([{ pageId }]);
});
