import { isRowConflict } from "../storage/row-error.ts";
import type { GithubEffect } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import { planMerge } from "../sync/merge-step.ts";
import type { MergeStep } from "../sync/merge-step.ts";
import type { ItemSnapshot, Outcome } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";
import { admit } from "./guards.ts";
import { LATER, outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

type MergeEffect = Extract<GithubEffect, { kind: "merge" }>;

const SOON_MS = 5_000; // ms; GitHub works out whether a pull request can be merged in seconds
const RETRY_MS = 5_000; // ms

/**
 * Takes the next step towards the merge that a pair's plan asks for: merge, enable auto-merge, or wait and say why.
 *
 * @returns Whether the pull request is merged now; everything else is in the pair's outcome.
 */
export async function mergePullRequest(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  deadlineAtMs: number,
): Promise<boolean> {
  const effect = pair.plan?.effects.find((candidate): candidate is MergeEffect => candidate.kind === "merge");
  const pullRequest = effect?.on === "companion" ? pair.companion : pair.item;
  if (!effect || !pullRequest || !mapping.pullRequest) return false;
  try {
    return await takeStep(deps, mapping, pair, effect, pullRequest, deadlineAtMs);
  } catch (error) {
    pair.outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
    return false;
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
      pair.outcome = waitFor(deps, pullRequest, step);
      return false;
    case "enableAutoMerge":
      await deps.github.enableAutoMerge(pullRequest.nodeId, { ...step, deadlineAtMs });
      pair.wrote = true;
      await rememberAutoMerge(deps, pair);
      pair.outcome = later(
        "auto_merge",
        `Auto-merge is enabled for ${nameOf(pullRequest)}; GitHub merges it when checks and reviews allow it.`,
      );
      return false;
    case "merge": {
      const held = await admit(deps, mapping, "merges");
      if (held) {
        pair.outcome = held;
        return false;
      }
      const merged = await mergeOnce(deps, pullRequest, step, deadlineAtMs);
      pair.wrote = true;
      if (effect.on === "companion") pair.companion = merged;
      else pair.item = merged;
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

function waitFor(deps: ActivityDeps, pullRequest: ItemSnapshot, step: Extract<MergeStep, { do: "wait" }>): Outcome {
  if (step.soon)
    return { status: "waiting", until: new Date(deps.clock.now() + SOON_MS).toISOString(), code: step.code, reason: step.reason };
  return later(step.code, `${nameOf(pullRequest)} waits to be merged. ${step.reason}`);
}

/** Waits as pairs do, 1, 2, 4 … 60 minutes or until a hint, and says so on the page. */
export function later(code: string, reason: string, remedy = "Nothing needs to be done: it is tried again."): Outcome {
  return { status: "waiting", until: LATER, code, reason, remedy };
}

function nameOf(pullRequest: ItemSnapshot): string {
  return `Pull request ${pullRequest.repository}#${pullRequest.number}`;
}

async function rememberAutoMerge(deps: ActivityDeps, pair: PairWork): Promise<void> {
  if (!pair.link) return;
  const link = { ...pair.link.value, autoMerge: true };
  try {
    pair.link = { value: link, etag: await deps.storage.links.replace(link, pair.link.etag) };
  } catch (error) {
    if (!isRowConflict(error)) throw error;
    pair.again = true;
  }
}
