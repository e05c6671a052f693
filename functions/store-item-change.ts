import { isoNow } from "../sync/clock.ts";
import type { WebhookReason } from "../sync/event.ts";
import type { Link, Shown } from "../sync/model.ts";
import { newChange } from "../sync/new-change.ts";
import { isKnown } from "../sync/shown.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { wakeIfAtRest } from "./wake.ts";

/**
 * Makes a linked item due that a delivery tells of, and wakes the run.
 *
 * @param shows What the delivery shows; `undefined`: it is looked up whatever it says.
 * @returns `known` when the link knows all of it already: nothing is stored or started then.
 */
export async function storeItemChange(
  { mapping, itemId, link }: { readonly mapping: string; readonly itemId: string; readonly link: Link | undefined },
  shows: readonly Shown[] | undefined,
  client: Starter,
  deps: FunctionDeps,
): Promise<WebhookReason> {
  if (isKnown(link, shows)) return "known";
  const change = newChange(mapping, "github", itemId, "webhook", isoNow(deps.clock));
  // An echo that comes before its write is remembered is known by this later.
  await deps.storage.changes.store(shows ? { ...change, shows } : change);
  await wakeIfAtRest(client, mapping, deps);
  return "changed";
}
