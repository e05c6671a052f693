import type { ItemSnapshot } from "../sync/model.ts";
import { isRecord, toAbsence } from "./answer.ts";
import { isItemNode, toItemContent, toItemErrors } from "./items.ts";
import type { Answer } from "./request.ts";

/** One page of one list of items. */
export interface ListPage {
  readonly items: readonly ItemSnapshot[];
  /** The cursor of the next page; `null` on the last one. */
  readonly after: string | null;
}

/**
 * Reads a page of the list `name` of a repository out of an answer.
 *
 * @param readAt ISO-8601 UTC.
 * @throws ServiceError when an item is missing from it: a list with a gap must not move a watermark over it.
 */
export function toListPage(
  answer: Answer,
  repository: Readonly<Record<string, unknown>>,
  name: string,
  readAt: string,
): ListPage {
  const list = repository[name];
  if (!isRecord(list) || !Array.isArray(list["nodes"])) throw toAbsence(answer, "the list");
  const items = list["nodes"].map((node: unknown, place) => {
    const { whole, byField } = toItemErrors(answer.errors, ["repository", name, "nodes", place]);
    if (!isItemNode(node) || whole) throw whole ?? toAbsence(answer, "every item of the list");
    return toItemContent(node, readAt, byField).item;
  });
  const page = list["pageInfo"];
  if (!isRecord(page)) throw toAbsence(answer, "the end of the list");
  const { hasNextPage, endCursor } = page;
  if (hasNextPage !== true) return { items, after: null };
  if (typeof endCursor !== "string") throw toAbsence(answer, "the end of the list");
  return { items, after: endCursor };
}
