import { isRowConflict } from "../storage/row-error.ts";
import type { GithubEffect } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Link } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { admit, giveBack } from "./guards.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { resolveEffect } from "./resolve-writes.ts";

const CLOSE_MS = 20_000; // ms; a request that takes longer is given up
const RETRY_MS = 5_000; // ms

/**
 * Lets the item of a page go that is in the trash, was moved away or is gone: what the plan closes is closed first; the link stays
 * as `detached`, and takes the item up again when the page is restored.
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
  if (!(await closeItems(deps, mapping, pair))) {
    await giveBack(deps, mapping, "removals");
    return;
  }
  const link: Link = { ...afterClosing(mapping, pair, pair.link.value), state: "detached" };
  try {
    pair.link = { value: link, etag: await deps.storage.links.detach(link, pair.link.etag) };
  } catch (error) {
    if (!isRowConflict(error)) throw error;
    await giveBack(deps, mapping, "removals");
    pair.again = true;
    return;
  }
  await countLinks(deps, mapping, -1);
}

/** What we closed says nothing about what people want: a restored page's status stands as at first sight. */
function afterClosing(mapping: Mapping, { page }: PairWork, link: Link): Link {
  if (!page?.inTrash || mapping.onTrash !== "close" || !link.base) return link;
  return { ...link, base: { fields: link.base.fields } };
}

/** `false`: something is not closed, and the pair's outcome says why; closing may be repeated. */
async function closeItems(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<boolean> {
  const effects = pair.plan?.effects.filter((effect): effect is GithubEffect => effect.side === "github") ?? [];
  // They are done here; nothing else is written for a pair whose link is given up.
  if (pair.plan) pair.plan = { ...pair.plan, effects: [] };
  const deadlineAtMs = deps.clock.now() + CLOSE_MS;
  for (const effect of effects) {
    const { writes } = await resolveEffect(deps, mapping, pair, effect, deadlineAtMs);
    for (const result of await deps.github.applyWrites(writes, { deadlineAtMs })) {
      if (result.end === "succeeded") pair.wrote = true;
      else pair.outcome ??= outcomeOf(result.error, deps.clock.now(), RETRY_MS);
    }
  }
  return pair.outcome === undefined;
}

/** Keeps the number of links of a mapping, which guards and status go by. */
export async function countLinks(deps: ActivityDeps, mapping: Mapping, difference: number): Promise<void> {
  await deps.storage.mappings.update(mapping.name, (state) => {
    const links = Math.max(0, state.totals.links + difference);
    return { ...state, totals: { ...state.totals, links } };
  });
}
