import { describe, expect, onTestFinished, test } from "vitest";
import { parseGithubDelivery, verifyGithubSignature } from "../../github/webhook.ts";
import type { ItemSnapshot } from "../../sync/model.ts";
import { actAsPerson, createWorld, someIssues, type World, type WorldOptions } from "./world.ts";

const SECRET = "a secret of the webhook";

interface Received {
  readonly event: string | null;
  readonly signature: string | null;
  readonly body: string;
}

/** A world whose webhooks are collected. */
function aWorld(options: WorldOptions): { world: World; received: () => Promise<Received[]> } {
  const received: Received[] = [];
  const world = createWorld({
    ...options,
    knobs: {
      ...options.knobs,
      webhooks: { url: "https://sync.example.com/api/webhooks/github", secret: SECRET },
      deliver: async (request) => {
        const { headers } = request;
        received.push({
          event: headers.get("x-github-event"),
          signature: headers.get("x-hub-signature-256"),
          body: await request.text(),
        });
        return new Response(null, { status: 202 });
      },
    },
  });
  onTestFinished(() => world.simulator.verify());
  return {
    world,
    received: async () => {
      await world.clock.advance(0);
      await world.simulator.webhooksSettled();
      return received;
    },
  };
}

const firstIssue = (world: World): string =>
  world.simulator.store.children("Issue", world.simulator.store.findRepository("acme", "widgets")?.id ?? "")[0]?.id ?? "";

describe("a delivery as GitHub sends it", () => {
  test("is signed, and tells of an issue what a read tells, but for the parent", async () => {
    const { world, received } = aWorld({
      issues: [{ title: "Paint it", body: "Red.", labels: ["bug", "question"], assignees: ["grace", "ada"] }],
    });
    const id = firstIssue(world);
    await actAsPerson(
      world,
      `mutation ($id: ID!) { closeIssue(input: { issueId: $id, stateReason: NOT_PLANNED }) { issue { id } } }`,
      { id },
    );

    const [delivery] = await received();
    const read = (await world.run(world.github.readItems([id]))).get(id);

    expect(await verifyGithubSignature(delivery?.body ?? "", delivery?.signature ?? null, [SECRET])).toBe(true);
    const parsed = parseGithubDelivery(delivery?.event ?? null, delivery?.body ?? "");
    expect(parsed).toMatchObject({ kind: "item", action: "closed", repository: "acme/widgets" });
    const { parent, ...fields } = (read as ItemSnapshot).fields;
    expect(parent).toBeNull();
    expect(parsed).toMatchObject({ item: { ...(read as ItemSnapshot), readAt: expect.any(String) as string, fields } });
    expect(parsed.kind === "item" && Object.keys(parsed.item.fields).sort()).toEqual(Object.keys(fields).sort());
  });

  test("names the sender by the id that the viewer has", async () => {
    const { world, received } = aWorld({ issues: someIssues(1) });
    const viewer = await world.run(world.github.readViewer());
    const deadlineAtMs = world.clock.now() + 15_000;
    await world.run(
      world.github.applyWrites([{ nodeId: firstIssue(world), kind: "updateIssue", title: "Renamed" }], { deadlineAtMs }),
    );

    const [delivery] = await received();

    expect(parseGithubDelivery(delivery?.event ?? null, delivery?.body ?? "")).toMatchObject({
      action: "edited",
      senderId: viewer.databaseId,
    });
  });

  test("keeps the item's key where node ids come in their older form", async () => {
    const { world, received } = aWorld({ issues: someIssues(1), knobs: { legacyWebhookIds: true } });
    const id = firstIssue(world);
    await actAsPerson(world, `mutation ($id: ID!) { closeIssue(input: { issueId: $id }) { issue { id } } }`, { id });

    const [delivery] = await received();
    const parsed = parseGithubDelivery(delivery?.event ?? null, delivery?.body ?? "");
    const read = (await world.run(world.github.readItems([id]))).get(id);

    expect(parsed).toMatchObject({ kind: "item", item: { itemId: (read as ItemSnapshot).itemId } });
    expect(parsed).not.toMatchObject({ item: { nodeId: id } });
  });

  test("tells of a pull request, which can be found by its number and read by its id too", async () => {
    const { world, received } = aWorld({});
    const { store } = world.simulator;
    const repository = store.findRepository("acme", "widgets")?.id ?? "";
    const oid = store.children("Commit", repository)[0]?.oid;
    await actAsPerson(
      world,
      `mutation ($repository: ID!, $oid: GitObjectID!) {
        createRef(input: { repositoryId: $repository, name: "refs/heads/paint", oid: $oid }) { ref { id } }
        createCommitOnBranch(input: {
          branch: { repositoryNameWithOwner: "acme/widgets", branchName: "paint" }, message: { headline: "Paint" }, expectedHeadOid: $oid,
          fileChanges: { additions: [{ path: "paint.txt", contents: "cmVk" }] }
        }) { commit { oid } }
        createPullRequest(input: { repositoryId: $repository, baseRefName: "main", headRefName: "paint", title: "Paint", draft: true }) {
          pullRequest { id }
        }
      }`,
      { repository, oid },
    );

    const deliveries = (await received()).map(({ event, body }) => parseGithubDelivery(event, body));
    const found = await world.run(world.github.findIssue("acme/widgets", 1));
    const items = await world.run(world.github.readItems([found?.nodeId ?? ""]));

    expect(found).toMatchObject({
      kind: "pullRequest",
      url: "https://github.com/acme/widgets/pull/1",
      state: "open",
      isDraft: true,
      pullRequest: { headRefName: "paint", baseRefName: "main", autoMerge: false },
      reason: null,
      fields: { title: "Paint", labels: [], assignees: [], milestone: null },
    });
    expect(items.get(found?.nodeId ?? "")).toEqual(found);
    expect(deliveries.find(({ kind }) => kind === "item")).toMatchObject({
      action: "opened",
      item: {
        itemId: found?.itemId,
        nodeId: found?.nodeId,
        kind: "pullRequest",
        state: "open",
        isDraft: true,
        url: found?.url,
        pullRequest: found?.pullRequest,
      },
    });
    const push = { kind: "hint", repository: "acme/widgets", itemIds: [], branches: ["paint"] };
    expect(deliveries.filter(({ kind }) => kind !== "item")).toEqual([push, push]);
  });

  test("of a project item names the item to look at", async () => {
    const { world, received } = aWorld({ issues: someIssues(1) });
    const { store } = world.simulator;
    const project = store.nodes().find((node) => node.__typename === "ProjectV2")?.id;
    const id = firstIssue(world);
    await actAsPerson(
      world,
      `mutation ($project: ID!, $id: ID!) { addProjectV2ItemById(input: { projectId: $project, contentId: $id }) { item { id } } }`,
      { project, id },
    );

    const deliveries = (await received()).map(({ event, body }) => parseGithubDelivery(event, body));

    expect(deliveries).toContainEqual(
      expect.objectContaining({
        kind: "projectItem",
        contentNodeId: id,
        owner: "acme",
        news: { kind: "place", place: "in" },
      }),
    );
  });
});
