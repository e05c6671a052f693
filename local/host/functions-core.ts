// The module `@azure/functions-core`, which the Node worker injects and no registry has, and the loading of the app with it.
import { globSync, readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Log, LogEntry } from "./log.ts";
import type { TypedData } from "./typed-data.ts";

const CORE_MODULE = "@azure/functions-core";
const WORKER_VERSION = "3.9.1"; // the Node worker whose contract this follows
const HOST_VERSION = "4.1036.0"; // newer features of the library ask for 4.34 or more

export interface Binding {
  readonly type: string;
  readonly direction: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: string;
  readonly schedule?: string;
  readonly runOnStartup?: boolean;
  readonly useMonitor?: boolean;
}

/** One function that the app registered. */
export interface RegisteredFunction {
  readonly name: string;
  readonly functionId: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  /** Name of the binding that triggers it, and its type in lower case: `httptrigger`, `timertrigger` … */
  readonly trigger: { readonly name: string; readonly type: string; readonly binding: Binding };
  readonly callback: FunctionCallback;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;
type Hook = (context: Record<string, unknown>) => unknown;

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData | null }>;
}

interface ProgrammingModel {
  getInvocationModel(coreContext: unknown): InvocationModel | Promise<InvocationModel>;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

/** The app as it stands after loading. */
export interface LoadedApp {
  readonly functions: readonly RegisteredFunction[];
  readonly model: ProgrammingModel;
  readonly capabilities: Readonly<Record<string, string>>;
  /** Runs the hooks of one name, in the order of their registration. */
  runHooks(name: string, context: Record<string, unknown>): Promise<void>;
  readonly appHookData: Record<string, unknown>;
}

const HOOK_NAMES = ["preInvocation", "postInvocation", "appStart", "appTerminate", "log"];

class Disposable {
  readonly #dispose: () => unknown;
  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }
  static from(...items: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => items.forEach((item) => item.dispose()));
  }
  dispose(): unknown {
    return this.#dispose();
  }
}

let currentCore: unknown;
let patched = false;
const loadedBefore = new Set<string>();

function injectCore(core: unknown): void {
  currentCore = core;
  if (patched) return;
  patched = true;
  const modules = Module.prototype as unknown as { require: (this: unknown, id: string) => unknown };
  modules.require = new Proxy(modules.require, {
    apply: (target, self, args: [string]): unknown => (args[0] === CORE_MODULE ? currentCore : Reflect.apply(target, self, args)),
  });
}

/**
 * Loads the app that `main` of its package.json names, afresh.
 *
 * @throws Error when nothing matches `main`, when the app fails to load, or when it registers no functions.
 */
export async function loadApp(appDirectory: string, log: Log): Promise<LoadedApp> {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<string, Hook[]>(HOOK_NAMES.map((name) => [name, []]));
  const appHookData: Record<string, unknown> = {};
  let model: ProgrammingModel | undefined;
  let locked = false;

  const core = {
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    log: (level: LogEntry["level"], category: string, message: string) => log(level, `Worker.${category}`, message),
    setProgrammingModel: (value: ProgrammingModel) => void (model = value),
    getProgrammingModel: () => model,
    registerFunction(meta: { name: string; functionId?: string; bindings: Record<string, Binding> }, callback: FunctionCallback) {
      if (locked) throw new Error("A function can only be registered during app startup.");
      const id = meta.functionId ?? meta.name;
      if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
      functions.set(id, toRegistered(id, meta, callback));
      return new Disposable(() => functions.delete(id));
    },
    registerHook(name: string, hook: Hook) {
      const list = hooks.get(name);
      if (!list) throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
      list.push(hook);
      return new Disposable(() => list.splice(list.indexOf(hook), 1));
    },
  };

  injectCore(core);
  await loadEntries(resolve(appDirectory));
  const runHooks = async (name: string, context: Record<string, unknown>): Promise<void> => {
    for (const hook of hooks.get(name) ?? []) await hook(context);
  };
  await runHooks("appStart", { hookData: {}, appHookData, functionAppDirectory: appDirectory });
  locked = true;
  if (!model || functions.size === 0) {
    throw new Error(
      `The app in "${appDirectory}" registered no functions: does its entry import @azure/functions and call app.*?`,
    );
  }
  return { functions: [...functions.values()], model, capabilities: await model.getCapabilities({}), runHooks, appHookData };
}

function toRegistered(
  functionId: string,
  meta: { name: string; bindings: Record<string, Binding> },
  callback: FunctionCallback,
): RegisteredFunction {
  const trigger = Object.entries(meta.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!trigger) throw new Error(`The function "${meta.name}" has no trigger.`);
  const [name, binding] = trigger;
  const bindings = meta.bindings;
  return { name: meta.name, functionId, bindings, trigger: { name, type: binding.type.toLowerCase(), binding }, callback };
}

async function loadEntries(directory: string): Promise<void> {
  const settings = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { main?: string; type?: string };
  if (!settings.main) throw new Error(`The package.json in "${directory}" has no "main": name the built bundle there.`);
  const files = globSync(settings.main, { cwd: directory });
  if (files.length === 0) {
    throw new Error(`Nothing in "${directory}" matches "main" of its package.json, "${settings.main}". Build the app first.`);
  }
  const require = createRequire(join(directory, "package.json"));
  for (const path of loadedBefore) Reflect.deleteProperty(require.cache, path);
  const already = new Set(Object.keys(require.cache));
  for (const file of files) {
    const path = join(directory, file);
    const isModule = extname(file) === ".mjs" || (extname(file) === ".js" && settings.type === "module");
    if (isModule) await import(pathToFileURL(path).href);
    else require(path);
  }
  for (const path of Object.keys(require.cache)) if (!already.has(path)) loadedBefore.add(path);
}
