import { type Clock, isoNow } from "../sync/clock.ts";
import type { ServiceError } from "../sync/error.ts";
import type { ItemSnapshot } from "../sync/model.ts";
import { isRecord, splitName, toAbsence } from "./answer.ts";
import { isTooMuch, readInChunks } from "./chunks.ts";
import type { Answer, GithubClient } from "./request.ts";
import { ISSUES_CREATED, ISSUES_UPDATED, ITEM_BY_NUMBER, NODES, REPOSITORY, VIEWER } from "./documents.ts";
import { toListPage } from "./item-list.ts";
import { isItemNode, type ItemContent, toItemContent, toItemErrors } from "./items.ts";

/** What may be done in a repository. */
export interface RepositoryFacts {
  /** Node id. */
  readonly repositoryId: string;
  /** Its present name, which differs from the one asked for after a rename or move. */
  readonly nameWithOwner: string;
  readonly isArchived: boolean;
  readonly hasIssuesEnabled: boolean;
  /** `null` when GitHub does not say. */
  readonly viewerPermission: "ADMIN" | "MAINTAIN" | "WRITE" | "TRIAGE" | "READ" | null;
}

/** Items by node id. */
export interface ItemReadings extends ReadonlyMap<string, ItemSnapshot | "missing"> {
  /** Why an id has no entry: it could not be read, which says nothing about whether it exists. */
  readonly failures?: ReadonlyMap<string, ServiceError>;
}

/** One page of a list. */
export interface ItemPage {
  /** Node id. */
  readonly repositoryId: string;
  readonly items: readonly ItemSnapshot[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
  /** Since when this page and those before it show everything, when it is not the last one; absent: since its oldest item. */
  readonly reachedAt?: string;
  /** Why issues, or pull requests, are not in it: the token may not read them. What changed of them is not known. */
  readonly refused?: ServiceError;
}

const MAX_IDS = 40; // ids in a request; above 60 nodes, GitHub was seen to cut nested lists short in silence
const PAGE_SIZE = 50;

class Readings extends Map<string, ItemSnapshot | "missing"> implements ItemReadings {
  readonly failures = new Map<string, ServiceError>();
}

/** Creates the reading; see `GithubAdapter`. */
export function createReads(client: GithubClient, clock: Clock) {
  const readNodes = async (ids: readonly string[], readings: Readings): Promise<void> => {
    const answer = await client.read(NODES, { ids });
    if (answer.errors.some(({ error }) => isTooMuch(error))) throw toAbsence(answer, "the items");
    addNodes(answer, ids, readings);
  };

  const addNodes = (answer: Answer, ids: readonly string[], readings: Readings): void => {
    const { nodes } = answer.data;
    if (!Array.isArray(nodes) || nodes.length !== ids.length) throw toAbsence(answer, `${ids.length} items`);
    const readAt = isoNow(clock);
    for (const [place, id] of ids.entries()) {
      const node: unknown = nodes[place];
      const { whole, byField } = toItemErrors(answer.errors, ["nodes", place]);
      if (isItemNode(node) && !whole) readings.set(id, toItemContent(node, readAt, byField).item);
      else if (whole?.code === "not_found" || isRecord(node)) readings.set(id, "missing");
      else readings.failures.set(id, whole ?? toAbsence(answer, "the item"));
    }
  };

  const readPage = async (
    document: string,
    variables: Readonly<Record<string, unknown>>,
    pageSize = PAGE_SIZE,
  ): Promise<ItemPage> => {
    try {
      const answer = await client.read(document, { ...variables, first: pageSize });
      if (answer.errors.some(({ error }) => isTooMuch(error))) throw toAbsence(answer, "the list");
      return toItemPage(answer, isoNow(clock));
    } catch (error) {
      if (!isTooMuch(error) || pageSize < 2) throw error;
      return readPage(document, variables, Math.floor(pageSize / 2));
    }
  };

  const findContent = async (repository: string, number: number): Promise<ItemContent | undefined> => {
    const answer = await client.read(ITEM_BY_NUMBER, { ...splitName(repository), number });
    const found = isRecord(answer.data["repository"]) ? answer.data["repository"]["issueOrPullRequest"] : undefined;
    const { whole, byField } = toItemErrors(answer.errors, ["repository", "issueOrPullRequest"]);
    if (isItemNode(found) && !whole) return toItemContent(found, isoNow(clock), byField);
    // Without the repository nothing is known about its items.
    if (found === null && whole?.code === "not_found") return undefined;
    throw whole ?? toAbsence(answer, "the item");
  };

  return {
    async readViewer() {
      const answer = await client.read(VIEWER, {});
      const viewer = answer.data["viewer"];
      if (!isRecord(viewer) || typeof viewer["login"] !== "string") throw toAbsence(answer, "the owner of the token");
      const id = viewer["databaseId"];
      return { login: viewer["login"], databaseId: typeof id === "number" ? String(id) : null };
    },

    async readRepository(repository: string): Promise<RepositoryFacts> {
      const answer = await client.read(REPOSITORY, splitName(repository));
      const found = answer.data["repository"];
      if (!isRecord(found) || answer.errors.length > 0) throw toAbsence(answer, "the repository");
      const { id, ...facts } = found as unknown as Omit<RepositoryFacts, "repositoryId"> & { id: string };
      return { repositoryId: id, ...facts };
    },

    async readItems(nodeIds: readonly string[]): Promise<ItemReadings> {
      const readings = new Readings();
      await readInChunks(nodeIds, MAX_IDS, (ids) => readNodes(ids, readings));
      return readings;
    },

    findContent,

    async findIssue(repository: string, number: number): Promise<ItemSnapshot | undefined> {
      return (await findContent(repository, number))?.item;
    },

    async listUpdated(repository: string, options: { readonly since: string; readonly cursor?: string }): Promise<ItemPage> {
      const { since, cursor = null } = options;
      return readPage(ISSUES_UPDATED, { ...splitName(repository), since, after: cursor });
    },

    async listCreated(repository: string, since: string): Promise<readonly ItemSnapshot[]> {
      const sinceMs = Date.parse(since);
      const items: ItemSnapshot[] = [];
      let after: string | null = null;
      for (;;) {
        const page: ItemPage = await readPage(ISSUES_CREATED, { ...splitName(repository), after });
        const fresh = page.items.filter((item) => Date.parse(item.createdAt) >= sinceMs);
        items.push(...fresh);
        if (page.nextCursor === null || fresh.length < page.items.length) return items;
        after = page.nextCursor;
      }
    },
  };
}

function toItemPage(answer: Answer, readAt: string): ItemPage {
  const repository = answer.data["repository"];
  if (!isRecord(repository) || typeof repository["id"] !== "string") throw toAbsence(answer, "the list");
  const { items, after } = toListPage(answer, repository, "issues", readAt);
  return { repositoryId: repository["id"], items, nextCursor: after };
}
