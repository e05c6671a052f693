import { type Connection, type PageArgs, pageOf } from "../connection.ts";
import type { Context } from "../context.ts";
import type { Item } from "../model.ts";
import { nameWithOwner } from "../web-addresses.ts";

const MAX_RESULTS = 1_000; // of one search; documented

type Test = (item: Item) => boolean;

function comparison(value: string, read: (item: Item) => string): Test {
  const [, operator = "", bound = ""] = /^(>=|<=|>|<)?(.*)$/.exec(value) ?? [];
  const cut = (item: Item): string => read(item).slice(0, bound.length);
  if (operator === ">=") return (item) => read(item) >= bound;
  if (operator === "<=") return (item) => cut(item) <= bound;
  if (operator === ">") return (item) => cut(item) > bound;
  if (operator === "<") return (item) => read(item) < bound;
  return (item) => cut(item) === bound;
}

function toTest(context: Context, key: string, value: string): Test | undefined {
  const { store } = context;
  const login = (id: string): string => {
    const node = store.find(id);
    return node && "login" in node ? node.login.toLowerCase() : "";
  };
  switch (key) {
    case "is":
    case "state":
    case "type":
      if (value === "issue") return ({ __typename }) => __typename === "Issue";
      if (value === "pr") return ({ __typename }) => __typename === "PullRequest";
      return ({ state }) => state.toLowerCase() === value || (value === "closed" && state !== "OPEN");
    case "repo":
      return ({ repositoryId }) => nameWithOwner(store, store.get("Repository", repositoryId)).toLowerCase() === value;
    case "org":
    case "user":
      return ({ repositoryId }) => login(store.get("Repository", repositoryId).ownerId) === value;
    case "author":
      return ({ authorId }) => login(authorId) === value.replace(/^app\//, "");
    case "assignee":
      return ({ assigneeIds }) => assigneeIds.some((id) => login(id) === value);
    case "label":
      return ({ labelIds }) => labelIds.some((id) => store.findOf("Label", id)?.name.toLowerCase() === value);
    case "milestone":
      return ({ milestoneId }) => store.findOf("Milestone", milestoneId)?.title.toLowerCase() === value;
    case "created":
      return comparison(value.toUpperCase(), ({ createdAt }) => createdAt);
    case "updated":
      return comparison(value.toUpperCase(), ({ updatedAt }) => updatedAt);
    case "in":
    case "sort":
      return () => true;
    default:
      return undefined;
  }
}

/** Searches issues and pull requests in an index that lags. */
export function search(
  args: PageArgs & { readonly query: string },
  context: Context,
): Connection<Item> & Record<string, unknown> {
  const { store, knobs } = context;
  const tests: Test[] = [];
  for (const [term] of args.query.matchAll(/-?[\w]+:"[^"]*"|"[^"]*"|\S+/g)) {
    const [, minus, key = "", raw = ""] = /^(-?)(\w+):(.+)$/.exec(term) ?? [];
    const value = raw.replace(/^"|"$/g, "").toLowerCase();
    const test = toTest(context, key, value);
    const words = term.replace(/^"|"$/g, "").toLowerCase();
    if (test) tests.push(minus ? (item) => !test(item) : test);
    else tests.push(({ title, body }) => `${title}\n${body}`.toLowerCase().includes(words));
  }
  const asOfMs = Math.min(context.asOfMs ?? Infinity, store.nowMs() - knobs.searchLagMs);
  const found = store.repositories().flatMap(({ id }) => {
    const issues = store.listing("Issue", id, asOfMs);
    const pullRequests = store.listing("PullRequest", id, asOfMs);
    const items: Item[] = [
      ...issues.created.map((entry) => issues.get(entry.id)),
      ...pullRequests.created.map((entry) => pullRequests.get(entry.id)),
    ];
    return items.filter((item) => tests.every((test) => test(item)));
  });
  found.sort((left, right) => (left.createdAt < right.createdAt ? 1 : -1));
  const connection = pageOf(found.slice(0, MAX_RESULTS), args);
  return {
    ...connection,
    issueCount: found.length,
    repositoryCount: 0,
    userCount: 0,
    codeCount: 0,
    discussionCount: 0,
    wikiCount: 0,
  };
}
