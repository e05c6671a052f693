import { type Connection, type PageArgs, pageOfEntries } from "../connection.ts";
import type { Context } from "../context.ts";
import type { Issue, Item, PullRequest, Repository } from "../model.ts";
import type { Listing } from "../store.ts";

interface ItemOrder {
  readonly field: "CREATED_AT" | "UPDATED_AT" | "COMMENTS";
  readonly direction: "ASC" | "DESC";
}

interface IssueFilters {
  readonly since?: string | null;
  readonly createdBy?: string | null;
  readonly assignee?: string | null;
  readonly states?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly milestoneNumber?: string | null;
  readonly type?: string | null;
}

/** Arguments of `Repository.issues`. */
export interface IssueListArgs extends PageArgs {
  readonly filterBy?: IssueFilters | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: ItemOrder | null;
  readonly states?: readonly string[] | null;
}

/** Arguments of `Repository.pullRequests`. */
export interface PullRequestListArgs extends PageArgs {
  readonly baseRefName?: string | null;
  readonly headRefName?: string | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: ItemOrder | null;
  readonly states?: readonly string[] | null;
}

type Test<T> = (item: T) => boolean;

const all = <T>(tests: readonly Test<T>[]): Test<T> | undefined =>
  tests.length > 0 ? (item) => tests.every((test) => test(item)) : undefined;

/** As in GitHub's lists, one of the labels is enough. */
function labelTest(context: Context, labels: readonly string[] | null | undefined): Test<Item>[] {
  if (!labels || labels.length === 0) return [];
  const wanted = new Set(labels.map((name) => name.toLowerCase()));
  return [({ labelIds }) => labelIds.some((id) => wanted.has(context.store.findOf("Label", id)?.name.toLowerCase() ?? ""))];
}

function personTest(context: Context, login: string, ids: (item: Item) => readonly string[]): Test<Item> {
  const actor = context.store.findActor(login);
  if (login === "*") return (item) => ids(item).length > 0;
  return (item) => actor !== undefined && ids(item).includes(actor.id);
}

const stateTest = <T extends Item>(states: readonly string[] | null | undefined): Test<T>[] =>
  states && states.length > 0 ? [({ state }) => states.includes(state)] : [];

function page<T extends Issue | PullRequest>(
  listing: Listing<T["__typename"]>,
  args: PageArgs & { readonly orderBy?: ItemOrder | null },
  tests: readonly Test<T>[],
  since?: string | null,
): Connection<T> {
  const byUpdate = args.orderBy?.field === "UPDATED_AT";
  const sinceTest: Test<T>[] = since && !byUpdate ? [({ updatedAt }) => updatedAt >= since] : [];
  return pageOfEntries(byUpdate ? listing.updated : listing.created, (id) => listing.get(id) as unknown as T, args, {
    descending: args.orderBy?.direction === "DESC",
    fromTime: byUpdate ? (since ?? undefined) : undefined,
    matches: all([...tests, ...sinceTest]),
  });
}

/** Cuts fractions of a second off, because GitHub's times have none. */
const wholeSeconds = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** Lists the issues of a repository; `since` is inclusive. */
export function listIssues(repository: Repository, args: IssueListArgs, context: Context): Connection<Issue> {
  const filter = args.filterBy ?? {};
  const since = filter.since ? wholeSeconds(filter.since) : undefined;
  const tests: Test<Issue>[] = [
    ...stateTest<Issue>(filter.states ?? args.states),
    ...labelTest(context, filter.labels ?? args.labels),
    ...(filter.createdBy ? [personTest(context, filter.createdBy, ({ authorId }) => [authorId])] : []),
    ...(filter.assignee ? [personTest(context, filter.assignee, ({ assigneeIds }) => assigneeIds)] : []),
  ];
  const number = filter.milestoneNumber;
  if (number)
    tests.push(({ milestoneId }) => String(context.store.findOf("Milestone", milestoneId)?.number ?? "none") === number);
  const typeName = filter.type?.toLowerCase();
  if (typeName) tests.push(({ typeId }) => context.store.findOf("IssueType", typeId)?.name.toLowerCase() === typeName);
  return page(context.store.listing("Issue", repository.id, context.asOfMs), args, tests, since);
}

/** Lists the pull requests of a repository; GitHub knows no `since` here. */
export function listPullRequests(repository: Repository, args: PullRequestListArgs, context: Context): Connection<PullRequest> {
  const tests: Test<PullRequest>[] = [...stateTest<PullRequest>(args.states), ...labelTest(context, args.labels)];
  const { headRefName, baseRefName } = args;
  if (headRefName) tests.push((pullRequest) => pullRequest.headRefName === headRefName);
  if (baseRefName) tests.push((pullRequest) => pullRequest.baseRefName === baseRefName);
  return page(context.store.listing("PullRequest", repository.id, context.asOfMs), args, tests);
}
