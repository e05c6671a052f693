import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toActiveSeconds } from "../../bench/active-time.ts";
import { deriveWaiting, deriveWork, toMonth } from "../../bench/cost.ts";
import { benchDay } from "../../bench/day.ts";
import type { DayFigures } from "../../bench/day.ts";
import { PRICES } from "../../bench/prices.ts";

const page = readFileSync(new URL("../../docs/cost.md", import.meta.url), "utf8");

/** A row of a table of the page, by its first cell. */
function readRow(what: string): readonly string[] {
  const row = page.split("\n").find((line) => line.startsWith(`| ${what} |`));
  if (!row) throw new Error(`docs/cost.md has no row "${what}".`);
  return row
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

/** The page is right within a tenth: it is read by people who plan, and a request more a minute changes nothing for them. */
function expectAbout(said: string | undefined, measured: number): void {
  const figure = Number(said?.replaceAll(/[$,]/g, ""));
  expect(Math.abs(figure - measured), `${said ?? ""} is said, ${measured} is measured`).toBeLessThanOrEqual(measured / 10 + 0.05);
}

describe("docs/cost.md", () => {
  test.each([
    { place: 0, mappings: 1, changes: 0 },
    { place: 2, mappings: 1, changes: 1_000 },
  ])("says what a day of $mappings mapping and $changes changes takes, and costs", async ({ place, mappings, changes }) => {
    const day = await benchDay(mappings, changes);
    const { activeSeconds, table, durable, requests, byFunction } = day;
    const said = (what: string): string | undefined => readRow(what)[place];

    expectAbout(said("executions"), day.executions);
    expectAbout(said("of the tick"), byFunction["poll"] ?? 0);
    expectAbout(said("turns of orchestrations"), durable.turns);
    expectAbout(said("activities"), durable.activities);
    expectAbout(said("seconds at work: tick"), activeSeconds.timers);
    expectAbout(said("seconds at work: webhooks"), activeSeconds.http);
    expectAbout(said("seconds at work: orchestrations"), activeSeconds.durable);
    expectAbout(said("our table: requests that read"), table.reads);
    expectAbout(said("our table: rows written"), table.writes);
    expectAbout(said("requests to Notion"), requests.notion);
    expectAbout(said("requests to GitHub"), requests.github);
    expectAbout(said("queues, for the work"), deriveWork(day).queue);
    expectAbout(said("tables, for the work"), deriveWork(day).table);
    for (const [title, memoryGb, ready] of [
      ["0.5 GB, none always ready", 0.5, false],
      ["2 GB, one always ready", 2, true],
    ] as const) {
      const { time, executions, storage } = toMonth(day, memoryGb, ready);
      expectAbout(said(title), time + executions + storage);
    }
  });

  test("names each price that was used, where it is from, and leaves room for the reader's", () => {
    for (const { what, usd, per, from } of Object.values(PRICES)) {
      expect(readRow(what)).toEqual([usd.toFixed(6).replace(/0+$/, ""), per, from, ""]);
    }
    expect(page).toMatch(/from, as of \d{4}-\d{2}-\d{2}/);
  });
});

describe("time at work", () => {
  const run = (fromMs: number, toMs: number) => ({ beganAtMs: fromMs, endedAtMs: toMs });

  test("counts overlapping functions once, and each stretch as a second at least", () => {
    expect(toActiveSeconds([])).toBe(0);
    expect(toActiveSeconds([run(0, 200)])).toBe(1);
    expect(toActiveSeconds([run(0, 200), run(100, 300), run(5_000, 5_010)])).toBe(2);
    expect(toActiveSeconds([run(500, 2_450), run(0, 1_000)])).toBe(2.5);
  });
});

describe("a month", () => {
  const day: DayFigures = {
    mappings: 1,
    changes: 0,
    executions: 10_000,
    byFunction: {},
    activeSeconds: { http: 1_000, durable: 2_000, timers: 1_000 },
    table: { reads: 10_000, writes: 10_000 },
    durable: { orchestrations: 0, turns: 0, activities: 0 },
    requests: { notion: 0, github: 0 },
  };

  test("is free within the grant, but for storage", () => {
    expect(toMonth({ ...day, executions: 8_000 }, 0.5, false)).toEqual({
      time: 0,
      executions: 0,
      storage: ((20_000 * 30) / 10_000) * PRICES.table.usd,
    });
  });

  test("pays what goes beyond it", () => {
    const { time, executions } = toMonth(day, 2, false);

    expect(time).toBeCloseTo((4_000 * 2 * 30 - 100_000) * PRICES.onDemandTime.usd, 6);
    expect(executions).toBeCloseTo(((300_000 - 250_000) / 1_000_000) * PRICES.executions.usd, 6);
  });

  test("pays an always-ready instance all day, and what it waits with", () => {
    const none = toMonth(day, 2, false);
    const one = toMonth(day, 2, true);
    const baseline = 86_400 * 2 * 30 * PRICES.readyBaseline.usd;

    expect(one.time).toBeCloseTo(baseline + 2_000 * 2 * 30 * PRICES.readyTime.usd + 20_000 * PRICES.onDemandTime.usd, 6);
    expect(one.storage).toBeGreaterThan(none.storage);
    expect(deriveWaiting(86_400)).toEqual({ queue: 51_840, table: 25_920 });
  });
});
