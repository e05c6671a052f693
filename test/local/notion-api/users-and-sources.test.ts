import { describe, expect, test } from "vitest";
import {
  DEMO_ADA_ID,
  DEMO_BOT_ID,
  DEMO_DATABASE_ID,
  DEMO_DATA_SOURCE_ID,
  DEMO_GRACE_ID,
  toSeedPageId,
} from "../../../local/notion-api/seed.ts";
import { connect, makePage, readPage, contentOf, startWorkspace, text } from "./workspace.ts";

describe("users", () => {
  test("the product's token is the bot, any other a person", async () => {
    const { bot, ada, simulator } = startWorkspace();
    expect(await bot.users.me({})).toMatchObject({ id: DEMO_BOT_ID, type: "bot", bot: { workspace_name: "Analytical Engines" } });
    expect(await ada.users.me({})).toMatchObject({ id: DEMO_ADA_ID, type: "person" });
    expect(await connect(simulator, "person:Grace Hopper").users.me({})).toMatchObject({ id: DEMO_GRACE_ID });
    expect(simulator.journal().requests.map((entry) => entry.detail?.["as"])).toEqual(["bot", "person", "person"]);
    expect(JSON.stringify(simulator.journal())).not.toContain("ntn_");
  });

  test("users are listed in parts and retrieved with their addresses", async () => {
    const { bot } = startWorkspace();
    const first = await bot.users.list({ page_size: 2 });
    const second = await bot.users.list({ start_cursor: first.next_cursor });
    expect([...first.results, ...second.results].map((user) => user.name)).toEqual([
      "Notion Sync",
      "Ada Lovelace",
      "Grace Hopper",
    ]);
    expect(await bot.users.retrieve({ user_id: DEMO_ADA_ID })).toMatchObject({ person: { email: "ada@example.com" } });
    await expect(bot.users.retrieve({ user_id: toSeedPageId(0) })).rejects.toMatchObject({ status: 404 });
  });
});

describe("profile", () => {
  test("without user information people have no address, or not even a name", async () => {
    const plain = startWorkspace({ profile: { users: "withoutEmail" } });
    expect(contentOf(await readPage(plain.bot, toSeedPageId(0)), "Owner")).toMatchObject([{ name: "Ada Lovelace", person: {} }]);

    const none = startWorkspace({ profile: { users: "none" } });
    expect(contentOf(await readPage(none.bot, toSeedPageId(0)), "Owner")).toEqual([{ object: "user", id: DEMO_ADA_ID }]);
    await expect(none.bot.users.list({})).rejects.toMatchObject({ status: 403, code: "restricted_resource" });
  });

  test("missing capabilities are 403, and only the tokens of the profile are accepted", async () => {
    const { bot, simulator } = startWorkspace({ profile: { canInsert: false, canUpdate: false, tokens: ["ntn_demo_product"] } });
    await expect(makePage(bot)).rejects.toMatchObject({ status: 403, code: "restricted_resource" });
    await expect(bot.pages.update({ page_id: toSeedPageId(0), in_trash: true })).rejects.toMatchObject({ status: 403 });
    await expect(connect(simulator, "other").users.me({})).rejects.toMatchObject({ status: 401, code: "unauthorized" });
  });
});

describe("data sources", () => {
  test("the demo's data source has what the mapping names", async () => {
    const { bot } = startWorkspace();
    const source = await bot.dataSources.retrieve({ data_source_id: DEMO_DATA_SOURCE_ID });
    const types = Object.fromEntries(Object.entries(source.properties).map(([name, { type }]) => [name, type]));
    expect(types).toEqual({
      Name: "title",
      Status: "status",
      GitHub: "rich_text",
      Sync: "rich_text",
      Labels: "multi_select",
      Owner: "people",
      Milestone: "select",
      Type: "select",
      Parent: "relation",
      Estimate: "number",
      Sprint: "select",
      Due: "date",
      Branch: "rich_text",
    });
    expect(source.properties["Status"]).toMatchObject({
      status: {
        options: ["Backlog", "Ready", "In Progress", "Done", "Won't do"].map((name) => ({ name })),
        groups: [{ name: "To-do" }, { name: "In progress" }, { name: "Complete" }],
      },
    });
    expect(source.properties["Parent"]).toMatchObject({ relation: { data_source_id: DEMO_DATA_SOURCE_ID } });
  });

  test("a database names its data sources, and the two ids are not interchangeable", async () => {
    const { bot } = startWorkspace();
    expect(await bot.databases.retrieve({ database_id: DEMO_DATABASE_ID })).toMatchObject({
      data_sources: [{ id: DEMO_DATA_SOURCE_ID, name: "Engineering tasks" }],
    });
    await expect(bot.databases.retrieve({ database_id: DEMO_DATA_SOURCE_ID })).rejects.toMatchObject({ status: 404 });
    await expect(bot.dataSources.query({ data_source_id: DEMO_DATABASE_ID })).rejects.toMatchObject({ status: 404 });
  });

  test("nothing of the demo syncs before somebody moves a page, and reset goes back there with the same ids", async () => {
    const { bot, ada, simulator } = startWorkspace();
    const pages = simulator.listPages(DEMO_DATA_SOURCE_ID);
    const statuses = pages.map((page) => (contentOf(page, "Status") as { name: string } | null)?.name ?? null);
    expect(pages).toHaveLength(8);
    expect(new Set(statuses)).toEqual(new Set(["Backlog", null]));

    const made = await makePage(ada, { Name: { title: text("New") } });
    await bot.pages.update({ page_id: toSeedPageId(0), in_trash: true });
    simulator.reset();

    expect(simulator.listPages(DEMO_DATA_SOURCE_ID)).toEqual(pages);
    expect(simulator.journal().total).toBe(0);
    expect((await makePage(ada)).id).toBe(made.id);
  });
});
