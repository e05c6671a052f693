/** One line of the host's log. Holds ids, counts and names, and what the app itself logs. */
export interface LogEntry {
  /** ISO-8601 UTC, by the host's clock. */
  readonly at: string;
  readonly level: "trace" | "debug" | "information" | "warning" | "error" | "critical";
  /** `Host`, `Durable`, `Timer`, `Function.<name>` or `Function.<name>.User`. */
  readonly category: string;
  readonly message: string;
  readonly invocationId?: string;
}

/** Writes one line of the log. */
export type Log = (level: LogEntry["level"], category: string, message: string, invocationId?: string) => void;

/** Prints warnings, errors and what the app itself logs; the rest is kept quiet. */
export function printEntry(entry: LogEntry): void {
  const quiet = entry.level === "trace" || entry.level === "debug";
  const own = entry.category.endsWith(".User") || entry.category === "Host";
  const bad = entry.level === "warning" || entry.level === "error" || entry.level === "critical";
  if (quiet || !(own || bad)) return;
  const mark = bad ? `${entry.level.toUpperCase()} ` : "";
  process.stdout.write(
    `${entry.at.slice(11, 23)} ${entry.category.replace(/^Function\.|\.User$/g, "")}: ${mark}${entry.message}\n`,
  );
}
