/** The place of one object in an order: by time, then by number, so that ties have a fixed order. */
export interface Entry {
  /** ISO-8601 UTC in whole seconds. */
  readonly time: string;
  readonly order: number;
  readonly id: string;
}

/** Compares two places; negative when `left` comes first. */
export function compareEntries(left: Pick<Entry, "time" | "order">, right: Pick<Entry, "time" | "order">): number {
  if (left.time !== right.time) return left.time < right.time ? -1 : 1;
  return left.order - right.order;
}

/** Finds the first position whose entry does not come before `place`, by halving. */
export function lowerBound(entries: readonly Entry[], place: Pick<Entry, "time" | "order">): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry && compareEntries(entry, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inserts an entry where it belongs; the end, where most go, costs nothing. */
export function insertEntry(entries: Entry[], entry: Entry): void {
  const last = entries.at(-1);
  if (!last || compareEntries(last, entry) < 0) entries.push(entry);
  else entries.splice(lowerBound(entries, entry), 0, entry);
}

/** Removes the entry at that place, if it is there. */
export function removeEntry(entries: Entry[], place: Pick<Entry, "time" | "order">): void {
  const position = lowerBound(entries, place);
  const found = entries[position];
  if (found && compareEntries(found, place) === 0) entries.splice(position, 1);
}
