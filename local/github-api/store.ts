import type { Clock } from "../clock.ts";
import { createVersionedMap } from "../simulator/versioned-map.ts";
import { unresolvedNode } from "./errors.ts";
import { type IdFactory, createIdFactory, toLegacyId } from "./ids.ts";
import type { Actor, Node, NodeOf, Owner, Repository, TypeName } from "./model.ts";
import { type Entry, compareEntries, insertEntry, removeEntry } from "./sorted-index.ts";

/** Types whose lists can lag: their past is kept for a while. */
export type ListedType = "Issue" | "PullRequest" | "IssueComment" | "ProjectV2Item";

const LISTED: ReadonlySet<string> = new Set<ListedType>(["Issue", "PullRequest", "IssueComment", "ProjectV2Item"]);

/** The objects of one type under one parent, in both orders, now or as they were. */
export interface Listing<T extends ListedType> {
  readonly created: readonly Entry[];
  readonly updated: readonly Entry[];
  readonly get: (id: string) => NodeOf<T>;
}

/** The state of the simulated GitHub. */
export interface Store {
  readonly ids: IdFactory;
  /** ISO-8601 UTC in whole seconds, as GitHub's times are. */
  now(): string;
  nowMs(): number;
  /** Finds by node id, of the newer or the older form. */
  find(id: string): Node | undefined;
  findOf<T extends TypeName>(type: T, id: string | null | undefined): NodeOf<T> | undefined;
  /** @throws ApiError `NOT_FOUND` when there is none, or it is of another type. */
  get<T extends TypeName>(type: T, id: string): NodeOf<T>;
  /** Inserts, or replaces the one with the same id. */
  put<T extends Node>(node: T): T;
  /** Ends the time in which everything that is put was always there. */
  startHistory(): void;
  remove(id: string): void;
  /** All objects of a type under a parent, in the order they came. */
  children<T extends TypeName>(type: T, parentId: string): NodeOf<T>[];
  /** Orders for lists, now or as they were at a time (ms since 1970). */
  listing<T extends ListedType>(type: T, parentId: string, asOfMs: number | undefined): Listing<T>;
  findByNumber(type: "Issue" | "PullRequest", repositoryId: string, number: number): NodeOf<"Issue" | "PullRequest"> | undefined;
  /** How many issues and pull requests of a repository are open. */
  openCount(repositoryId: string): number;
  /** The next number for an issue or pull request of a repository. */
  nextNumber(repositoryId: string): number;
  /** The greatest number that was given, 0 before the first. */
  lastNumber(repositoryId: string): number;
  /** Issues that a branch was created for. */
  linkedIssueIds(refId: string): string[];
  findOwner(login: string): Owner | undefined;
  findActor(login: string): Actor | undefined;
  /** All repositories. */
  repositories(): Repository[];
  /** Follows the names that a repository had before, if asked. */
  findRepository(owner: string, name: string, followRenames?: boolean): Repository | undefined;
  /** Keeps an address that something had before: of a renamed repository (`owner/name`) or a transferred issue (its path). */
  redirect(from: string, id: string): void;
  findRedirect(from: string): string | undefined;
  /** Everything there is, in the order it came. */
  nodes(): Node[];
  redirects(): [from: string, id: string][];
}

const ofType = <T extends TypeName>(node: Node | undefined, type: T): node is NodeOf<T> => node?.__typename === type;

function parentsOf(node: Node): string[] {
  switch (node.__typename) {
    case "Issue":
    case "PullRequest":
    case "Label":
    case "Milestone":
    case "Ref":
    case "Commit":
      return [node.repositoryId];
    case "IssueComment":
      return [node.subjectId];
    case "Repository":
    case "IssueType":
    case "ProjectV2":
      return [node.ownerId];
    case "ProjectV2Item":
      return [node.projectId, node.contentId];
    case "LinkedBranch":
      return [node.issueId, node.refId];
    default:
      return [];
  }
}

const isOpen = (node: Node | undefined): boolean => node !== undefined && "state" in node && node.state === "OPEN";

const entryOf = (node: Node, by: "createdAt" | "updatedAt"): Entry | undefined =>
  "fullDatabaseId" in node && "updatedAt" in node
    ? { time: node[by], order: Number(node.fullDatabaseId), id: node.id }
    : undefined;

