/** Picks from a program's output what whoever started it should see. */
export interface Echo {
  /** Takes a line of standard output: shown if it begins, or belongs to, a warning or an error of the host's log. */
  out(line: string): void;
  /** Takes a line of standard error: shown. */
  err(line: string): void;
}

const ENTRY = /^\d{2}:\d{2}:\d{2}\.\d{3} /;
const BAD_ENTRY = /^\d{2}:\d{2}:\d{2}\.\d{3} [^:]+: (WARNING|ERROR|CRITICAL) /;
const MOST_REMEMBERED = 1_000; // entries
const STACK = /^\s+at /; // in the log file, for whoever needs it

/** Creates an echo that shows an entry once, however often the host repeats it. */
export function createEcho(show: (line: string) => void): Echo {
  const shown = new Set<string>();
  let isShowing = false;
  return {
    out(line) {
      if (ENTRY.test(line)) {
        const words = line.replace(ENTRY, "");
        isShowing = BAD_ENTRY.test(line) && !shown.has(words);
        if (isShowing && shown.size < MOST_REMEMBERED) shown.add(words);
      }
      if (isShowing && !STACK.test(line)) show(line);
    },
    err(line) {
      if (!STACK.test(line) && line.trim() !== "") show(line);
    },
  };
}
