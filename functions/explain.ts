import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { isHeld } from "../storage/changes.ts";
import type { Change } from "../sync/model.ts";
import { formatReference } from "../sync/reference.ts";
import type { FunctionDeps } from "./deps.ts";
import { ADDRESS_FORMS, parseAddress } from "./explain-address.ts";
import { conflictsOf, holdOf, nextAttemptOf, outcomeOf, waitsUntil } from "./explain-ends.ts";
import type { Asked, LoneItemFacts, PairFacts } from "./explain-facts.ts";
import { readItem } from "./explain-item.ts";
import { toNextWrites } from "./explain-next.ts";
import { readPair } from "./explain-pair.ts";
import { toSteps } from "./explain-steps.ts";
import { problem, shown } from "./respond.ts";

/** `GET /api/explain?url=`: why a page or an item is as it is, step by step; reads only, and gives no title and no text. */
export async function handleExplain(request: HttpRequest, deps: FunctionDeps): Promise<HttpResponseInit> {
  const text = request.query.get("url")?.trim() ?? "";
  if (text === "") return problem(400, `"url" is missing. ${ADDRESS_FORMS}`);
  const address = parseAddress(text);
  if (!address) return problem(400, `"${shown(text)}" names no page and no item. ${ADDRESS_FORMS}`);
  const facts = address.kind === "page" ? await readPair(deps, address.pageId) : await readItem(deps, address);
  if (facts.kind === "unknown") return problem(404, facts.detail);
  return { status: 200, jsonBody: facts.kind === "pair" ? toPairBody(facts) : toItemBody(facts) };
}

function toPairBody(facts: PairFacts) {
  const { pageId, mapping, formerMapping, link, changes, plan, state } = facts;
  const hold = holdOf(facts);
  return {
    page: pageId,
    item: link?.item ? formatReference(link.item) : null,
    companion: link?.companion ? formatReference(link.companion) : null,
    mapping: mapping?.name ?? formerMapping ?? null,
    paused: state?.paused ?? false,
    link: link
      ? {
          state: link.state,
          syncedAt: link.syncedAt ?? null,
          reservedAt: link.reservation?.sentAt ?? null,
          missing: link.missing ?? null,
        }
      : null,
    outcome: toShownOutcome(facts),
    waitsUntil: waitsUntil(facts) ?? null,
    nextAttemptAt: nextAttemptOf(facts) ?? null,
    changes: changes.map(toShownChange),
    holds: hold ? [{ ...hold, remedy: `Confirm with POST /api/sync {"confirm": "${hold.id}"}.` }] : [],
    conflicts: conflictsOf(facts).map(({ field, taken }) => ({ field, taken })),
    next: plan ? toNextWrites(plan) : null,
    asked: {
      notion: toShownAsked(facts.page),
      github: toShownAsked(facts.item.status === "notAsked" ? facts.named?.item : facts.item),
    },
    steps: toSteps(facts),
  };
}

/** Of an item without a page. */
function toItemBody(facts: LoneItemFacts) {
  return {
    page: null,
    item: facts.name,
    companion: null,
    mapping: null,
    paused: false,
    link: null,
    outcome: null,
    waitsUntil: null,
    nextAttemptAt: null,
    changes: [],
    holds: [],
    conflicts: [],
    next: null,
    asked: { notion: "notAsked", github: toShownAsked(facts.item) },
    steps: toSteps(facts),
  };
}

/** Times and tries are those that status shows, while it speaks of the same outcome. */
function toShownOutcome(facts: PairFacts) {
  const outcome = outcomeOf(facts);
  if (!outcome) return null;
  const attention = facts.attention?.outcome.status === outcome.status ? facts.attention : undefined;
  return {
    status: outcome.status,
    code: "code" in outcome ? outcome.code : null,
    reason: "reason" in outcome ? outcome.reason : "why" in outcome ? (outcome.why ?? null) : null,
    remedy: "remedy" in outcome ? (outcome.remedy ?? null) : null,
    holdId: outcome.status === "held" ? outcome.holdId : null,
    attempts: attention?.attempts ?? null,
    since: attention?.since ?? null,
  };
}

function toShownChange(change: Change) {
  const { side, id, notBefore, storedAt, attempts, source, planId } = change;
  return {
    side,
    id,
    source,
    notBefore: isHeld(change) ? null : notBefore,
    isHeld: isHeld(change),
    storedAt,
    attempts,
    planId: planId ?? null,
  };
}

const toShownAsked = (asked: Asked<unknown> | undefined): string =>
  !asked || asked.status === "notAsked" ? "notAsked" : asked.status === "unread" ? asked.code : asked.status;
