import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { parseGithubDelivery, verifyGithubSignature } from "../github/webhook.ts";
import { isoNow } from "../sync/clock.ts";
import { itemFingerprint } from "../sync/fingerprint.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { isKnown } from "../sync/shown.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { problem, readText } from "./respond.ts";
import { wakeIfAtRest } from "./wake.ts";

const MAX_BYTES = 25 * 1024 * 1024; // GitHub caps its payloads there

/** Actions after which the payload does not show the present, so that it is looked up whatever it says. */
const ALWAYS_LOOK: readonly string[] = ["deleted", "transferred"];

/**
 * Takes one delivery of GitHub: verify, store a change, wake the run, 202. Calls nothing outside.
 *
 * @remarks An echo of our own write shows what the link knows already and is dropped.
 */
export async function handleGithubWebhook(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  const body = await readText(request, MAX_BYTES);
  if (body === undefined) return problem(413, `A delivery may have at most ${MAX_BYTES} bytes.`);
  const signature = request.headers.get("x-hub-signature-256");
  if (!(await verifyGithubSignature(body, signature, await deps.webhookSecrets("github")))) {
    return problem(401, "X-Hub-Signature-256 was not made with any of GITHUB_WEBHOOK_SECRETS.");
  }
  const delivery = parseGithubDelivery(request.headers.get("x-github-event"), body);
  const deliveryId = request.headers.get("x-github-delivery") ?? "";
  switch (delivery.kind) {
    case "ping":
      return { status: 200 };
    case "malformed":
      return problem(400, delivery.reason);
    case "ignored":
      deps.log("info", "a GitHub delivery was ignored", { reason: delivery.reason, deliveryId });
      return { status: 202 };
    case "projectItem":
      deps.log("info", "a GitHub delivery was ignored", { reason: "project items are not carried yet", deliveryId });
      return { status: 202 };
    case "item":
      await storeItem(delivery.item, delivery.action, deliveryId, client, deps);
      return { status: 202 };
  }
}

async function storeItem(
  item: ItemSnapshot,
  action: string,
  deliveryId: string,
  client: Starter,
  deps: FunctionDeps,
): Promise<void> {
  const ignore = (reason: string): void => {
    deps.log("info", "a GitHub delivery was ignored", { reason, action, deliveryId });
  };
  const claim = await deps.storage.claims.find("item", item.itemId);
  const mapping = claim && deps.mappings.find(({ name }) => name === claim.mapping);
  if (!mapping) {
    ignore("its item has no page");
    return;
  }
  const link = await deps.storage.links.find(mapping.name, claim.pageId);
  const shows = ALWAYS_LOOK.includes(action) ? undefined : [{ print: itemFingerprint(item, mapping), at: item.updatedAt }];
  if (isKnown(link?.value.seen, shows)) {
    ignore("it says nothing new");
    return;
  }
  const nowIso = isoNow(deps.clock);
  await deps.storage.changes.store({
    mapping: mapping.name,
    side: "github",
    id: item.itemId,
    notBefore: nowIso,
    storedAt: nowIso,
    attempts: 0,
    source: "webhook",
    // An echo that comes before its write is remembered is known by this later.
    ...(shows === undefined ? {} : { shows }),
  });
  await wakeIfAtRest(client, mapping.name, deps);
}
