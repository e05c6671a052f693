import { afterEach, describe, expect, test } from "vitest";
import { createBigBoard } from "../support/big-board.ts";
import { listLinks } from "../support/explained.ts";
import { linked } from "../support/pull-board.ts";
import { severalBoards, WEB_DATA_SOURCE_ID, webMapping } from "../support/several-boards.ts";
import { createWorld, simpleMapping } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const BOTH = { mappings: [simpleMapping(), webMapping()] };

interface Page {
  readonly links: readonly { readonly pageId: string }[];
  readonly continuation: string | null;
}
const answer = async (query: string): Promise<Page> => (await world.call("GET", `links?${query}`)).body as Page;

describe("the list of links", () => {
  test("gives a hundred at a time and each link once, over all mappings in turn", async () => {
    const board = await createBigBoard(205, { webhooks: false, inMemory: true });
    world = board.world;

    const first = await answer("");
    expect(first.links).toHaveLength(100);
    expect(first.continuation).toBe(`engineering~${first.links.at(-1)?.pageId ?? ""}`);
    const links = await listLinks(world);
    expect(links.map(({ pageId }) => pageId)).toEqual([...board.pageIds].toSorted());
    expect(new Set(links.map(({ item }) => item)).size).toBe(205);
    expect(await listLinks(world, { q: "acme/widgets" })).toHaveLength(205);
    expect(await listLinks(world, { q: "acme/widgets#7" })).toMatchObject([{ item: "acme/widgets#7" }]);
    // The end of the list is told with its last link, not by an empty answer.
    const last = await answer(`continuation=engineering~${links[104]?.pageId ?? ""}`);
    expect(last.links).toHaveLength(100);
    expect(last.continuation).toBeNull();
  });

  test("shows of each mapping what is linked, and how it ended; finds by mapping, page, item, state and code", async () => {
    world = await createWorld(severalBoards(BOTH));
    const task = await world.person.createPage({ title: "Canary task", status: "Ready" });
    const web = await world.person.createPage({ title: "Canary web", status: "Ready", dataSourceId: WEB_DATA_SOURCE_ID });
    await linked(world, task);
    await linked(world, web);
    const gone = await world.person.createPage({ title: "Canary gone", status: "Ready" });
    await linked(world, gone);
    await world.person.trashPage(gone);
    await world.settled();

    const all = await listLinks(world);
    expect(all.map(({ mapping }) => mapping)).toEqual(["engineering", "engineering", "web"]);
    expect(all.find(({ pageId }) => pageId === task)).toEqual({
      mapping: "engineering",
      pageId: task,
      item: await world.person.textOf(task, "GitHub"),
      companion: null,
      state: "linked",
      status: "synced",
      code: null,
      syncedAt: expect.stringMatching(/^2026-/) as unknown,
    });
    expect(JSON.stringify(all)).not.toContain("Canary");
    const found = async (query: Readonly<Record<string, string>>) => (await listLinks(world, query)).map(({ pageId }) => pageId);
    expect(await found({ mapping: "web" })).toEqual([web]);
    expect(await found({ q: "detached" })).toEqual([gone]);
    expect(await found({ q: "acme/web#1" })).toEqual([web]);
    expect(await found({ q: task.replaceAll("-", "").toUpperCase() })).toEqual([task]);
    expect(await found({ mapping: "web", q: task })).toEqual([]);
  });

  test("gives those of a mapping that was removed when it is asked for, and 404 for one that never was", async () => {
    world = await createWorld(severalBoards(BOTH));
    const web = await world.person.createPage({ title: "Left behind", status: "Ready", dataSourceId: WEB_DATA_SOURCE_ID });
    await linked(world, web);
    await world.restartWith({ mappings: [simpleMapping()] });

    expect(await listLinks(world)).toEqual([]);
    expect(await listLinks(world, { mapping: "web" })).toMatchObject([{ pageId: web, state: "linked" }]);
    expect(await world.call("GET", "links?mapping=nowhere")).toMatchObject({ status: 404 });
  });

  test.each([
    "",
    "~",
    "engineering",
    "engineering~not-a-page",
    "engineering~153104CD477E809D8DC4FF2D96AE3090",
    "nowhere~",
    "nowhere~153104cd-477e-809d-8dc4-ff2d96ae3090",
    "%00~%ff",
  ])("answers 400 to the continuation %j, which no answer gave", async (continuation) => {
    world = await createWorld({ timers: false });

    expect(await world.call("GET", `links?continuation=${continuation}`)).toMatchObject({
      status: 400,
      body: { detail: "The continuation is none that an earlier answer gave." },
    });
    expect(await world.call("GET", "links?continuation=engineering~153104cd-477e-809d-8dc4-ff2d96ae3090")).toMatchObject({
      status: 200,
    });
  });

  test("answers 400 to a search that is too long", async () => {
    world = await createWorld({ timers: false });

    expect((await world.call("GET", `links?q=${"x".repeat(201)}`)).status).toBe(400);
    expect(await world.call("GET", `links?q=${"x".repeat(200)}`)).toEqual({
      status: 200,
      body: { links: [], continuation: null },
    });
  });
});
