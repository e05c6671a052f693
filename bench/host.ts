// Figures of the local host: how fast it starts, runs orchestrations and activities, and what memory it takes.
import { build } from "esbuild";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const SINGLES = 300;
const WIDE = 1_000;
const LONG = 200;
const POLL_MS = 10;
const LIMIT_MS = 30_000;

const source = `
  import * as df from "durable-functions";
  df.app.activity("noop", { handler: (input) => input });
  df.app.orchestration("single", function* (context) { return yield context.df.callActivity("noop", { n: 1 }); });
  df.app.orchestration("wide", function* (context) {
    const { n } = context.df.getInput();
    yield context.df.Task.all(Array.from({ length: n }, (_, index) => context.df.callActivity("noop", { n: index })));
  });
  df.app.orchestration("long", function* (context) {
    const { n } = context.df.getInput();
    for (let index = 0; index < n; index += 1) yield context.df.callActivity("noop", { n: index });
  });
`;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly startMs: number;
}

/** Measures the local host as a process of its own, over HTTP. Takes under a minute. */
export async function benchHost(): Promise<Record<string, string | number>> {
  const directory = mkdtempSync(join(tmpdir(), "bench-host-"));
  const running: Running[] = [];
  try {
    await buildApp(directory);
    const startMs: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      const host = await launch(directory);
      running.push(host);
      startMs.push(host.startMs);
      if (index < 2) await stop(host);
    }
    const host = running.at(-1);
    if (!host) throw new Error("Unreachable: three hosts were started.");
    const idleMb = residentMb(host);
    const singlesPerSecond = await rate(SINGLES, async () => {
      const ids = Array.from({ length: SINGLES }, (_, index) => `s${index}`);
      await Promise.all(ids.map((id) => startInstance(host, "single", id, 1)));
      await untilEnded(host, ids);
    });
    const wide = await rate(WIDE, () => runOne(host, "wide", WIDE));
    const long = await rate(LONG, () => runOne(host, "long", LONG));
    return {
      "start, warm (ms)": Math.round(Math.min(...startMs)),
      "start, first (ms)": Math.round(startMs[0] ?? 0),
      "orchestrations of one activity (/s)": singlesPerSecond,
      "activities, fan-out of 1,000 (/s)": wide,
      "activities, chain of 200 (/s)": long,
      "memory, idle (MB)": idleMb,
      "memory, after the runs (MB)": residentMb(host),
    };
  } finally {
    await Promise.all(running.map(stop));
    rmSync(directory, { recursive: true, force: true });
  }
}

async function buildApp(directory: string): Promise<void> {
  await build({
    absWorkingDir: root,
    stdin: { contents: source, resolveDir: root, loader: "ts" },
    outfile: join(directory, "dist/index.cjs"),
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["@azure/functions-core"],
    logLevel: "error",
  });
  writeFileSync(join(directory, "package.json"), JSON.stringify({ type: "module", main: "dist/index.cjs" }));
  writeFileSync(join(directory, "host.json"), JSON.stringify({ version: "2.0" }));
}

function launch(directory: string): Promise<Running> {
  const beganAt = performance.now();
  const main = join(root, "local/host/main.ts");
  const args = ["--disable-warning=ExperimentalWarning", main, "--app", directory, "--port", "0"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((done, fail) => {
    let text = "";
    child.once("exit", (code) => fail(new Error(`the host ended with ${code ?? "a signal"} before it was ready`)));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split("\n").find((each) => each.startsWith('{"ready"'));
      if (line) done({ child, url: (JSON.parse(line) as { url: string }).url, startMs: performance.now() - beganAt });
    });
  });
}

async function stop(host: Running): Promise<void> {
  if (host.child.exitCode !== null || host.child.signalCode !== null) return;
  const exited = new Promise((done) => host.child.once("exit", done));
  host.child.kill("SIGTERM");
  await exited;
}

async function startInstance(host: Running, name: string, id: string, n: number): Promise<void> {
  const url = `${host.url}/durabletask/orchestrators/${name}/${id}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ n }) });
  if (response.status !== 202) throw new Error(`the start of ${id} was answered with ${response.status}`);
}

async function runOne(host: Running, name: string, n: number): Promise<void> {
  await startInstance(host, name, name, n);
  await untilEnded(host, [name]);
}

async function untilEnded(host: Running, ids: readonly string[]): Promise<void> {
  const endAt = performance.now() + LIMIT_MS;
  for (const id of ids) {
    for (;;) {
      const response = await fetch(`${host.url}/durabletask/instances/${id}?showInput=false`);
      const { runtimeStatus } = (await response.json()) as { runtimeStatus: string };
      if (runtimeStatus === "Completed") break;
      if (runtimeStatus === "Failed") throw new Error(`${id} has failed`);
      if (performance.now() > endAt) throw new Error(`${id} has not ended within ${LIMIT_MS} ms`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const beganAt = performance.now();
  await work();
  return Math.round((count * 1_000) / (performance.now() - beganAt));
}

/** Resident memory of the host's process; on other systems than Linux it is not known. */
function residentMb(host: Running): number | string {
  try {
    const status = readFileSync(`/proc/${host.child.pid ?? 0}/status`, "utf8");
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return "unknown";
  }
}
