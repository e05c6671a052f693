// What a day of the app takes: executions, how long instances work, and requests; counted on the local host in virtual time.
import { DEMO_SEED, toSeedPageId } from "../local/notion-api/seed.ts";
import type { Invocation } from "../local/host/host.ts";
import { createMemoryTable } from "../test/support/memory-table.ts";
import type { MemoryTable, TableOperation } from "../test/support/memory-table.ts";
import { createWorld, simpleMapping } from "../test/support/world.ts";
import type { World } from "../test/support/world.ts";
import { toActiveSeconds } from "./active-time.ts";

const MINUTE_MS = 60_000;
const DAY_HOURS = 24;
const HOURS_MEASURED = 2; // the hours of the day that is measured are alike
const PAIRS = 10; // of each mapping
const DATABASE_ID = "1f0de70a-0000-4000-8000-00000000da7a";
/** How long a service takes to answer: an assumption, on the safe side. The instance waits for it, and is paid for. */
export const ANSWER_MS = { notion: 400, github: 600 } as const;

/** One day; every figure is counted in some of its hours and scaled. */
export interface DayFigures {
  readonly mappings: number;
  readonly changes: number;
  readonly executions: number;
  readonly byFunction: Readonly<Record<string, number>>;
  /** Seconds for which instances of each scaling group work, as Flex Consumption counts them. */
  readonly activeSeconds: Readonly<Record<Group, number>>;
  /** Requests to our own table; a batch is one request, and its rows are billed one by one. */
  readonly table: { readonly reads: number; readonly writes: number };
  /** What the platform stores for our orchestrations. */
  readonly durable: { readonly orchestrations: number; readonly turns: number; readonly activities: number };
  readonly requests: { readonly notion: number; readonly github: number };
}

/** Functions that scale together on Flex Consumption: a timer scales alone. */
export type Group = "http" | "durable" | "timers";

const GROUPS: Readonly<Record<string, Group>> = {
  httptrigger: "http",
  orchestrationtrigger: "durable",
  activitytrigger: "durable",
  timertrigger: "timers",
};

/** Measures the hours of a day: so many mappings, each with a data source of its own, and so many changes a day, half on each side. */
export async function benchDay(mappings: number, changes: number): Promise<DayFigures> {
  const counts = { reads: 0, writes: 0, notion: 0, github: 0 };
  const invocations: Invocation[] = [];
  const table = createMemoryTable();
  table.hooks = { before: (operation) => count(counts, operation) };
  const world: World = await createWorld({
    config: { mappings: indices(mappings).map(toMapping) },
    table,
    ...seeds(mappings),
    async onRequest(send, request) {
      const service = new URL(request.url).port === "7081" ? "notion" : "github";
      counts[service] += 1;
      await world.sleep(ANSWER_MS[service]);
      return send();
    },
    onInvocation: (invocation) => void invocations.push(invocation),
  });
  try {
    await linkAll(world, table, mappings);
    Object.assign(counts, { reads: 0, writes: 0, notion: 0, github: 0 });
    invocations.length = 0;
    world.host().clearStats();
    await spendHours(world, mappings, Math.round((changes * HOURS_MEASURED) / DAY_HOURS));
    return toDay({ mappings, changes, counts, invocations, orchestrations: world.host().stats().orchestrations });
  } finally {
    await world.close();
  }
}

interface Measured {
  readonly mappings: number;
  readonly changes: number;
  readonly counts: { readonly reads: number; readonly writes: number; readonly notion: number; readonly github: number };
  readonly invocations: readonly Invocation[];
  readonly orchestrations: number;
}

