import type { Mapping } from "./mapping.ts";

/** The key of a mapping's data source among the sources. */
export function notionSourceKey(mapping: Mapping): string {
  return `notion:${mapping.notion.dataSourceId}`;
}

/** The key of a mapping's repository among the sources. */
export function githubSourceKey(mapping: Mapping): string {
  return `github:${mapping.github.repository}`;
}
