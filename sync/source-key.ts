import type { Mapping } from "./mapping.ts";

/** The key of a mapping's data source among the sources. */
export function notionSourceKey(mapping: Mapping): string {
  return `notion:${mapping.notion.dataSourceId}`;
}

/** The key of a repository (`owner/name`) among the sources. */
export function repositorySourceKey(repository: string): string {
  return `github:${repository}`;
}

/** The repositories (`owner/name`) in which a mapping makes items, its own first. */
export function listRepositories({ github }: Mapping): readonly string[] {
  return [...new Set([github.repository, ...Object.values(github.repositoryProperty?.values ?? {})])];
}

/** The repositories of all mappings, each with those that make items in it. */
export function groupByRepository(mappings: readonly Mapping[]): ReadonlyMap<string, readonly Mapping[]> {
  const groups = new Map<string, Mapping[]>();
  for (const mapping of mappings) {
    for (const repository of listRepositories(mapping)) groups.set(repository, [...(groups.get(repository) ?? []), mapping]);
  }
  return groups;
}

/** Tells whether a mapping has to do with pull requests, so that its repositories are asked for them, too. */
export function hasPullRequests({ pullRequest, notion }: Mapping): boolean {
  return pullRequest !== null || notion.createPages === "issuesAndPullRequests";
}
