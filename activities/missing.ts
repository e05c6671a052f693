import { isoNow } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ItemSnapshot, Link, Outcome, Side } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { detachPair } from "./detach.ts";
import { belongsTo, toIdentity } from "./link-pair.ts";
import { LATER, outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const ASK_AGAIN_MS = 10 * 60_000; // ms; design: absence is concluded from two looks, that far apart
const RETRY_MS = 30_000; // ms

/**
 * Decides about pages that Notion does not find: deleted, or not shared any more, which it does not tell apart. Their links are
 * given up after two looks 10 minutes apart, and only while the data source itself can be read.
 */
export async function judgeMissingPages(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  let source: Promise<Outcome | undefined> | undefined;
  for (const pair of pairs.filter(isNotFound)) {
    const state = pair.link?.value.state;
    if (state === "linked") {
      source ??= lookAtSource(deps, mapping);
      pair.outcome = await source;
      if (!pair.outcome) await judgeLinkedPage(deps, mapping, pair);
    } else if (state !== "reserved") {
      const sinceMs = Math.min(...pair.changes.map(({ value }) => Date.parse(value.storedAt)));
      pair.outcome = waitForSecondLook(deps, "page", sinceMs) ?? { status: "unchanged", why: "the page is gone" };
    }
  }
}

async function judgeLinkedPage(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  pair.outcome = waitForSecondLook(deps, "page", noteMissing(deps, pair, "notion"));
  if (pair.outcome) return;
  await detachPair(deps, mapping, pair);
  if (isLetGo(pair)) pair.missing = undefined;
}

function isNotFound({ page, outcome }: PairWork): boolean {
  return !page && outcome?.status === "failed" && outcome.code === "not_found";
}

function isLetGo({ link }: PairWork): boolean {
  return link?.value.state === "detached";
}

/** `undefined`: the data source can be read. */
async function lookAtSource(deps: ActivityDeps, mapping: Mapping): Promise<Outcome | undefined> {
  try {
    await deps.notion.listEdited(mapping.notion.dataSourceId, { since: null, order: "newest", pageSize: 1 });
    return undefined;
  } catch (error) {
    const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
    if (outcome.status !== "failed") return outcome;
    return {
      status: "waiting",
      until: LATER,
      code: "data_source_unreadable",
      reason: "Neither the page nor its data source can be read, so nothing is concluded.",
      remedy: "Share the database with the Notion connection again.",
    };
  }
}

/**
 * Decides about a linked item that GitHub does not find: a transferred one is followed; for any other the pair fails after two
 * looks 10 minutes apart, while the repository can be read. The link stays.
 */
export async function judgeMissingItem(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  const item = pair.link?.value.item;
  if (!item) return;
  try {
    const found = await deps.github.findByUrl(item.url);
    if (found) {
      await follow(deps, mapping, pair, found);
      return;
    }
    await deps.github.readRepository(item.repository);
  } catch (error) {
    pair.outcome = unreadable(item.repository, outcomeOf(error, deps.clock.now(), RETRY_MS), error);
    return;
  }
  pair.outcome = waitForSecondLook(deps, `${item.repository}#${item.number}`, noteMissing(deps, pair, "github"));
}

function unreadable(repository: string, outcome: Outcome, error: unknown): Outcome {
  if (outcome.status !== "failed" || !(error instanceof ServiceError)) return outcome;
  return {
    status: "waiting",
    until: LATER,
    code: "repository_unreadable",
    reason: `Neither the item nor its repository ${repository} can be read, so nothing is concluded.`,
    remedy: "Give the token access to the repository again.",
  };
}

/**
 * Links the page to what its item became in another repository. The base stays: it is the same item.
 *
 * @remarks The pointer of the former id stays too, so that late deliveries about it find the pair.
 */
async function follow(deps: ActivityDeps, mapping: Mapping, pair: PairWork, found: ItemSnapshot): Promise<void> {
  const { claims, links } = deps.storage;
  const former = pair.link?.value.item;
  if (!pair.link || !former) return;
  if (found.itemId !== former.itemId) {
    const claim = await claims.claim("item", found.itemId, mapping.name, pair.pageId);
    if (!claim.claimed) {
      pair.outcome = belongsTo(claim.mapping);
      return;
    }
    const link: Link = { ...pair.link.value, item: toIdentity(found) };
    pair.link = { value: link, etag: await links.complete(link, pair.link.etag) };
    await claims.release("item", former.itemId, mapping.name, pair.pageId);
  }
  pair.missing = undefined;
  pair.item = found;
}

/** Since when a side is missing, milliseconds since 1970; remembered with the link. */
function noteMissing(deps: ActivityDeps, pair: PairWork, side: Side): number {
  pair.missing = pair.missing?.side === side ? pair.missing : { side, since: isoNow(deps.clock) };
  return Date.parse(pair.missing.since);
}

function waitForSecondLook(deps: ActivityDeps, what: string, sinceMs: number): Outcome | undefined {
  const untilMs = sinceMs + ASK_AGAIN_MS;
  if (deps.clock.now() >= untilMs) return undefined;
  const isPage = what === "page";
  return {
    status: "waiting",
    until: new Date(untilMs).toISOString(),
    code: isPage ? "page_missing" : "item_missing",
    reason: isPage
      ? "Notion does not find the page; it is asked once more."
      : `GitHub does not find ${what}; it is asked once more.`,
  };
}
