import { toRemedy } from "../github/remedy.ts";
import { branchKey } from "../sync/branch-key.ts";
import { ServiceError } from "../sync/error.ts";
import type { Effect, GithubEffect } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import { planMerge } from "../sync/merge-step.ts";
import type { MergeStep } from "../sync/merge-step.ts";
import type { ItemSnapshot, Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { admit, giveBack } from "./guards.ts";
import { rememberAutoMerge } from "./link-pair.ts";
import { later, outcomeOf, waitWith } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { withPlace } from "./write-items.ts";

type MergeEffect = Extract<GithubEffect, { kind: "merge" }>;

const SOON_MS = 3_000; // ms; GitHub works out whether a pull request can be merged in seconds
const SOON_TRIES = 10; // then it is asked as seldom as everything else that waits
const RETRY_MS = 5_000; // ms

/** Codes of refusals that come from a race: the state of the pull request is read again. */
const RACES: readonly string[] = ["head_modified", "already_clean", "already_merged", "base_modified"];

/**
 * Takes the next step towards the merge that a pair's plan asks for: merge, enable auto-merge, or wait and say why.
 *
 * @returns Whether the pull request is merged now; everything else is in what the pair waits for, or in what was refused.
 */
export async function mergePullRequest(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  deadlineAtMs: number,
): Promise<boolean> {
  const effect = pair.plan?.effects.find((candidate): candidate is MergeEffect => candidate.kind === "merge");
  const pullRequest = effect && pullRequestOf(pair, effect);
  if (!effect || !pullRequest || !mapping.pullRequest) return false;
  try {
    return await takeStep(deps, mapping, pair, effect, pullRequest, deadlineAtMs);
  } catch (error) {
    settle(deps, pair, pullRequest, error);
    return false;
  }
}

/** Takes back an auto-merge that we enabled, and forgets it. */
export async function cancelAutoMerge(deps: ActivityDeps, pair: PairWork, effect: Effect, deadlineAtMs: number): Promise<void> {
  const pullRequest = pullRequestOf(pair, effect);
  if (!pullRequest) return;
  try {
    const after = await deps.github.disableAutoMerge(pullRequest.nodeId, { deadlineAtMs });
    pair.wrote = true;
    takeItem(pair, effect, after);
    await rememberAutoMerge(deps, pair, false);
  } catch (error) {
    // Somebody else took it back, or it is merged by now.
    if (error instanceof ServiceError && error.code === "auto_merge_not_enabled") pair.again = true;
    else settle(deps, pair, pullRequest, error);
  }
}

async function takeStep(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: MergeEffect,
  pullRequest: ItemSnapshot,
  deadlineAtMs: number,
): Promise<boolean> {
  const { mergeMethod = "squash", mergeUnstable = false } = mapping.pullRequest ?? {};
  const now = await deps.github.readMergeability(pullRequest.nodeId);
  const step = planMerge(now, { method: mergeMethod, auto: effect.auto, mergeUnstable });
  switch (step.do) {
    case "done":
      pair.again = true;
      return false;
    case "fail":
      pair.refused.push({ field: "status", code: step.code, reason: step.reason, remedy: step.remedy });
      return false;
    case "wait":
      waitWith(pair, "status", waitFor(deps, pair, pullRequest, step));
      if (!now.isFork) pair.waitsFor = branchOf(pullRequest);
      return false;
    case "enableAutoMerge":
      await enableAutoMerge(deps, pair, effect, pullRequest, { ...step, deadlineAtMs });
      return false;
    case "merge": {
      const held = await admit(deps, mapping, "merges");
      if (held) {
        waitWith(pair, "status", held);
        return false;
      }
      try {
        takeItem(pair, effect, await mergeOnce(deps, pullRequest, step, deadlineAtMs));
      } catch (error) {
        if (error instanceof ServiceError && error.end !== "unknown") await giveBack(deps, mapping, "merges");
        throw error;
      }
      pair.wrote = true;
      return true;
    }
  }
}

/** GitHub at times says that the base branch was modified when it was not: such a merge is tried once more. */
async function mergeOnce(
  deps: ActivityDeps,
  pullRequest: ItemSnapshot,
  step: Extract<MergeStep, { do: "merge" | "enableAutoMerge" }>,
  deadlineAtMs: number,
): Promise<ItemSnapshot> {
  const options = { expectedHeadOid: step.expectedHeadOid, method: step.method, deadlineAtMs };
  try {
    return await deps.github.mergePullRequest(pullRequest.nodeId, options);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== "base_modified") throw error;
    return deps.github.mergePullRequest(pullRequest.nodeId, options);
  }
}

