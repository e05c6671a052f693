// The app as a real process in real time, on Azurite and both simulators, killed by `kill -9`; only the host is killed.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { realClock } from "../../local/clock.ts";
import { createGithubSimulator } from "../../local/github-api/simulator.ts";
import { createNotionSimulator } from "../../local/notion-api/simulator.ts";
import { listenHttp } from "../../local/simulator/http-listener.ts";
import { createTable } from "../../storage/table.ts";
import type { StoredRow } from "../../storage/table.ts";
import { prepareBoard } from "./crash-board.ts";
import type { Board, BoardWorld } from "./crash-board.ts";
import { createKillSwitch } from "./kill-points.ts";
import type { KillSwitch } from "./kill-points.ts";
import { createPerson } from "./person.ts";
import { createWorld, GITHUB_SECRET, MARKER_KEY, NOTION_SECRET, simpleConfig } from "./world.ts";

const ROOT = resolve(dirname(import.meta.filename), "../..");
const PREPARED_AGO_MS = 10 * 60_000; // ms; by then no budget remembers it

/** A board that was prepared once, in virtual time, and from which each app begins. */
export interface PreparedBoard {
  readonly board: Board;
  readonly rows: readonly StoredRow[];
  readonly notionFile: string;
  readonly githubFile: string;
}

/** An app in a process of its own. */
export interface ProcessApp extends BoardWorld {
  readonly kills: KillSwitch;
  now(): number;
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): void;
  /** Fires the poll, as its schedule does. */
  poll(): Promise<void>;
  /** The rows that hold reservations. */
  listRows(): Promise<readonly StoredRow[]>;
  close(): Promise<void>;
}

/** Prepares the board for all apps. */
export async function prepareOnce(seed: number): Promise<PreparedBoard> {
  const folder = mkdtempSync(join(tmpdir(), "notion-sync-crash-"));
  const [notionFile, githubFile] = [join(folder, "notion.json"), join(folder, "github.json")];
  const world = await createWorld({
    seed,
    startAt: new Date(Date.now() - PREPARED_AGO_MS).toISOString(),
    notion: { dataFile: notionFile },
    github: { dataFile: githubFile },
  });
  try {
    const board = await prepareBoard(world);
    await world.advance(1_000);
    return { board, rows: world.memory?.dump() ?? [], notionFile, githubFile };
  } finally {
    await world.close();
  }
}

/**
 * Starts an app on the prepared board.
 *
 * @param connectionString of a table account that nobody else uses.
 */
