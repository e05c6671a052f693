// Builds small apps for the host, and reads how their instances stand.
import { build } from "esbuild";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startHost, type Host, type HostOptions, type LogEntry } from "../../../local/host/host.ts";

const here = dirname(fileURLToPath(import.meta.url));
export const fixtures = resolve(here, "../../fixtures/durable-traces");
const root = resolve(here, "../../..");

/** A built app in a folder of its own. */
export interface TestApp {
  readonly directory: string;
  remove(): void;
}

/** Bundles an entry, given as a path or as source, with its libraries, beside a package.json and a host.json. */
export async function buildApp(
  entry: { path: string } | { source: string },
  host: Record<string, unknown> = {},
): Promise<TestApp> {
  const directory = mkdtempSync(join(tmpdir(), "local-host-"));
  await build({
    absWorkingDir: root,
    ...("path" in entry
      ? { entryPoints: [entry.path] }
      : { stdin: { contents: entry.source, resolveDir: here, loader: "ts" as const, sourcefile: "app.ts" } }),
    outfile: join(directory, "dist/index.cjs"),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["@azure/functions-core"],
    logLevel: "error",
  });
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "test-app", type: "module", main: "dist/index.cjs" }));
  const durableTask = { hubName: "TestHub" };
  writeFileSync(join(directory, "host.json"), JSON.stringify({ version: "2.0", extensions: { durableTask }, ...host }));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Starts a host in memory with nothing printed, unless the options say otherwise. */
export async function startTestHost(
  app: TestApp,
  options: Partial<HostOptions> = {},
): Promise<Host & { readonly logged: LogEntry[] }> {
  const logged: LogEntry[] = [];
  const store = options.store || options.dataFile ? {} : { dataFile: ":memory:" };
  const host = await startHost({ appDirectory: app.directory, log: (entry) => void logged.push(entry), ...store, ...options });
  return { ...host, logged };
}

export interface Status {
  readonly name: string;
  readonly instanceId: string;
  readonly runtimeStatus: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}

/** Sends a request to a host in this process. */
export function send(host: Host, method: string, path: string, body?: unknown): Promise<Response> {
  const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  return host.fetch(new Request(`${host.url}${path}`, { method, ...json }));
}

/** Starts an instance by the client API, as the durable client does without an input. */
export async function start(host: Host, name: string, id: string, input: unknown = ""): Promise<Response> {
  return send(host, "POST", `/durabletask/orchestrators/${name}/${id}`, input);
}

export async function statusOf(host: Host, id: string): Promise<Status> {
  return (await (await send(host, "GET", `/durabletask/instances/${id}`)).json()) as Status;
}

/** Polls until a condition holds; real time, at most `limitMs`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  const endAt = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error(`after ${limitMs} ms: ${what} does not hold`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

export const ENDED = ["Completed", "Failed", "Terminated"];

/** Waits in real time until an instance has ended. */
export async function ended(host: Host, id: string, limitMs?: number): Promise<Status> {
  await until(`${id} has ended`, async () => ENDED.includes((await statusOf(host, id)).runtimeStatus), limitMs);
  return statusOf(host, id);
}
