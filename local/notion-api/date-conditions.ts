import { isObject } from "./body.ts";
import { shapeError } from "./errors.ts";

const DAY_MS = 86_400_000;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** A stretch of time, ends included, in ms since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
const toDay = (ms: number): Span => ({ from: dayOf(ms), to: dayOf(ms) + DAY_MS - 1 });

const shiftMonths = (ms: number, months: number): number => {
  const date = new Date(ms);
  return date.setUTCMonth(date.getUTCMonth() + months);
};

const RELATIVE: Readonly<Record<string, (nowMs: number) => number>> = {
  today: (now) => now,
  tomorrow: (now) => now + DAY_MS,
  yesterday: (now) => now - DAY_MS,
  one_week_ago: (now) => now - 7 * DAY_MS,
  one_week_from_now: (now) => now + 7 * DAY_MS,
  one_month_ago: (now) => shiftMonths(now, -1),
  one_month_from_now: (now) => shiftMonths(now, 1),
};

const WINDOWS: Readonly<Record<string, (nowMs: number) => Span>> = {
  past_week: (now) => ({ from: dayOf(now - 7 * DAY_MS), to: now }),
  past_month: (now) => ({ from: dayOf(shiftMonths(now, -1)), to: now }),
  past_year: (now) => ({ from: dayOf(shiftMonths(now, -12)), to: now }),
  next_week: (now) => ({ from: now, to: toDay(now + 7 * DAY_MS).to }),
  next_month: (now) => ({ from: now, to: toDay(shiftMonths(now, 1)).to }),
  next_year: (now) => ({ from: now, to: toDay(shiftMonths(now, 12)).to }),
  this_week(now) {
    const sunday = dayOf(now) - new Date(now).getUTCDay() * DAY_MS;
    return { from: sunday, to: sunday + 7 * DAY_MS - 1 };
  },
};

/** A day without a time is its whole length; a time without an offset is UTC. */
const parseMoment = (value: unknown, path: string, nowMs: number): Span => {
  const relative = typeof value === "string" ? RELATIVE[value] : undefined;
  if (relative) return toDay(relative(nowMs));
  if (typeof value !== "string") throw shapeError(path, "a valid ISO 8601 date string", value);
  const hasZone = DATE_ONLY.test(value) || /(Z|[+-]\d{2}:?\d{2})$/.test(value);
  const ms = Date.parse(hasZone ? value : `${value}Z`);
  if (Number.isNaN(ms)) throw shapeError(path, "a valid ISO 8601 date string", value);
  return DATE_ONLY.test(value) ? toDay(ms) : { from: ms, to: ms };
};

/** Compares the ms since 1970 of a value, `undefined` for an empty one. */
export type DateTest = (ms: number | undefined) => boolean;

/** Compiles one date condition, such as `on_or_after`; `undefined` for an operator that is none of dates. */
export function compileDateCondition(operator: string, operand: unknown, path: string, nowMs: number): DateTest | undefined {
  const window = WINDOWS[operator]?.(nowMs);
  if (window) {
    if (!isObject(operand)) throw shapeError(path, "an object", operand);
    return (ms) => ms !== undefined && ms >= window.from && ms <= window.to;
  }
  const compare = (test: (ms: number, span: Span) => boolean): DateTest => {
    const span = parseMoment(operand, path, nowMs);
    return (ms) => ms !== undefined && test(ms, span);
  };
  switch (operator) {
    case "equals":
      return compare((ms, { from, to }) => ms >= from && ms <= to);
    case "before":
      return compare((ms, { from }) => ms < from);
    case "after":
      return compare((ms, { to }) => ms > to);
    case "on_or_before":
      return compare((ms, { to }) => ms <= to);
    case "on_or_after":
      return compare((ms, { from }) => ms >= from);
    case "is_empty":
      return (ms) => ms === undefined;
    case "is_not_empty":
      return (ms) => ms !== undefined;
    default:
      return undefined;
  }
}