export async function startProcessApp(prepared: PreparedBoard, connectionString: string, seed: number): Promise<ProcessApp> {
  const folder = mkdtempSync(join(tmpdir(), "notion-sync-crash-"));
  const configFile = join(folder, "sync.config.json");
  writeFileSync(configFile, JSON.stringify(simpleConfig()));
  const [notionFile, githubFile] = [join(folder, "notion.json"), join(folder, "github.json")];
  copyFileSync(prepared.notionFile, notionFile);
  copyFileSync(prepared.githubFile, githubFile);
  const table = createTable({ connectionString });
  await table.ensure();
  await Promise.all(prepared.rows.map(({ etag: _etag, ...row }) => table.upsert(row)));

  const port = await findFreePort();
  const kills = createKillSwitch();
  const deliveries: Request[] = [];
  const deliver = (request: Request): Promise<Response> => {
    deliveries.push(request.clone());
    return fetch(request);
  };
  const hooks = (path: string, secret: string) => ({
    enabled: true,
    url: `http://127.0.0.1:${port}/api/webhooks/${path}`,
    secret,
  });
  const common = { clock: realClock, seed, deliver };
  const notion = createNotionSimulator({ ...common, webhooks: hooks("notion", NOTION_SECRET), dataFile: notionFile });
  const github = createGithubSimulator({ ...common, webhooks: hooks("github", GITHUB_SECRET), dataFile: githubFile });
  const proxies = await Promise.all([
    listenHttp((request) => kills.around("notion", () => notion.fetch(request)), 0),
    listenHttp((request) => kills.around("github", () => github.fetch(request)), 0),
    listenHttp(
      (request) => kills.around(request.method === "GET" ? undefined : "storage", () => forward(request, connectionString)),
      0,
    ),
  ]);
  const [notionUrl = "", githubUrl = "", tableUrl = ""] = proxies.map(({ url }) => url);

  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    // A killed process holds its port until it is gone.
    if (child) await hasEnded(child);
    const entry = join(ROOT, "local/host/main.ts");
    const flags = ["--app", ROOT, "--port", String(port), "--data", join(folder, "host.db"), "--seed", String(seed)];
    const started = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry, ...flags], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        NO_PROXY: "127.0.0.1,localhost",
        AzureWebJobsStorage: connectionString.replace(tableEndpoint(connectionString), tableUrl),
        SYNC_CONFIG: configFile,
        NOTION_TOKEN: "ntn_demo_product",
        GITHUB_TOKEN: "ghp_demo_product",
        NOTION_WEBHOOK_SECRETS: NOTION_SECRET,
        GITHUB_WEBHOOK_SECRETS: GITHUB_SECRET,
        MARKER_KEYS: MARKER_KEY,
        NOTION_BASE_URL: notionUrl,
        GITHUB_API_URL: githubUrl,
        SYNC_LOCAL: "1",
      },
    });
    child = started;
    await untilReady(started);
  };
  const call: BoardWorld["call"] = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? text : (JSON.parse(text) as unknown) };
  };
  const until: BoardWorld["until"] = async (condition, limitMs = 60_000) => {
    const endsAt = Date.now() + limitMs;
    while (!(await condition())) {
      if (Date.now() > endsAt) throw new Error(`the condition does not hold after ${limitMs} ms`);
      await realClock.sleep(100);
    }
  };
  await start();
  return {
    notion,
    github,
    memory: undefined,
    deliveries,
    kills,
    person: createPerson({ notion, github, busy: (work) => work }),
    now: () => Date.now(),
    start,
    kill: () => void child?.kill("SIGKILL"),
    call,
    until,
    advance: (ms) => realClock.sleep(ms),
    redeliver: async (delivery) => (await fetch(delivery.clone())).status,
    async settled(limitMs = 60_000) {
      let quiet = 0;
      await until(async () => {
        const { body } = await call("GET", "status");
        quiet = (body as { readonly idle: boolean }).idle ? quiet + 1 : 0;
        return quiet >= 3;
      }, limitMs);
    },
    async poll() {
      const path = `http://127.0.0.1:${port}/admin/functions/poll`;
      const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
      await response.arrayBuffer();
      await realClock.sleep(500);
    },
    listRows: async () => (await table.list({ partitionKey: "engineering" })).rows,
    async close() {
      child?.kill("SIGKILL");
      await Promise.all([...proxies.map((proxy) => proxy.close()), notion.close(), github.close()]);
    },
  };
}

const tableEndpoint = (connectionString: string): string =>
  /TableEndpoint=(http:\/\/127\.0\.0\.1:\d+)/.exec(connectionString)?.[1] ?? "";

/** Hands a request on to Azurite as it is: its signature does not cover the host. */
async function forward(request: Request, connectionString: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of ["host", "connection", "content-length"]) headers.delete(name);
  const body = request.method === "GET" || request.method === "DELETE" ? undefined : await request.arrayBuffer();
  const init = { method: request.method, headers, ...(body && body.byteLength > 0 ? { body } : {}) };
  const response = await fetch(`${tableEndpoint(connectionString)}${pathname}${search}`, init);
  const answered = new Headers(response.headers);
  for (const name of ["transfer-encoding", "content-encoding", "connection", "keep-alive"]) answered.delete(name);
  const answer = await response.arrayBuffer();
  return new Response(response.status === 204 || response.status === 304 ? null : answer, {
    status: response.status,
    headers: answered,
  });
}

function hasEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((fulfil) => child.once("exit", () => fulfil()));
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((fulfil, reject) => {
    let output = "";
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('"ready":true')) fulfil();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`The host ended with ${code}:\n${output}`)));
  });
}

/** A free port below those that connections are given: one of them would take it while the host is down. */
async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((fulfil) => {
    server.once("error", () => fulfil(false));
    server.listen(port, "127.0.0.1", () => server.close(() => fulfil(true)));
  });
}
