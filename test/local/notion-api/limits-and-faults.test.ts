import { describe, expect, test } from "vitest";
import { DEMO_DATA_SOURCE_ID, toSeedPageId } from "../../../local/notion-api/seed.ts";
import { connect, makePage, startWorkspace, text, textOf } from "./workspace.ts";

const PAGE = toSeedPageId(0);

describe("limits", () => {
  test("180 requests a minute, then 429 with the seconds that are left of the window", async () => {
    const { bot, ada, clock } = startWorkspace();
    for (let index = 0; index < 180; index += 1) await bot.users.me({});
    await clock.advance(12_300);

    const refused = bot.users.me({});
    await expect(refused).rejects.toMatchObject({ status: 429, code: "rate_limited" });
    await refused.catch((error: unknown) => {
      const { headers, additional_data } = error as { headers: Headers; additional_data: unknown };
      expect(headers.get("retry-after")).toBe("48");
      expect(additional_data).toEqual({ rate_limit_reason: "public_api_request_rate_limit", retry_after: "48" });
    });
    await ada.users.me({});
    await clock.advance(47_699);
    await expect(bot.users.me({})).rejects.toMatchObject({ status: 429 });
    await clock.advance(1);
    await bot.users.me({});
  });

  test("the workspace's limit is shared by all tokens", async () => {
    const { bot, ada, simulator } = startWorkspace({ limits: { workspaceRequestsPerMinute: 2 } });
    await bot.users.me({});
    await ada.users.me({});
    await expect(connect(simulator, "other").users.me({})).rejects.toMatchObject({
      status: 429,
      additional_data: { rate_limit_reason: "public_api_space_request_rate_limit" },
    });
  });
});

describe("faults", () => {
  test.each([
    [529, "service_overload"],
    [409, "conflict_error"],
    [500, "internal_server_error"],
    [503, "service_unavailable"],
    [504, "gateway_timeout"],
    [429, "rate_limited"],
  ])("%i is answered in Notion's shape and nothing is done", async (status, code) => {
    const { bot, simulator } = startWorkspace();
    simulator.setFaults([{ match: "PATCH /v1/pages", kind: "status", status }]);
    const update = bot.pages.update({ page_id: PAGE, properties: { Name: { title: text("changed") } } });
    await expect(update).rejects.toMatchObject({ status, code, body: expect.stringContaining('"object":"error"') as string });
    expect(JSON.stringify(simulator.listPages(DEMO_DATA_SOURCE_ID))).not.toContain("changed");
    simulator.verify();
  });

  test("503 after the write was saved names the page that it made", async () => {
    const { bot, simulator } = startWorkspace();
    simulator.setFaults([{ match: "POST /v1/pages", kind: "dropAfterEffect", status: 503 }]);
    const error: unknown = await makePage(bot, { Name: { title: text("Saved") } }).catch((reason: unknown) => reason);
    const saved = simulator.listPages(DEMO_DATA_SOURCE_ID).find((page) => textOf(page, "Name") === "Saved");
    expect(error).toMatchObject({
      status: 503,
      code: "service_unavailable",
      additional_data: { committed_resource_id: saved?.id },
    });
  });

  test("503 after an append names the page and the blocks", async () => {
    const { bot, simulator } = startWorkspace();
    simulator.setFaults([{ match: "PATCH /v1/blocks", kind: "dropAfterEffect", status: 503 }]);
    const append = bot.blocks.children.append({ block_id: PAGE, children: [{ divider: {} }, { divider: {} }] });
    const error: unknown = await append.catch((reason: unknown) => reason);
    const ids = (await bot.blocks.children.list({ block_id: PAGE })).results.map((block) => block.id);
    expect(error).toMatchObject({ additional_data: { committed_resource_id: PAGE, committed_child_ids: ids } });
  });

  test("a connection cut after the effect leaves the page behind", async () => {
    const { bot, simulator } = startWorkspace();
    simulator.setFaults([{ match: "POST /v1/pages", kind: "dropAfterEffect" }]);
    await expect(makePage(bot, { Name: { title: text("Saved") } })).rejects.toThrow(new TypeError("fetch failed"));
    expect(simulator.listPages(DEMO_DATA_SOURCE_ID)).toHaveLength(9);
    expect(simulator.journal().requests).toMatchObject([
      { kind: "POST /v1/pages", write: true, status: 0, fault: "dropAfterEffect" },
    ]);
  });
});
