// Whether the status of a page, the state of its item and the column of its card go together, and are what people wanted.
import type { ItemSeen } from "./board-seen.ts";
import { isStopped } from "./day-causes.ts";
import type { PairFound } from "./day-causes.ts";
import type { Day } from "./random-day.ts";

const COLUMNS: Readonly<Record<string, string>> = { Ready: "Todo", "In Progress": "In Progress", Done: "Done" };

/** The status agrees with what the item is, and is what the only board that touched it made of it. */
export function wrongState(day: Day, { page, item, causes, clashes }: PairFound): readonly string[] {
  if (isStopped(causes, "status") || clashes.has("status")) return [];
  const shown = `the status is ${page.status ?? "empty"}, ${item.name} ${stateOf(item)}, its column ${item.column ?? "empty"}`;
  if (!isAgreeing(page.status, item)) return [shown];
  if (day.wanted.isMuddled(page.id)) return [];
  const wishes = day.wanted.of(page.id, "status");
  const kinds = new Set(wishes.map(({ board, value }) => (board === "notion" ? board : String(value).split(" ")[0])));
  const last = String(wishes.at(-1)?.value ?? "");
  const unwanted = [`${shown}, wanted ${last}`];
  if (kinds.has("column") && kinds.size === 1) {
    const column = last.slice("column ".length);
    // A card that was moved back in time was not moved at all.
    const isThere = item.column === column && (COLUMNS[page.status ?? ""] === column || wishes[0]?.before === column);
    // What is merged stays so, wherever its card is moved.
    return isThere || item.state === "MERGED" || isStopped(causes, "column") ? [] : unwanted;
  }
  if (kinds.has("column")) return [];
  if (kinds.size === 1 && kinds.has("notion")) return page.status === last ? [] : unwanted;
  return kinds.size > 0 && !kinds.has("notion") && stateOf(item) !== last ? unwanted : [];
}

function isAgreeing(status: string | null, item: ItemSeen): boolean {
  const wanted = item.kind === "issue" ? ["CLOSED COMPLETED", "CLOSED NOT_PLANNED"] : ["MERGED", "CLOSED"];
  if (status === "Done") return stateOf(item) === wanted[0];
  if (status === "Won't do") return stateOf(item) === wanted[1];
  return item.state === "OPEN";
}

function stateOf({ state, reason }: ItemSeen): string {
  return state === "CLOSED" && reason !== null ? `CLOSED ${reason}` : state;
}
