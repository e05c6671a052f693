import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { listQueries, readQuery } from "../support/kql.ts";
import type { Row } from "../support/kql-aggregate.ts";
import { compileQuery } from "../support/kql-run.ts";
import { dependencyRow, exceptionRow, traceRow } from "../support/insights-rows.ts";
import { liveRichDay } from "../support/rich-day.ts";
import type { RichDay } from "../support/rich-day.ts";
import { answersOf } from "./rich-day-answers.ts";

const operations = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
/** Event → the fields that docs/operations.md names, those of its table. */
const documented = new Map(
  [...operations.matchAll(/^\| `(\w+)` \| [^|]* \| ([^|]*`[^|]*) \|$/gm)].map(([, event = "", fields = ""]) => [
    event,
    [...fields.replace(/\([^)]*\)/g, "").matchAll(/`(\w+)`/g)].map(([, field = ""]) => field),
  ]),
);

const EVENTS = ["heartbeat", "run", "pair", "webhook", "limit", "hold", "unread"];

/** Event → field → the values that it had. */
type Seen = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<unknown>>>;

let day: RichDay;
let seen: Seen;

beforeAll(async () => {
  day = await liveRichDay();
  const all = new Map<string, Map<string, Set<unknown>>>();
  for (const line of day.lines) {
    const { event, ...fields } = JSON.parse(line) as { readonly event: string; readonly [field: string]: unknown };
    const known = all.get(event) ?? new Map<string, Set<unknown>>();
    all.set(event, known);
    for (const [field, value] of Object.entries(fields)) known.set(field, (known.get(field) ?? new Set()).add(value));
  }
  seen = all;
});

const valuesOf = (event: string, field: string): readonly unknown[] => [...(seen.get(event)?.get(field) ?? [])].toSorted();

describe("what the app reports on a day on which all happens", () => {
  test("is every event, in every way in which it may end", () => {
    expect([...seen.keys()].toSorted()).toEqual(EVENTS.toSorted());
    expect(valuesOf("pair", "outcome")).toEqual(["conflict", "failed", "held", "synced", "waiting"]);
    expect(valuesOf("run", "status")).toEqual(["completed", "terminated"]);
    expect(valuesOf("webhook", "result")).toEqual(["accepted", "failed", "ignored", "rejected"]);
    expect(valuesOf("webhook", "service")).toEqual(["github", "notion"]);
    expect(valuesOf("unread", "code")).toEqual(expect.arrayContaining(["rate_limited", "unauthorized"]));
  });

  test("has the fields that docs/operations.md names, and no others", () => {
    const fields = Object.fromEntries(EVENTS.map((event) => [event, [...(seen.get(event)?.keys() ?? [])].toSorted()]));
    const named = Object.fromEntries(EVENTS.map((event) => [event, documented.get(event)?.toSorted()]));
    expect(fields).toEqual(named);
  });

  test("is explained where it has a reason", () => {
    const reasons = valuesOf("webhook", "reason");
    expect(reasons.length).toBeGreaterThan(7);
    expect(reasons.filter((reason) => !operations.includes(`\`${String(reason)}\``))).toEqual([]);
  });

  test("is one line each, of ids, codes, counts and durations", () => {
    for (const line of day.lines) {
      expect(line).not.toMatch(/[\r\n]/);
      for (const value of Object.values(JSON.parse(line) as Readonly<Record<string, unknown>>)) {
        if (typeof value === "string") expect(value).toMatch(/^[\w-]{0,64}$/);
        else expect(value === null || Number.isFinite(value), line).toBe(true);
      }
    }
  });

  test("holds no title, text or secret, and neither does the rest of the log", () => {
    expect(day.lines.length).toBeGreaterThan(50);
    const found = [...day.lines, ...day.log].filter((line) => day.canaries.some((canary) => line.includes(canary)));
    expect(found).toEqual([]);
  });
});

describe("a query that waits for a figure to be too great", () => {
  const { thresholds } = readQuery(
    listQueries()
      .map(({ text }) => text)
      .join("\n"),
  );

  test("is answered when it is, and not at each tick", () => {
    expect(thresholds.map(({ field }) => field).toSorted()).toEqual(["holds", "lagSeconds"]);
    for (const { field, over } of thresholds) {
      const figures = valuesOf("heartbeat", field).map(Number);
      expect(
        figures.some((figure) => figure > over),
        field,
      ).toBe(true);
      expect(
        figures.some((figure) => figure <= over),
        field,
      ).toBe(true);
    }
  });
});

