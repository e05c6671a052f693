/** Picks from a program's output what whoever started it should see. */
export interface Echo {
  /** Takes a line of standard output: shown if it begins, or belongs to, a warning or an error of the host's log. */
  out(line: string): void;
  /** Takes a line of standard error: shown. */
  err(line: string): void;
}

const ENTRY = /^\d{2}:\d{2}:\d{2}\.\d{3} /;
const BAD_ENTRY = /^\d{2}:\d{2}:\d{2}\.\d{3} [^:]+: (WARNING|ERROR|CRITICAL) /;
const STACK = /^\s+at /; // in the log file, for whoever needs it

/** Creates an echo. */
export function createEcho(show: (line: string) => void): Echo {
  let isBad = false;
  return {
    out(line) {
      if (ENTRY.test(line)) isBad = BAD_ENTRY.test(line);
      if (isBad && !STACK.test(line)) show(line);
    },
    err(line) {
      if (!STACK.test(line) && line.trim() !== "") show(line);
    },
  };
}
