import { describe, expect, test } from "vitest";
import { DEMO_ADA_ID, DEMO_BOT_ID, DEMO_DATA_SOURCE_ID, DEMO_GRACE_ID, toSeedPageId } from "../../../local/notion-api/seed.ts";
import { connect, contentOf, makePage, readPage, seedOf, startWorkspace, text, textOf } from "./workspace.ts";

const FIRST = toSeedPageId(0);

describe("creating a page", () => {
  test("its times are rounded down to the minute, and its author is whose token it was", async () => {
    const { bot, ada, simulator } = startWorkspace();

    const byBot = await makePage(bot, { Name: { title: text("From the bot") } });
    const byAda = await makePage(ada, { Name: { title: text("From Ada") } });
    const byGrace = await makePage(connect(simulator, "person:grace"), {});

    expect(byBot).toMatchObject({ created_time: "2026-02-03T10:20:00.000Z", last_edited_time: "2026-02-03T10:20:00.000Z" });
    expect([byBot, byAda, byGrace].map((page) => page.created_by.id)).toEqual([DEMO_BOT_ID, DEMO_ADA_ID, DEMO_GRACE_ID]);
    expect(byBot.parent).toMatchObject({ type: "data_source_id", data_source_id: DEMO_DATA_SOURCE_ID });
    expect(await readPage(ada, byBot.id)).toMatchObject({ id: byBot.id, properties: byBot.properties });
  });

  test("a status that is left out is the first one", async () => {
    const { bot } = startWorkspace();
    expect(contentOf(await makePage(bot), "Status")).toMatchObject({ name: "Backlog" });
  });

  test("pages under a page have a title only, and children come with them", async () => {
    const { bot } = startWorkspace();

    const page = await bot.pages.create({
      parent: { page_id: FIRST },
      properties: { title: { title: text("Notes") } },
      children: [{ paragraph: { rich_text: text("Hello") } }],
    });

    const read = await readPage(bot, page.id);
    expect(Object.keys(read.properties)).toEqual(["title"]);
    expect(textOf(read, "title")).toBe("Notes");
    expect((await bot.blocks.children.list({ block_id: page.id })).results).toHaveLength(1);
  });

  test("a parent that is not there is 404 in Notion's words", async () => {
    const { bot } = startWorkspace();
    const create = bot.pages.create({ parent: { data_source_id: FIRST } });
    await expect(create).rejects.toMatchObject({ status: 404, code: "object_not_found" });
    await expect(bot.pages.create({})).rejects.toMatchObject({ status: 400, code: "validation_error" });
  });

  test("unique ids count up", async () => {
    const properties = [
      { name: "Name", type: "title" as const },
      { name: "ID", type: "unique_id" as const, prefix: "ENG" },
    ];
    const { bot } = startWorkspace({ seedData: seedOf(properties, [{ properties: {} }, { properties: {} }]) });
    expect(contentOf(await makePage(bot), "ID")).toEqual({ prefix: "ENG", number: 3 });
  });
});

describe("updating a page", () => {
  test("what is left out stays, and the last editor and the minute change", async () => {
    const { bot, clock } = startWorkspace();
    await clock.advance(60_000);

    await bot.pages.update({ page_id: FIRST, properties: { Estimate: { number: 8 } } });

    const page = await readPage(bot, FIRST);
    expect(contentOf(page, "Estimate")).toBe(8);
    expect(textOf(page, "Name")).toBe("Welcome page loses the chosen language");
    expect(page).toMatchObject({ created_time: "2025-12-01T09:00:00.000Z", last_edited_time: "2026-02-03T10:21:00.000Z" });
    expect(page.last_edited_by.id).toBe(DEMO_BOT_ID);
  });

  test("properties are named by name, by id, or by the id as it comes in URLs", async () => {
    const { bot } = startWorkspace();
    for (const [index, key] of ["GitHub", "G@hb", "G%40hb"].entries()) {
      await bot.pages.update({ page_id: FIRST, properties: { [key]: { rich_text: text(`owner/name#${index}`) } } });
      expect(textOf(await readPage(bot, FIRST), "GitHub")).toBe(`owner/name#${index}`);
    }
  });

  test("an unknown property is refused and nothing of the request is done", async () => {
    const { bot } = startWorkspace();
    const update = bot.pages.update({
      page_id: FIRST,
      properties: { Labels: { multi_select: [{ name: "brand new" }] }, Nonsense: { number: 1 } },
    });
    await expect(update).rejects.toMatchObject({
      status: 400,
      code: "validation_error",
      message: "Nonsense is not a property that exists.",
    });
    const source = await bot.dataSources.retrieve({ data_source_id: DEMO_DATA_SOURCE_ID });
    expect(JSON.stringify(source)).not.toContain("brand new");
  });

  test("the answer shows only the properties that were asked for", async () => {
    const { bot } = startWorkspace();
    const page = await bot.pages.retrieve({ page_id: FIRST, filter_properties: ["title", "G%40hb"] });
    expect(page).toMatchObject({ properties: { Name: {}, GitHub: {} } });
    expect("properties" in page && Object.keys(page.properties)).toHaveLength(2);
  });
});

