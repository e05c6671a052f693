import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** What the local host takes from host.json. */
export interface HostSettings {
  /** First segment of the HTTP triggers' paths, without slashes; empty for none. */
  readonly routePrefix: string;
  readonly taskHub: string;
  readonly maxActivities: number;
  readonly maxOrchestrators: number;
}

interface HostFile {
  readonly extensions?: {
    readonly http?: { readonly routePrefix?: string };
    readonly durableTask?: {
      readonly hubName?: string;
      readonly maxConcurrentActivityFunctions?: number;
      readonly maxConcurrentOrchestratorFunctions?: number;
    };
  };
}

const PER_CORE = 10; // the Durable extension's default for both limits, per core and instance

/**
 * Reads host.json of an app.
 *
 * @throws Error when the file is missing or is not JSON.
 */
export function readHostSettings(appDirectory: string): HostSettings {
  const path = join(appDirectory, "host.json");
  if (!existsSync(path)) throw new Error(`There is no host.json in "${appDirectory}".`);
  const file = JSON.parse(readFileSync(path, "utf8")) as HostFile;
  const durable = file.extensions?.durableTask;
  return {
    routePrefix: (file.extensions?.http?.routePrefix ?? "api").replace(/^\/+|\/+$/g, ""),
    taskHub: resolveSetting(durable?.hubName ?? "LocalHub"),
    maxActivities: durable?.maxConcurrentActivityFunctions ?? PER_CORE * availableParallelism(),
    maxOrchestrators: durable?.maxConcurrentOrchestratorFunctions ?? PER_CORE * availableParallelism(),
  };
}

/**
 * Puts in the app settings that a text names as `%NAME%`.
 *
 * @throws Error that names a setting which is not set.
 */
export function resolveSetting(text: string): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw new Error(`The app setting "${name}" is not set; "${text}" needs it.`);
    return value;
  });
}

/** Puts `Values` of local.settings.json into the environment, without overriding what is set. A missing file is none. */
export function applyLocalSettings(appDirectory: string): void {
  const path = join(appDirectory, "local.settings.json");
  if (!existsSync(path)) return;
  const file = JSON.parse(readFileSync(path, "utf8")) as { Values?: Record<string, unknown> };
  for (const [name, value] of Object.entries(file.Values ?? {})) process.env[name] ??= String(value);
}
