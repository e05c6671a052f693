// Boards for several mappings: two data sources of the same form, each with a property to route by, and two repositories.
import { DEMO_DATA_SOURCE_ID, DEMO_PROPERTIES, DEMO_SEED } from "../../local/notion-api/seed.ts";
import type { NotionSeed, SeedProperty } from "../../local/notion-api/seed.ts";
import { simpleMapping } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

/** The second data source, "Web tasks". */
export const WEB_DATA_SOURCE_ID = "1f0de70a-0000-4000-8000-0000000050c6";
/** The second repository. */
export const WEB_REPOSITORY = "acme/web";

const PROPERTIES: readonly SeedProperty[] = [
  ...DEMO_PROPERTIES,
  { name: "Team", id: "team", type: "select", options: ["Core", "Web", "Ops"] },
  { name: "Repo", id: "repo", type: "select", options: ["Widgets", "Web", "Attic"] },
];

const SEED: NotionSeed = {
  ...DEMO_SEED,
  dataSources: [
    ...DEMO_SEED.dataSources.map((source) => ({ ...source, properties: PROPERTIES })),
    { id: WEB_DATA_SOURCE_ID, databaseId: "1f0de70a-0000-4000-8000-00000000da7b", title: "Web tasks", properties: PROPERTIES },
  ],
  pages: [],
};

/** Options of a world with these boards. */
export function severalBoards(config: unknown, options: WorldOptions = {}): WorldOptions {
  return {
    ...options,
    config,
    notion: { seedData: SEED, ...options.notion },
    github: { seedData: { repositories: [{ nameWithOwner: WEB_REPOSITORY }] }, ...options.github },
  };
}

/** A mapping of the first data source that takes only pages of one team. */
export function teamMapping(name: string, team: string, repository: string): Readonly<Record<string, unknown>> {
  return simpleMapping({
    name,
    notion: {
      dataSourceId: DEMO_DATA_SOURCE_ID,
      githubProperty: "GitHub",
      errorProperty: "Sync",
      filter: { property: "Team", select: { equals: team } },
    },
    github: { repository },
  });
}

/** A mapping of the second data source. */
export function webMapping(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return simpleMapping({
    name: "web",
    notion: { dataSourceId: WEB_DATA_SOURCE_ID, githubProperty: "GitHub", errorProperty: "Sync" },
    github: { repository: WEB_REPOSITORY },
    ...changes,
  });
}

/** A value of a select property. */
export function select(name: string): unknown {
  return { select: { name } };
}

/** Issues of a repository, by title. */
export async function issuesOf(
  world: World,
  repository: string,
): Promise<readonly { title: string; number: number; state: string }[]> {
  const [owner, name] = repository.split("/");
  const answer = await world.person.github<{
    readonly repository: { readonly issues: { readonly nodes: readonly { title: string; number: number; state: string }[] } };
  }>(
    `query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { issues(first: 100) { nodes { title number state } } } }`,
    { owner, name },
  );
  return answer.repository.issues.nodes;
}

/** What `GET /api/status` answers. */
export async function statusOf(world: World) {
  const { body } = await world.call("GET", "status");
  return body as {
    readonly mappings: readonly { readonly name: string; readonly links: number; readonly pendingChanges: number }[];
    readonly failures: readonly Shown[];
    readonly notes: readonly Shown[];
    readonly holds: readonly { readonly id: string; readonly kind: string; readonly mapping: string; readonly count: number }[];
    readonly unused: readonly { readonly name: string; readonly links: number }[];
  };
}

interface Shown {
  readonly mapping: string;
  readonly pageId: string;
  readonly code: string;
  readonly reason: string;
  readonly remedy: string | null;
  readonly nextAttemptAt: string | null;
}
