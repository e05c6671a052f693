import { type Clock, isoNow } from "../sync/clock.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { ITEM_BY_ADDRESS } from "./documents-moved.ts";
import { isItemNode, toItemContent, toItemErrors } from "./items.ts";
import type { GithubClient } from "./request.ts";

/** Creates the finding of items by their web address; see `GithubAdapter.findByUrl`. */
export function createFindByUrl(client: GithubClient, clock: Clock) {
  return async (url: string): Promise<ItemSnapshot | undefined> => {
    const answer = await client.read(ITEM_BY_ADDRESS, { address: url });
    const found = answer.data["resource"];
    const { whole, byField } = toItemErrors(answer.errors, ["resource"]);
    if (isItemNode(found) && !whole) return toItemContent(found, isoNow(clock), byField).item;
    if (whole && whole.code !== "not_found") throw whole;
    return undefined;
  };
}
