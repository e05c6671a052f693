import type { ItemSnapshot } from "../sync/model.ts";
import type { Mergeability } from "../sync/merge-step.ts";
import { createGithubClient, type GithubClientOptions } from "./request.ts";
import type { ItemContent } from "./items.ts";
import { createFindByUrl } from "./moved-items.ts";
import { createMerging, type MergeOptions } from "./merging.ts";
import { type BranchReading, createPullRequests, type NewPullRequest } from "./pull-requests.ts";
import { createReads, type ItemPage, type ItemReadings, type RepositoryFacts } from "./reads.ts";
import { createReadDirectory, type Named, type RepositoryDirectory } from "./directory.ts";
import { createCreateLabel } from "./labels.ts";
import { createReadProjectItems, type ProjectReading, type ProjectReadings, type ProjectView } from "./project-items.ts";
import { createReadProject, type ProjectFacts } from "./projects.ts";
import type { ItemWrite, ProjectWrite } from "./write-inputs.ts";
import { createReadTimes, type Times } from "./times.ts";
import { createApplyWrites, createCreateIssue, type NewIssue, type WriteOptions, type WriteResult } from "./writes.ts";
import { createListUpdated, type UpdatedOptions } from "./updated-items.ts";

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
  /** Finds an issue or pull request by its web address, a transferred one by its former address. */
  findByUrl(url: string): Promise<ItemSnapshot | undefined>;
  /** As `findIssue`, with the text. */
  findContent(repository: string, number: number): Promise<ItemContent | undefined>;
  /**
   * Lists the issues updated at or after `since`, and the pull requests if they are asked for, in one request: newest first, one
   * page of at most 50 of each; complete or throws.
   */
  listUpdated(repository: string, options: UpdatedOptions): Promise<ItemPage>;
  /** Lists the issues created at or after `since` (ISO-8601 UTC), newest first, all pages: never by search, whose index lags. */
  listCreated(repository: string, since: string): Promise<readonly ItemSnapshot[]>;
  /**
   * Makes one issue, alone in its request. Values that GitHub did not take as they were sent are problems of the item.
   *
   * @throws ServiceError with end `unknown` when the issue may exist, `deadline_passed` (end `limited`) when it was too late to send.
   */
  createIssue(input: NewIssue, options: WriteOptions): Promise<ItemSnapshot>;
  /** Reads a branch of the repository, and the pull requests that were made of it. */
  findPullRequest(repository: string, branches: { readonly head: string; readonly base: string }): Promise<BranchReading>;
  /**
   * Makes one pull request, alone in its request. Values that GitHub did not take as they were sent are problems of the item.
   *
   * @throws ServiceError with end `unknown` when it may exist; with the code `exists`, `branch_empty`, `branch_missing` (head or base)
   * or `draft_unavailable`.
   */
  createPullRequest(input: NewPullRequest, options: WriteOptions): Promise<ItemSnapshot>;
  /** Reads whether a pull request can be merged, and makes GitHub work it out; `unknown` until it has: ask again in 2 to 5 seconds. */
  readMergeability(nodeId: string): Promise<Mergeability>;
  /**
   * Merges a pull request, alone in its request.
   *
   * @throws ServiceError with end `unknown` when it may be merged; with the code `base_modified` (try once more), `head_modified`,
   * `method_not_allowed`, `already_merged`, `merge_queue`, `not_mergeable` or `merge_forbidden`.
   */
  mergePullRequest(nodeId: string, options: MergeOptions): Promise<ItemSnapshot>;
  /**
   * Lets GitHub merge as soon as checks and reviews allow it.
   *
   * @throws ServiceError with the code `already_clean` when it can be merged at once, `already_unstable` when only optional checks
   * are missing, `auto_merge_unavailable`, `head_modified`, `method_not_allowed` or `merge_forbidden`.
   */
  enableAutoMerge(nodeId: string, options: Omit<MergeOptions, "headline" | "body">): Promise<ItemSnapshot>;
  /** @throws ServiceError with the code `auto_merge_not_enabled` when there is nothing to take back. */
  disableAutoMerge(nodeId: string, options: WriteOptions): Promise<ItemSnapshot>;
  /** Reads what names mean in a repository: every label, milestone, issue type and person who can be assigned. */
  readDirectory(repository: string): Promise<RepositoryDirectory>;
  /** Makes a label; one that has the name already is given back as it is. May be repeated. */
  createLabel(repositoryId: string, name: string, options: WriteOptions): Promise<Named>;
  /**
   * Reads a project of an organisation or user, with what its names mean.
   *
   * @throws ServiceError with the code `project_unreachable`, which says which kind of token can reach it.
   */
  readProject(owner: string, number: number): Promise<ProjectFacts>;
  /**
   * Reads the places of issues and pull requests in a project, archived ones too, at most 20 a request: `null` is not there.
   *
   * @throws ServiceError with the code `project_forbidden` when the token may not look at projects at all.
   */
  readProjectItems(nodeIds: readonly string[], project: ProjectView): Promise<ProjectReadings>;
  /** Reads when items were last updated, at most 100 a request. What could not be read is left out. */
  readItemTimes(nodeIds: readonly string[]): Promise<Times>;
  /**
   * Reads when the cards of items in a project were last updated, at most 40 items a request: `missing` is not there. What could not be
   * read is left out.
   *
   * @throws ServiceError with the code `project_unreachable` or `project_forbidden` when the token may not look at it.
   */
  readCardTimes(nodeIds: readonly string[], projectId: string): Promise<Times>;
  /**
   * Carries out updates, at most 20 a request, and gives one result for each: first those of items in their order, then those of
   * projects in theirs. What fails as a whole because the token has no scope for projects is sent again without them. After a request that ended in an error as a
   * whole, or that met a limit, nothing more is sent. Does not throw ServiceError.
   */
  applyWrites(writes: readonly ItemWrite[], options: WriteOptions): Promise<readonly WriteResult[]>;
}

/** Creates the adapter for one credential. */
export function createGithubAdapter(options: GithubClientOptions): GithubAdapter {
  const client = createGithubClient(options);
  const reads = createReads(client, options.clock);
  return {
    ...reads,
    findByUrl: createFindByUrl(client, options.clock),
    listUpdated: createListUpdated(client, options.clock, reads),
    ...createPullRequests(client, options.clock),
    ...createMerging(client, options.clock),
    readDirectory: createReadDirectory(client),
    createLabel: createCreateLabel(client),
    readProject: createReadProject(client),
    readProjectItems: createReadProjectItems(client),
    ...createReadTimes(client),
    createIssue: createCreateIssue(client, options.clock),
    applyWrites: createApplyWrites(client, options.clock),
  };
}

export type {
  BranchReading,
  GithubClientOptions,
  ItemContent,
  ItemPage,
  ItemReadings,
  ItemWrite,
  MergeOptions,
  Named,
  NewIssue,
  NewPullRequest,
  ProjectFacts,
  ProjectReading,
  ProjectReadings,
  ProjectView,
  ProjectWrite,
  RepositoryDirectory,
  RepositoryFacts,
  Times,
  UpdatedOptions,
  WriteOptions,
  WriteResult,
};
