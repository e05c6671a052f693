import type { ServiceError } from "../sync/error.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { isRecord } from "./answer.ts";
import { toIncompleteError } from "./error.ts";
import { isItemNode, type ItemNode, toItemContent, toItemErrors } from "./items.ts";
import type { Answer } from "./request.ts";

/** How a write ended that did not succeed. */
export interface WriteFailure {
  readonly end: "failed" | "unknown" | "limited" | "notSent";
  readonly error: ServiceError;
}

/** What a mutation without a usable result ended with. */
export function toFailure(answer: Answer, alias: string, what: string): WriteFailure {
  // An error of the mutation itself says how it ended; one of what it returns comes after the deed.
  const own = answer.errors.find((each) => each.path.length === 1 && each.path[0] === alias);
  const general = answer.errors.find((each) => each.path.length === 0);
  const error = own?.error ?? general?.error;
  if (error && (answer.data[alias] ?? null) === null) return { end: error.end, error };
  return { end: "unknown", error: toIncompleteError(what) };
}

/** The item that a mutation gives back. */
export interface Returned {
  readonly item: ItemSnapshot;
  readonly node: ItemNode;
}

/** Reads the item that the mutation under this alias gives back. */
export function toReturned(answer: Answer, alias: string, field: string, readAt: string): Returned | WriteFailure {
  const payload = answer.data[alias];
  const node = isRecord(payload) ? payload[field] : null;
  const { whole, byField } = toItemErrors(answer.errors, [alias, field]);
  if (isItemNode(node) && !whole) return { item: toItemContent(node, readAt, byField).item, node };
  return toFailure(answer, alias, "the item after its change");
}
