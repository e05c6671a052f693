// The whole app on one machine and in one process: the built bundle in the local host, both simulators, and tables that
// outlive the host. In virtual time nothing waits; in real time the clock is the machine's.
import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createGithubSimulator } from "../../local/github-api/simulator.ts";
import type { GithubSimulatorOptions } from "../../local/github-api/simulator.ts";
import { createMortalClock, openStore, startHost } from "../../local/host/host.ts";
import type { Host, Invocation, LogEntry, Moods, MortalClock, TurnTrace } from "../../local/host/host.ts";
import { realClock } from "../../local/clock.ts";
import { parseMoods } from "../../local/host/moods.ts";
import { DEMO_DATA_SOURCE_ID } from "../../local/notion-api/seed.ts";
import { createNotionSimulator } from "../../local/notion-api/simulator.ts";
import type { NotionOptions } from "../../local/notion-api/simulator.ts";
import { createVirtualClock } from "../../local/virtual-clock.ts";
import { createTable } from "../../storage/table.ts";
import type { Table } from "../../storage/table.ts";
import { createMemoryTable } from "./memory-table.ts";
import type { MemoryTable } from "./memory-table.ts";
import { createPerson } from "./person.ts";
import type { Person } from "./person.ts";
import { inject } from "vitest";

const ROOT = resolve(dirname(import.meta.filename), "../..");
/** The suite runs once more with all bad moods of the platform; see vitest.config.ts. */
const SUITE_MOODS = parseMoods(process.env["WORLD_MOODS"] ?? "");
const IS_BAD_DAY = Object.keys(SUITE_MOODS).length > 0;
const SEAMS = Symbol.for("notion-sync.seams");
export const MARKER_KEY = "test-marker-key-0123456789abcdefghij";
export const NOTION_SECRET = "secret_test_notion_webhook";
export const GITHUB_SECRET = "test-github-webhook-secret";

export interface WorldOptions {
  /** Folder with the built app; default: the project's own. */
  readonly appDirectory?: string;
  /** Written mapping file; default: one mapping of title and status on the demo board. */
  readonly config?: unknown;
  /** Default: memory, which ends with the world, or a new table of the project's Azurite. */
  readonly table?: Table;
  /** File of the durable engine; default: memory. */
  readonly durableFile?: string;
  /** The scenario looks into the tables, or stands in their way: they stay in memory whatever the project. */
  readonly inMemory?: boolean;
  readonly moods?: Partial<Moods>;
  readonly seed?: number;
  /** Fires the poll by its schedule; default true. */
  readonly timers?: boolean;
  readonly webhooks?: boolean;
  /** Real time instead of virtual. */
  readonly realTime?: boolean;
  /** When virtual time begins, ISO-8601 UTC. */
  readonly startAt?: string;
  readonly notion?: Partial<NotionOptions>;
  readonly github?: Partial<GithubSimulatorOptions>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Stands between the app and the simulators. */
  readonly onRequest?: (send: () => Promise<Response>, request: Request) => Promise<Response>;
  /** Told before and after each transaction of the durable engine; may kill the host. */
  readonly onCommit?: (when: "before" | "after") => void;
  /** Watches each turn of an orchestrator. */
  readonly onTurn?: (turn: TurnTrace) => void;
  /** Told of each run of a function when it has ended. */
  readonly onInvocation?: (invocation: Invocation) => void;
}

