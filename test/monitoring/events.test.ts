import { afterEach, describe, expect, test } from "vitest";
import { reported } from "../support/reported.ts";
import { createWorld, simpleConfig, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

const MINUTE_MS = 60_000;

let world: World;
afterEach(async () => world.close());

async function linkedPage(title: string): Promise<string> {
  const pageId = await world.person.createPage({ title, status: "Ready" });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 3 * MINUTE_MS);
  await world.settled();
  return pageId;
}

describe("the app reports", () => {
  test("each tick once, with how far behind it is", async () => {
    world = await createWorld();
    await world.advance(10 * MINUTE_MS);
    const beats = reported(world, "heartbeat");
    expect(beats).toHaveLength(10);
    expect(beats.at(-1)).toMatchObject({ lagSeconds: 0, mappings: 1, paused: 0, due: 0, holds: 0 });
    expect(beats.at(-1)?.notionBudget).toBeGreaterThan(90);

    // Notion answers no more: the last complete read grows old, whatever the tick does.
    world.notion.setFaults([{ match: "/query", kind: "status", status: 500, times: 1_000 }]);
    await world.advance(20 * MINUTE_MS);
    const last = reported(world, "heartbeat").at(-1);
    expect(last?.lagSeconds).toBeGreaterThan(18 * 60);
    expect(last?.lagSeconds).toBeLessThan(21 * 60);
    expect(last?.mapping).toBe("engineering");
    const unread = reported(world, "unread");
    expect(unread).toHaveLength(20);
    expect(unread[0]).toEqual({ event: "unread", service: "notion", code: "unavailable", mapping: "engineering" });
    world.notion.setFaults([]);
  });

  test("each run once, with what it came to, and each pair that was not merely unchanged", async () => {
    world = await createWorld();
    const pageId = await linkedPage("Reported");
    const { itemId = null } = reported(world, "pair")[0] ?? {};
    expect(itemId).toMatch(/^\d+$/);
    expect(reported(world, "pair")).toEqual([
      expect.objectContaining({ mapping: "engineering", pageId, itemId, outcome: "synced", code: null, attempts: 1 }),
    ]);
    expect(reported(world, "run")[0]).toMatchObject({
      mapping: "engineering",
      instanceId: "sync-engineering",
      status: "completed",
      synced: 1,
      failed: 0,
    });

    await world.call("POST", "sync", { pageIds: [pageId] });
    await world.settled();
    expect(reported(world, "pair")).toHaveLength(1);
    expect(reported(world, "run").at(-1)).toMatchObject({ synced: 0, unchanged: 1 });
    expect(reported(world, "run").reduce((all, { synced }) => all + synced, 0)).toBe(1);
  });

  test("from triggers and activities, and not from orchestrations, which are replayed", async () => {
    world = await createWorld();
    await linkedPage("Replayed");
    await world.advance(MINUTE_MS);
    const from = world.log.filter(({ message }) => message.startsWith('{"event":')).map(({ category }) => category);
    const functions = ["findChanges", "githubWebhook", "notionWebhook", "poll", "syncSlice"];
    expect([...new Set(from)].toSorted()).toEqual(functions.map((name) => `Function.${name}.User`));
  });

  test("a pair that fails at each try, and one that waits only when it begins to", async () => {
    world = await createWorld({ webhooks: false });
    const waiting = await world.person.createPage({ title: "", status: "Ready" });
    const failing = await linkedPage("Fails");
    world.github.setFaults([
      { match: "updateIssue", kind: "partial", aliases: ["w0"], type: "FORBIDDEN", message: "no", times: 99 },
    ]);
    await world.person.setTitle(failing, "Fails to be renamed");
    await world.advance(20 * MINUTE_MS);
    const ends = (pageId: string) => reported(world, "pair").filter((pair) => pair.pageId === pageId);

    expect(ends(waiting)).toMatchObject([{ outcome: "waiting", code: "title_empty", itemId: null }]);
    const failures = ends(failing).filter(({ outcome }) => outcome === "failed");
    expect(failures.map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(["forbidden"]));
    world.github.setFaults([]);
  });

  test("no run as stuck when none was under way, as after the host was away with changes due", async () => {
    world = await createWorld();
    const pageId = await linkedPage("Fails");
    world.github.setFaults([
      { match: "updateIssue", kind: "partial", aliases: ["w0"], type: "FORBIDDEN", message: "no", times: 99 },
    ]);
    await world.person.setTitle(pageId, "Fails to be renamed");
    await world.advance(2 * MINUTE_MS);
    world.kill();
    await world.advance(30 * MINUTE_MS);
    await world.start();
    await world.advance(5 * MINUTE_MS);
    expect(reported(world, "pair").filter(({ outcome }) => outcome === "failed").length).toBeGreaterThan(2);
    expect(reported(world, "run").filter(({ status }) => status === "terminated")).toEqual([]);
    world.github.setFaults([]);
  });

  test("a limit once, however many requests meet it", async () => {
    world = await createWorld({ config: { mappings: [simpleMapping()] } });
    await linkedPage("Before");
    const limit = { status: 429, headers: { "retry-after": "90" } };
    world.notion.setFaults([{ match: "/v1/", kind: "status", times: 1, ...limit }]);
    await world.advance(10 * MINUTE_MS);
    expect(reported(world, "limit")).toEqual([{ event: "limit", service: "notion", waitMs: 90_000 }]);
  });

  test("a hold when it begins to wait, and in each tick until it is confirmed", async () => {
    world = await createWorld({ config: simpleConfig({ limits: { creates: 1 } }) });
    for (const title of ["One", "Two", "Three"]) await world.person.createPage({ title, status: "Ready" });
    await world.advance(3 * MINUTE_MS);
    await world.settled();
    const hold = { event: "hold", mapping: "engineering", holdId: "creates-engineering", kind: "creates", limit: 1 };
    expect(reported(world, "hold")).toEqual([hold]);
    expect(reported(world, "heartbeat").at(-1)?.holds).toBe(1);
    const held = reported(world, "pair").filter(({ outcome }) => outcome === "held");
    expect(new Set(held.map(({ pageId }) => pageId)).size).toBe(2);
    expect(new Set(held.map(({ code }) => code))).toEqual(new Set(["creates-engineering"]));

    await world.call("POST", "sync", { confirm: "creates-engineering" });
    await world.advance(3 * MINUTE_MS);
    expect(reported(world, "heartbeat").at(-1)?.holds).toBe(0);
  });
});
