import type { ItemSnapshot } from "../sync/model.ts";
import { createGithubClient, type GithubClientOptions } from "./request.ts";
import type { ItemContent } from "./items.ts";
import { createReads, type ItemPage, type ItemReadings, type RepositoryFacts } from "./reads.ts";
import {
  createApplyWrites,
  createCreateIssue,
  type ItemWrite,
  type NewIssue,
  type WriteOptions,
  type WriteResult,
} from "./writes.ts";

/**
 * GitHub, as the rest of the product sees it. Every method throws `ServiceError` unless it says otherwise, and repeats nothing by
 * itself: with end `unknown`, a read may simply be repeated, a write only after looking.
 */
export interface GithubAdapter {
  /** Who the credential belongs to; the id is what `sender` of a delivery is compared with. */
  readViewer(): Promise<{ readonly login: string; readonly databaseId: string | null }>;
  /** @param repository `owner/name`; a renamed or moved one is found by its old name. */
  readRepository(repository: string): Promise<RepositoryFacts>;
  /** Reads up to 40 items a request. `missing` is what GitHub says of a deleted item and of one that may not be seen, too. */
  readItems(nodeIds: readonly string[]): Promise<ItemReadings>;
  /** Finds an issue or pull request by number. */
  findIssue(repository: string, number: number): Promise<ItemSnapshot | undefined>;
  /** As `findIssue`, with the text. */
  findContent(repository: string, number: number): Promise<ItemContent | undefined>;
  /** Lists the issues updated at or after `since` (ISO-8601 UTC), newest first, one page of at most 50; complete or throws. */
  listUpdated(repository: string, options: { readonly since: string; readonly cursor?: string }): Promise<ItemPage>;
  /** Lists the issues created at or after `since` (ISO-8601 UTC), newest first, all pages: never by search, whose index lags. */
  listCreated(repository: string, since: string): Promise<readonly ItemSnapshot[]>;
  /**
   * Makes one issue, alone in its request. Values that GitHub did not take as they were sent are problems of the item.
   *
   * @throws ServiceError with end `unknown` when the issue may exist, `deadline_passed` (end `limited`) when it was too late to send.
   */
  createIssue(input: NewIssue, options: WriteOptions): Promise<ItemSnapshot>;
  /**
   * Carries out updates in order, at most 20 a request, and gives one result for each. After a request that ended in an error as a
   * whole, or that met a limit, nothing more is sent. Does not throw ServiceError.
   */
  applyWrites(writes: readonly ItemWrite[], options: WriteOptions): Promise<readonly WriteResult[]>;
}

/** Creates the adapter for one credential. */
export function createGithubAdapter(options: GithubClientOptions): GithubAdapter {
  const client = createGithubClient(options);
  return {
    ...createReads(client, options.clock),
    createIssue: createCreateIssue(client, options.clock),
    applyWrites: createApplyWrites(client, options.clock),
  };
}

export type {
  GithubClientOptions,
  ItemContent,
  ItemPage,
  ItemReadings,
  ItemWrite,
  NewIssue,
  RepositoryFacts,
  WriteOptions,
  WriteResult,
};
