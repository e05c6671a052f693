import { signWebhookPayload, verifyWebhookSignature } from "@notionhq/client";
import { describe, expect, test } from "vitest";
import { signBody } from "../../../local/notion-api/events.ts";
import { DEMO_ADA_ID, DEMO_BOT_ID, DEMO_DATABASE_ID, DEMO_DATA_SOURCE_ID, toSeedPageId } from "../../../local/notion-api/seed.ts";
import { makePage, startWorkspace, text, type Workspace } from "./workspace.ts";

const PAGE = toSeedPageId(0);
const typesOf = ({ deliveries }: Workspace): unknown[] => deliveries.splice(0).map((delivery) => delivery["type"]);

describe("signature", () => {
  const token = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";
  const body = JSON.stringify({ verification_token: token });

  test("is the golden one, and the one of the vendor's client", async () => {
    expect(signBody(body, token)).toBe("sha256=461e8cbcba8a75c3edd866f0e71280f5a85cbf21eff040ebd10fe266df38a735");
    expect(signBody(body, token)).toBe(await signWebhookPayload({ body, verificationToken: token }));
  });

  test("covers the bytes that are sent", async () => {
    const received: Request[] = [];
    const { ada, clock } = startWorkspace({
      webhooks: { url: "http://app.test/hook", secret: token },
      deliver: (request) => {
        received.push(request);
        return Promise.resolve(new Response());
      },
    });
    await makePage(ada, { Name: { title: text("Größe 📐") } });
    await clock.advance(200);
    const [request] = received;
    const signature = request?.headers.get("x-notion-signature");
    expect(await verifyWebhookSignature({ body: (await request?.text()) ?? "", signature, verificationToken: token })).toBe(true);
  });

  test("the handshake sends the token and is signed with it; without a secret one is made", async () => {
    const workspace = startWorkspace({ webhooks: { url: "http://app.test/hook" } });
    const { simulator, clock, deliveries, signatures } = workspace;
    const control = { method: "PUT", body: JSON.stringify({ handshake: true }) };
    expect((await simulator.fetch(new Request("http://notion.test/__sim/webhooks", control))).status).toBe(200);
    simulator.setWebhooks({ secret: token });
    simulator.sendHandshake();
    await clock.advance(0);
    expect(deliveries).toEqual([{ verification_token: token }, { verification_token: token }]);
    expect(signatures[1]).toBe(signBody(body, token));

    const other = startWorkspace({ webhooks: { url: "http://app.test/hook" } });
    other.simulator.sendHandshake();
    await other.clock.advance(0);
    expect(other.deliveries).toEqual([{ verification_token: expect.stringMatching(/^secret_[0-9a-f]{43}$/) as string }]);
  });
});

describe("events", () => {
  test("an edit is told once, after the window, with the ids of the properties and no values", async () => {
    const { bot, ada, clock, deliveries } = startWorkspace({ aggregationMs: 5_000 });
    await bot.pages.update({ page_id: PAGE, properties: { Estimate: { number: 1 } } });
    await clock.advance(4_000);
    await ada.pages.update({ page_id: PAGE, properties: { Name: { title: text("hush") }, Estimate: { number: 2 } } });
    expect(deliveries).toEqual([]);
    await clock.advance(1_000);

    expect(deliveries).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        timestamp: "2026-02-03T10:20:35.456Z",
        workspace_id: expect.any(String) as string,
        workspace_name: "Analytical Engines",
        subscription_id: expect.any(String) as string,
        integration_id: expect.any(String) as string,
        authors: [
          { id: DEMO_BOT_ID, type: "bot" },
          { id: DEMO_ADA_ID, type: "person" },
        ],
        type: "page.properties_updated",
        attempt_number: 1,
        api_version: "2026-03-11",
        entity: { id: PAGE, type: "page" },
        data: {
          parent: { id: DEMO_DATABASE_ID, type: "database", data_source_id: DEMO_DATA_SOURCE_ID },
          updated_properties: ["es%3Dt", "title"],
        },
      },
    ]);
  });

  test("each thing that happens to a page has its event", async () => {
    const workspace = startWorkspace();
    const { ada, clock } = workspace;
    const page_id = (await makePage(ada)).id;
    await clock.advance(200);
    expect(typesOf(workspace)).toEqual(["page.created"]);

    await ada.blocks.children.append({ block_id: page_id, children: [{ divider: {} }] });
    await clock.advance(200);
    expect(workspace.deliveries[0]).toMatchObject({ data: { updated_blocks: [{ type: "block" }] } });
    expect(typesOf(workspace)).toEqual(["page.content_updated"]);

    await ada.pages.update({ page_id, in_trash: true });
    await clock.advance(200);
    await ada.pages.update({ page_id, in_trash: false });
    await clock.advance(200);
    await ada.pages.move({ page_id, parent: { page_id: PAGE } });
    await clock.advance(200);
    expect(workspace.deliveries.at(-1)).toMatchObject({ data: { parent: { id: PAGE, type: "page" } } });
    expect(typesOf(workspace)).toEqual(["page.deleted", "page.undeleted", "page.moved"]);

    await ada.pages.update({ page_id: PAGE, properties: { Labels: { multi_select: [{ name: "new" }] } } });
    await clock.advance(200);
    expect(typesOf(workspace).toSorted()).toEqual(["data_source.schema_updated", "page.properties_updated"]);
  });

  test("what is back where it was within the window is not told", async () => {
    const workspace = startWorkspace();
    const { ada, clock } = workspace;
    const page_id = (await makePage(ada)).id;
    await ada.pages.update({ page_id, properties: { Estimate: { number: 1 } } });
    await ada.pages.update({ page_id, in_trash: true });
    await ada.pages.update({ page_id: PAGE, in_trash: true });
    await ada.pages.update({ page_id: PAGE, in_trash: false });
    await clock.advance(200);
    expect(typesOf(workspace)).toEqual([]);

    await ada.pages.update({ page_id: PAGE, in_trash: true });
    await ada.pages.update({ page_id: PAGE, in_trash: false });
    await ada.pages.update({ page_id: PAGE, in_trash: true });
    await clock.advance(200);
    expect(typesOf(workspace)).toEqual(["page.deleted"]);
  });

  test("only the subscribed types are sent, and none with webhooks off", async () => {
    const workspace = startWorkspace({ eventTypes: ["page.created"] });
    const { ada, clock, simulator } = workspace;
    await makePage(ada);
    await ada.pages.update({ page_id: PAGE, in_trash: true });
    await clock.advance(200);
    expect(typesOf(workspace)).toEqual(["page.created"]);

    simulator.setWebhooks({ enabled: false });
    await makePage(ada);
    await clock.advance(200);
    expect(typesOf(workspace)).toEqual([]);
  });

  test("a failed delivery is tried 8 times over about a day, with the same id", async () => {
    const { ada, clock, deliveries } = startWorkspace({}, () => 500);
    await makePage(ada);
    await clock.advance(3 * 86_400_000);
    expect(deliveries.map((delivery) => delivery["attempt_number"])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(deliveries.map((delivery) => delivery["id"])).size).toBe(1);
  });

  test("webhooksSettled waits for the window and the delivery", async () => {
    const { ada, clock, simulator, deliveries } = startWorkspace();
    await makePage(ada);
    let settled = false;
    void simulator.webhooksSettled().then(() => (settled = true));
    await clock.run(() => settled, 1_000);
    expect(deliveries).toHaveLength(1);
  });
});
