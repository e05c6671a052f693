import type { Mapping } from "../sync/mapping.ts";
import { isRowConflict } from "../storage/row-error.ts";
import type { ActivityDeps } from "./deps.ts";
import { checkOwner } from "./find-pull-request.ts";
import { hangCompanion } from "./link-pair.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const RETRY_MS = 30_000; // ms

/**
 * Reads the pull requests that say they close the issues of pairs without a companion; one that several would be is none.
 *
 * @remarks A branch on the page goes first: it says which pull request is meant.
 */
export async function readClosers(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  if (!mapping.pullRequest) return;
  const wanted = pairs.flatMap((pair) => {
    const [nodeId, ...others] = pair.item?.closers ?? [];
    const { state, companion } = pair.link?.value ?? {};
    const isFree = !pair.outcome && state === "linked" && !companion && (pair.page?.branch ?? "").trim() === "";
    return isFree && pair.item?.state === "open" && nodeId !== undefined && others.length === 0 ? [{ pair, nodeId }] : [];
  });
  if (wanted.length === 0) return;
  try {
    const readings = await deps.github.readItems([...new Set(wanted.map(({ nodeId }) => nodeId))]);
    for (const { pair, nodeId } of wanted) {
      const closer = readings.get(nodeId);
      if (closer === undefined || closer === "missing" || closer.state !== "open") continue;
      // "#15" after the issue means one of the same repository.
      if (closer.repository !== pair.item?.repository) continue;
      const found = await checkOwner(deps, pair, closer);
      if (found.pullRequest) pair.companion = closer;
    }
  } catch (error) {
    const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
    for (const { pair } of wanted) pair.outcome = outcome;
  }
}

/** Hangs what was found on its pair, before anything is planned for it; one that another page claimed first is left alone. */
export async function hangCloser(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  const { companion, link } = pair;
  if (pair.outcome || !companion || link?.value.state !== "linked" || link.value.companion) return;
  const claim = await deps.storage.claims.claim("item", companion.itemId, mapping.name, pair.pageId);
  if (!claim.claimed) {
    pair.companion = undefined;
    return;
  }
  try {
    await hangCompanion(deps, pair, companion);
  } catch (error) {
    if (!isRowConflict(error)) throw error;
    pair.again = true;
  }
}
