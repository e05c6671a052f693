import { isoNow } from "../sync/clock.ts";
import { rebase, rebaseSets, standingBase } from "../sync/base.ts";
import { itemFingerprint } from "../sync/fingerprint.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ItemSnapshot, Link, Outcome } from "../sync/model.ts";
import { placePrints } from "../sync/place.ts";
import { planPair } from "../sync/plan.ts";
import { printOf, withoutUnmapped } from "./changed-mapping.ts";
import { standingConflicts } from "./conflicts.ts";
import type { ActivityDeps } from "./deps.ts";
import { countTurns } from "./fuse.ts";
import { toPairState } from "./establish-pairs.ts";
import { toIdentity } from "./link-pair.ts";
import type { PairWork } from "./pair-work.ts";

/** What is stored of a pair after its work: the base of all that agrees, what was seen, and how it ended. */
export function nextLink(deps: ActivityDeps, mapping: Mapping, pair: PairWork, link: Link, outcome: Outcome): Link {
  const { stamp: _stamp, seen: _seen, missing: _missing, noted: _noted, conflicts: _conflicts, intent, ...kept } = link;
  const rest = withoutEndedAutoMerge(kept, pair);
  const isOpen = pair.again || outcome.status === "waiting";
  const next: Link = {
    ...rest,
    ...(isOpen && intent ? { intent } : {}),
    ...(pair.missing ? { missing: pair.missing } : {}),
    ...conflictsOf(mapping, pair),
  };
  const { page, item } = pair;
  if (!page || !item || link.state !== "linked") return { ...next, outcome };
  const body = pair.body?.isDone ? { body: pair.body.base } : {};
  const known =
    isOpen || pair.print === undefined
      ? undefined
      : {
          page: pair.print,
          item: itemFingerprint(item, mapping),
          itemAt: item.updatedAt,
          ...(item.project?.updatedAt === undefined ? {} : { cardAt: item.project.updatedAt }),
          ...companionPrint(mapping, pair),
          ...placePrintsOf(mapping, item),
          ...passedPrints(mapping, pair),
        };
  const state = toPairState(mapping, pair);
  const agreed = state ? planPair(state).agreed : [];
  const turns = countTurns(link, pair, isoNow(deps.clock));
  return {
    ...next,
    ...(turns ? { turns } : {}),
    // A renamed or transferred item keeps its link and is called by its present name.
    item: toIdentity(item),
    ...(pair.companion ? { companion: toIdentity(pair.companion) } : {}),
    base: withoutUnmapped(mapping, rebaseSets(rebase(standingBase(link, item), agreed, page, item), page, item)),
    config: printOf(mapping, pair, link, outcome),
    ...body,
    ...(item.project ? { projectItemId: item.project.projectItemId } : {}),
    ...(known ? { seen: known } : {}),
    ...(pair.note ? { noted: pair.note.code } : {}),
    outcome: outcome.status === "unchanged" ? { status: "synced" } : outcome,
    ...(pair.wrote ? { syncedAt: isoNow(deps.clock) } : {}),
  };
}

function conflictsOf(mapping: Mapping, pair: PairWork): Pick<Link, "conflicts"> {
  const conflicts = standingConflicts(mapping, pair);
  return conflicts.length > 0 ? { conflicts } : {};
}

function companionPrint(mapping: Mapping, { companion }: PairWork): Pick<NonNullable<Link["seen"]>, "companion" | "companionAt"> {
  return companion ? { companion: itemFingerprint(companion, mapping), companionAt: companion.updatedAt } : {};
}

function placePrintsOf(mapping: Mapping, item: ItemSnapshot): Pick<NonNullable<Link["seen"]>, "place"> {
  const place = placePrints(item, mapping);
  return place ? { place } : {};
}

/** Each write of a request is told by a delivery of its own, which shows the item between two of them. */
function passedPrints(mapping: Mapping, { returned }: PairWork): Pick<NonNullable<Link["seen"]>, "passed"> {
  if (returned.length < 2) return {};
  const prints = [...new Set(returned.map((item) => itemFingerprint(item, mapping)))];
  const at = returned.map(({ updatedAt }) => updatedAt).reduce((last, next) => (next > last ? next : last));
  return { passed: { prints, at } };
}

/** What was merged or closed, or that a person took back, is not ours to take back any more. */
function withoutEndedAutoMerge(link: Link, { item, companion, waits }: PairWork): Link {
  const pullRequest = item?.kind === "issue" ? companion : item;
  // What was read before it was enabled says nothing.
  if (!pullRequest || waits?.field === "status") return link;
  if (pullRequest.state === "open" && pullRequest.pullRequest?.autoMerge !== false) return link;
  const { autoMerge: _autoMerge, ...rest } = link;
  return rest;
}
