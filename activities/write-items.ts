import type { ItemWrite, WriteResult } from "../github/client.ts";
import { toRemedy } from "../github/remedy.ts";
import { settledFields } from "../sync/base.ts";
import type { Effect, GithubEffect } from "../sync/effect.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, ItemSnapshot } from "../sync/model.ts";
import { isProjectField } from "../sync/project-field.ts";
import type { ActivityDeps } from "./deps.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { resolveEffect } from "./resolve-writes.ts";
import { deadlineMs, saveBases } from "./stamp.ts";

const RETRY_MS = 5_000; // ms

/** One effect on its way: it is settled when all its writes succeeded and nothing of it was left out. */
interface Sending {
  readonly pair: PairWork;
  readonly effect: GithubEffect;
  readonly writes: readonly ItemWrite[];
  isWhole: boolean;
}

/**
 * Carries out what the plans ask of GitHub, except creations and merges: many pairs in requests of 20, then the bases are saved.
 *
 * @remarks Fields of the project come with everything else, or after the item was added to it or taken out of its archive.
 */
export async function writeItems(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const unplaced = new Set(pairs.filter((pair) => !isPlaced(pair)));
  const isStaleNow = await sendEffects(deps, mapping, pairs, (effect, pair) => !isInProject(effect) || !unplaced.has(pair));
  const isStaleLater = await sendEffects(deps, mapping, pairs, (effect, pair) => isInProject(effect) && unplaced.has(pair));
  if (!isStaleNow && !isStaleLater) return;
  // Options were changed by hand since they were looked up: they are looked up anew, once.
  deps.facts.forget();
  const met = pairs.filter((pair) => pair.refused.some(isStale));
  for (const pair of met) pair.refused.splice(0, pair.refused.length, ...pair.refused.filter((problem) => !isStale(problem)));
  await sendEffects(deps, mapping, met, isInProject);
}

/** Its place in the project is there to be written to. */
function isPlaced({ item, plan }: PairWork): boolean {
  const isMoved = plan?.effects.some((effect) => effect.kind === "addToProject" || effect.kind === "unarchive") ?? false;
  return item?.project !== undefined && item.project !== null && !isMoved;
}

function isInProject(effect: GithubEffect): boolean {
  return effect.kind === "update" && (effect.field === "column" || isProjectField(effect.field));
}

function isStale(problem: FieldProblem): boolean {
  return problem.code === "option_stale";
}

/** Returns whether GitHub refused an option that is there no more. */
async function sendEffects(
  deps: ActivityDeps,
  mapping: Mapping,
  pairs: readonly PairWork[],
  isWanted: (effect: GithubEffect, pair: PairWork) => boolean,
): Promise<boolean> {
  const ready = pairs.filter((pair) => !pair.outcome && !pair.again);
  const sendings: Sending[] = [];
  for (const pair of ready) sendings.push(...(await resolvePair(deps, mapping, pair, isWanted)));
  const writes = sendings.flatMap((sending) => sending.writes.map((write) => ({ sending, write })));
  if (writes.length > 0) {
    const deadlineAtMs = Math.min(...ready.map(deadlineMs));
    const results = await deps.github.applyWrites(
      writes.map(({ write }) => write),
      { deadlineAtMs },
    );
    for (const [index, { sending }] of writes.entries()) {
      const result = results[index];
      if (result) takeResult(deps, sending, result);
    }
  }
  const settled = new Map<PairWork, readonly string[]>();
  for (const { pair, effect, isWhole } of sendings) {
    if (!isWhole || effect.on === "companion") continue;
    // What the companion did not take of a field is asked for again, so the base has not got it yet.
    const unsettled = sendings.filter((other) => other.pair === pair && other.effect.on === "companion" && !other.isWhole);
    const pending = [...pendingOf(pair), ...unsettled.map((other) => other.effect)];
    settled.set(pair, [...(settled.get(pair) ?? []), ...settledFields([effect], pending)]);
  }
  await saveBases(deps, mapping, settled);
  return ready.some((pair) => pair.refused.some(isStale));
}

/** What is written to the page after this; a field that both sides get is settled only then. */
function pendingOf({ plan }: PairWork): readonly Effect[] {
  return plan?.effects.filter((effect) => effect.side === "notion") ?? [];
}

async function resolvePair(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  isWanted: (effect: GithubEffect, pair: PairWork) => boolean,
): Promise<readonly Sending[]> {
  const sendings: Sending[] = [];
  for (const effect of pair.plan?.effects ?? []) {
    if (effect.side !== "github" || !isCarried(effect) || !isWanted(effect, pair)) continue;
    try {
      const { writes, problems } = await resolveEffect(deps, mapping, pair, effect, deadlineMs(pair));
      pair.refused.push(...problems);
      if (isInProject(effect) && !pair.item?.project) continue;
      sendings.push({ pair, effect, writes, isWhole: problems.length === 0 });
    } catch (error) {
      refuseOrWait(deps, pair, effect, error);
    }
  }
  return sendings;
}

function isCarried(effect: GithubEffect): boolean {
  return effect.kind !== "create" && effect.kind !== "merge" && effect.kind !== "cancelAutoMerge";
}

function refuseOrWait(deps: ActivityDeps, pair: PairWork, effect: GithubEffect, error: unknown): void {
  const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
  if (outcome.status === "failed" && error instanceof ServiceError) pair.refused.push(toRefusal(effect, error));
  else pair.outcome = outcome;
}

function takeResult(deps: ActivityDeps, sending: Sending, result: WriteResult): void {
  const { pair, effect } = sending;
  switch (result.end) {
    case "succeeded":
      pair.wrote = true;
      if (result.project) takeProject(pair, result.project);
      else {
        const problems = result.item.problems.filter((problem) => problem.field === effect.field);
        if (problems.length > 0) sending.isWhole = false;
        pair.refused.push(...problems);
        pair.returned.push(result.item);
        if (effect.field === "body" && pair.body) pair.body.isDone = problems.length === 0;
        if (effect.on === "companion") pair.companion = result.item;
        else pair.item = withPlace(result.item, pair);
      }
      return;
    case "failed":
      sending.isWhole = false;
      pair.refused.push(toRefusal(effect, result.error));
      return;
    case "unknown":
    case "limited":
    case "notSent":
      // Both sides are read again before anything is repeated.
      sending.isWhole = false;
      pair.outcome ??= outcomeOf(result.error, deps.clock.now(), RETRY_MS);
  }
}

function takeProject(pair: PairWork, { place, fields }: Extract<WriteResult, { project: object }>["project"]): void {
  if (pair.item) pair.item = { ...pair.item, project: place, fields: { ...pair.item.fields, ...fields } };
}

/** The item as a write returned it: what only the project tells is not in the answer about the item; what GitHub did not take is reported once. */
export function withPlace(returned: ItemSnapshot, { item }: PairWork): ItemSnapshot {
  const problems = returned.problems.filter((problem) => problem.code !== "not_applied");
  if (!item || item.project === undefined) return { ...returned, problems };
  const inProject = Object.entries(item.fields).filter(([field]) => isProjectField(field));
  return { ...returned, problems, project: item.project, fields: { ...returned.fields, ...Object.fromEntries(inProject) } };
}

function toRefusal(effect: GithubEffect, error: ServiceError): FieldProblem {
  const target = effect.on === "companion" ? "the pull request" : "the item";
  const what = effect.kind === "update" ? `the ${effect.field}` : `to ${effect.kind} ${target}`;
  return { field: effect.field, code: error.code, reason: `GitHub refused ${what}: ${error.message}`, remedy: toRemedy(error) };
}
