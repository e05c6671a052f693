// The filter of a project's item list: its own small grammar, which is not that of search.
import type { Context } from "./context.ts";
import type { ProjectItem } from "./model.ts";
import { contentOf, showValues } from "./project-values.ts";

const DAY_MS = 86_400_000;

type Test = (item: ProjectItem) => boolean;

function isTest(context: Context, value: string): Test {
  const { store } = context;
  return (item) => {
    const content = contentOf(store, item);
    if (value === "issue") return content?.__typename === "Issue";
    if (value === "pr") return content?.__typename === "PullRequest";
    if (value === "draft") return content?.__typename === "DraftIssue";
    if (value === "archived") return item.isArchived;
    const state = content && "state" in content ? content.state.toLowerCase() : "open";
    return state === value || (value === "closed" && state === "merged");
  };
}

function textOf(shown: Readonly<Record<string, unknown>>): string {
  const value = shown["name"] ?? shown["title"] ?? shown["text"] ?? shown["number"] ?? shown["date"];
  return typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : "";
}

function fieldTest(context: Context, key: string, value: string): Test {
  const wanted = value.split(",").map((part) => part.trim().toLowerCase());
  return (item) =>
    showValues(context, item).some((shown) => {
      const { name } = shown["field"] as { readonly name: string };
      return name.toLowerCase().replaceAll(" ", "-") === key && wanted.includes(textOf(shown));
    });
}

function toTest(context: Context, key: string, value: string): Test {
  const { store } = context;
  if (key === "is") return isTest(context, value);
  if (key === "no") return (item) => !showValues(context, item).some((shown) => fieldName(shown) === value.toLowerCase());
  if (key === "last-updated") {
    const days = Number.parseInt(value, 10);
    return ({ updatedAt }) => store.nowMs() - Date.parse(updatedAt) >= days * DAY_MS;
  }
  // A time of the search grammar matches nothing here, and a plain date is ignored; found by others on a board of 1,530 items.
  if (key === "updated") return () => !value.includes("T");
  return fieldTest(context, key, value);
}

const fieldName = (shown: Readonly<Record<string, unknown>>): string =>
  (shown["field"] as { readonly name: string }).name.toLowerCase().replaceAll(" ", "-");

/** Reads a filter; terms must all hold, `-` turns one around, free words are looked for in the title. */
export function parseProjectFilter(context: Context, query: string): Test {
  const tests = [...query.matchAll(/(-?)(?:([\w-]+):)?("[^"]*"|\S+)/g)].map(([, minus, key, raw = ""]): Test => {
    const value = raw.replace(/^"|"$/g, "");
    const test: Test = key
      ? toTest(context, key.toLowerCase(), value)
      : (item) => contentOf(context.store, item)?.title.toLowerCase().includes(value.toLowerCase()) ?? false;
    return minus ? (item) => !test(item) : test;
  });
  return (item) => tests.every((test) => test(item));
}
