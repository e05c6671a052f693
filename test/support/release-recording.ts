// What a release leaves behind in an installation: the histories of its orchestrations and its rows, recorded from a run of the app.
import { EVENT, type HistoryEvent } from "../../local/host/durable/protocol.ts";
import type { TurnTrace } from "../../local/host/host.ts";
import type { StoredRow } from "../../storage/row.ts";
import { createMemoryTable } from "./memory-table.ts";
import { callAndWait } from "./plans.ts";
import { readStoredValues } from "./stored-values.ts";
import type { StoredValues } from "./stored-values.ts";
import { createWorld, simpleMapping } from "./world.ts";
import type { World } from "./world.ts";

/** One execution of an instance, as its orchestrator saw it last. */
export interface RecordedExecution {
  readonly orchestrator: string;
  /** What is special about it, by the events in it. */
  readonly shows: string;
  /** As the platform hands it over. */
  readonly in: { readonly history: readonly HistoryEvent[]; readonly instanceId: string; readonly [more: string]: unknown };
  /** What the orchestrator answered. */
  readonly out: unknown;
}

/** What is kept of a release. */
export interface RecordedRelease {
  /** One of each course that an execution can take. */
  readonly histories: readonly RecordedExecution[];
  readonly rows: readonly StoredRow[];
  readonly values: StoredValues;
}

const PAGES = 170; // five slices: a wave of four, and one more
const MINUTE_MS = 60_000;

/** Runs the built app in virtual time through everything that its orchestrations can meet, and returns what it left. */
export async function recordRelease(): Promise<RecordedRelease> {
  const turns: TurnTrace[] = [];
  const table = createMemoryTable();
  let failing: { readonly key: string; left: number } | undefined;
  // Storage fails where it is told to: what an activity throws is retried by the platform.
  table.hooks = {
    before({ kind, partitionKey, rowKeys }) {
      if (!failing || failing.left === 0 || kind !== "get" || !`${partitionKey}/${rowKeys.join()}`.includes(failing.key)) return;
      failing.left -= 1;
      throw new Error("storage is away");
    },
  };
  const mapping = simpleMapping({ limits: { creates: 2 } });
  const world = await createWorld({ config: { mappings: [mapping] }, table, onTurn: (turn) => void turns.push(turn) });
  try {
    const pageIds = await makeBoard(world);
    await meetTrouble(world, pageIds, (key, times) => (failing = { key, left: times }));
    await makePlans(world, (key, times) => (failing = { key, left: times }));
    await world.call("POST", "sync", { full: true });
    await world.settled();
    // What is left is open work: a hold, a page that waits, a handshake, a plan.
    await world.call("POST", "handshake");
    const rows = oneOfEachKind(table.dump());
    const kept = createMemoryTable();
    for (const row of rows) await kept.insert(row);
    return { histories: toExecutions(turns), rows, values: await readStoredValues(kept, rows) };
  } finally {
    await world.close();
  }
}

/** Many pages that need nothing on GitHub, some that get an issue, one of them held by a guard. */
async function makeBoard(world: World): Promise<readonly string[]> {
  for (let index = 0; index < PAGES; index += 1) await world.person.createPage({ title: `Idea ${index}`, status: "Backlog" });
  const pageIds: string[] = [];
  for (const title of ["One", "Two", "Three"]) pageIds.push(await world.person.createPage({ title, status: "Ready" }));
  await world.settled();
  return pageIds;
}

type Fail = (key: string, times: number) => void;

async function meetTrouble(world: World, pageIds: readonly string[], fail: Fail): Promise<void> {
  const [first = "", second = ""] = pageIds;
  // A run that sleeps, first woken by its timer, then by a hint.
  for (const isHinted of [false, true]) {
    world.github.setFaults([{ match: "mutation", times: 1, kind: "status", status: 429, headers: { "retry-after": "60" } }]);
    await world.person.setTitle(first, isHinted ? "First, hinted" : "First");
    await world.advance(20_000);
    if (isHinted) await world.person.setTitle(second, "Second");
    await world.advance(3 * MINUTE_MS);
    await world.settled();
  }
  // A slice that is retried once, and one that is given up; then a run that cannot find its changes.
  for (const times of [1, 3]) {
    fail(`/page:${second}`, times);
    await world.person.setTitle(second, `Second, ${times}`);
    await world.advance(3 * MINUTE_MS);
    await world.settled();
  }
  fail("engineering/mapping", 3);
  await world.call("POST", "sync", {});
  await world.advance(2 * MINUTE_MS);
  await world.settled();
}

/** A plan that meets a limit on its way, and one whose step fails. */
async function makePlans(world: World, fail: Fail): Promise<void> {
  const headers = { "retry-after": "30" };
  world.notion.setFaults([{ match: "POST /v1/data_sources/{id}/query", times: 1, kind: "status", status: 429, headers }]);
  await callAndWait(world, "POST", "plan", {});
  await world.advance(3 * MINUTE_MS);
  fail("plans:/", 4);
  await callAndWait(world, "POST", "plan", {});
  await world.advance(3 * MINUTE_MS);
}

function toExecutions(turns: readonly TurnTrace[]): readonly RecordedExecution[] {
  const last = new Map<string, RecordedExecution>();
  for (const turn of turns) {
    const given = JSON.parse(turn.input) as RecordedExecution["in"];
    const started = given.history.find(({ EventType }) => EventType === EVENT.executionStarted);
    const shows = describe(given.history, turn);
    const execution = withoutStacks({ orchestrator: turn.orchestrator, shows, in: given, out: turn.output });
    last.set(started?.OrchestrationInstance?.ExecutionId ?? "", execution);
  }
  const courses = new Map([...last.values()].map((execution) => [`${execution.orchestrator} ${execution.shows}`, execution]));
  return [...courses.values()].toSorted((left, right) => (left.orchestrator < right.orchestrator ? -1 : 1));
}

/** At most three rows of a kind: more of them show nothing more. */
function oneOfEachKind(rows: readonly StoredRow[]): readonly StoredRow[] {
  const counts = new Map<string, number>();
  return rows.filter(({ partitionKey, rowKey }) => {
    // A key of one part is either the only one of its partition, or an id.
    const kind = `${partitionKey.split(":")[0] ?? ""} ${rowKey.includes(":") ? (rowKey.split(":")[0] ?? "") : ""}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return (counts.get(kind) ?? 0) <= 3;
  });
}

/** Stacks tell of the machine that recorded them, and no orchestrator reads them. */
function withoutStacks(execution: RecordedExecution): RecordedExecution {
  const text = JSON.stringify(execution, (key, value: unknown) => {
    if (key === "Details") return "<details>";
    return typeof value === "string" && / {4}at /.test(value) ? value.replace(/ ?(\n|\\n).*/s, " \n <details>") : value;
  });
  return JSON.parse(text) as RecordedExecution;
}

const NAMES = Object.entries(EVENT);

function describe(history: readonly HistoryEvent[], { thrown }: TurnTrace): string {
  const counts = NAMES.map(([name, type]) => [name, history.filter(({ EventType }) => EventType === type).length] as const);
  const seen = counts.filter(([name, count]) => count > 0 && !/orchestrator|execution/.test(name));
  return [...seen.map(([name, count]) => `${count} ${name}`), ...(thrown === undefined ? [] : ["thrown"])].join(", ");
}
