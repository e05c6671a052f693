import type { Mapping } from "../sync/mapping.ts";
import type { ActivityDeps } from "./deps.ts";

/** Keeps the number of links of a mapping, which guards and status go by. */
export async function countLinks(deps: ActivityDeps, mapping: Mapping, difference: number): Promise<void> {
  await deps.storage.mappings.update(mapping.name, (state) => {
    const links = Math.max(0, state.totals.links + difference);
    return { ...state, totals: { ...state.totals, links } };
  });
}
