import { realClock } from "../clock.ts";
import { startChild, type Child, type Program } from "./child.ts";
import { StartError } from "./start-error.ts";

const SAME_PRESS_MS = 1_000; // ms; npm, a shell and the terminal may each pass on one Ctrl-C

/** All that one `npm start` runs, and its end. */
export interface Session {
  /** Aborted when the session is to end: by a signal, or because a program ended. */
  readonly signal: AbortSignal;
  /**
   * Starts a program and waits until it is ready.
   *
   * @throws StartError that names it and its log when it does not become ready.
   */
  start(program: Program): Promise<Child>;
  /** Resolves when the session is to end. */
  over(): Promise<void>;
  /** Ends every program, the last started first; resolves to the exit code. */
  end(): Promise<number>;
}

/** Creates a session that listens for SIGINT, SIGTERM and SIGHUP, and watches what it started. */
export function createSession(logFolder: string, print: (line: string) => void): Session {
  const ending = new AbortController();
  const { signal } = ending;
  const children: Child[] = [];
  let exitCode = 0;
  let askedAtMs = Infinity;

  const ask = (): void => {
    if (realClock.now() - askedAtMs > SAME_PRESS_MS) for (const child of children) child.kill();
    if (signal.aborted) return;
    askedAtMs = realClock.now();
    print("Stopping …");
    ending.abort(new Error("stopped"));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, ask);

  const watch = async (child: Child): Promise<void> => {
    const how = await child.ended;
    if (signal.aborted) return;
    exitCode = 1;
    print(`${capitalize(child.title)} ended (${how}), so everything is stopped. Its log: ${child.logPath}`);
    ending.abort(new Error("a program ended"));
  };

  return {
    signal,
    async start(program) {
      signal.throwIfAborted();
      const child = startChild(program, logFolder, (line) => {
        if (!signal.aborted) print(`${program.name}: ${line}`);
      });
      children.push(child);
      try {
        await unlessAborted(child.ready, signal);
      } catch (error) {
        signal.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        throw new StartError(`${capitalize(child.title)} could not be started: ${reason}. Its log: ${child.logPath}`);
      }
      void watch(child);
      return child;
    },
    over: () => new Promise((resolve) => onAbort(signal, resolve)),
    async end() {
      ending.abort();
      // The app ends before what it talks to, so that it does not meet closed doors on its way out.
      await children.at(-1)?.stop();
      await Promise.all(children.map((child) => child.stop()));
      return exitCode;
    },
  };
}

function onAbort(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback();
  else signal.addEventListener("abort", callback, { once: true });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    onAbort(signal, () => reject(new Error("stopped")));
    work.then(resolve, reject);
  });
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
