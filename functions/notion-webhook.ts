import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { parseNotionDelivery, verifyNotionSignature } from "../notion/webhook.ts";
import type { NotionDelivery } from "../notion/webhook.ts";
import { isoNow } from "../sync/clock.ts";
import { newChange } from "../sync/new-change.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { accepted, ignored, rejected, reportDelivery } from "./delivery.ts";
import type { Taken } from "./delivery.ts";
import { keepHandshakeToken } from "./handshake.ts";
import { readText } from "./respond.ts";
import { wakeIfAtRest } from "./wake.ts";

const MAX_BYTES = 1024 * 1024; // Notion's deliveries hold ids only; a few KB each

type Event = Extract<NotionDelivery, { kind: "event" }>;

/**
 * Takes one delivery of Notion: verify, store a change, wake the run, 202. Calls nothing outside.
 *
 * @remarks A change is stored before it is acknowledged; a delivery that comes twice stores the same change again.
 */
export function handleNotionWebhook(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  return reportDelivery(deps, "notion", () => take(request, client, deps));
}

async function take(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<Taken> {
  const body = await readText(request, MAX_BYTES);
  if (body === undefined) return rejected("too_large", 413, `A delivery may have at most ${MAX_BYTES} bytes.`);
  const signature = request.headers.get("x-notion-signature");
  const delivery = parseNotionDelivery(body);
  if (delivery.kind === "handshake") {
    // Anybody can send one: it is kept only while a handshake is awaited, and is no secret in force by itself.
    const refused = await keepHandshakeToken(deps, delivery.token, body, signature);
    return {
      answer: { status: 200 },
      result: refused ? "ignored" : "accepted",
      reason: refused ?? "handshake",
      deliveryId: null,
    };
  }
  if (!(await verifyNotionSignature(body, signature, await deps.webhookSecrets("notion")))) {
    return rejected("signature", 401, "X-Notion-Signature was not made with any of NOTION_WEBHOOK_SECRETS.");
  }
  switch (delivery.kind) {
    case "malformed":
      return rejected("malformed", 400, delivery.reason);
    case "ignored":
      return ignored("unused_event", null);
    case "event":
      return storeEvent(delivery, client, deps);
  }
}

async function storeEvent(event: Event, client: Starter, deps: FunctionDeps): Promise<Taken> {
  const { pageId, deliveryId } = event;
  if (pageId === null) return ignored("no_page", deliveryId);
  const mappings = await findMappings(pageId, event.dataSourceId, deps);
  if (mappings.length === 0) return ignored("unmapped", deliveryId);
  // Only a saving: the tick compares what it finds with what the link knows.
  if (event.onlyBots && (await isOwn(event, deps))) return ignored("echo", deliveryId);
  const nowIso = isoNow(deps.clock);
  await deps.storage.changes.storeMany(mappings.map((mapping) => newChange(mapping, "notion", pageId, "webhook", nowIso)));
  for (const mapping of mappings) await wakeIfAtRest(client, mapping, deps);
  return accepted(deliveryId);
}

/**
 * A page that has a link belongs to the link's mapping. Which mapping of its data source takes any other is known when the page
 * is read: each of them looks, and the first whose filter it matches keeps it.
 */
async function findMappings(pageId: string, dataSourceId: string | null, deps: FunctionDeps): Promise<readonly string[]> {
  const claim = await deps.storage.claims.find("page", pageId);
  const claimed = claim && deps.mappings.find((mapping) => mapping.name === claim.mapping);
  if (claimed) return [claimed.name];
  return deps.mappings.filter((mapping) => mapping.notion.dataSourceId === dataSourceId).map((mapping) => mapping.name);
}

async function isOwn(event: Event, deps: FunctionDeps): Promise<boolean> {
  const key = event.dataSourceId === null ? undefined : `notion:${event.dataSourceId}`;
  const source = key === undefined ? undefined : await deps.storage.sources.find(key);
  const botId = source?.value.botId;
  return botId !== undefined && event.authorIds.length > 0 && event.authorIds.every((author) => author === botId);
}
