import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { realClock } from "../clock.ts";
import { createEcho } from "./echo.ts";

const START_LIMIT_MS = 60_000; // ms; a slow machine needs a few seconds
const PATIENCE_MS = 5_000; // ms between the request to end and the kill
const isPosix = process.platform !== "win32";

/** A program to start. */
export interface Program {
  /** Name of its log file, without ending. */
  readonly name: string;
  /** As it is called in messages. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether it loads `leash.ts` and so gets a channel to this process. */
  readonly leashed: boolean;
  /** Says by a line of its output that the program is ready; without it, it counts as ready at once. That line is not logged. */
  readonly isReady?: (line: string) => boolean;
}

/** A started program. */
export interface Child {
  readonly title: string;
  /** Resolves when it is ready; rejects when it ends before, or takes more than a minute. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, to how: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** Path of its log. */
  readonly logPath: string;
  /** Ends it and all that it started, by force after 5 s. */
  stop(): Promise<void>;
  /** Ends it and all that it started, by force, at once. */
  kill(): void;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches it only through `stop`.
 *
 * @param show gets the lines of its output that say that something is wrong.
 */
export function startChild(program: Program, logFolder: string, show: (line: string) => void): Child {
  const child = spawn(program.command, [...program.args], {
    cwd: program.cwd,
    env: program.environment,
    stdio: ["ignore", "pipe", "pipe", ...(program.leashed ? (["ipc"] as const) : [])],
    detached: isPosix,
    windowsHide: true,
  });
  const logPath = join(logFolder, `${program.name}.log`);
  const log = createWriteStream(logPath);
  const echo = createEcho(show);

  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      signalGroup(child, "SIGKILL"); // what it started, and left
      resolve(signal ?? `exit code ${code ?? 0}`);
    });
  });
  const ready = new Promise<void>((resolve, reject) => {
    if (!program.isReady) resolve();
    const timer = realClock.setTimer(START_LIMIT_MS, () => reject(new Error("it was not ready within a minute")));
    void ended.then((how) => {
      timer.clear();
      reject(new Error(`it ended (${how})`));
    });
    readLines(child.stdout, (line) => {
      if (program.isReady?.(line)) {
        timer.clear();
        resolve();
        return;
      }
      log.write(`${line}\n`);
      echo.out(line);
    });
    readLines(child.stderr, (line) => {
      log.write(`${line}\n`);
      echo.err(line);
    });
  });
  ready.catch(() => undefined); // whoever waits for it is told; nobody has to
  void ended.then(() => log.end());

  let stopping: Promise<void> | undefined;
  return {
    title: program.title,
    ready,
    ended,
    logPath,
    stop: () => (stopping ??= stopChild(child, ended)),
    kill: () => signalGroup(child, "SIGKILL"),
  };
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  signalGroup(child, "SIGTERM");
  const timer = realClock.setTimer(PATIENCE_MS, () => signalGroup(child, "SIGKILL"));
  await ended;
  timer.clear();
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(isPosix ? -child.pid : child.pid, signal);
  } catch {
    // nobody is left in it
  }
}

function readLines(stream: Readable | null, read: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on("line", read);
}
