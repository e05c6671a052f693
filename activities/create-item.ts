import { appendMarker } from "../github/marker.ts";
import { isRowConflict } from "../storage/row-error.ts";
import { rebase } from "../sync/base.ts";
import { isoNow } from "../sync/clock.ts";
import { CREATE_DEADLINE_MS, LOOK_AFTER_MS, LOOK_BACK_MS, stepReservation } from "../sync/create-once.ts";
import type { GithubEffect } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { ItemSnapshot, Link, Outcome, PageSnapshot, Reservation } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { countLinks } from "./detach.ts";
import { admit } from "./guards.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

type CreateEffect = Extract<GithubEffect, { kind: "create" }>;

const RACE_RETRY_MS = 5_000; // ms; another attempt was first

/**
 * Makes the item of a page exactly once, however often it is begun: claim, reserve, create, complete. An unclear end is
 * looked up in the list of the newest issues before anything is repeated.
 *
 * @remarks Sets `pair.item` and a completed link, or `pair.outcome`.
 */
export async function createOnce(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  try {
    const reservation = pair.link?.value.state === "reserved" ? pair.link.value.reservation : undefined;
    if (reservation) await resumeCreation(deps, mapping, pair, reservation);
    else await beginCreation(deps, mapping, pair);
  } catch (error) {
    pair.outcome = isRowConflict(error)
      ? waiting(deps, RACE_RETRY_MS, "busy", "Another attempt works on this page.")
      : outcomeOf(error, deps.clock.now(), RACE_RETRY_MS);
  }
}

async function resumeCreation(deps: ActivityDeps, mapping: Mapping, pair: PairWork, reservation: Reservation): Promise<void> {
  const step = stepReservation(reservation, deps.clock.now());
  if (step.kind === "wait") {
    pair.outcome = waitingUntil(
      step.untilMs,
      "create_unclear",
      "The end of a creation is not known yet; it is looked up before anything is repeated.",
    );
    return;
  }
  if (step.kind === "takeOver") return beginCreation(deps, mapping, pair);
  const found = await findCreated(deps, mapping, pair, reservation);
  if (found) return completeCreation(deps, mapping, pair, found, pair.link?.value.base);
  await saveLink(deps, pair, {
    ...reservedLink(mapping, pair),
    ...pair.link?.value,
    reservation: { ...reservation, looks: reservation.looks + 1 },
  });
  const nextMs = Date.parse(reservation.deadlineAt) + (LOOK_AFTER_MS[reservation.looks + 1] ?? 0);
  pair.outcome = waitingUntil(
    Math.max(nextMs, deps.clock.now()),
    "create_unclear",
    "The end of a creation is not known yet; it is looked up before anything is repeated.",
  );
}

/** Matches the marker among the newest issues; never by search, whose index lags by minutes. */
async function findCreated(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  reservation: Reservation,
): Promise<ItemSnapshot | undefined> {
  const since = new Date(Date.parse(reservation.sentAt) - LOOK_BACK_MS).toISOString();
  const issues = await deps.github.listCreated(reservation.repository, since);
  const mine = issues.filter((issue) => {
    const marker = issue.marker === null ? undefined : deps.markers.check(issue.marker);
    return marker?.valid === true && marker.pageId === pair.pageId;
  });
  // People copy bodies: the oldest is the one that was made for the page.
  return mine.sort((left, right) => left.number - right.number)[0];
}