export interface World {
  readonly notion: ReturnType<typeof createNotionSimulator>;
  readonly github: ReturnType<typeof createGithubSimulator>;
  readonly table: Table;
  readonly memory: MemoryTable | undefined;
  /** Acts on both boards as a person does. */
  readonly person: Person;
  readonly log: LogEntry[];
  /** Every delivery that a simulator sent, whether it was taken or not, in order. */
  readonly deliveries: readonly Request[];
  /** Waits as whoever sleeps does: time goes on meanwhile. */
  idleWait(until: Promise<void>): Promise<void>;
  /** Lets time go on within what the app waits for, such as a request that is answered later. */
  sleep(ms: number): Promise<void>;
  /** Sends a delivery once more. */
  redeliver(delivery: Request): Promise<number>;
  /** Sends any request to the app and lets the world go on until it is answered. */
  send(request: Request): Promise<Response>;
  host(): Host;
  /** The clock of the world: now in milliseconds. */
  now(): number;
  /** Kills the host as `kill -9` does; `start` brings up the next one on the same stores. */
  kill(): void;
  start(appDirectory?: string): Promise<void>;
  /** Kills the host, and starts it again with another mapping file. */
  restartWith(config: unknown): Promise<void>;
  /** Lets the world go on until a condition holds. */
  until(condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  /** Lets the world go on until no change is due, no run is under way and no delivery waits. */
  settled(limitMs?: number): Promise<void>;
  /** Whether the host runs and does nothing just now. */
  isQuiet(): boolean;
  advance(ms: number): Promise<void>;
  call(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

/** The mapping of title and status that scenarios start from. */
export function simpleConfig(changes: Readonly<Record<string, unknown>> = {}): unknown {
  return { mappings: [simpleMapping(changes)] };
}

export function simpleMapping(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    name: "engineering",
    notion: { dataSourceId: DEMO_DATA_SOURCE_ID, githubProperty: "GitHub", errorProperty: "Sync" },
    github: { repository: "acme/widgets" },
    status: {
      property: "Status",
      values: {
        Backlog: { item: "none" },
        Ready: { item: "open" },
        "In Progress": { item: "open" },
        Done: { item: "closed", reason: "completed" },
        "Won't do": { item: "closed", reason: "not_planned" },
      },
    },
    fields: [{ notion: "Name", github: "title" }],
    ...changes,
  };
}

/** Starts a world. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const virtual = options.realTime ? undefined : createVirtualClock(options.startAt ?? "2026-11-25T09:00:30.000Z");
  const clock = virtual ?? realClock;
  const folder = mkdtempSync(join(tmpdir(), "notion-sync-"));
  const configFile = join(folder, "sync.config.json");
  writeFileSync(configFile, JSON.stringify(options.config ?? simpleConfig()));
  const store = openStore(options.durableFile ?? ":memory:");
  // The bench makes worlds too, without the test runner.
  const azurite = options.inMemory || !process.env["VITEST"] ? undefined : inject("azurite");
  const memory = options.table || azurite ? undefined : createMemoryTable();
  const table =
    options.table ?? memory ?? createTable({ connectionString: azurite ?? "", name: `world${randomBytes(8).toString("hex")}` });
  const log: LogEntry[] = [];
  let host: Host | undefined;
  let generation: MortalClock | undefined;
  let death = new AbortController();
  const deliveries: Request[] = [];

  /** Asks the host over the wire: a connection to a process that is killed breaks. */
  const ask = async (request: Request): Promise<Response> => {
    if (!host) throw new TypeError("fetch failed");
    const { signal } = death;
    const broken = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new TypeError("fetch failed")), { once: true });
    });
    return Promise.race([host.fetch(request), broken]);
  };
  const deliver = (request: Request): Promise<Response> => {
    deliveries.push(request.clone());
    return ask(request);
  };
  const webhooks = (path: string, secret: string) => ({
    enabled: options.webhooks ?? true,
    url: `http://app.test/api/webhooks/${path}`,
    secret,
  });
  const notion = createNotionSimulator({
    clock,
    deliver,
    webhooks: webhooks("notion", NOTION_SECRET),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...options.notion,
  });
  const github = createGithubSimulator({
    clock,
    deliver,
    webhooks: webhooks("github", GITHUB_SECRET),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...options.github,
  });

  const start = async (appDirectory = options.appDirectory ?? ROOT): Promise<void> => {
    const own = createMortalClock(clock);
    generation = own;
    let lives = true;
    const isAlive = (): boolean => lives;
    const kill = own.kill.bind(own);
    own.kill = () => {
      lives = false;
      kill();
    };
    death = new AbortController();
    Object.assign(globalThis, {
      [SEAMS]: {
        environment: {
          AzureWebJobsStorage: "UseDevelopmentStorage=true",
          SYNC_CONFIG: configFile,
          NOTION_TOKEN: "ntn_demo_product",
          GITHUB_TOKEN: "ghp_demo_product",
          NOTION_WEBHOOK_SECRETS: NOTION_SECRET,
          GITHUB_WEBHOOK_SECRETS: GITHUB_SECRET,
          MARKER_KEYS: MARKER_KEY,
          NOTION_BASE_URL: "http://127.0.0.1:7081",
          GITHUB_API_URL: "http://127.0.0.1:7082",
          SYNC_LOCAL: "1",
          ...options.environment,
        },
        clock: own,
        fetch: mortalFetch(isAlive, async (request) => {
          const send = (): Promise<Response> => (new URL(request.url).port === "7081" ? notion : github).fetch(request);
          return options.onRequest ? options.onRequest(send, request) : send();
        }),
        openTable: () => mortalTable(isAlive, table),
      },
    });
    host = await startHost({
      appDirectory,
      clock: own,
      store,
      seed: options.seed ?? 1,
      moods: options.moods ?? SUITE_MOODS,
      // On a bad day a start may be refused while an instance is ending: the tick is what heals it.
      timers: IS_BAD_DAY || (options.timers ?? true),
      log: (entry) => void log.push(entry),
      onCommit: (_, when) => options.onCommit?.(when),
      ...(options.onTurn && { onTurn: options.onTurn }),
      ...(options.onInvocation && { onInvocation: options.onInvocation }),
    });
  };

  const kill = (): void => {
    host?.kill();
    generation?.kill();
    host = undefined;
    death.abort();
  };

  const current = (): Host => {
    if (!host) throw new Error("The host does not run.");
    return host;
  };

  const until: World["until"] = async (condition, limitMs = 10 * 60_000) => {
    if (virtual) return virtual.run(condition, limitMs);
    const endMs = Date.now() + limitMs;
    while (!(await condition())) {
      if (Date.now() > endMs) throw new Error(`the condition does not hold after ${limitMs} ms`);
      await new Promise((done) => setTimeout(done, 20));
    }
  };

  const call: World["call"] = async (method, path, body) => {
    const answer = ask(
      new Request(`http://app.test/api/${path}`, {
        method,
        headers: { "x-functions-key": current().functionKey, "content-type": "application/json", ...contentLength(body) },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
    const response = await (virtual ? clock.busy(answer) : answer);
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") || text.startsWith("[") ? (JSON.parse(text) as unknown) : text };
  };

  const isSettled = async (): Promise<boolean> => {
    if (!host?.idle()) return false;
    const { body } = await call("GET", "status");
    return (body as { readonly idle?: boolean }).idle === true && host.idle();
  };

  await start();
  return {
    notion,
    github,
    table,
    memory,
    log,
    deliveries,
    async idleWait(until) {
      const woken = new AbortController();
      void until.then(() => woken.abort());
      await clock.sleep(Infinity, woken.signal).catch(() => undefined);
    },
    sleep: (ms) => clock.sleep(ms),
    async send(request) {
      let isOver = false;
      const answer = ask(request).finally(() => (isOver = true));
      // The host may be killed before anybody waits for the answer itself.
      answer.catch(() => undefined);
      await until(() => isOver);
      return answer;
    },
    redeliver: async (delivery) => (await clock.busy(ask(delivery.clone()))).status,
    person: createPerson({ notion, github, busy: (work) => clock.busy(work) }),
    host: current,
    now: () => clock.now(),
    kill,
    start,
    async restartWith(config) {
      kill();
      writeFileSync(configFile, JSON.stringify(config));
      await start();
    },
    until,
    async settled(limitMs = 10 * 60_000) {
      await until(async () => {
        const delivered = Promise.all([notion.webhooksSettled(), github.webhooksSettled()]).then(() => true);
        return (await Promise.race([delivered, tick()])) && isSettled();
      }, limitMs);
    },
    isQuiet: () => host?.idle() ?? false,
    async advance(ms) {
      if (virtual) await virtual.advance(ms);
      else await new Promise((done) => setTimeout(done, ms));
    },
    call,
    async close() {
      const ending = host?.close();
      if (virtual && ending) await virtual.run(async () => await Promise.race([ending.then(() => true), tick()]), 600_000);
      else await ending;
      await notion.close();
      await github.close();
      // A route that the simulator does not have, or a fault that never fired, fails the test that met or planned it.
      notion.verify();
      github.verify();
    },
  };
}

const tick = (): Promise<false> => new Promise((done) => setImmediate(() => done(false)));

function contentLength(body: unknown): Readonly<Record<string, string>> {
  if (body === undefined) return {};
  return { "content-length": String(Buffer.byteLength(typeof body === "string" ? body : JSON.stringify(body))) };
}

/** A killed process hears no answers, and sends nothing any more. */
function mortalFetch(isAlive: () => boolean, send: (request: Request) => Promise<Response>): typeof fetch {
  return async (input, init) => {
    if (!isAlive()) return never();
    const request = new Request(input, init);
    try {
      const response = await send(request);
      return isAlive() ? response : await never();
    } catch (error) {
      if (!isAlive()) return await never();
      throw error;
    }
  };
}

function mortalTable(isAlive: () => boolean, table: Table): Table {
  const guard =
    <A extends readonly unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (!isAlive()) return never();
      try {
        const result = await work(...args);
        return isAlive() ? result : await never();
      } catch (error) {
        if (!isAlive()) return await never();
        throw error;
      }
    };
  return {
    ensure: guard(() => table.ensure()),
    get: guard((...args) => table.get(...args)),
    insert: guard((...args) => table.insert(...args)),
    replace: guard((...args) => table.replace(...args)),
    upsert: guard((...args) => table.upsert(...args)),
    remove: guard((...args) => table.remove(...args)),
    list: guard((...args) => table.list(...args)),
    batch: guard((...args) => table.batch(...args)),
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
