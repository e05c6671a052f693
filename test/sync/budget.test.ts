import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_BUDGET, GITHUB_BUCKETS, NOTION_BUCKETS, blockBudget, percentLeft, reserveRequest } from "../../sync/budget.ts";
import type { Bucket, Budget, Priority } from "../../sync/budget.ts";
import type { RequestKind } from "../../sync/pacer.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.parse("2026-01-01T10:00:00.000Z");

interface Sent {
  readonly kind: RequestKind;
  readonly atMs: number;
}

interface Wish {
  readonly kind: RequestKind;
  readonly priority: Priority;
  readonly afterMs: number;
}

/** Sends what is wished for, each as early as the budget lets it; `wait`: one waits until the one before was sent. */
function sendAll(buckets: readonly Bucket[], wishes: readonly Wish[], wait: boolean): readonly Sent[] {
  let budget = EMPTY_BUDGET;
  let nowMs = START_MS;
  const sent: Sent[] = [];
  for (const { kind, priority, afterMs } of wishes) {
    nowMs += afterMs;
    const reservation = reserveRequest(budget, buckets, kind, priority, nowMs);
    budget = reservation.budget;
    sent.push({ kind, atMs: reservation.sendAtMs });
    if (wait) nowMs = reservation.sendAtMs;
  }
  return sent;
}

/** The most units in any window, both of its ends counted. */
function busiest(sent: readonly Sent[], windowMs: number, costOf: (kind: RequestKind) => number): number {
  const times = sent.map(({ kind, atMs }) => ({ atMs, cost: costOf(kind) })).sort((left, right) => left.atMs - right.atMs);
  let most = 0;
  let within = 0;
  let first = 0;
  for (const { atMs, cost } of times) {
    within += cost;
    for (let oldest = times[first]; oldest && oldest.atMs < atMs - windowMs; oldest = times[first]) {
      within -= oldest.cost;
      first += 1;
    }
    most = Math.max(most, within);
  }
  return most;
}

const wishes = (kinds: readonly RequestKind[], longestPauseMs: number): fc.Arbitrary<readonly Wish[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      priority: fc.constantFrom<Priority>("live", "low"),
      afterMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(longestPauseMs)),
    }),
    { minLength: 300, maxLength: 900 },
  );

const any = (): number => 1;
const mutation = (kind: RequestKind): number => (kind === "read" ? 0 : 1);
const creation = (kind: RequestKind): number => (kind === "create" ? 1 : 0);
const points = (kind: RequestKind): number => (kind === "read" ? 1 : 5);

