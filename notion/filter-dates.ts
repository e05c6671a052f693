const DAY_MS = 86_400_000;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** A stretch of time, ends included, milliseconds since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const startOfDay = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
const dayOf = (ms: number): Span => ({ from: startOfDay(ms), to: startOfDay(ms) + DAY_MS - 1 });

const addMonths = (ms: number, months: number): number => {
  const date = new Date(ms);
  return date.setUTCMonth(date.getUTCMonth() + months);
};

const RELATIVE: Readonly<Record<string, (nowMs: number) => number>> = {
  today: (now) => now,
  tomorrow: (now) => now + DAY_MS,
  yesterday: (now) => now - DAY_MS,
  one_week_ago: (now) => now - 7 * DAY_MS,
  one_week_from_now: (now) => now + 7 * DAY_MS,
  one_month_ago: (now) => addMonths(now, -1),
  one_month_from_now: (now) => addMonths(now, 1),
};

const WINDOWS: Readonly<Record<string, (nowMs: number) => Span>> = {
  past_week: (now) => ({ from: startOfDay(now - 7 * DAY_MS), to: now }),
  past_month: (now) => ({ from: startOfDay(addMonths(now, -1)), to: now }),
  past_year: (now) => ({ from: startOfDay(addMonths(now, -12)), to: now }),
  next_week: (now) => ({ from: now, to: dayOf(now + 7 * DAY_MS).to }),
  next_month: (now) => ({ from: now, to: dayOf(addMonths(now, 1)).to }),
  next_year: (now) => ({ from: now, to: dayOf(addMonths(now, 12)).to }),
  this_week: (now) => {
    const sunday = startOfDay(now) - new Date(now).getUTCDay() * DAY_MS;
    return { from: sunday, to: sunday + 7 * DAY_MS - 1 };
  },
};

/** Milliseconds since 1970 of a date or time as Notion writes it; a time without a zone counts as UTC. */
export function toMoment(text: string): number {
  const isWhole = DATE_ONLY.test(text) || /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  return Date.parse(isWhole ? text : `${text}Z`);
}

const toSpan = (operand: string, nowMs: number): Span => {
  const relative = RELATIVE[operand];
  if (relative) return dayOf(relative(nowMs));
  const ms = toMoment(operand);
  return DATE_ONLY.test(operand) ? dayOf(ms) : { from: ms, to: ms };
};

/**
 * Judges a date by one operator of Notion's filters, days in UTC; `undefined` for an operator that is not known.
 *
 * @param start ISO-8601; `null` for an empty date.
 */
export function judgeDate(operator: string, operand: unknown, start: string | null, nowMs: number): boolean | undefined {
  if (operator === "is_empty") return start === null;
  if (operator === "is_not_empty") return start !== null;
  const window = WINDOWS[operator]?.(nowMs);
  if (!window && typeof operand !== "string") return undefined;
  const { from, to } = window ?? toSpan(String(operand), nowMs);
  const ms = start === null ? Number.NaN : toMoment(start);
  if (window) return ms >= from && ms <= to;
  switch (operator) {
    case "equals":
      return ms >= from && ms <= to;
    case "before":
      return ms < from;
    case "after":
      return ms > to;
    case "on_or_before":
      return ms <= to;
    case "on_or_after":
      return ms >= from;
    default:
      return undefined;
  }
}
