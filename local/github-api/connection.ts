import { type Entry, compareEntries, lowerBound } from "./sorted-index.ts";

/** The arguments that every list takes. */
export interface PageArgs {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** One page of a list, in the form of GitHub's connections. */
export interface Connection<T> {
  readonly totalCount: number;
  readonly nodes: readonly T[];
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

type Place = Pick<Entry, "time" | "order">;

const toCursor = (place: unknown): string => Buffer.from(`cursor:v2:${JSON.stringify(place)}`).toString("base64");

function fromCursor(cursor: string): unknown {
  try {
    return JSON.parse(
      Buffer.from(cursor, "base64")
        .toString()
        .replace(/^cursor:v2:/, ""),
    );
  } catch {
    return undefined;
  }
}

const toPlace = (cursor: string): Place => {
  const value = fromCursor(cursor);
  const [time, order] = Array.isArray(value) ? (value as unknown[]) : [];
  return { time: typeof time === "string" ? time : "", order: typeof order === "number" ? order : 0 };
};

function toConnection<T>(
  nodes: readonly T[],
  cursors: readonly string[],
  totalCount: number,
  more: [boolean, boolean],
): Connection<T> {
  return {
    totalCount,
    nodes,
    edges: nodes.map((node, position) => ({ node, cursor: cursors[position] ?? "" })),
    pageInfo: {
      hasPreviousPage: more[0],
      hasNextPage: more[1],
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
  };
}

/** Cuts one page out of a short list, with cursors that are positions. */
export function pageOf<T>(all: readonly T[], args: PageArgs): Connection<T> {
  const position = (cursor: string): number => Number(fromCursor(cursor) ?? 0);
  let start = args.after ? position(args.after) : 0;
  let end = args.before ? position(args.before) - 1 : all.length;
  if (typeof args.first === "number") end = Math.min(end, start + args.first);
  else if (typeof args.last === "number") start = Math.max(start, end - args.last);
  const nodes = all.slice(start, end);
  const cursors = nodes.map((_, offset) => toCursor(start + offset + 1));
  return toConnection(nodes, cursors, all.length, [start > 0, end < all.length]);
}

/** What to take of a long, sorted list. */
export interface Selection<T> {
  readonly descending: boolean;
  /** Leaves out what comes before this time, without looking at it. */
  readonly fromTime?: string | undefined;
  /** Leaves out what does not match; without it every entry counts. */
  readonly matches?: ((node: T) => boolean) | undefined;
}

/** Cuts one page out of a long, sorted list, with cursors that stay right while the list changes. */
export function pageOfEntries<T>(
  entries: readonly Entry[],
  read: (id: string) => T,
  args: PageArgs,
  selection: Selection<T>,
): Connection<T> {
  const { descending, fromTime, matches } = selection;
  const from = fromTime === undefined ? 0 : lowerBound(entries, { time: fromTime, order: -Infinity });
  const backwards = typeof args.first !== "number" && typeof args.last === "number";
  const wanted = (backwards ? args.last : args.first) ?? 0;
  const step = descending === backwards ? 1 : -1;
  const limit = args.after ?? args.before;
  const edge = limit ? toPlace(limit) : undefined;

  let position = step > 0 ? from : entries.length - 1;
  if (edge) {
    const found = lowerBound(entries, edge);
    const exact = entries[found];
    const isThere = exact !== undefined && compareEntries(exact, edge) === 0;
    if (step > 0) position = Math.max(from, isThere ? found + 1 : found);
    else position = found - 1;
  }

  const taken: T[] = [];
  const cursors: string[] = [];
  let more = false;
  for (; position >= from && position < entries.length; position += step) {
    const entry = entries[position];
    if (!entry) break;
    const node = read(entry.id);
    if (matches && !matches(node)) continue;
    if (taken.length === wanted) {
      more = true;
      break;
    }
    taken.push(node);
    cursors.push(toCursor([entry.time, entry.order]));
  }
  if (backwards) {
    taken.reverse();
    cursors.reverse();
  }
  const totalCount = matches ? countMatches(entries, from, read, matches) : entries.length - from;
  return toConnection(taken, cursors, totalCount, backwards ? [more, edge !== undefined] : [edge !== undefined, more]);
}

function countMatches<T>(
  entries: readonly Entry[],
  from: number,
  read: (id: string) => T,
  matches: (node: T) => boolean,
): number {
  let count = 0;
  for (let position = from; position < entries.length; position += 1) {
    const entry = entries[position];
    if (entry && matches(read(entry.id))) count += 1;
  }
  return count;
}
