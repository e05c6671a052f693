import { afterEach, describe, expect, test } from "vitest";
import { DEMO_ADA_ID } from "../../local/notion-api/seed.ts";
import { actOn, commit, openPull, pullOf, pulls, pushBranch } from "../support/branches.ts";
import { fullConfig, fullMapping } from "../support/full-config.ts";
import { linked, planBranch } from "../support/pull-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const notice = (pageId: string): Promise<string> => world.person.textOf(pageId, "Sync");

describe("a page whose branch is filled", () => {
  test("becomes a pull request with title, base, draft state, a link to the page and the marker, and no issue", async () => {
    const mapping = fullMapping();
    world = await createWorld({ config: fullConfig({ pullRequest: { ...(mapping["pullRequest"] as object), draft: true } }) });
    await pushBranch(world, "topic");
    const issuesBefore = (await world.person.issues()).length;

    const pageId = await planBranch(world, "topic");
    const number = await linked(world, pageId);

    const pull = await pullOf(world, "topic");
    expect(pull).toMatchObject({ number, title: "Build it", state: "OPEN", isDraft: true, baseRefName: "main" });
    expect(pull.body).toMatch(/\(https:\/\/\S+\)/);
    expect(pull.body.split("\n").at(-1)).toMatch(/^<!-- notion-sync:v1 page=[0-9a-f]{32} /);
    expect(await world.person.textOf(pageId, "GitHub")).toBe(`acme/widgets#${number}`);
    expect((await world.person.issues()).length).toBe(issuesBefore);
    expect(await notice(pageId)).toBe("");
    world.github.verify();
    world.notion.verify();
  });

  test("gets its labels, people, milestone and project fields, and keeps a type to itself", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "topic");

    const pageId = await planBranch(world, "topic", "With fields", "In Progress", {
      Labels: { multi_select: [{ name: "bug" }] },
      Owner: { people: [{ id: DEMO_ADA_ID }] },
      Milestone: { select: { name: "v1.0" } },
      Type: { select: { name: "Bug" } },
      Estimate: { number: 3 },
    });
    await linked(world, pageId);

    expect(await pullOf(world, "topic")).toMatchObject({
      labels: ["bug"],
      assignees: ["ada"],
      milestone: "v1.0",
      column: "In Progress",
    });
    expect(await notice(pageId)).toBe("");
    expect((await world.person.readPage(pageId)).properties["Type"]).toMatchObject({ select: { name: "Bug" } });
  });

  test("takes the open pull request of its branch that a person made, and leaves its text alone", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "topic");
    const number = await openPull(world, "topic", { title: "By hand", body: "My own words" });

    const pageId = await planBranch(world, "topic", "Planned");
    expect(await linked(world, pageId)).toBe(number);

    expect(await pulls(world)).toHaveLength(1);
    expect(await pullOf(world, "topic")).toMatchObject({ title: "Planned", body: "My own words" });
  });

  test("whose pull request appears between the look and the creation, is linked to that one", async () => {
    let made = false;
    world = await createWorld({
      config: fullConfig(),
      onRequest: async (send, request) => {
        if (!made && request.method === "POST" && (await request.clone().text()).includes("createPullRequest(")) {
          made = true;
          await openPull(world, "topic", { title: "A moment earlier" });
        }
        return send();
      },
    });
    await pushBranch(world, "topic");

    const pageId = await planBranch(world, "topic");
    await linked(world, pageId);

    expect(made).toBe(true);
    expect(await pulls(world)).toHaveLength(1);
    expect(await notice(pageId)).toBe("");
  });

  test("makes one pull request when the answer to its creation is lost", async () => {
    world = await createWorld({ config: fullConfig() });
    world.github.setFaults([{ match: "mutation createPullRequest", kind: "dropAfterEffect", times: 1 }]);
    await pushBranch(world, "topic");

    const pageId = await planBranch(world, "topic");
    await linked(world, pageId);

    expect(await pulls(world)).toHaveLength(1);
    expect(await notice(pageId)).toBe("");
  });

  test("makes one pull request when the app is killed between its creation and the link", async () => {
    let killed = false;
    world = await createWorld({
      config: fullConfig(),
      onRequest: async (send, request) => {
        const isCreation = !killed && (await request.clone().text()).includes("createPullRequest(");
        const response = await send();
        if (!isCreation) return response;
        killed = true;
        world.kill();
        return response;
      },
    });
    await pushBranch(world, "topic");
    const pageId = await planBranch(world, "topic");
    await world.until(() => killed, 180_000);

    await world.start();
    await linked(world, pageId);

    expect(await pulls(world)).toHaveLength(1);
    expect(await world.person.textOf(pageId, "GitHub")).toBe(`acme/widgets#${(await pullOf(world, "topic")).number}`);
  });

  test("makes one pull request when its deliveries come many times at once and all work is done twice", async () => {
    world = await createWorld({ config: fullConfig(), moods: { doubleActivities: true } });
    await pushBranch(world, "topic");
    const pageId = await planBranch(world, "topic");
    await Promise.all(world.deliveries.map((delivery) => world.redeliver(delivery)));
    await linked(world, pageId);

    expect(await pulls(world)).toHaveLength(1);
  });

  test("whose pull request was merged already, gets no second one for the same work", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "topic");
    const number = await openPull(world, "topic");
    await actOn(world, (await pullOf(world, "topic")).id, "mergePullRequest");

    const pageId = await planBranch(world, "topic");
    expect(await linked(world, pageId)).toBe(number);
    expect(await pulls(world)).toHaveLength(1);
    expect(await notice(pageId)).toMatch(/is merged, and cannot be opened.*Move the page to a status that means merged/);

    await world.person.setStatus(pageId, "Done");
    await world.until(async () => (await notice(pageId)) === "", 180_000);
  });

  test("gets a pull request of its own when an older one of the branch had ended before", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "topic");
    const before = await openPull(world, "topic");
    await actOn(world, (await pullOf(world, "topic")).id, "closePullRequest");
    await commit(world, "topic", "more.txt");

    const pageId = await planBranch(world, "topic");
    expect(await linked(world, pageId)).toBeGreaterThan(before);
    expect((await pulls(world)).map(({ state }) => state)).toEqual(["CLOSED", "OPEN"]);
  });

  test("that another page names as well, stays that page's", async () => {
    world = await createWorld({ config: fullConfig() });
    await pushBranch(world, "topic");
    const first = await planBranch(world, "topic", "First");
    const number = await linked(world, first);

    const second = await planBranch(world, "topic", "Second");
    await world.until(async () => (await notice(second)) !== "", 180_000);
    await world.settled();

    expect(await notice(second)).toContain(`acme/widgets#${number} of branch "topic" belongs to another page`);
    expect(await world.person.textOf(second, "GitHub")).toBe("");
    expect(await pullOf(world, "topic")).toMatchObject({ title: "First" });
  });
});

