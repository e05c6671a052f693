import { isRowConflict } from "../storage/row-error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ActivityDeps } from "./deps.ts";
import { admit } from "./guards.ts";
import type { PairWork } from "./pair-work.ts";

/**
 * Lets the item of a page in the trash go: the link stays as `detached`, and takes the item up again when the page is restored.
 *
 * @remarks Counted by the guard on removals: many at once are held until a person confirms.
 */
export async function detachPair(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  if (!pair.link) return;
  const held = await admit(deps, mapping, "removals");
  if (held) {
    pair.outcome = held;
    return;
  }
  const link = { ...pair.link.value, state: "detached" } as const;
  try {
    pair.link = { value: link, etag: await deps.storage.links.detach(link, pair.link.etag) };
  } catch (error) {
    if (!isRowConflict(error)) throw error;
    pair.again = true;
    return;
  }
  await countLinks(deps, mapping, -1);
}

/** Keeps the number of links of a mapping, which guards and status go by. */
export async function countLinks(deps: ActivityDeps, mapping: Mapping, difference: number): Promise<void> {
  await deps.storage.mappings.update(mapping.name, (state) => {
    const links = Math.max(0, state.totals.links + difference);
    return { ...state, totals: { ...state.totals, links } };
  });
}