function toDay({ mappings, changes, counts, invocations, orchestrations }: Measured): DayFigures {
  const perDay = (figure: number): number => Math.round((figure * DAY_HOURS) / HOURS_MEASURED);
  const ofTrigger = (trigger: string): number => invocations.filter((invocation) => invocation.trigger === trigger).length;
  const names = [...new Set(invocations.map(({ name }) => name))].toSorted();
  const ofGroup = (group: Group): readonly Invocation[] => invocations.filter(({ trigger }) => GROUPS[trigger] === group);
  return {
    mappings,
    changes,
    executions: perDay(invocations.length),
    byFunction: Object.fromEntries(names.map((name) => [name, perDay(invocations.filter((each) => each.name === name).length)])),
    activeSeconds: {
      http: perDay(toActiveSeconds(ofGroup("http"))),
      durable: perDay(toActiveSeconds(ofGroup("durable"))),
      timers: perDay(toActiveSeconds(ofGroup("timers"))),
    },
    table: { reads: perDay(counts.reads), writes: perDay(counts.writes) },
    durable: {
      orchestrations: perDay(orchestrations),
      turns: perDay(ofTrigger("orchestrationtrigger")),
      activities: perDay(ofTrigger("activitytrigger")),
    },
    requests: { notion: perDay(counts.notion), github: perDay(counts.github) },
  };
}

function count(counts: { reads: number; writes: number }, { isWrite, rowKeys }: TableOperation): void {
  if (isWrite) counts.writes += Math.max(1, rowKeys.length);
  else counts.reads += 1;
}

const indices = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
const toSource = (mapping: number): string => `1f0de70a-0000-4000-8000-0000000052${String(mapping).padStart(2, "0")}`;
const toPage = (mapping: number, pair: number): string => toSeedPageId(1_000 + mapping * PAIRS + pair);

function toMapping(mapping: number): unknown {
  const notion = { dataSourceId: toSource(mapping), githubProperty: "GitHub", errorProperty: "Sync" };
  return simpleMapping({ name: `team-${mapping}`, notion });
}

/** Pages that name their issues already, so that they are linked without a write. */
function seeds(mappings: number) {
  const properties = DEMO_SEED.dataSources[0]?.properties ?? [];
  const pages = indices(mappings).flatMap((mapping) =>
    indices(PAIRS).map((pair) => ({
      id: toPage(mapping, pair),
      dataSourceId: toSource(mapping),
      properties: {
        Name: { title: [{ text: { content: `Task ${mapping}-${pair}` } }] },
        Status: { status: { name: "Ready" } },
        GitHub: { rich_text: [{ text: { content: `acme/widgets#${mapping * PAIRS + pair + 1}` } }] },
      },
    })),
  );
  const dataSources = indices(mappings).map((mapping) => ({
    id: toSource(mapping),
    databaseId: DATABASE_ID,
    title: `Tasks ${mapping}`,
    properties,
  }));
  const issues = pages.map((_, index) => ({
    title: `Task ${Math.floor(index / PAIRS)}-${index % PAIRS}`,
    createdAt: "2026-11-01T09:00:00Z",
  }));
  return {
    notion: { seedData: { ...DEMO_SEED, dataSources, pages } },
    github: { seedData: { withoutDemoIssues: true, issues } },
  };
}

async function linkAll(world: World, table: MemoryTable, mappings: number): Promise<void> {
  await world.call("POST", "sync", { full: true });
  const links = (): number => table.dump().filter(({ rowKey, state }) => rowKey.startsWith("page:") && state === "linked").length;
  await world.until(() => links() === mappings * PAIRS, 60 * MINUTE_MS);
  // Then nothing looks freshly edited any more.
  await world.advance(120 * MINUTE_MS);
}

/** Changes at equal distances, the dearest way to come: none shares a run with another. */
async function spendHours(world: World, mappings: number, changes: number): Promise<void> {
  const distanceMs = (HOURS_MEASURED * 60 * MINUTE_MS) / Math.max(1, changes);
  const issues = await world.person.issues();
  for (const change of indices(changes)) {
    const mapping = change % mappings;
    const pair = Math.floor(change / mappings) % PAIRS;
    const title = `Task ${mapping}-${pair}, edit ${change}`;
    const issue = issues.find(({ number }) => number === mapping * PAIRS + pair + 1);
    if (change % 2 === 0 || !issue) await world.person.setTitle(toPage(mapping, pair), title);
    else
      await world.person.github(
        `mutation($id: ID!, $title: String!) { updateIssue(input: { id: $id, title: $title }) { issue { id } } }`,
        {
          id: issue.id,
          title,
        },
      );
    await world.advance(distanceMs);
  }
  if (changes === 0) await world.advance(distanceMs);
}
