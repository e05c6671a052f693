// Asks the alerts as Azure would: each query at its times, over its window, its rows counted against the threshold.
import { compileQuery } from "../support/kql-run.ts";
import type { StoredRow } from "../support/insights-rows.ts";
import type { Row } from "../support/kql-aggregate.ts";
import type { Value } from "../support/kql-scalar.ts";
import type { Rule } from "./alert-faults.ts";

/** Table → rows. */
export type StoredTables = Readonly<Record<string, readonly StoredRow[]>>;

/** An alert that came. */
export interface Fired {
  readonly name: string;
  /** When it was asked, ISO-8601 UTC. */
  readonly at: string;
  /** Values of the columns by which it is split, in their order. */
  readonly about: string;
}

const MINUTE_MS = 60_000;

/** Minutes of an ISO-8601 duration of days, hours and minutes. */
export function toMinutes(duration: string): number {
  const [, days = "0", hours = "0", minutes = "0"] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  return Number(days) * 1440 + Number(hours) * 60 + Number(minutes);
}

/**
 * All alerts that come from one time to another.
 *
 * @param lateMs How long a row is under way before a query finds it.
 */
export function askAlerts(
  rules: readonly Rule[],
  tables: StoredTables,
  fromMs: number,
  toMs: number,
  lateMs = 0,
): readonly Fired[] {
  return rules
    .flatMap((rule) => askAlert(rule, tables, fromMs, toMs, lateMs))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function askAlert(rule: Rule, tables: StoredTables, fromMs: number, toMs: number, lateMs: number): readonly Fired[] {
  const run = compileQuery(rule.query);
  const everyMs = toMinutes(rule.every) * MINUTE_MS;
  const windowMs = toMinutes(rule.window) * MINUTE_MS;
  const fired: Fired[] = [];
  for (let nowMs = Math.ceil(fromMs / everyMs) * everyMs; nowMs <= toMs; nowMs += everyMs) {
    const at = new Date(nowMs).toISOString();
    for (const [about, rows] of split(rule, run(within(tables, nowMs - windowMs, nowMs - lateMs), nowMs)))
      if (isMet(rule, rows)) fired.push({ name: rule.name.replace(/-abcdefghijkl-\w+$/, ""), at, about });
  }
  return fired;
}

function within(tables: StoredTables, fromMs: number, toMs: number): StoredTables {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const isWithin = ({ timestamp }: StoredRow): boolean => timestamp > from && timestamp <= to;
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.filter(isWithin)]));
}

/** Rows by what they are about; without columns to split by there is one count, also of none. */
function split({ splitBy }: Rule, rows: readonly Row[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>(splitBy.length === 0 ? [["", 0]] : []);
  for (const row of rows) {
    const about = splitBy.map((column) => toLabel(row[column])).join(" ");
    counts.set(about, (counts.get(about) ?? 0) + 1);
  }
  return counts;
}

function isMet({ measure, operator, threshold }: Rule, count: number): boolean {
  if (measure !== "Count") throw new Error(`An alert measures ${measure}.`);
  if (operator === "GreaterThan") return count > threshold;
  if (operator === "LessThan") return count < threshold;
  throw new Error(`An alert compares by ${operator}.`);
}

function toLabel(value: Value | undefined): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new Error("An alert is split by texts and numbers only.");
}
