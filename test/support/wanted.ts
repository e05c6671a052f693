// What people wanted of each field since both boards were last in step: who wrote what, and when.
import { isSame } from "./board-seen.ts";
import type { FieldName, ItemSeen, PageSeen, Seen } from "./board-seen.ts";

export type Board = "notion" | "github";
export type WantedName = FieldName | "status" | "body";

/** One edit of one field by a person. Of a set, `value` is what was there afterwards on that board, and `before` what was there. */
export interface Wish {
  readonly atMs: number;
  readonly board: Board;
  readonly field: WantedName;
  readonly before: Seen;
  readonly value: Seen;
  /** Both boards said the same when the edit began: what was wanted earlier is carried over already. */
  readonly onAgreement: boolean;
}

/** Wishes since the boards were last in step, by page id. */
export interface Wanted {
  add(pageId: string, wish: Wish): void;
  of(pageId: string, field: WantedName): readonly Wish[];
  /** Something happened to the pair after which single fields are not followed any more until it is in step again. */
  muddle(pageId: string, why: string): void;
  isMuddled(pageId: string): boolean;
  /** Begins anew, but for pages of which a clash still stands. */
  clear(stillClashing: ReadonlySet<string>): void;
}

export function createWanted(): Wanted {
  const wishes = new Map<string, Wish[]>();
  const muddled = new Map<string, string>();
  return {
    add: (pageId, wish) => void wishes.set(pageId, [...(wishes.get(pageId) ?? []), wish]),
    of: (pageId, field) => (wishes.get(pageId) ?? []).filter((wish) => wish.field === field),
    muddle: (pageId, why) => void muddled.set(pageId, why),
    isMuddled: (pageId) => muddled.has(pageId),
    clear(stillClashing) {
      for (const pageId of [...wishes.keys()]) if (!stillClashing.has(pageId)) wishes.delete(pageId);
      for (const pageId of [...muddled.keys()]) if (!stillClashing.has(pageId)) muddled.delete(pageId);
    },
  };
}

/** What is lost of people's edits of a field of a pair; `undefined`: nothing. */
export function lostEdit(wishes: readonly Wish[], page: PageSeen, item: ItemSeen, field: FieldName): string | undefined {
  const last = wishes.at(-1);
  if (!last) return undefined;
  const onPage = page.fields[field];
  const onItem = item.fields[field];
  if (Array.isArray(last.value)) return lostOfSet(wishes, onPage as readonly string[], onItem as readonly string[]);
  const candidates = candidatesOf(wishes);
  const seen = last.board === "notion" ? onItem : onPage;
  if (candidates.some((value) => isSame(value, onPage) && isSame(value, onItem))) return undefined;
  return `${field} is ${JSON.stringify(seen)}, wanted ${candidates.map((value) => JSON.stringify(value)).join(" or ")}`;
}

/** The last value of each board, unless the later one came when all before it was carried over already. */
function candidatesOf(wishes: readonly Wish[]): readonly Seen[] {
  const last = wishes.at(-1);
  const other = wishes.findLast(({ board }) => board !== last?.board);
  if (!last) return [];
  if (!other) return [last.value];
  const sinceOther = wishes.slice(wishes.indexOf(other) + 1);
  return sinceOther.some(({ onAgreement }) => onAgreement) ? [last.value] : [last.value, other.value];
}

/** Elements of sets: what one board alone touched is as it was left there. */
function lostOfSet(wishes: readonly Wish[], onPage: readonly string[], onItem: readonly string[]): string | undefined {
  const touched = new Map<string, Map<Board, boolean>>();
  for (const { board, before, value } of wishes) {
    const [was, is] = [before as readonly string[], value as readonly string[]];
    for (const name of new Set([...was, ...is])) {
      if (was.includes(name) === is.includes(name)) continue;
      const boards = touched.get(name) ?? new Map<Board, boolean>();
      boards.set(board, is.includes(name));
      touched.set(name, boards);
    }
  }
  for (const [name, boards] of touched) {
    const wanted = [...boards.values()];
    const isWanted = wanted.includes(onItem.includes(name)) && wanted.includes(onPage.includes(name));
    if (!isWanted)
      return `"${name}" is ${onItem.includes(name) ? "" : "not "}on GitHub, ${onPage.includes(name) ? "" : "not "}in Notion`;
  }
  return undefined;
}
