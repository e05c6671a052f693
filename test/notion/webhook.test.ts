import { signWebhookPayload } from "@notionhq/client";
import { describe, expect, test } from "vitest";
import { parseNotionDelivery, verifyNotionSignature } from "../../notion/webhook.ts";

const TOKEN = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";
const HANDSHAKE = `{"verification_token":"${TOKEN}"}`;
const GOLDEN = "sha256=461e8cbcba8a75c3edd866f0e71280f5a85cbf21eff040ebd10fe266df38a735";
const PAGE_ID = "153104cd-477e-809d-8dc4-ff2d96ae3090";
const PERSON = { id: "c7c11cca-1d73-471d-9b6e-bdef51470190", type: "person" };
const BOT = { id: "556A1ABF4F0840C6878A75890D2A88BA", type: "bot" };

const anEvent = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    id: "367cba44-b6f3-4c92-81e7-6a2e9659efd4",
    timestamp: "2024-12-05T23:55:34.285Z",
    workspace_id: "",
    subscription_id: "29d75c0d-5546-4414-8459-7b7a92f1fc4b",
    integration_id: "0ef2e755-4912-8096-91c1-00376a88a5ca",
    type: "page.created",
    authors: [PERSON],
    attempt_number: 1,
    entity: { id: PAGE_ID, type: "page" },
    data: {
      parent: {
        id: "36cc9195-760f-4fff-a67e-3a46c559b176",
        type: "database",
        data_source_id: "98024f3c-b1d3-4aec-a301-f01e0dacf023",
      },
    },
    ...changes,
  });

describe("verifyNotionSignature", () => {
  test("accepts the golden vector", async () => {
    expect(await verifyNotionSignature(HANDSHAKE, GOLDEN, [TOKEN])).toBe(true);
  });

  test("accepts either of two secrets during a rotation", async () => {
    const body = anEvent({ type: "page.properties_updated" });
    const signature = await signWebhookPayload({ body, verificationToken: "secret_old" });

    expect(await verifyNotionSignature(body, signature, ["secret_new", "secret_old"])).toBe(true);
    expect(await verifyNotionSignature(body, signature, ["secret_new"])).toBe(false);
  });

  test.each([
    { name: "no signature", body: HANDSHAKE, signature: null, secrets: [TOKEN] },
    { name: "an empty signature", body: HANDSHAKE, signature: "", secrets: [TOKEN] },
    { name: "another body", body: `${HANDSHAKE} `, signature: GOLDEN, secrets: [TOKEN] },
    { name: "another algorithm", body: HANDSHAKE, signature: GOLDEN.replace("sha256", "sha1"), secrets: [TOKEN] },
    { name: "a token without its prefix", body: HANDSHAKE, signature: GOLDEN, secrets: [TOKEN.slice("secret_".length)] },
    { name: "no secret at all", body: HANDSHAKE, signature: GOLDEN, secrets: [] },
  ])("refuses $name", async ({ body, signature, secrets }) => {
    expect(await verifyNotionSignature(body, signature, secrets)).toBe(false);
  });
});

describe("parseNotionDelivery", () => {
  test("reads the handshake", () => {
    expect(parseNotionDelivery(HANDSHAKE)).toEqual({ kind: "handshake", token: TOKEN });
  });

  test("reads a page event", () => {
    expect(parseNotionDelivery(anEvent())).toEqual({
      kind: "event",
      deliveryId: "367cba44-b6f3-4c92-81e7-6a2e9659efd4",
      type: "page.created",
      pageId: PAGE_ID,
      dataSourceId: "98024f3c-b1d3-4aec-a301-f01e0dacf023",
      authorIds: [PERSON.id],
      onlyBots: false,
      at: "2024-12-05T23:55:34.285Z",
    });
  });

  test("takes the page of a comment event from its data", () => {
    const body = anEvent({
      type: "comment.created",
      entity: { id: "153104cd-477e-80ca-8f75-001d9e2b6839", type: "comment" },
      data: {
        page_id: "0EF104CD477E80E18571CFD10E92339A",
        parent: { id: "0ef104cd-477e-80e1-8571-cfd10e92339a", type: "page" },
      },
    });

    expect(parseNotionDelivery(body)).toMatchObject({
      kind: "event",
      type: "comment.created",
      pageId: "0ef104cd-477e-80e1-8571-cfd10e92339a",
      dataSourceId: null,
    });
  });

  test.each([
    { name: "one bot", authors: [BOT], onlyBots: true },
    { name: "a bot and a person", authors: [BOT, PERSON], onlyBots: false },
    { name: "an agent", authors: [{ id: PERSON.id, type: "agent" }], onlyBots: false },
    { name: "nobody", authors: [], onlyBots: false },
    { name: "no list of authors", authors: undefined, onlyBots: false },
  ])("says whether only bots wrote: $name", ({ authors, onlyBots }) => {
    expect(parseNotionDelivery(anEvent({ authors }))).toMatchObject({ kind: "event", onlyBots });
  });

  test("gives author ids in one form", () => {
    expect(parseNotionDelivery(anEvent({ authors: [BOT] }))).toMatchObject({
      authorIds: ["556a1abf-4f08-40c6-878a-75890d2a88ba"],
    });
  });

  test("ignores a change of the schema, and says of which data source", () => {
    const body = anEvent({
      type: "data_source.schema_updated",
      entity: { id: "153104cd-477e-80eb-ae76-e1c2a32c7b35", type: "data_source" },
    });

    expect(parseNotionDelivery(body)).toEqual({
      kind: "ignored",
      reason: "Events of type data_source.schema_updated are not used.",
      dataSourceId: "153104cd-477e-80eb-ae76-e1c2a32c7b35",
    });
  });

  test.each(["file_upload.created", "view.updated", "database.created", "something.new"])("ignores %s", (type) => {
    expect(parseNotionDelivery(anEvent({ type }))).toMatchObject({ kind: "ignored", dataSourceId: null });
  });

  test.each([
    { name: "no JSON", body: "{" },
    { name: "a list", body: "[]" },
    { name: "null", body: "null" },
    { name: "no type", body: anEvent({ type: undefined }) },
    { name: "an empty object", body: "{}" },
    { name: "a token that is no text", body: '{"verification_token":5}' },
    { name: "an empty token", body: '{"verification_token":""}' },
    { name: "a token that is far too long", body: JSON.stringify({ verification_token: "x".repeat(201) }) },
    { name: "a token of other characters", body: JSON.stringify({ verification_token: "secret \u{1f511}" }) },
    { name: "half a character for a page", body: anEvent({ entity: { id: "\ud800", type: "page" } }) },
    { name: "a page of any other name", body: anEvent({ entity: { id: "x".repeat(5_000), type: "page" } }) },
    { name: "no id", body: anEvent({ id: undefined }) },
    { name: "a time that is none", body: anEvent({ timestamp: "soon" }) },
    { name: "no page", body: anEvent({ entity: null }) },
    { name: "a comment without a page", body: anEvent({ type: "comment.created", data: {} }) },
  ])("calls $name malformed", ({ body }) => {
    expect(parseNotionDelivery(body).kind).toBe("malformed");
  });

  test("does not take an event that carries a token for a handshake", () => {
    expect(parseNotionDelivery(anEvent({ verification_token: "secret_x" })).kind).toBe("event");
  });
});
