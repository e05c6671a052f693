import { appendMarker } from "../github/marker.ts";
import { isRowConflict } from "../storage/row-error.ts";
import { rebase } from "../sync/base.ts";
import { branchKey } from "../sync/branch-key.ts";
import type { BranchPlan, CreateEffect } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, ItemSnapshot, Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { findPullRequest, othersPullRequest } from "./find-pull-request.ts";
import { admit, giveBack } from "./guards.ts";
import { issueBody } from "./issue-body.ts";
import { belongsTo, completeLink, hangCompanion } from "./link-pair.ts";
import { busy, later, outcomeOf, waitWith } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { readPlaces } from "./read-project.ts";

const RETRY_MS = 5_000; // ms

type BranchEffect = CreateEffect & { readonly branch: BranchPlan };

/**
 * Makes or finds the pull request of a page's branch: head and base are its natural key, so that one that exists is linked.
 *
 * @remarks Safe to repeat and to run twice: GitHub refuses a second pull request for the same branches, and the first is found
 * then. What a companion waits for does not stop the rest of its pair.
 */
export async function ensurePullRequest(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: CreateEffect,
  deadlineAtMs: number,
): Promise<void> {
  if (!pair.page || !hasBranch(effect)) return;
  try {
    const claim = await deps.storage.claims.claim("page", pair.pageId, mapping.name, pair.pageId);
    if (!claim.claimed) {
      pair.outcome = belongsTo(claim.mapping);
      return;
    }
    const found = await findPullRequest(deps, pair, effect);
    if (found.problem) refuse(pair, effect, found.problem);
    else if (found.pullRequest) await take(deps, mapping, pair, effect, found.pullRequest, false);
    else await create(deps, mapping, pair, effect, deadlineAtMs);
  } catch (error) {
    if (isRowConflict(error)) pair.outcome = busy(deps.clock.now());
    else end(pair, effect, waitForBranch(pair, error, effect) ?? outcomeOf(error, deps.clock.now(), RETRY_MS));
  }
}

function hasBranch(effect: CreateEffect): effect is BranchEffect {
  return effect.branch !== undefined;
}

async function create(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: BranchEffect,
  deadlineAtMs: number,
): Promise<void> {
  if (!pair.page) return;
  const held = await admit(deps, mapping, "creates");
  if (held) {
    end(pair, effect, held);
    return;
  }
  try {
    const { repository, title, branch } = effect;
    const repositoryId = await deps.facts.readRepositoryId(repository);
    const body = appendMarker(issueBody(pair.page), deps.markers.format(pair.pageId));
    const created = await deps.github.createPullRequest({ repositoryId, repository, title, body, ...branch }, { deadlineAtMs });
    pair.wrote = true;
    pair.refused.push(...created.problems);
    await take(deps, mapping, pair, effect, created, true);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.service === "storage" || error.end === "unknown") throw error;
    await giveBack(deps, mapping, "creates");
    // The head was there a moment ago: it is the base that is not.
    if (error.code === "branch_missing") pair.waitsFor = branchKey(effect.repository, effect.branch.base);
    if (error.code !== "exists") throw error;
    const found = await findPullRequest(deps, pair, effect);
    if (found.problem) refuse(pair, effect, found.problem);
    else if (found.pullRequest) await take(deps, mapping, pair, effect, found.pullRequest, false);
    // The list lags behind: it shows the one that exists in a moment.
    else pair.outcome = busy(deps.clock.now());
  }
}

async function take(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: BranchEffect,
  pullRequest: ItemSnapshot,
  isOurs: boolean,
): Promise<void> {
  const claim = await deps.storage.claims.claim("item", pullRequest.itemId, mapping.name, pair.pageId);
  if (!claim.claimed) {
    refuse(pair, effect, othersPullRequest(pullRequest));
    return;
  }
  if (effect.field === "companion") {
    await hangCompanion(deps, pair, pullRequest);
    return;
  }
  if (!pair.page) return;
  const item = isOurs && mapping.github.project && !pair.projectProblem ? { ...pullRequest, project: null } : pullRequest;
  // One that people made has a title of its own, which the merge settles; so does the status of one that has ended.
  const agreed = isOurs ? ["title", "status"] : item.state === "open" ? ["status"] : [];
  await completeLink(deps, mapping, pair, item, rebase(undefined, agreed, pair.page, item));
  if (!isOurs) await readPlaces(deps, mapping, [pair]);
}

/** How it ends for the pair: one that has an item goes on with everything else. */
function end(pair: PairWork, { field }: CreateEffect, outcome: Outcome): void {
  if (field === "item") pair.outcome = outcome;
  else waitWith(pair, field, outcome);
}

function refuse(pair: PairWork, effect: CreateEffect, { code, reason, remedy }: FieldProblem): void {
  end(pair, effect, { status: "failed", code, reason, remedy });
}

/** A branch that is not there yet, or has no commits, is waited for: people push later than they plan. */
function waitForBranch(pair: PairWork, error: unknown, { branch, repository }: BranchEffect): Outcome | undefined {
  if (!(error instanceof ServiceError) || (error.code !== "branch_missing" && error.code !== "branch_empty")) return undefined;
  pair.waitsFor ??= branchKey(repository, branch.head);
  if (error.code === "branch_missing") {
    const reason = `Branch "${branch.head}" or its base "${branch.base}" is not in ${repository}.`;
    return later("branch_missing", reason, "Push the branch, or correct its name on the page.");
  }
  const reason = `Branch "${branch.head}" of ${repository} has no commits that "${branch.base}" lacks.`;
  return later("branch_empty", reason, "Push a commit to the branch.");
}
