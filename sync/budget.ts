import type { RequestKind } from "./pacer.ts";

/** One limit of a service, as a leaky bucket: `burst` units at once, then one each `intervalMs`. */
export interface Bucket {
  readonly name: string;
  readonly intervalMs: number;
  readonly burst: number;
  /** Units that one request of each kind takes. */
  readonly cost: Readonly<Record<RequestKind, number>>;
}

/** What is stored of a credential's budget. */
export interface Budget {
  /** By bucket: when it will be full again, milliseconds since 1970. */
  readonly fullAtMs: Readonly<Record<string, number>>;
  /** Nothing may be sent before; milliseconds since 1970. */
  readonly blockedUntilMs: number;
}

/** `live` work may use everything; `low` leaves a third of each bucket to it. */
export type Priority = "live" | "low";

export interface BudgetReservation {
  readonly budget: Budget;
  readonly sendAtMs: number;
}

export const EMPTY_BUDGET: Budget = { fullAtMs: {}, blockedUntilMs: 0 };

const each = (cost: number): Record<RequestKind, number> => ({ read: cost, write: cost, create: cost });

/**
 * Notion allows 180 requests in any minute (600 on larger plans, which the API does not tell): 60 at once, then 120 a minute.
 *
 * @see https://developers.notion.com/reference/request-limits
 */
export const NOTION_BUCKETS: readonly Bucket[] = [{ name: "requests", intervalMs: 500, burst: 60, cost: each(1) }];

/**
 * GitHub allows 5,000 requests an hour and 2,000 points a minute (a mutation takes 5), wants mutations a second apart, and
 * about 20 creations a minute and 400 an hour. Each bucket's burst and flow together stay within its window.
 *
 * @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export const GITHUB_BUCKETS: readonly Bucket[] = [
  { name: "primary", intervalMs: 1_440, burst: 2_500, cost: each(1) },
  { name: "points", intervalMs: 60, burst: 1_000, cost: { read: 1, write: 5, create: 5 } },
  { name: "mutations", intervalMs: 1_050, burst: 1, cost: { read: 0, write: 1, create: 1 } },
  { name: "creationsMinute", intervalMs: 4_300, burst: 6, cost: { read: 0, write: 0, create: 1 } },
  { name: "creationsHour", intervalMs: 18_000, burst: 200, cost: { read: 0, write: 0, create: 1 } },
];

/** Finds the earliest time at which one request may be sent, and the budget after it. */
export function reserveRequest(
  budget: Budget,
  buckets: readonly Bucket[],
  kind: RequestKind,
  priority: Priority,
  nowMs: number,
): BudgetReservation {
  let sendAtMs = Math.max(nowMs, budget.blockedUntilMs);
  for (const bucket of buckets) {
    const cost = bucket.cost[kind];
    if (cost === 0) continue;
    const room = Math.max(cost, priority === "live" ? bucket.burst : Math.floor((bucket.burst * 2) / 3));
    const fullAtMs = budget.fullAtMs[bucket.name] ?? 0;
    sendAtMs = Math.max(sendAtMs, fullAtMs - (room - cost) * bucket.intervalMs);
  }
  const fullAtMs: Record<string, number> = { ...budget.fullAtMs };
  for (const bucket of buckets) {
    const cost = bucket.cost[kind];
    if (cost > 0) fullAtMs[bucket.name] = Math.max(fullAtMs[bucket.name] ?? 0, sendAtMs) + cost * bucket.intervalMs;
  }
  return { budget: { ...budget, fullAtMs }, sendAtMs };
}

/**
 * What is left of the scarcest bucket, in percent; 0 while the service allows nothing.
 *
 * @remarks A bucket of one unit only spaces requests, and says nothing of what is left.
 */
export function percentLeft(budget: Budget, buckets: readonly Bucket[], nowMs: number): number {
  if (budget.blockedUntilMs > nowMs) return 0;
  const shares = buckets
    .filter(({ burst }) => burst > 1)
    .map(({ name, burst, intervalMs }) => 1 - Math.max(0, (budget.fullAtMs[name] ?? 0) - nowMs) / (burst * intervalMs));
  return Math.round(100 * Math.min(1, ...shares.map((share) => Math.max(0, share))));
}

/** The budget after the service said that nothing may be sent before a time. */
export function blockBudget(budget: Budget, untilMs: number): Budget {
  return { ...budget, blockedUntilMs: Math.max(budget.blockedUntilMs, untilMs) };
}
