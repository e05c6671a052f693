import type { ChangeSurvey } from "../storage/changes.ts";
import type { MappingState } from "../storage/mappings.ts";
import { EMPTY_BUDGET, GITHUB_BUCKETS, NOTION_BUCKETS, percentLeft } from "../sync/budget.ts";
import type { Bucket, Budget } from "../sync/budget.ts";
import type { HeartbeatEvent } from "../sync/event.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FunctionDeps } from "./deps.ts";
import { lagSecondsOf } from "./lag.ts";

/** What the tick saw of one mapping. */
export interface Looked {
  readonly mapping: Mapping;
  readonly survey: ChangeSurvey;
  readonly state: MappingState | undefined;
}

/** Reports the tick: the app is alive, and so far behind. What a person paused is not behind. */
export async function reportHeartbeat(deps: FunctionDeps, looked: readonly Looked[], startedMs: number): Promise<void> {
  const sources = new Map((await deps.storage.sources.list()).map(({ value }) => [value.key, value]));
  const nowMs = deps.clock.now();
  const active = looked.filter(({ state }) => !state?.paused);
  const lags = active.map(({ mapping, survey }) => ({
    mapping: mapping.name,
    lagSeconds: lagSecondsOf(mapping, survey.oldestDueAt, sources, nowMs),
  }));
  const worst = lags.toSorted((left, right) => right.lagSeconds - left.lagSeconds)[0];
  const event: HeartbeatEvent = {
    event: "heartbeat",
    lagSeconds: worst?.lagSeconds ?? 0,
    mapping: worst?.mapping ?? "",
    mappings: looked.length,
    paused: looked.length - active.length,
    due: sum(active.map(({ survey }) => survey.due)),
    holds: sum(looked.map(({ state }) => state?.holds.length ?? 0)),
    notionBudget: await readBudget(deps, deps.credentials.notion, NOTION_BUCKETS),
    githubBudget: await readBudget(deps, deps.credentials.github, GITHUB_BUCKETS),
    durationMs: nowMs - startedMs,
  };
  deps.report(event);
}

async function readBudget(deps: FunctionDeps, credential: string, buckets: readonly Bucket[]): Promise<number> {
  const row = await deps.storage.budgets.find(credential);
  return percentLeft((row?.value as Budget | undefined) ?? EMPTY_BUDGET, buckets, deps.clock.now());
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
