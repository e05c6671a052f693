// The local host: loads the built bundle as the Node worker does, and stands in for all that is around it.
import { randomInt } from "node:crypto";
import { join, resolve } from "node:path";
import { realClock, type Clock } from "../clock.ts";
import { HostKilled, type TurnTrace } from "./durable/context.ts";
import { createEngine } from "./durable/engine.ts";
import { createDurableApi } from "./durable/http-api.ts";
import { formatClientBinding } from "./durable/management-urls.ts";
import { openStore, type HostStore } from "./durable/store.ts";
import { loadApp, type LoadedApp } from "./functions-core.ts";
import { fromRequest, toResponse } from "./http-message.ts";
import { invokeStreaming } from "./http-stream.ts";
import { invokeHttp } from "./http-trigger.ts";
import { createInvoke, type Invoke } from "./invoke.ts";
import { ensureKeys } from "./keys.ts";
import { printEntry, type Log, type LogEntry } from "./log.ts";
import { createRandom, toMoods, type Moods } from "./moods.ts";
import { createMortalClock, isMortal } from "./mortal-clock.ts";
import { createRouter, type Router, type RouterOptions } from "./router.ts";
import { toRoutes } from "./routes.ts";
import { listen, type HostServer } from "./server.ts";
import { readHostSettings } from "./settings.ts";
import { countInvocations, createCounter, type Invocation, type Stats } from "./stats.ts";
import { createTimers } from "./timers.ts";

export { openStore, type HostStore } from "./durable/store.ts";
export { createMortalClock, type MortalClock } from "./mortal-clock.ts";
export type { TurnTrace } from "./durable/context.ts";
export type { LogEntry } from "./log.ts";
export type { Moods } from "./moods.ts";
export type { Invocation, Stats } from "./stats.ts";

/** How a host is started. */
export interface HostOptions {
  /** Folder with the package.json whose `main` is the built bundle, and host.json. */
  readonly appDirectory: string;
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Default: the clock of the machine. With a mortal clock, `kill` also stops what the app waits for on it. */
  readonly clock?: Clock;
  /** An opened data file; the host does not close it. */
  readonly store?: HostStore;
  /** Path of the data file when no store is given; default `.local/host.db` in the app's folder. */
  readonly dataFile?: string;
  readonly moods?: Partial<Moods>;
  /** Default: quiet lines on stdout. */
  readonly log?: (entry: LogEntry) => void;
  /** Seed of the moods' randomness. */
  readonly seed?: number;
  /** False: timer triggers fire only by `fireTimer` and the admin route. */
  readonly timers?: boolean;
  /** Default: those of the data file, made at random when it is new. */
  readonly keys?: { readonly function?: string; readonly system?: string };
  /** Told of each run of a function when it has ended. */
  readonly onInvocation?: (invocation: Invocation) => void;
  /** Watches each turn of an orchestrator. */
  readonly onTurn?: (turn: TurnTrace) => void;
  /** Told before and after the n-th transaction (from 1) of the durable engine; it may kill the host. */
  readonly onCommit?: (n: number, when: "before" | "after") => void;
}

/** A running host. */
export interface Host {
  readonly url: string;
  readonly functionKey: string;
  readonly port: number;
  /** Answers a request of this process, with the same routing as the socket. Never settles once the host was killed. */
  fetch(request: Request): Promise<Response>;
  /** Fires a timer trigger and waits until its run has ended, well or not. Rejects when there is none of that name. */
  fireTimer(name: string): Promise<void>;
  /** No invocation runs, and no event and no activity waits. Durable timers may. */
  idle(): boolean;
  /** As `kill -9`, within one process: nothing of this host runs or commits again; the store stays usable for the next one. */
  kill(): void;
  /** Stops cleanly: running activities end and their results are kept; nothing new is begun. */
  close(): Promise<void>;
  stats(): Stats;
  clearStats(): void;
}

const HOST_VERSION = "4.1036.0"; // shown by /admin/host/status