async function enableAutoMerge(
  deps: ActivityDeps,
  pair: PairWork,
  effect: MergeEffect,
  pullRequest: ItemSnapshot,
  options: Parameters<ActivityDeps["github"]["enableAutoMerge"]>[1],
): Promise<void> {
  // Remembered first: one whose end is not known is taken back as well.
  if (!(await rememberAutoMerge(deps, pair, true))) return;
  try {
    const after = await deps.github.enableAutoMerge(pullRequest.nodeId, options);
    pair.wrote = true;
    takeItem(pair, effect, after);
    if (after.state === "merged") pair.again = true;
    // The next look says what GitHub waits for.
    else waitWith(pair, "status", soon(deps, "auto_merge", "Auto-merge is enabled."));
  } catch (error) {
    if (error instanceof ServiceError && error.end === "failed") await rememberAutoMerge(deps, pair, false);
    throw error;
  }
}

/** What a service's error means for the merge: the rest of the pair goes on. */
function settle(deps: ActivityDeps, pair: PairWork, pullRequest: ItemSnapshot, error: unknown): void {
  if (error instanceof ServiceError && RACES.includes(error.code)) {
    waitWith(pair, "status", soon(deps, error.code, error.message));
    return;
  }
  if (error instanceof ServiceError && error.code === "already_unstable") {
    const step = { do: "wait", code: "checks_unstable", reason: "Checks that are not required have not succeeded." } as const;
    waitWith(pair, "status", waitFor(deps, pair, pullRequest, step));
    return;
  }
  const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
  if (outcome.status !== "failed" || !(error instanceof ServiceError)) waitWith(pair, "status", outcome);
  else {
    const reason = `GitHub did not merge ${nameOf(pullRequest)}: ${error.message}`;
    pair.refused.push({ field: "status", code: error.code, reason, remedy: toRemedy(error) });
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  draft: "Mark it as ready for review on GitHub.",
  merge_conflicts: "Resolve the conflicts on GitHub.",
  changes_requested: "Make the requested changes, or have the review dismissed.",
  review_required: "Ask for a review on GitHub.",
  behind: "Update the branch on GitHub.",
};

function waitFor(
  deps: ActivityDeps,
  pair: PairWork,
  pullRequest: ItemSnapshot,
  step: Extract<MergeStep, { do: "wait" }>,
): Outcome {
  const tries = Math.max(0, ...pair.changes.map(({ value }) => value.attempts));
  if (step.soon && tries < SOON_TRIES) return soon(deps, step.code, step.reason);
  return later(step.code, `Pull request ${nameOf(pullRequest)} waits to be merged. ${step.reason}`, REMEDIES[step.code]);
}

function soon(deps: ActivityDeps, code: string, reason: string): Outcome {
  return { status: "waiting", until: new Date(deps.clock.now() + SOON_MS).toISOString(), code, reason };
}

function pullRequestOf(pair: PairWork, effect: Effect): ItemSnapshot | undefined {
  return effect.side === "github" && effect.on === "companion" ? pair.companion : pair.item;
}

function takeItem(pair: PairWork, effect: Effect, after: ItemSnapshot): void {
  if (effect.side === "github" && effect.on === "companion") pair.companion = after;
  else pair.item = withPlace(after, pair);
}

/** Checks and pushes are told of the branch that a pull request comes from; a fork's are not told. */
function branchOf({ repository, pullRequest }: ItemSnapshot): string | undefined {
  return pullRequest && branchKey(repository, pullRequest.headRefName);
}

function nameOf({ repository, number }: ItemSnapshot): string {
  return `${repository}#${number}`;
}