const END_MS = Date.parse("2026-11-25T12:00:00Z");
const ours = listQueries()
  .map((query) => ({ ...query, ...readQuery(query.text) }))
  .filter(({ text }) => text.includes("event"));

describe("a query on our events, run over that day,", () => {
  // All ticks, as they were written.
  test.each(ours.filter(({ name }) => name !== "heartbeat-missing"))("$name finds what happened", ({ name, text }) => {
    const rows = compileQuery(text)({ ...day.insights }, END_MS);
    const expected = answersOf(day)[name] ?? [];
    expect(expected).not.toEqual([]);
    expect(rows).toHaveLength(expected.length);
    expect(rows).toEqual(expect.arrayContaining([...expected]));
  });

  test("heartbeat-missing finds each tick", () => {
    const text = ours.find(({ name }) => name === "heartbeat-missing")?.text ?? "";
    const ticks = compileQuery(text)({ ...day.insights }, END_MS).map(({ timestamp }) => timestamp);
    expect(ticks).toEqual(answersOf(day)["heartbeat-missing"]?.map(({ timestamp }) => timestamp));
  });

  test.each(ours.filter(({ text }) => text.includes("order by")))("$name is sorted", ({ text }) => {
    const [, column = ""] = /order by (\w+) desc/.exec(text) ?? [];
    const keys = compileQuery(text)({ ...day.insights }, END_MS).map((row) => row[column] ?? "");
    expect(keys).toEqual(keys.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
  });
});

describe("what sampling left out", () => {
  /** A row that stands for one, two or three. */
  const weighted = (rows: readonly Row[]): readonly Row[] => rows.map((row, index) => ({ ...row, itemCount: 1 + (index % 3) }));
  const repeated = (rows: readonly Row[]): readonly Row[] =>
    weighted(rows).flatMap((row) => Array.from({ length: Number(row["itemCount"]) }, () => ({ ...row, itemCount: 1 })));

  test.each(listQueries().filter(({ text }) => /\| summarize\s+(?!arg_max)/.test(text)))("is counted by $name", ({ text }) => {
    const at = "2026-11-25T10:00:00.000Z";
    const nine = <T>(row: T): readonly T[] => Array.from({ length: 9 }, () => row);
    const warning = traceRow({ at, category: "DurableTask.AzureStorage", level: "Warning", message: "busy" });
    const call = dependencyRow({ at, type: "Azure queue", target: "account.queue.core.windows.net", succeeded: false });
    const tables = {
      traces: [...day.insights.traces, ...nine(warning)],
      requests: day.insights.requests,
      exceptions: nine(exceptionRow(at, "poll")),
      dependencies: nine(call),
    };
    const map = (change: (rows: readonly Row[]) => readonly Row[]) =>
      Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, change(rows)]));
    const run = compileQuery(text);
    const rows = run(map(weighted), END_MS);
    expect(rows).not.toEqual([]);
    expect(rows).toEqual(run(map(repeated), END_MS));
  });
});

describe("a query", () => {
  test.each(ours)("$name reads what is reported", (query) => {
    expect(findUnreported(query, seen)).toEqual([]);
  });

  test.each([
    ["an event", '\'{"event":"pairs"\'', "pairs"],
    ["a field", "e.mapping", "e.maping"],
    ["a value", "'failed'", "'fialed'"],
  ])("that misspells %s is found out, by name", (_, from, to) => {
    const good = ours.find(({ name }) => name === "failures")?.text ?? "";
    const broken = to === "pairs" ? good.replace('"pair"', '"pairs"') : good.replace(from, to);
    expect(broken).not.toBe(good);
    expect(findUnreported(readQuery(broken), seen).join()).toContain(to.replace(/^e\.|'/g, ""));
  });
});

function findUnreported(query: ReturnType<typeof readQuery>, reported: Seen): readonly string[] {
  const fields = reported.get(query.event ?? "");
  if (!fields) return [`no event ${query.event ?? "at all"}`];
  return [
    ...query.fields.filter((field) => !fields.has(field)).map((field) => `no field ${field}`),
    ...query.values
      .filter(({ field, value }) => !fields.get(field)?.has(value))
      .map(({ field, value }) => `${field} is never ${value}`),
  ];
}
