import { afterEach, describe, expect, test } from "vitest";
import { createPlanBoard, linkPages } from "../support/plan-board.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

/** Renames a linked page while GitHub refuses to, so that its pair fails. */
async function failToRename(pageId: string, title: string): Promise<void> {
  world.github.setFaults([
    { match: "updateIssue", kind: "status", status: 403, body: { message: "Forbidden by policy" }, times: 1 },
  ]);
  await world.person.setTitle(pageId, title);
  await world.host().fireTimer("poll");
  await world.settled();
}

async function failures(): Promise<readonly { readonly pageId: string }[]> {
  const { body } = await world.call("GET", "status");
  return (body as { readonly failures: readonly { readonly pageId: string }[] }).failures;
}

describe("retry", () => {
  test("tries a failed pair at once, and it is done", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair] = await linkPages(world, ["Refused"]);
    await failToRename(pair?.pageId ?? "", "Refused at first");
    expect((await failures()).map(({ pageId }) => pageId)).toEqual([pair?.pageId]);
    const beforeMs = world.now();

    const answer = await world.call("POST", "retry", { pageId: pair?.pageId.replaceAll("-", "") });
    await world.settled();

    expect(answer).toEqual({ status: 202, body: { count: 1 } });
    expect(await world.person.issuesTitled("Refused at first")).toHaveLength(1);
    expect(await failures()).toEqual([]);
    expect(world.now() - beforeMs).toBeLessThan(30_000);
  });

  test("of all takes what failed and leaves the rest alone", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair] = await linkPages(world, ["Refused", "Fine"]);
    await failToRename(pair?.pageId ?? "", "Refused at first");
    board.sent.clear();

    expect(await world.call("POST", "retry", { all: true })).toEqual({ status: 202, body: { count: 1 } });
    await world.settled();
    expect(await failures()).toEqual([]);

    expect(await world.call("POST", "retry", { all: true })).toEqual({ status: 202, body: { count: 0 } });
  });

  test("leaves what a guard holds to a person's confirmation", async () => {
    const board = await createPlanBoard();
    world = board.world;
    for (let n = 1; n <= 52; n += 1) await world.person.createPage({ title: `Task ${n}`, status: "Ready" });
    await world.call("POST", "sync", { full: true });
    await world.settled(60 * 60_000);
    // On a bad day an attempt that found a page busy leaves its change for moments.
    await world.advance(10 * 60_000);
    await world.settled();
    expect((await world.call("GET", "status")).body).toMatchObject({ failures: [] });
    const holds = (
      (await world.call("GET", "status")).body as { readonly holds: readonly { readonly pageIds: readonly string[] }[] }
    ).holds;
    const [heldPage] = holds[0]?.pageIds ?? [];
    expect(holds[0]?.pageIds).toHaveLength(2);

    expect(await world.call("POST", "retry", { all: true })).toMatchObject({ body: { count: 0 } });
    expect(await world.call("POST", "retry", { pageId: heldPage })).toMatchObject({ status: 202, body: { count: 0 } });
    await world.settled();

    expect((await world.person.issues()).filter(({ title }) => title.startsWith("Task "))).toHaveLength(50);
  });

  test("of a page that nobody knows, or of nothing, says so", async () => {
    const board = await createPlanBoard();
    world = board.world;
    const [pair] = await linkPages(world, ["Fine"]);

    expect((await world.call("POST", "retry", { pageId: "00000000-0000-4000-8000-000000000000" })).status).toBe(404);
    expect((await world.call("POST", "retry", { pageId: "not an id" })).status).toBe(400);
    expect((await world.call("POST", "retry", {})).status).toBe(400);
    expect((await world.call("POST", "retry", { pageId: pair?.pageId, all: true })).status).toBe(400);
    expect(await world.call("POST", "retry", { pageId: pair?.pageId })).toEqual({ status: 202, body: { count: 0 } });
  });
});