test("after convergence five full runs and every delivery again write nothing", async () => {
  world = await createWorld({ config: fullConfig() });
  await pushBranch(world, "one");
  await pushBranch(world, "two");
  await pushBranch(world, "three");
  const properties = { Labels: { multi_select: [{ name: "bug" }] }, Type: { select: { name: "Bug" } }, Estimate: { number: 3 } };
  const pageIds = [
    await planBranch(world, "one", "One", "Ready", properties),
    await planBranch(world, "two", "Two", "Ready", properties),
    await planBranch(world, "three", "Three", "Ready", properties),
    await planBranch(world, "missing", "Four"),
  ];
  for (const pageId of pageIds.slice(0, 3)) await linked(world, pageId);
  await world.person.setStatus(pageIds[0] ?? "", "Done");
  await world.person.setStatus(pageIds[1] ?? "", "Won't do");
  await world.until(async () => (await pullOf(world, "one")).state === "MERGED", 180_000);
  await world.settled();
  await world.advance(180_000);
  await world.settled();
  world.notion.clearJournal();
  world.github.clearJournal();

  for (let run = 0; run < 5; run += 1) {
    await world.call("POST", "sync", { full: true });
    await world.settled();
    await world.call("POST", "sync", { pageIds });
    await world.settled();
  }
  for (const delivery of [...world.deliveries]) await world.redeliver(delivery);
  await world.settled();

  expect(world.notion.journal().writes).toBe(0);
  expect(world.github.journal().writes).toBe(0);
});
