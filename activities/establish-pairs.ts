import type { CreateEffect } from "../sync/effect.ts";
import { recoverBase } from "../sync/intent.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { Outcome } from "../sync/model.ts";
import { planPair } from "../sync/plan.ts";
import type { PairState } from "../sync/plan.ts";
import { hangCloser } from "./companions.ts";
import { asFirstSight, isUnderChange } from "./changed-mapping.ts";
import { createIssueOnce } from "./create-issue.ts";
import { createTurns } from "./creation-turns.ts";
import { ensurePullRequest } from "./create-pull-request.ts";
import { detachPair } from "./detach.ts";
import type { ActivityDeps } from "./deps.ts";
import { adoptItem } from "./link-pair.ts";
import type { PairWork } from "./pair-work.ts";
import { parentIds } from "./parents.ts";
import { refreshParents } from "./read-pairs.ts";

const CREATE_MS = 20_000; // ms; a creation that takes longer is aborted and looked up

/** Plans each pair, and brings those without a link to have one: creates, adopts or lets go. Parents come before their children. */
export async function establishPairs(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  for (const pair of pairs) await hangCloser(deps, mapping, pair);
  for (const pair of pairs) makePlan(mapping, pair);
  const createInTurn = createTurns(deps, mapping, (pair) => create(deps, mapping, pair));
  for (const pair of parentsFirst(pairs)) {
    if (pair.outcome || !pair.plan) continue;
    if (needsCreation(pair)) await createInTurn(pair);
    else if (pair.plan.step === "adopt") await adoptItem(deps, mapping, pair);
    else if (pair.plan.step === "detach") await detachPair(deps, mapping, pair);
    if (pair.link?.value.state === "linked" && pair.item) makePlan(mapping, pair);
  }
}

/** What the core plans from: both sides as read, and what the project did not tell. */
export function toPairState(mapping: Mapping, pair: PairWork): PairState | undefined {
  const { page, item, companion, link, projectProblem } = pair;
  if (!page) return undefined;
  const problems = projectProblem ? [...page.problems, projectProblem] : page.problems;
  return { mapping, page: { ...page, problems }, item, companion, link: link?.value };
}

/** Plans one pair as it was read; one that ended already has no plan. */
export function makePlan(mapping: Mapping, pair: PairWork): void {
  if (pair.outcome) return;
  const { link, page, item } = pair;
  if (link?.value.base && link.value.intent && page && item) {
    const base = recoverBase(link.value.base, link.value.intent, page, item);
    pair.link = { ...link, value: { ...link.value, base } };
  }
  const state = toPairState(mapping, pair);
  if (!state) return;
  pair.plan = planPair(state);
  if (!pair.link || !isUnderChange(mapping, pair)) return;
  const value = asFirstSight(pair.link.value, pair.plan.effects);
  if (value === pair.link.value) return;
  pair.link = { ...pair.link, value };
  pair.plan = planPair({ ...state, link: value });
}

function needsCreation(pair: PairWork): boolean {
  return pair.plan?.step === "create" || pair.link?.value.state === "reserved";
}

async function create(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<void> {
  if (pair.namesMissing && pair.link?.value.state !== "reserved") {
    pair.outcome = namesNothing(pair.page?.reference ?? "");
    return;
  }
  if (parentIds(pair.rawPage).some((pageId) => !pair.parents.has(pageId))) {
    // The parent may have been made a moment ago.
    await refreshParents(deps, mapping, [pair]);
    makePlan(mapping, pair);
  }
  const effect = pair.plan?.effects.find((candidate): candidate is CreateEffect => candidate.kind === "create");
  const isReserved = pair.link?.value.state === "reserved" && pair.link.value.reservation !== undefined;
  if (effect?.to === "pullRequest" && !isReserved)
    await ensurePullRequest(deps, mapping, pair, effect, deps.clock.now() + CREATE_MS);
  else await createIssueOnce(deps, mapping, pair, effect);
}

/** Absence is not deletion: the item may be out of the token's reach, and a second one must not take its place. */
function namesNothing(reference: string): Outcome {
  return {
    status: "failed",
    code: "reference_missing",
    reason: `The page names ${reference}, which cannot be read: it is deleted, moved, or out of the token's reach.`,
    remedy: `Give the token access to it, or empty the "GitHub" property to have a new item made.`,
  };
}

/** Pages whose parent is in the same slice come after it. */
function parentsFirst(pairs: readonly PairWork[]): readonly PairWork[] {
  const byId = new Map(pairs.map((pair) => [pair.pageId, pair]));
  const ordered = new Set<PairWork>();
  const visit = (pair: PairWork, above: ReadonlySet<string>): void => {
    if (ordered.has(pair) || above.has(pair.pageId)) return;
    const path = new Set([...above, pair.pageId]);
    for (const parentId of parentIds(pair.rawPage)) {
      const parent = byId.get(parentId);
      if (parent) visit(parent, path);
    }
    ordered.add(pair);
  };
  for (const pair of pairs) visit(pair, new Set());
  return [...ordered];
}