/**
 * Starts a host, with its app loaded afresh and all that the store holds taken up again.
 *
 * @throws Error when the app, its host.json or a schedule is bad, or the port is taken.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const server = await listen(options.port ?? 0);
  try {
    const store = options.store ?? openStore(options.dataFile ?? join(resolve(options.appDirectory), ".local", "host.db"));
    try {
      return await startOn(server, store, options);
    } catch (error) {
      if (!options.store) store.close();
      throw error;
    }
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function startOn(server: HostServer, store: HostStore, options: HostOptions): Promise<Host> {
  const appDirectory = resolve(options.appDirectory);
  const settings = readHostSettings(appDirectory);
  const given = options.clock ?? realClock;
  const clock = isMortal(given) ? given : createMortalClock(given);
  const keys = ensureKeys(store, options.keys);
  const moods = toMoods(options.moods);
  const log = createLog(options.log ?? printEntry, clock);
  const life = createLife(store, options.onCommit);
  const counter = createCounter();
  setEnvironment(server.port);

  const app = await loadApp(appDirectory, log);
  const address = { port: server.port, systemKey: keys.system };
  const durableClient = (): string => formatClientBinding(address, settings);
  const counted = countInvocations(createInvoke(app, log, durableClient), counter, () => clock.now(), options.onInvocation);
  const { isAlive, isRunning, commit } = life;
  const shared = { store, clock, log, invoke: counted.invoke, isAlive };
  const random = createRandom(options.seed ?? randomInt(2 ** 31));
  const { onTurn } = options;
  const engine = createEngine({ ...shared, moods, random, counter, settings, isRunning, commit, onTurn, ...toLookups(app) });
  const timers = createTimers({ ...shared, functions: app.functions });
  const router = createRouter({
    routePrefix: settings.routePrefix,
    routes: toRoutes(app.functions),
    durable: createDurableApi({ engine, store, clock, settings, address: () => address }),
    keys,
    enforceKeys: moods.keys,
    invokeHttp: toHttpInvoke(app, counted.invoke, log, clock),
    fireTimer(name) {
      if (!timers.has(name)) return false;
      void timers.fire(name);
      return true;
    },
    hostVersion: HOST_VERSION,
  });
  const route = untilKilled(router, isAlive);
  server.serve(route);
  engine.recover();
  if (options.timers !== false) timers.start();

  const close = async (): Promise<void> => {
    timers.stop();
    life.stop();
    await timers.drained();
    await engine.drained();
    await app.runHooks("appTerminate", { hookData: {}, appHookData: app.appHookData });
    clock.kill();
    await server.close();
    life.kill();
    if (!options.store) store.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    functionKey: keys.function,
    fetch: async (request) => toResponse(await route(await fromRequest(request))),
    async fireTimer(name) {
      await timers.fire(name);
      if (!isAlive()) await never();
    },
    idle: () => counted.running() === 0 && timers.idle() && engine.idle(),
    kill() {
      life.kill();
      clock.kill();
      server.kill();
    },
    close: () => (isAlive() ? (closing ??= close()) : Promise.resolve()),
    stats: () => counter.read(),
    clearStats: () => counter.clear(),
  };
}

function createLog(write: (entry: LogEntry) => void, clock: Clock): Log {
  return (level, category, message, invocationId) =>
    write({ at: new Date(clock.now()).toISOString(), level, category, message, ...(invocationId ? { invocationId } : {}) });
}

function toHttpInvoke(app: LoadedApp, invoke: Invoke, log: Log, clock: Clock): RouterOptions["invokeHttp"] {
  const streamUri = app.capabilities["HttpUri"];
  return (target, request, params) =>
    clock.busy(
      streamUri
        ? invokeStreaming(invoke, log, streamUri, target, request, params)
        : invokeHttp(invoke, log, target, request, params),
    );
}

interface Life {
  readonly isAlive: () => boolean;
  readonly isRunning: () => boolean;
  readonly stop: () => void;
  readonly kill: () => void;
  readonly commit: <T>(work: () => T) => T;
}

function createLife(store: HostStore, onCommit: HostOptions["onCommit"]): Life {
  let alive = true;
  let running = true;
  let commits = 0;
  const check = (): void => {
    if (!alive) throw new HostKilled();
  };
  return {
    isAlive: () => alive,
    isRunning: () => alive && running,
    stop: () => void (running = false),
    kill: () => void (alive = false),
    commit: (work) => {
      check();
      commits += 1;
      const n = commits;
      onCommit?.(n, "before");
      check();
      const result = store.transaction(work);
      onCommit?.(n, "after");
      check();
      return result;
    },
  };
}

const never = (): Promise<never> => new Promise<never>(() => undefined);

/** A killed host answers nothing, and lets nobody go on. */
function untilKilled(router: Router, isAlive: () => boolean): Router {
  return async (request) => {
    if (!isAlive()) return never();
    try {
      const response = await router(request);
      return isAlive() ? response : await never();
    } catch (error) {
      if (!isAlive()) return never();
      throw error;
    }
  };
}

/** The durable client rewrites its URLs to port 7071 unless it is told the host's name before the app loads. */
function setEnvironment(port: number): void {
  process.env["WEBSITE_HOSTNAME"] = `localhost:${port}`;
  process.env["FUNCTIONS_WORKER_RUNTIME"] ??= "node";
  process.env["AZURE_FUNCTIONS_ENVIRONMENT"] ??= "Development";
}

function toLookups(app: LoadedApp): Pick<Parameters<typeof createEngine>[0], "findFunction" | "knownFunctions"> {
  const types = { activity: "activitytrigger", orchestrator: "orchestrationtrigger" };
  const of = (kind: keyof typeof types): LoadedApp["functions"] =>
    app.functions.filter((target) => target.trigger.type === types[kind]);
  const byName = {
    activity: new Map(of("activity").map((target) => [target.name.toLowerCase(), target])),
    orchestrator: new Map(of("orchestrator").map((target) => [target.name.toLowerCase(), target])),
  };
  return {
    findFunction: (kind, name) => byName[kind].get(name.toLowerCase()),
    knownFunctions: (kind) => of(kind).map((target) => target.name),
  };
}