describe("the trash", () => {
  test("a page in the trash can be read and restored, and refuses other writes", async () => {
    const { bot } = startWorkspace();
    await bot.pages.update({ page_id: FIRST, in_trash: true });

    expect(await readPage(bot, FIRST)).toMatchObject({ in_trash: true });
    await expect(bot.pages.update({ page_id: FIRST, properties: { Estimate: { number: 1 } } })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("unarchive") as string,
    });
    await expect(bot.blocks.children.append({ block_id: FIRST, children: [{ divider: {} }] })).rejects.toMatchObject({
      status: 400,
    });

    await bot.pages.update({ page_id: FIRST, in_trash: false, properties: { Estimate: { number: 1 } } });
    expect(contentOf(await readPage(bot, FIRST), "Estimate")).toBe(1);
  });

  test("archived is in_trash: refused in this version, understood in the one before", async () => {
    const { bot, simulator } = startWorkspace();
    const update = bot.request({ path: `pages/${FIRST}`, method: "patch", body: { archived: true } });
    await expect(update).rejects.toMatchObject({ status: 400, message: expect.stringContaining("body.archived") as string });
    expect(await readPage(bot, FIRST)).not.toHaveProperty("archived");

    const older = connect(simulator, "ntn_demo_product", "2025-09-03");
    await older.request({ path: `pages/${FIRST}`, method: "patch", body: { archived: true } });
    expect(await readPage(older, FIRST)).toMatchObject({ archived: true, in_trash: true });
  });

  test("a moved page has its new parent and is gone from queries, as a trashed one", async () => {
    const { bot } = startWorkspace();
    await bot.pages.move({ page_id: FIRST, parent: { page_id: toSeedPageId(1) } });
    await bot.pages.update({ page_id: toSeedPageId(2), in_trash: true });

    const { results } = await bot.dataSources.query({ data_source_id: DEMO_DATA_SOURCE_ID });
    expect(results.map((page) => page.id)).not.toContain(FIRST);
    expect(results).toHaveLength(6);
    const moved = await readPage(bot, FIRST);
    expect(moved).toMatchObject({ in_trash: false, parent: { type: "page_id", page_id: toSeedPageId(1) } });
    expect(Object.keys(moved.properties)).toEqual(["title"]);
    expect(textOf(moved, "title")).toBe("Welcome page loses the chosen language");
  });
});

describe("requests that Notion refuses", () => {
  const ask = async (headers: Record<string, string>, body?: string, path = "pages"): Promise<unknown> => {
    const { simulator } = startWorkspace();
    const init = body === undefined ? { headers } : { method: "POST", headers, body };
    const response = await simulator.fetch(new Request(`http://notion.test/v1/${path}`, init));
    const answer = (await response.json()) as Record<string, unknown>;
    expect(answer).toMatchObject({
      object: "error",
      status: response.status,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    return answer["code"];
  };
  const known = { authorization: "Bearer x", "notion-version": "2026-03-11" };

  test("no token, no version, no JSON, not an object", async () => {
    expect(await ask({ "notion-version": "2026-03-11" }, "{}")).toBe("unauthorized");
    expect(await ask({ authorization: "Bearer x" }, "{}")).toBe("missing_version");
    expect(await ask(known, "{nope")).toBe("invalid_json");
    expect(await ask(known, "[]")).toBe("validation_error");
    expect(await ask(known, undefined, "pages/not-a-uuid")).toBe("validation_error");
    expect(await ask(known, JSON.stringify({ parent: { data_source_id: DEMO_DATA_SOURCE_ID }, surprise: 1 }))).toBe(
      "validation_error",
    );
    expect(await ask(known, JSON.stringify({ padding: "x".repeat(500_000) }))).toBe("validation_error");
  });

  test("what the simulator lacks is 501, names it, and fails verify", async () => {
    const { simulator, bot } = startWorkspace();
    await expect(bot.comments.list({ block_id: FIRST })).rejects.toMatchObject({
      status: 501,
      body: expect.stringContaining("GET /v1/comments") as string,
    });
    await expect(bot.pages.create({ parent: { page_id: FIRST }, markdown: "# x" })).rejects.toMatchObject({ status: 501 });
    await expect(connect(simulator, "x", "2022-06-28").users.me({})).rejects.toMatchObject({ status: 501 });
    expect(() => simulator.verify()).toThrow(/GET \/v1\/comments[\s\S]*markdown[\s\S]*2022-06-28/);
  });
});