describe("the published limits are kept in every window, whatever is asked for when", () => {
  test.each([
    { name: "Notion: 180 requests a minute", buckets: NOTION_BUCKETS, windowMs: MINUTE_MS, cost: any, limit: 180 },
    { name: "GitHub: 2,000 points a minute", buckets: GITHUB_BUCKETS, windowMs: MINUTE_MS, cost: points, limit: 2_000 },
    { name: "GitHub: 20 creations a minute", buckets: GITHUB_BUCKETS, windowMs: MINUTE_MS, cost: creation, limit: 20 },
    { name: "GitHub: 400 creations an hour", buckets: GITHUB_BUCKETS, windowMs: HOUR_MS, cost: creation, limit: 400 },
    { name: "GitHub: 5,000 requests an hour", buckets: GITHUB_BUCKETS, windowMs: HOUR_MS, cost: any, limit: 5_000 },
    { name: "GitHub: one mutation a second", buckets: GITHUB_BUCKETS, windowMs: 1_000, cost: mutation, limit: 1 },
  ])("$name", ({ buckets, windowMs, cost, limit }) => {
    const kinds = (["read", "write", "create"] as const).filter((kind) => cost(kind) > 0);
    fc.assert(
      fc.property(wishes(kinds, windowMs / 20), fc.boolean(), (asked, wait) => {
        expect(busiest(sendAll(buckets, asked, wait), windowMs, cost)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    { name: "Notion's requests", buckets: NOTION_BUCKETS, kind: "read", windowMs: MINUTE_MS, cost: any, least: 170 },
    { name: "GitHub's points", buckets: GITHUB_BUCKETS, kind: "read", windowMs: MINUTE_MS, cost: points, least: 1_900 },
    { name: "GitHub's mutations", buckets: GITHUB_BUCKETS, kind: "write", windowMs: MINUTE_MS, cost: mutation, least: 55 },
    { name: "GitHub's creations", buckets: GITHUB_BUCKETS, kind: "create", windowMs: MINUTE_MS, cost: creation, least: 18 },
  ] as const)("and $name are used nearly up when there is that much to do", ({ buckets, kind, windowMs, cost, least }) => {
    const asked = Array.from({ length: 2_500 }, () => ({ kind, priority: "live", afterMs: 0 }) as const);

    expect(busiest(sendAll(buckets, asked, false), windowMs, cost)).toBeGreaterThanOrEqual(least);
  });
});

describe("low priority", () => {
  const spend = (priority: Priority, buckets: readonly Bucket[], kind: RequestKind, from: Budget) => {
    let budget = from;
    let count = 0;
    for (;;) {
      const reservation = reserveRequest(budget, buckets, kind, priority, START_MS);
      if (reservation.sendAtMs > START_MS) return { budget, count };
      budget = reservation.budget;
      count += 1;
    }
  };

  test.each([
    { name: "Notion's requests", buckets: NOTION_BUCKETS, kind: "read" },
    { name: "GitHub's reads", buckets: GITHUB_BUCKETS, kind: "read" },
    { name: "GitHub's creations of a minute", buckets: GITHUB_BUCKETS.slice(3, 4), kind: "create" },
    { name: "GitHub's creations of an hour", buckets: GITHUB_BUCKETS.slice(4), kind: "create" },
  ] as const)("leaves a third of $name to live changes at once", ({ buckets, kind }) => {
    const all = spend("live", buckets, kind, EMPTY_BUDGET).count;
    const low = spend("low", buckets, kind, EMPTY_BUDGET);
    const live = spend("live", buckets, kind, low.budget);

    expect(low.count).toBeGreaterThan(0);
    expect(low.count + live.count).toBe(all);
    expect(live.count).toBeGreaterThanOrEqual(Math.floor(all / 3));
  });

  test("goes on when live changes have used their third and time has passed", () => {
    const spent = spend("live", NOTION_BUCKETS, "read", EMPTY_BUDGET).budget;

    expect(reserveRequest(spent, NOTION_BUCKETS, "read", "live", START_MS).sendAtMs).toBe(START_MS + 500);
    expect(reserveRequest(spent, NOTION_BUCKETS, "read", "low", START_MS).sendAtMs).toBe(START_MS + 10_500);
  });
});

describe("a limit that a service answered", () => {
  const time = fc.integer({ min: START_MS - HOUR_MS, max: START_MS + HOUR_MS });

  test("lets nothing be sent before its time", () => {
    fc.assert(
      fc.property(wishes(["read", "write", "create"], 5_000), time, fc.nat(200), (asked, untilMs, before) => {
        let budget = EMPTY_BUDGET;
        let nowMs = START_MS;
        for (const [index, { kind, priority, afterMs }] of asked.entries()) {
          if (index === before) budget = blockBudget(budget, untilMs);
          nowMs += afterMs;
          const reservation = reserveRequest(budget, GITHUB_BUCKETS, kind, priority, nowMs);
          expect(reservation.sendAtMs).toBeGreaterThanOrEqual(nowMs);
          if (index >= before) expect(reservation.sendAtMs).toBeGreaterThanOrEqual(untilMs);
          budget = reservation.budget;
        }
        expect(budget.blockedUntilMs).toBe(untilMs);
      }),
      { numRuns: 40 },
    );
  });

  test("is not shortened by one that ends earlier", () => {
    fc.assert(
      fc.property(time, time, (left, right) => {
        expect(blockBudget(blockBudget(EMPTY_BUDGET, left), right).blockedUntilMs).toBe(Math.max(left, right));
      }),
    );
  });

  test("is over at its time", () => {
    const budget = blockBudget(EMPTY_BUDGET, START_MS + 7_000);

    expect(reserveRequest(budget, NOTION_BUCKETS, "read", "live", START_MS).sendAtMs).toBe(START_MS + 7_000);
    expect(reserveRequest(budget, NOTION_BUCKETS, "read", "live", START_MS + 7_000).sendAtMs).toBe(START_MS + 7_000);
  });
});

describe("what is left of a budget", () => {
  const nowMs = 1_000_000_000;
  const after = (requests: number, kind: RequestKind): Budget => {
    let budget = EMPTY_BUDGET;
    for (let n = 0; n < requests; n += 1) ({ budget } = reserveRequest(budget, GITHUB_BUCKETS, kind, "live", nowMs));
    return budget;
  };

  test.each([
    { used: 0, kind: "read", percent: 100 },
    { used: 250, kind: "read", percent: 75 }, // of 1,000 points
    { used: 4, kind: "write", percent: 94 }, // five points each, a second apart
    { used: 3, kind: "create", percent: 50 }, // of six at once
    { used: 600, kind: "create", percent: 0 },
  ] as const)("is $percent % of the scarcest bucket after $used requests of kind $kind", ({ used, kind, percent }) => {
    expect(percentLeft(after(used, kind), GITHUB_BUCKETS, nowMs)).toBe(percent);
  });

  test("is nothing while the service allows nothing, and all of it again in time", () => {
    const blocked = blockBudget(EMPTY_BUDGET, nowMs + 1);
    expect(percentLeft(blocked, NOTION_BUCKETS, nowMs)).toBe(0);
    expect(percentLeft(blocked, NOTION_BUCKETS, nowMs + 1)).toBe(100);
    expect(percentLeft(after(600, "create"), GITHUB_BUCKETS, nowMs + 24 * 3_600_000)).toBe(100);
  });
});
