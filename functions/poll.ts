import type { MappingState } from "../storage/mappings.ts";
import { isoNow } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import { isLasting } from "../sync/lasting.ts";
import type { Mapping } from "../sync/mapping.ts";
import { mappingPrint } from "../sync/mapping-print.ts";
import { groupByRepository, notionSourceKey, repositorySourceKey } from "../sync/source-key.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { reportHeartbeat } from "./heartbeat.ts";
import type { Looked } from "./heartbeat.ts";
import { probeGithub, probeNotion } from "./probe.ts";
import type { Probed } from "./probe.ts";
import { isReconcileDue } from "./reconcile.ts";
import { retryAll } from "./retry.ts";
import { endStuckRun } from "./stuck-run.ts";
import { wake } from "./wake.ts";

/**
 * The tick: probes each data source and each repository once, and starts the mappings with something new or due.
 *
 * @remarks Heals every lost delivery, event and start. A source that cannot be read is reported; the others go on.
 */
export async function runPoll(client: Starter, deps: FunctionDeps): Promise<void> {
  const startedMs = deps.clock.now();
  const woken = new Set<string>();
  const paused = await findPaused(deps);
  const scanner = (group: readonly Mapping[]): string => (group.find(({ name }) => !paused.has(name)) ?? group[0])?.name ?? "";
  for (const group of groupBy(deps.mappings, (mapping) => mapping.notion.dataSourceId)) {
    const key = group[0] ? notionSourceKey(group[0]) : "";
    const probe = (): ReturnType<typeof probeNotion> => probeNotion(deps, group, scanner(group));
    for (const name of await tryProbe(deps, key, group, probe)) woken.add(name);
  }
  for (const [repository, group] of groupByRepository(deps.mappings)) {
    const probe = (): ReturnType<typeof probeGithub> => probeGithub(deps, repository, group, scanner(group));
    for (const name of await tryProbe(deps, repositorySourceKey(repository), group, probe)) woken.add(name);
  }
  const looked: Looked[] = [];
  for (const mapping of deps.mappings) {
    const seen = await look(deps, mapping);
    if (await hasWork(client, deps, seen, woken.has(mapping.name))) await wake(client, mapping.name, deps.log);
    looked.push(seen);
  }
  await learnBot(deps);
  await reportHeartbeat(deps, looked, startedMs);
}

/** A paused mapping scans no source: one that shares the source does it. */
async function findPaused(deps: FunctionDeps): Promise<ReadonlySet<string>> {
  const states = await Promise.all(deps.mappings.map(({ name }) => deps.storage.mappings.find(name)));
  return new Set(states.flatMap((state) => (state?.value.paused ? [state.value.name] : [])));
}

async function tryProbe(
  deps: FunctionDeps,
  key: string,
  group: readonly Mapping[],
  probe: () => Promise<Probed>,
): Promise<ReadonlySet<string>> {
  try {
    const { woken, isMended } = await probe();
    if (!isMended) return woken;
    // What failed for the same reason need not wait for its turn.
    for (const { name } of group) await retryAll(deps, name);
    deps.log("info", "a source can be read again; what failed is tried again", { source: key });
    return woken;
  } catch (error) {
    await reportFailure(deps, key, group, error);
    return new Set();
  }
}

async function reportFailure(deps: FunctionDeps, key: string, [first]: readonly Mapping[], error: unknown): Promise<void> {
  if (!(error instanceof ServiceError)) throw error;
  const { service, code, message: reason } = error;
  deps.report({ event: "unread", service, code, mapping: first?.name ?? "" });
  // The message is of our own making, and names the secret and the remedy.
  if (code === "token_unavailable") deps.log("warn", "a token cannot be had; the next tick tries again", { service, reason });
  if (isLasting(error) && service !== "storage")
    await deps.storage.sources.noteTrouble(key, { service, code, reason, since: isoNow(deps.clock) });
}

async function look(deps: FunctionDeps, mapping: Mapping): Promise<Looked> {
  const survey = await deps.storage.changes.survey(mapping.name, isoNow(deps.clock));
  return { mapping, survey, state: (await deps.storage.mappings.find(mapping.name))?.value };
}

async function hasWork(client: Starter, deps: FunctionDeps, looked: Looked, isNew: boolean): Promise<boolean> {
  const { mapping, survey, state } = looked;
  const isAsked = (state?.applies.length ?? 0) > 0;
  if (state?.paused) return isAsked || survey.planned > 0;
  if (survey.due === 0 && !isNew && !isChanged(mapping, state)) return isAsked || isReconcileDue(state, isoNow(deps.clock));
  if (state && survey.oldestDueAt !== undefined) await endStuckRun(client, deps, state, survey.oldestDueAt);
  return true;
}

/** The mapping file says something else than in the last run, or another name. */
function isChanged(mapping: Mapping, state: MappingState | undefined): boolean {
  if (mapping.previousName !== null && state?.movedFrom !== mapping.previousName) return true;
  const print = state?.configFingerprint ?? null;
  return print !== null && print !== mappingPrint(mapping);
}

/** Learns once under which id our own changes appear, so that their echoes can be dropped. */
async function learnBot(deps: FunctionDeps): Promise<void> {
  const [first] = deps.mappings;
  if (!first) return;
  const known = await deps.storage.sources.find(notionSourceKey(first));
  if (known?.value.botId !== undefined) return;
  // Who could not even be probed cannot be asked for this either.
  if (known?.value.trouble) return;
  try {
    const botId = await deps.notion.readBotId();
    for (const [mapping] of groupBy(deps.mappings, (candidate) => candidate.notion.dataSourceId)) {
      const stored = mapping && (await deps.storage.sources.find(notionSourceKey(mapping)));
      if (stored) await deps.storage.sources.save({ ...stored.value, botId }, stored.etag);
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    deps.report({ event: "unread", service: error.service, code: error.code, mapping: first.name });
  }
}

function groupBy(mappings: readonly Mapping[], keyOf: (mapping: Mapping) => string): readonly (readonly Mapping[])[] {
  return [...Map.groupBy(mappings, keyOf).values()];
}
