import type { Change, Side } from "./model.ts";

/** A change that is due at once and was not tried yet; `id` is that of the page or the item. */
export function newChange(mapping: string, side: Side, id: string, source: Change["source"], nowIso: string): Change {
  return { mapping, side, id, notBefore: nowIso, storedAt: nowIso, attempts: 0, source };
}
