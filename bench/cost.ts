// `npm run bench -- --cost`: what a month costs, from counted days and the prices in prices.ts; docs/cost.md explains it.
import Table from "cli-table3";
import { benchDay } from "./day.ts";
import type { DayFigures } from "./day.ts";
import { GRANT, PRICES } from "./prices.ts";

const DAYS = 30;
const DAY_SECONDS = 86_400;
const PARTITIONS = 2; // host.json
const QUEUE_POLL_SECONDS = 5; // host.json, maxQueuePollingInterval
const LEASE_SECONDS = 10; // DurableTask.AzureStorage, LeaseAcquireInterval
const MEMORY_GB = [0.5, 2] as const;
const CASES = [
  { mappings: 1, changes: 0 },
  { mappings: 10, changes: 0 },
  { mappings: 1, changes: 1_000 },
  { mappings: 10, changes: 1_000 },
] as const;

/** Requests of the platform to storage in a day; derived, not measured. */
export interface PlatformRequests {
  readonly queue: number;
  readonly table: number;
}

/**
 * Derives what Durable asks of storage for the orchestrations of a day.
 *
 * @remarks Each turn takes a message from a control queue, and each activity one from the work queue: put, get, delete. Each turn
 * reads its history and writes it and its instance's row: two events of the turn, two for each activity and for each child.
 */
export function deriveWork({ durable: { turns, activities, orchestrations } }: DayFigures): PlatformRequests {
  const rows = 2 * turns + 2 * activities + 2 * orchestrations + turns;
  return { queue: 3 * (turns + activities), table: rows + turns + 2 * orchestrations };
}

/** Derives what an instance that waits for orchestrations asks of storage: polls of each queue, and the leases of the partitions. */
export function deriveWaiting(seconds: number): PlatformRequests {
  return {
    queue: ((PARTITIONS + 1) * seconds) / QUEUE_POLL_SECONDS,
    table: ((1 + PARTITIONS) * seconds) / LEASE_SECONDS,
  };
}

/** What a month costs, in US dollars. */
export interface MonthCost {
  readonly time: number;
  readonly executions: number;
  readonly storage: number;
}

/** Works out a month of such days on instances of so much memory, with one instance always ready for orchestrations or none. */
export function toMonth(day: DayFigures, memoryGb: number, alwaysReady: boolean): MonthCost {
  const { http, durable, timers } = day.activeSeconds;
  const onDemand = (http + timers + (alwaysReady ? 0 : durable)) * memoryGb * DAYS;
  const ready = alwaysReady ? DAY_SECONDS * PRICES.readyBaseline.usd + durable * PRICES.readyTime.usd : 0;
  const { turns, activities } = day.durable;
  const readyExecutions = alwaysReady ? (turns + activities) * DAYS : 0;
  const paidExecutions = Math.max(0, day.executions * DAYS - readyExecutions - GRANT.executions) + readyExecutions;
  const work = deriveWork(day);
  // On demand, an instance waits while it works and for some time after; here it is taken to wait all day, the dearest case.
  const waiting = deriveWaiting(alwaysReady || turns > 0 ? DAY_SECONDS : 0);
  const table = (day.table.reads + day.table.writes + work.table + waiting.table) * DAYS;
  const queue = (work.queue + waiting.queue) * DAYS;
  return {
    time: Math.max(0, onDemand - GRANT.gbSeconds) * PRICES.onDemandTime.usd + ready * memoryGb * DAYS,
    executions: (paidExecutions / 1_000_000) * PRICES.executions.usd,
    storage: (table / 10_000) * PRICES.table.usd + (queue / 10_000) * PRICES.queue.usd,
  };
}

/** What a deployment with `alertEmail` has to be watched by, in a month. */
export const WATCHING = [
  { what: "alerts that are asked every 5 minutes", count: 4, price: PRICES.frequentAlert },
  { what: "alerts that are asked less often", count: 6, price: PRICES.rareAlert },
  { what: "the alert on availability", count: 1, price: PRICES.metricAlert },
  { what: "runs of the availability test", count: 3 * 4 * 24 * DAYS, price: PRICES.testRun },
] as const;

/** Measures the days and prints what was counted, what was derived, and what a month costs. */
export async function printCost(): Promise<void> {
  const days: DayFigures[] = [];
  for (const { mappings, changes } of CASES) days.push(await benchDay(mappings, changes));
  print(["a day, counted", ...days.map(toHead)], toCounted(days));
  print(["a day, derived", ...days.map(toHead)], toDerived(days));
  const month = MEMORY_GB.flatMap((memoryGb) =>
    [false, true].flatMap((alwaysReady) => {
      const costs = days.map((day) => toMonth(day, memoryGb, alwaysReady));
      const title = `${memoryGb} GB, ${alwaysReady ? "one" : "none"} always ready`;
      return [[title, ...costs.map(({ time, executions, storage }) => `$${(time + executions + storage).toFixed(2)}`)]];
    }),
  );
  print(["a month, worked out", ...days.map(toHead)], month);
  print(
    ["a month of watching", "number", "US dollars"],
    WATCHING.map(({ what, count, price }) => [what, count.toLocaleString("en"), `$${(count * price.usd).toFixed(2)}`]),
  );
  print(
    ["price used", "US dollars", "per", "from"],
    Object.values(PRICES).map(({ what, usd, per, from }) => [what, String(usd), per, from]),
  );
}

const toHead = ({ mappings, changes }: DayFigures): string =>
  `${mappings} mapping${mappings === 1 ? "" : "s"}, ${changes === 0 ? "idle" : `${changes.toLocaleString("en")} changes`}`;

function toCounted(days: readonly DayFigures[]): string[][] {
  const rows: readonly (readonly [string, (day: DayFigures) => number])[] = [
    ["executions", (day) => day.executions],
    ["of the tick", (day) => day.byFunction["poll"] ?? 0],
    ["of webhooks", (day) => (day.byFunction["notionWebhook"] ?? 0) + (day.byFunction["githubWebhook"] ?? 0)],
    ["turns of orchestrations", (day) => day.durable.turns],
    ["activities", (day) => day.durable.activities],
    ["seconds at work: tick", (day) => day.activeSeconds.timers],
    ["seconds at work: webhooks", (day) => day.activeSeconds.http],
    ["seconds at work: orchestrations", (day) => day.activeSeconds.durable],
    ["our table: requests that read", (day) => day.table.reads],
    ["our table: rows written", (day) => day.table.writes],
    ["requests to Notion", (day) => day.requests.notion],
    ["requests to GitHub", (day) => day.requests.github],
  ];
  return rows.map(([what, read]) => [what, ...days.map((day) => read(day).toLocaleString("en"))]);
}

function toDerived(days: readonly DayFigures[]): string[][] {
  const show = (figure: number): string => Math.round(figure).toLocaleString("en");
  const waiting = deriveWaiting(DAY_SECONDS);
  return [
    ["queues, for the work", ...days.map((day) => show(deriveWork(day).queue))],
    ["tables, for the work", ...days.map((day) => show(deriveWork(day).table))],
    ["queues, an instance that waits all day", ...days.map(() => show(waiting.queue))],
    ["tables, an instance that waits all day", ...days.map(() => show(waiting.table))],
  ];
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  console.log(table.toString());
}