/** Creates an empty store whose time is the clock's and whose ids follow from `seed`. */
export function createStore(clock: Clock, seed: number): Store {
  const ids = createIdFactory(seed);
  const nodes = createVersionedMap<Node>(clock);
  const legacy = new Map<string, string>();
  const members = new Map<string, Set<string>>();
  const orders = new Map<string, { created: Entry[]; updated: Entry[] }>();
  const numbers = new Map<string, string>();
  const lastNumber = new Map<string, number>();
  const openCounts = new Map<string, number>();
  const logins = new Map<string, string>();
  const redirects = new Map<string, string>();
  let seeding = true;

  const setOf = (key: string): Set<string> => {
    const found = members.get(key) ?? new Set<string>();
    members.set(key, found);
    return found;
  };
  const orderOf = (key: string): { created: Entry[]; updated: Entry[] } => {
    const found = orders.get(key) ?? { created: [], updated: [] };
    orders.set(key, found);
    return found;
  };

  const place = (before: Node | undefined, after: Node | undefined): void => {
    const node = after ?? before;
    if (!node || !LISTED.has(node.__typename)) return;
    if (node.__typename === "Issue" || node.__typename === "PullRequest") {
      const change = Number(isOpen(after)) - Number(isOpen(before));
      if (change !== 0) openCounts.set(node.repositoryId, (openCounts.get(node.repositoryId) ?? 0) + change);
    }
    for (const parentId of parentsOf(node)) {
      const order = orderOf(`${node.__typename}:${parentId}`);
      for (const [list, by] of [
        [order.created, "createdAt"],
        [order.updated, "updatedAt"],
      ] as const) {
        const old = before && entryOf(before, by);
        const next = after && entryOf(after, by);
        if (old && next && old.time === next.time) continue;
        if (old) removeEntry(list, old);
        if (next) insertEntry(list, next);
      }
    }
  };

  const pastListing = <T extends ListedType>(type: T, parentId: string, asOfMs: number): Listing<T> => {
    const seen = new Map<string, NodeOf<T>>();
    for (const id of setOf(`past:${type}:${parentId}`)) {
      const node = nodes.getAsOf(asOfMs, id);
      if (ofType(node, type)) seen.set(id, node);
    }
    const sorted = (by: "createdAt" | "updatedAt"): Entry[] =>
      [...seen.values()].flatMap((node) => entryOf(node, by) ?? []).sort(compareEntries);
    return { created: sorted("createdAt"), updated: sorted("updatedAt"), get: (id) => seen.get(id) ?? store.get(type, id) };
  };

  const store: Store = {
    ids,
    nowMs: () => clock.now(),
    now: () => `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    find: (id) => nodes.get(id) ?? nodes.get(legacy.get(id) ?? ""),
    findOf(type, id) {
      const node = id ? store.find(id) : undefined;
      return ofType(node, type) ? node : undefined;
    },
    get(type, id) {
      const node = store.findOf(type, id);
      if (!node) throw unresolvedNode(id);
      return node;
    },
    put(node) {
      const before = nodes.get(node.id);
      if (seeding) nodes.seed(node.id, node);
      else nodes.set(node.id, node);
      if (!before) {
        const databaseId = "fullDatabaseId" in node ? node.fullDatabaseId : "databaseId" in node ? node.databaseId : undefined;
        if (databaseId !== undefined) legacy.set(toLegacyId(node.__typename, databaseId), node.id);
        for (const parentId of parentsOf(node)) {
          setOf(`${node.__typename}:${parentId}`).add(node.id);
          if (LISTED.has(node.__typename)) setOf(`past:${node.__typename}:${parentId}`).add(node.id);
        }
      }
      if (node.__typename === "Issue" || node.__typename === "PullRequest") {
        numbers.set(`${node.repositoryId}#${node.number}`, node.id);
        lastNumber.set(node.repositoryId, Math.max(node.number, lastNumber.get(node.repositoryId) ?? 0));
      }
      if ("login" in node) logins.set(node.login.toLowerCase(), node.id);
      place(before, node);
      return node;
    },
    startHistory() {
      seeding = false;
    },
    remove(id) {
      const node = store.find(id);
      if (!node) return;
      nodes.delete(node.id);
      for (const parentId of parentsOf(node)) setOf(`${node.__typename}:${parentId}`).delete(node.id);
      place(node, undefined);
    },
    children: (type, parentId) =>
      [...(members.get(`${type}:${parentId}`) ?? [])].flatMap((id) => {
        const node = nodes.get(id);
        return ofType(node, type) ? [node] : [];
      }),
    listing(type, parentId, asOfMs) {
      if (asOfMs !== undefined) return pastListing(type, parentId, asOfMs);
      return { ...orderOf(`${type}:${parentId}`), get: (id) => store.get(type, id) };
    },
    findByNumber(type, repositoryId, number) {
      return store.findOf(type, numbers.get(`${repositoryId}#${number}`));
    },
    openCount: (repositoryId) => openCounts.get(repositoryId) ?? 0,
    nextNumber(repositoryId) {
      const number = (lastNumber.get(repositoryId) ?? 0) + 1;
      lastNumber.set(repositoryId, number);
      return number;
    },
    linkedIssueIds: (refId) => store.children("LinkedBranch", refId).map(({ issueId }) => issueId),
    lastNumber: (repositoryId) => lastNumber.get(repositoryId) ?? 0,
    findOwner(login) {
      const node = store.find(logins.get(login.toLowerCase()) ?? "");
      return ofType(node, "User") || ofType(node, "Organization") ? node : undefined;
    },
    findActor(login) {
      const node = store.find(logins.get(login.toLowerCase()) ?? "");
      return ofType(node, "User") || ofType(node, "Bot") ? node : undefined;
    },
    repositories: () => [...nodes.values()].filter((node) => node.__typename === "Repository"),
    findRepository(owner, name, followRenames = true) {
      const account = store.findOwner(owner);
      const current = account
        ? store.children("Repository", account.id).find((repository) => repository.name.toLowerCase() === name.toLowerCase())
        : undefined;
      if (current || !followRenames) return current;
      return store.findOf("Repository", redirects.get(`${owner}/${name}`.toLowerCase()));
    },
    redirect: (from, id) => void redirects.set(from.toLowerCase(), id),
    findRedirect: (from) => redirects.get(from.toLowerCase()),
    nodes: () => [...nodes.values()],
    redirects: () => [...redirects],
  };
  return store;
}
