import { readFileSync } from "node:fs";

/** The demo's mapping file: it has every key of the contract. */
export const demoText = readFileSync(new URL("../../sync.config.json", import.meta.url), "utf8");

/** A change of one place of a file; `undefined` takes the key out. */
export type Edit = readonly [path: readonly (string | number)[], value: unknown];

/** The demo's mapping file with changes; paths begin within the first mapping. */
export function demoWith(...edits: readonly Edit[]): unknown {
  const config = JSON.parse(demoText) as { mappings: Record<string | number, unknown>[] };
  for (const [path, value] of edits) {
    let parent = config.mappings[0] ?? {};
    for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
    const last = path.at(-1) ?? "";
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = structuredClone(value);
  }
  return config;
}

/** The demo's mapping several times, each with changes of its own. */
export function mappingsWith(...mappings: readonly (readonly Edit[])[]): unknown {
  return { mappings: mappings.flatMap((edits) => (demoWith(...edits) as { mappings: unknown[] }).mappings) };
}
