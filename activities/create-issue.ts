import type { NewIssue } from "../github/client.ts";
import { isRowConflict } from "../storage/row-error.ts";
import { rebase } from "../sync/base.ts";
import { isoNow } from "../sync/clock.ts";
import { CREATE_DEADLINE_MS, LOOK_AFTER_MS, LOOK_BACK_MS, stepReservation } from "../sync/create-once.ts";
import type { CreateEffect } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import { creationIntent, recoverBase } from "../sync/intent.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, ItemSnapshot, Link, Outcome, Reservation } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { newBody } from "./bodies.ts";
import { admit } from "./guards.ts";
import { belongsTo, completeLink, saveLink } from "./link-pair.ts";
import { resolveNewIssue } from "./new-issue.ts";
import { busy, outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const RACE_RETRY_MS = 5_000; // ms; another attempt was first
const UNCLEAR = "The end of a creation is not known yet; it is looked up before anything is repeated.";

const PARENT_GONE: FieldProblem = {
  field: "parent",
  code: "parent_unlinked",
  reason: "GitHub does not find the parent's issue: it is deleted, or out of the token's reach.",
  remedy: "Name another parent page, or clear the parent.",
};

/**
 * Makes the issue of a page exactly once, however often it is begun: claim, reserve, create, complete. An unclear end is
 * looked up in the list of the newest issues before anything is repeated.
 *
 * @remarks Sets `pair.item` and a completed link, or `pair.outcome`.
 */
export async function createIssueOnce(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: CreateEffect | undefined,
): Promise<void> {
  try {
    const reservation = pair.link?.value.state === "reserved" ? pair.link.value.reservation : undefined;
    if (reservation) await resumeCreation(deps, mapping, pair, reservation, effect);
    else await beginCreation(deps, mapping, pair, effect);
  } catch (error) {
    pair.outcome = isRowConflict(error) ? busy(deps.clock.now()) : outcomeOf(error, deps.clock.now(), RACE_RETRY_MS);
  }
}

async function resumeCreation(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  reservation: Reservation,
  effect: CreateEffect | undefined,
): Promise<void> {
  const step = stepReservation(reservation, deps.clock.now());
  if (step.kind === "wait") {
    pair.outcome = waitingUntil(step.untilMs, "create_unclear", UNCLEAR);
    return;
  }
  if (step.kind === "takeOver") return beginCreation(deps, mapping, pair, effect);
  const { found, forged } = await findCreated(deps, pair, reservation);
  if (found) return completeCreation(deps, mapping, pair, found, pair.link?.value.base);
  if (forged) {
    // It may be ours, signed with a key that is gone, or a copy that somebody made: neither trusted nor ignored.
    pair.outcome = unverified(forged);
    return;
  }
  await saveLink(deps, pair, {
    ...reservedLink(mapping, pair),
    ...pair.link?.value,
    reservation: { ...reservation, looks: reservation.looks + 1 },
  });
  const nextMs = Date.parse(reservation.deadlineAt) + (LOOK_AFTER_MS[reservation.looks + 1] ?? 0);
  pair.outcome = waitingUntil(Math.max(nextMs, deps.clock.now()), "create_unclear", UNCLEAR);
}

/** Matches the marker among the newest issues; never by search, whose index lags by minutes. */
async function findCreated(
  deps: ActivityDeps,
  pair: PairWork,
  reservation: Reservation,
): Promise<{ readonly found: ItemSnapshot | undefined; readonly forged: ItemSnapshot | undefined }> {
  const since = new Date(Date.parse(reservation.sentAt) - LOOK_BACK_MS).toISOString();
  const issues = await deps.github.listCreated(reservation.repository, since);
  const named = issues.flatMap((issue) => {
    const marker = issue.marker === null ? undefined : deps.markers.check(issue.marker);
    return marker?.pageId === pair.pageId ? [{ issue, isValid: marker.valid }] : [];
  });
  // People copy bodies: the oldest is the one that was made for the page.
  named.sort((left, right) => left.issue.number - right.issue.number);
  return { found: named.find(({ isValid }) => isValid)?.issue, forged: named.find(({ isValid }) => !isValid)?.issue };
}

async function beginCreation(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: CreateEffect | undefined,
): Promise<void> {
  if (!effect || !pair.page) return releaseReservation(deps, mapping, pair);
  // Repeating a creation whose end stayed unknown is not a further one.
  const held = pair.link?.value.state === "reserved" ? undefined : await admit(deps, mapping, "creates");
  if (held) {
    pair.outcome = held;
    return;
  }
  pair.isCounted = pair.link?.value.state !== "reserved";
  const claim = await deps.storage.claims.claim("page", pair.pageId, mapping.name, pair.pageId);
  if (!claim.claimed) {
    pair.outcome = belongsTo(claim.mapping);
    return;
  }
  const { input, problems } = await resolveNewIssue(deps, mapping, pair, effect);
  const body = await newBody(deps, mapping, pair, pair.page);
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
  const intent = creationIntent(effect, pair.page, problems);
  await saveLink(deps, pair, { ...reservedLink(mapping, pair), reservation, base, intent });
  try {
    const { item, gone } = await sendCreation(deps, { ...input, title: effect.title, body }, deadlineAtMs);
    pair.wrote = true;
    pair.refused.push(...problems, ...gone, ...item.problems);
    await completeCreation(deps, mapping, pair, item, rebase(base, ["title", "status"], pair.page, item));
  } catch (error) {
    if (!(error instanceof ServiceError) || error.service === "storage") throw error;
    if (error.end === "unknown") {
      pair.outcome = waitingUntil(Math.max(deadlineAtMs, deps.clock.now()), "create_unclear", UNCLEAR);
      return;
    }
    pair.outcome = outcomeOf(error, deps.clock.now(), RACE_RETRY_MS);
    await releaseReservation(deps, mapping, pair);
  }
}

/** Sends the creation; a parent whose issue GitHub does not know, for which nothing was made, does not stop it. */
async function sendCreation(
  deps: ActivityDeps,
  issue: NewIssue,
  deadlineAtMs: number,
): Promise<{ readonly item: ItemSnapshot; readonly gone: readonly FieldProblem[] }> {
  try {
    return { item: await deps.github.createIssue(issue, { deadlineAtMs }), gone: [] };
  } catch (error) {
    const { parentIssueId, ...orphan } = issue;
    const isParent = error instanceof ServiceError && error.code === "not_found" && error.end === "failed";
    if (!isParent || parentIssueId === undefined || !error.message.includes(parentIssueId)) throw error;
    return { item: await deps.github.createIssue(orphan, { deadlineAtMs }), gone: [PARENT_GONE] };
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
  const { intent } = pair.link?.value ?? {};
  const known = base && intent && pair.page ? recoverBase(base, intent, pair.page, item) : base;
  // Whether it is in the project is not in the answer: adding it again is harmless, and tells.
  await completeLink(
    deps,
    mapping,
    pair,
    mapping.github.project && !pair.projectProblem ? { ...item, project: null } : item,
    known,
  );
}

/** A creation that was refused, or is wanted no more, leaves no reservation behind. */
async function releaseReservation(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  if (pair.link?.value.state !== "reserved") return;
  await saveLink(deps, pair, { mapping: mapping.name, pageId: pair.pageId, state: "detached" });
}

function reservedLink(mapping: Mapping, pair: PairWork): Link {
  return { mapping: mapping.name, pageId: pair.pageId, state: "reserved" };
}

function waitingUntil(untilMs: number, code: string, reason: string): Outcome {
  return { status: "waiting", until: new Date(untilMs).toISOString(), code, reason };
}

function unverified(issue: ItemSnapshot): Outcome {
  const name = `${issue.repository}#${issue.number}`;
  const problem: FieldProblem = {
    field: "item",
    code: "marker_unverified",
    reason: `${name} carries the marker of this page, and it was not made with any of MARKER_KEYS.`,
    remedy: `If ${name} is the page's issue, write "${name}" into its "GitHub" property; else remove the marker from its text.`,
  };
  return { status: "failed", code: problem.code, reason: problem.reason, remedy: problem.remedy };
}