async function beginCreation(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  const effect = pair.plan?.effects.find((candidate): candidate is CreateEffect => candidate.kind === "create");
  if (!effect || !pair.page) return releaseReservation(deps, mapping, pair);
  // Repeating a creation whose end stayed unknown is not a further one.
  const held = pair.link?.value.state === "reserved" ? undefined : await admit(deps, mapping, "creates");
  if (held) {
    pair.outcome = held;
    return;
  }
  const claim = await deps.storage.claims.claim("page", pair.pageId, mapping.name, pair.pageId);
  if (!claim.claimed) {
    pair.outcome = belongsTo(claim.mapping);
    return;
  }
  const repositoryId = await tryOrOutcome(deps, pair, () => deps.repositories.readId(effect.repository));
  if (repositoryId === undefined) return;
  const deadlineAtMs = deps.clock.now() + CREATE_DEADLINE_MS;
  const reservation = {
    attempt: deps.newAttempt(),
    sentAt: isoNow(deps.clock),
    deadlineAt: new Date(deadlineAtMs).toISOString(),
    repository: effect.repository,
    looks: 0,
  };
  // What is sent is the base, also for an issue that is only found again later: edits made meanwhile are then seen as such.
  const base = {
    fields: { title: { page: pair.page.fields["title"] ?? null, item: effect.title } },
    status: { page: pair.page.status, state: "open", reason: null },
  } as const;
  await saveLink(deps, pair, { ...reservedLink(mapping, pair), reservation, base });
  try {
    const body = appendMarker(issueBody(pair.page), deps.markers.format(pair.pageId));
    const item = await deps.github.createIssue({ repositoryId, title: effect.title, body }, { deadlineAtMs });
    pair.wrote = true;
    await completeCreation(deps, mapping, pair, item, rebase(base, ["title", "status"], pair.page, item));
  } catch (error) {
    if (!(error instanceof ServiceError) || error.service === "storage") throw error;
    if (error.end === "unknown") {
      pair.outcome = waitingUntil(
        Math.max(deadlineAtMs, deps.clock.now()),
        "create_unclear",
        "The end of a creation is not known yet; it is looked up before anything is repeated.",
      );
      return;
    }
    pair.outcome = outcomeOf(error, deps.clock.now(), RACE_RETRY_MS);
    await releaseReservation(deps, mapping, pair);
  }
}

async function completeCreation(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  item: ItemSnapshot,
  base: Link["base"],
): Promise<void> {
  const claim = await deps.storage.claims.claim("item", item.itemId, mapping.name, pair.pageId);
  if (!claim.claimed) {
    pair.outcome = belongsTo(claim.mapping);
    return;
  }
  await completeLink(deps, mapping, pair, item, base);
}

/** Links the pair: the link and its pointer are written together. */
export async function completeLink(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  item: ItemSnapshot,
  base: Link["base"],
): Promise<void> {
  const { kind, itemId, nodeId, repositoryId, repository, number, url } = item;
  const link: Link = {
    mapping: mapping.name,
    pageId: pair.pageId,
    state: "linked",
    item: { kind, itemId, nodeId, repositoryId, repository, number, url },
    ...(base ? { base } : {}),
  };
  if (!pair.link) await saveLink(deps, pair, reservedLink(mapping, pair));
  pair.link = { value: link, etag: await deps.storage.links.complete(link, pair.link?.etag ?? "") };
  pair.item = item;
  await countLinks(deps, mapping, 1);
}

/** A creation that was refused, or is wanted no more, leaves no reservation behind. */
async function releaseReservation(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  if (pair.link?.value.state !== "reserved") return;
  await saveLink(deps, pair, { mapping: mapping.name, pageId: pair.pageId, state: "detached" });
}

/** Writes the link row by the ETag it was read with, or inserts it. */
async function saveLink(deps: ActivityDeps, pair: PairWork, link: Link): Promise<void> {
  const { links } = deps.storage;
  const etag = pair.link ? await links.replace(link, pair.link.etag) : await links.insertReserved(link);
  pair.link = { value: link, etag };
}

function reservedLink(mapping: Mapping, pair: PairWork): Link {
  return { mapping: mapping.name, pageId: pair.pageId, state: "reserved" };
}

function issueBody(page: PageSnapshot): string {
  return `Planned in [Notion](${page.url}).`;
}

async function tryOrOutcome<T>(deps: ActivityDeps, pair: PairWork, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    pair.outcome = outcomeOf(error, deps.clock.now(), RACE_RETRY_MS);
    return undefined;
  }
}

/** Another mapping was first to claim the page or item. */
export function belongsTo(mapping: string): Outcome {
  return {
    status: "failed",
    code: "claimed",
    reason: `It belongs to mapping "${mapping}".`,
    remedy: `Unlink it there, or let only one mapping match it.`,
  };
}

function waiting(deps: ActivityDeps, ms: number, code: string, reason: string): Outcome {
  return waitingUntil(deps.clock.now() + ms, code, reason);
}

function waitingUntil(untilMs: number, code: string, reason: string): Outcome {
  return { status: "waiting", until: new Date(untilMs).toISOString(), code, reason };
}
