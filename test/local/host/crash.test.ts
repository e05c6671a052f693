// The host as a program of its own, and `kill -9` of it.
import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../../local/host/moods.ts";
import { buildApp, until, type Status, type TestApp } from "./support.ts";

const main = resolve(import.meta.dirname, "../../../local/host/main.ts");
const KILLS = 15;

interface Program {
  readonly child: ChildProcess;
  readonly url: string;
  readonly functionKey: string;
  readonly printed: string[];
}

let app: TestApp;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  app = await buildApp({ path: join(import.meta.dirname, "crash-app.ts") });
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});
afterAll(() => app.remove());

const launch = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Program> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    children.add(child);
    const printed: string[] = [];
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.on("exit", (code, signal) => {
      children.delete(child);
      fail(new Error(`the host ended with ${code ?? signal ?? "?"} before it was ready: ${errors}`));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed.push(line);
      if (!line.startsWith('{"ready"')) return;
      done({ child, printed, ...(JSON.parse(line) as { url: string; functionKey: string }) });
    });
  });
const exited = (program: Program): Promise<number | null> =>
  new Promise((done) => {
    if (program.child.exitCode !== null || program.child.signalCode !== null) done(program.child.exitCode);
    else program.child.once("exit", (code) => done(code));
  });

describe("the host as a program", () => {
  test("80 of 80 instances end right through 15 kills at random moments", async () => {
    const seed = Date.now() % 1_000_000;
    console.log(`crash test: seed ${seed}`);
    const random = createRandom(seed);
    const dataFile = join(app.directory, "crash.db");
    const kinds = [
      { name: "wide", n: 60, output: 3_540 },
      { name: "long", n: 25, output: 600 },
      { name: "timed", n: 4, output: 6 },
      { name: "retried", n: 5, output: 10 },
    ];
    const instances = Array.from({ length: 80 }, (_, index) => ({ id: `i${index}`, ...(kinds[index % 4] as (typeof kinds)[0]) }));
    const args = ["--app", app.directory, "--port", "0", "--data", dataFile];
    let program = await launch(args);
    const startAll = instances.map(async ({ id, name, n }) => {
      const response = await fetch(`${program.url}/durabletask/orchestrators/${name}/${id}`, {
        method: "POST",
        body: JSON.stringify({ n }),
      });
      expect(response.status).toBe(202);
    });
    await Promise.all(startAll);

    let unfinished = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await new Promise((done) => setTimeout(done, 10 + random() * 250));
      program.child.kill("SIGKILL");
      await exited(program);
      program = await launch(args);
      const all = (await (await fetch(`${program.url}/durabletask/instances/`)).json()) as Status[];
      if (all.some((status) => status.runtimeStatus === "Running")) unfinished += 1;
    }
    const read = async (): Promise<Map<string, Status>> => {
      const all = (await (await fetch(`${program.url}/durabletask/instances/`)).json()) as Status[];
      return new Map(all.map((status) => [status.instanceId, status]));
    };
    await until(
      "all have ended",
      async () => {
        const all = await read();
        return instances.every(({ id }) => !["Pending", "Running"].includes(all.get(id)?.runtimeStatus ?? "Running"));
      },
      30_000,
    );

    const all = await read();
    for (const { id, output } of instances)
      expect(all.get(id), `seed ${seed}`).toMatchObject({ runtimeStatus: "Completed", output });
    // A test whose kills all come after the work proves nothing.
    expect(unfinished).toBeGreaterThan(1);
    program.child.kill("SIGTERM");
    expect(await exited(program)).toBe(0);
  }, 120_000);

  test("reads local.settings.json without overriding what is set, says when it is ready, and stops cleanly", async () => {
    const other = await buildApp({
      source: `import { app } from "@azure/functions";
        app.get("settings", async () => ({ jsonBody: [process.env.FROM_FILE, process.env.ALREADY_SET, process.env.FUNCTIONS_WORKER_RUNTIME] }));
        app.get("locked", { authLevel: "function", handler: async () => ({}) });`,
    });
    const Values = { FROM_FILE: "file", ALREADY_SET: "file" };
    writeFileSync(join(other.directory, "local.settings.json"), JSON.stringify({ IsEncrypted: false, Values }));
    const program = await launch(["--app", other.directory, "--port", "0", "--moods", "keys,earlyTimers", "--seed", "3"], {
      ALREADY_SET: "environment",
    });

    expect(
      await (await fetch(`${program.url}/api/settings`, { headers: { "x-functions-key": program.functionKey } })).json(),
    ).toEqual(["file", "environment", "node"]);
    expect((await fetch(`${program.url}/api/locked`)).status).toBe(401);
    expect(program.printed.length).toBe(1);
    program.child.kill("SIGINT");
    expect(await exited(program)).toBe(0);
    other.remove();
  });

  test("ends with an error that says what is wrong when the app is not built", async () => {
    writeFileSync(join(app.directory, "unbuilt.txt"), "");
    await expect(launch(["--app", join(app.directory, "dist"), "--port", "0"])).rejects.toThrow("There is no host.json");
  });
});
