import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { parseGithubDelivery, verifyGithubSignature } from "../github/webhook.ts";
import type { WebhookReason } from "../sync/event.ts";
import { itemFingerprint } from "../sync/fingerprint.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { accepted, ignored, rejected, reportDelivery } from "./delivery.ts";
import type { Taken } from "./delivery.ts";
import { readText } from "./respond.ts";
import { storeHint } from "./store-hint.ts";
import { storeItemChange } from "./store-item-change.ts";
import { storeProjectItem } from "./store-project-item.ts";

const MAX_BYTES = 25 * 1024 * 1024; // GitHub caps its payloads there

/** Actions after which the payload does not show the present, so that it is looked up whatever it says. */
const ALWAYS_LOOK: readonly string[] = ["deleted", "transferred"];

/**
 * Takes one delivery of GitHub: verify, store a change, wake the run, 202. Calls nothing outside.
 *
 * @remarks An echo of our own write shows what the link knows already and is dropped.
 */
export function handleGithubWebhook(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  return reportDelivery(deps, "github", () => take(request, client, deps));
}

async function take(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<Taken> {
  const body = await readText(request, MAX_BYTES);
  if (body === undefined) return rejected("too_large", 413, `A delivery may have at most ${MAX_BYTES} bytes.`);
  const signature = request.headers.get("x-hub-signature-256");
  if (!(await verifyGithubSignature(body, signature, await deps.webhookSecrets("github")))) {
    return rejected("signature", 401, "X-Hub-Signature-256 was not made with any of GITHUB_WEBHOOK_SECRETS.");
  }
  const delivery = parseGithubDelivery(request.headers.get("x-github-event"), body);
  const deliveryId = request.headers.get("x-github-delivery") ?? "";
  switch (delivery.kind) {
    case "ping":
      return ignored("ping", deliveryId, 200);
    case "malformed":
      return rejected("malformed", 400, delivery.reason);
    case "ignored":
      return ignored("unused_event", deliveryId);
    case "projectItem":
      return toTaken(await storeProjectItem(delivery, client, deps), deliveryId);
    case "hint":
      return (await storeHint(delivery, client, deps)) ? accepted(deliveryId) : ignored("unawaited", deliveryId);
    case "item":
      return storeItem(delivery.item, delivery.action, deliveryId, client, deps);
  }
}

async function storeItem(
  item: ItemSnapshot,
  action: string,
  deliveryId: string,
  client: Starter,
  deps: FunctionDeps,
): Promise<Taken> {
  const claim = await deps.storage.claims.find("item", item.itemId);
  const mapping = claim && deps.mappings.find(({ name }) => name === claim.mapping);
  if (!mapping) return ignored("unlinked", deliveryId);
  const link = await deps.storage.links.find(mapping.name, claim.pageId);
  const shows = ALWAYS_LOOK.includes(action) ? undefined : [{ print: itemFingerprint(item, mapping), at: item.updatedAt }];
  const pair = { mapping: mapping.name, itemId: item.itemId, link: link?.value };
  return toTaken(await storeItemChange(pair, shows, client, deps), deliveryId);
}

const toTaken = (reason: WebhookReason, deliveryId: string): Taken =>
  reason === "changed" ? accepted(deliveryId) : ignored(reason, deliveryId);
