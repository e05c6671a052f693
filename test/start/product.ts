// Runs `npm start` as a person does: a process of its own, looked at from outside only.
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");
const FREE_PORTS = {
  APP_PORT: "0",
  NOTION_SIM_PORT: "0",
  GITHUB_SIM_PORT: "0",
  AZURITE_BLOB_PORT: "0",
  AZURITE_QUEUE_PORT: "0",
  AZURITE_TABLE_PORT: "0",
};
const POLL_MS = 20; // ms

/** A started product. */
export interface Product {
  readonly pid: number;
  /** All that it printed so far. */
  output(): string;
  /** The address that it printed for `app`, `Notion simulator` or `GitHub simulator`. */
  url(program: string): string;
  /** Resolves when the text was printed; rejects when it ended without it. */
  printed(text: string): Promise<void>;
  /** As Ctrl-C at a terminal: every process of its group gets the signal. */
  pressCtrlC(): void;
  /** Sends a signal to the first process alone. */
  signal(name: NodeJS.Signals): void;
  /** Resolves to the exit code when it has ended. */
  readonly ended: Promise<number | null>;
}

/** Starts it on free ports. */
export function startProduct(
  stateFolder: string,
  options: { readonly args?: readonly string[]; readonly environment?: Readonly<Record<string, string>> } = {},
): Product {
  const child = spawn(process.execPath, [join(root, "scripts/run.js"), "start", ...(options.args ?? [])], {
    cwd: root,
    env: { ...process.env, ...FREE_PORTS, LOCAL_STATE: stateFolder, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the product could not be started");
  let output = "";
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((fulfil) => {
    child.once("close", (code) => {
      hasEnded = true;
      fulfil(code);
    });
  });
  return {
    pid,
    ended,
    output: () => output,
    url: (program) => new RegExp(`^  ${program} +(http://\\S+)`, "m").exec(output)?.[1] ?? "",
    async printed(text) {
      await until(
        () => Promise.resolve(hasEnded || output.includes(text)),
        60_000,
        () => output,
      );
      if (!output.includes(text)) throw new Error(`it ended without "${text}":\n${output}`);
    },
    pressCtrlC: () => process.kill(-pid, "SIGINT"),
    signal: (name) => process.kill(pid, name),
  };
}

/** The processes whose command line names the folder, as texts that begin with the process id. */
export async function processesOf(stateFolder: string): Promise<readonly string[]> {
  const lines = existsSync("/proc/self/cmdline") ? listProcesses() : await askPs();
  return lines.filter((line) => line.includes(stateFolder));
}

/** Small images have no `ps`. */
function listProcesses(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`];
      } catch {
        return []; // it has just ended
      }
    });
}

async function askPs(): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,args="], { maxBuffer: 10_000_000 });
  return stdout.split("\n");
}

/** Asks again and again until the answer is yes. */
export async function until(condition: () => Promise<boolean>, limitMs: number, explain: () => string): Promise<void> {
  const startedMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedMs > limitMs) throw new Error(`not so within ${limitMs} ms: ${explain()}`);
    await new Promise((fulfil) => setTimeout(fulfil, POLL_MS));
  }
}
