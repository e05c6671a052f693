import { isRowConflict } from "../storage/row-error.ts";
import type { GithubEffect } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Link } from "../sync/model.ts";
import { countLinks } from "./count-links.ts";
import type { ActivityDeps } from "./deps.ts";
import { admit, giveBack } from "./guards.ts";
import { cancelAutoMerge } from "./merge-pull-requests.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { resolveEffect } from "./resolve-writes.ts";

const CLOSE_MS = 20_000; // ms; a request that takes longer is given up
const RETRY_MS = 5_000; // ms
const DETACH_ATTEMPTS = 3;

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
  if (await detachLink(deps, mapping, pair)) await countLinks(deps, mapping, -1);
  else await giveBack(deps, mapping, "removals");
}

/** `false`: another attempt was first. What was closed is let go even if the link was written to meanwhile. */
async function detachLink(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<boolean> {
  const { links } = deps.storage;
  for (let left = DETACH_ATTEMPTS; pair.link?.value.state === "linked" && left > 0; left -= 1) {
    const link: Link = { ...afterClosing(mapping, pair, pair.link.value), state: "detached" };
    try {
      pair.link = { value: link, etag: await links.detach(link, pair.link.etag) };
      return true;
    } catch (error) {
      if (!isRowConflict(error)) throw error;
      pair.link = await links.find(mapping.name, pair.pageId);
    }
  }
  pair.again = pair.link?.value.state === "linked";
  return false;
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
    if (effect.kind === "cancelAutoMerge") await cancelAutoMerge(deps, pair, effect, deadlineAtMs);
    const { writes } = await resolveEffect(deps, mapping, pair, effect, deadlineAtMs);
    for (const result of await deps.github.applyWrites(writes, { deadlineAtMs })) {
      if (result.end === "succeeded") pair.wrote = true;
      else pair.outcome ??= outcomeOf(result.error, deps.clock.now(), RETRY_MS);
    }
  }
  pair.outcome ??= pair.waits?.outcome;
  return pair.outcome === undefined;
}
