import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { parseNotionDelivery, verifyNotionSignature } from "../notion/webhook.ts";
import type { NotionDelivery } from "../notion/webhook.ts";
import { isoNow } from "../sync/clock.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { keepHandshakeToken } from "./handshake.ts";
import { problem, readText } from "./respond.ts";
import { wakeIfAtRest } from "./wake.ts";

const MAX_BYTES = 1024 * 1024; // Notion's deliveries hold ids only; a few KB each

type Event = Extract<NotionDelivery, { kind: "event" }>;

/**
 * Takes one delivery of Notion: verify, store a change, wake the run, 202. Calls nothing outside.
 *
 * @remarks A change is stored before it is acknowledged; a delivery that comes twice stores the same change again.
 */
export async function handleNotionWebhook(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  const body = await readText(request, MAX_BYTES);
  if (body === undefined) return problem(413, `A delivery may have at most ${MAX_BYTES} bytes.`);
  const signature = request.headers.get("x-notion-signature");
  const delivery = parseNotionDelivery(body);
  if (delivery.kind === "handshake") {
    // Anybody can send one: it is kept only while a handshake is awaited, and is no secret in force by itself.
    await keepHandshakeToken(deps, delivery.token, body, signature);
    return { status: 200 };
  }
  if (!(await verifyNotionSignature(body, signature, await deps.webhookSecrets("notion")))) {
    return problem(401, "X-Notion-Signature was not made with any of NOTION_WEBHOOK_SECRETS.");
  }
  switch (delivery.kind) {
    case "malformed":
      return problem(400, delivery.reason);
    case "ignored":
      deps.log("info", "a Notion delivery was ignored", { reason: delivery.reason });
      return { status: 202 };
    case "event":
      await storeEvent(delivery, client, deps);
      return { status: 202 };
  }
}

async function storeEvent(event: Event, client: Starter, deps: FunctionDeps): Promise<void> {
  const ignore = (reason: string): void => {
    deps.log("info", "a Notion delivery was ignored", { reason, type: event.type, deliveryId: event.deliveryId });
  };
  if (event.pageId === null) {
    ignore("it names no page");
    return;
  }
  const pageId = event.pageId;
  const mappings = await findMappings(pageId, event.dataSourceId, deps);
  if (mappings.length === 0) {
    ignore("its page is in no mapped data source");
    return;
  }
  if (event.onlyBots && (await isOwn(event, deps))) {
    // Only a saving: the tick compares what it finds with what the link knows.
    ignore("it is an echo of our own write");
    return;
  }
  const nowIso = isoNow(deps.clock);
  const hint = { side: "notion", id: pageId, notBefore: nowIso, storedAt: nowIso, attempts: 0, source: "webhook" } as const;
  await deps.storage.changes.storeMany(mappings.map((mapping) => ({ ...hint, mapping })));
  for (const mapping of mappings) await wakeIfAtRest(client, mapping, deps);
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
