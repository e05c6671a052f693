import { CronExpressionParser } from "cron-parser";

/** When a timer trigger falls due. */
export interface Schedule {
  /** The first occurrence after a time; both in milliseconds since 1970, UTC. */
  next(afterMs: number): number;
  /** Shortest distance of two occurrences near a time, in milliseconds. */
  intervalMs(atMs: number): number;
}

/**
 * Parses an NCRONTAB expression of six fields (second first) or five, in UTC.
 *
 * @throws Error for a bad expression, and for one that restricts both the day of the month and the day of the week: the parser takes
 * days that meet either, NCRONTAB those that meet both.
 */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    throw new Error(`The schedule "${expression}" has ${fields.length} fields; NCRONTAB has six, the second first, or five.`);
  }
  const [day = "*", , weekday = "*"] = fields.slice(-3);
  if (day !== "*" && weekday !== "*") {
    throw new Error(
      `not supported by the local host: the schedule "${expression}" restricts both the day of the month and the day of the week`,
    );
  }
  const next = (afterMs: number): number =>
    CronExpressionParser.parse(fields.join(" "), { currentDate: new Date(afterMs), tz: "UTC" })
      .next()
      .getTime();
  next(0);
  return {
    next,
    intervalMs(atMs) {
      const first = next(atMs);
      return next(first) - first;
    },
  };
}
