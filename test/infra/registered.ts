// What the built app registers with the host.
import { resolve } from "node:path";
import { loadApp, type RegisteredFunction } from "../../local/host/functions-core.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** One way to ask the app. */
export interface Route {
  readonly method: string;
  /** From the first slash: `/api/plan/{id}`. */
  readonly path: string;
  /** `anonymous` or `function`. */
  readonly authLevel: string | undefined;
}

/** Loads the bundle with these settings. */
export async function loadBundle(environment: Readonly<Record<string, string>>): Promise<readonly RegisteredFunction[]> {
  Object.assign(globalThis, { [Symbol.for("notion-sync.seams")]: { environment } });
  return (await loadApp(ROOT, () => undefined)).functions;
}

/** The routes among what is registered. */
export function routesOf(functions: readonly RegisteredFunction[]): readonly Route[] {
  return functions.flatMap(({ trigger: { type, binding } }) =>
    type === "httptrigger"
      ? (binding.methods ?? []).map((method) => ({ method, path: `/api/${binding.route ?? ""}`, authLevel: binding.authLevel }))
      : [],
  );
}
