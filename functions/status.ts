import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { Attention, AttentionKind } from "../storage/attention.ts";
import type { Hold, MappingState } from "../storage/mappings.ts";
import type { SourceState } from "../storage/sources.ts";
import { isoNow } from "../sync/clock.ts";
import type { Mapping } from "../sync/mapping.ts";
import { listRepositories, notionSourceKey, repositorySourceKey } from "../sync/source-key.ts";
import { listAccessFaults } from "./access.ts";
import type { FunctionDeps } from "./deps.ts";
import { lagSecondsOf } from "./lag.ts";
import { isReconcileDue } from "./reconcile.ts";
import { problem, shown, withContinuation } from "./respond.ts";

const LIST_MAX = 100; // entries of one answer; `continuation` gives more
const RUNS_SHOWN = 10;

const LISTS: Readonly<Record<string, AttentionKind>> = {
  failures: "failure",
  waiting: "waiting",
  conflicts: "conflict",
  holds: "hold",
  notes: "note",
};

/** `GET /api/status`: what runs, what is due, and what needs a person. Reads no links. */
export async function handleStatus(request: HttpRequest, deps: FunctionDeps): Promise<HttpResponseInit> {
  const list = request.query.get("list");
  if (list !== null) return listMore(list, request.query.get("continuation"), deps);
  const sources = new Map((await deps.storage.sources.list()).map(({ value }) => [value.key, value]));
  const mappings = await Promise.all(deps.mappings.map((mapping) => describeMapping(mapping, sources, deps)));
  const [failures, waiting, conflicts, holds, notes] = await Promise.all(
    Object.values(LISTS).map((kind) => listAttention(kind, deps.mappings, undefined, deps)),
  );
  const troubled = [...(failures?.entries ?? []), ...(waiting?.entries ?? [])];
  const runs = await Promise.all(deps.mappings.map((mapping) => deps.storage.runs.list(mapping.name, RUNS_SHOWN)));
  return {
    status: 200,
    jsonBody: {
      idle: mappings.every((mapping) => mapping.idle),
      mappings: mappings.map(({ idle: _idle, holds: _holds, ...shown }) => shown),
      conflicts: [...(conflicts?.entries ?? []), ...troubled.filter((entry) => "conflicts" in entry)],
      failures: troubled,
      holds: holdsOf(mappings, holds?.entries ?? []),
      notes: notes?.entries ?? [],
      unused: await listUnused(deps),
      access: await listAccessFaults(deps, sources, troubled),
      limits: {
        notion: await describeBudget(deps.credentials.notion, deps),
        github: await describeBudget(deps.credentials.github, deps),
      },
      runs: runs
        .flat()
        .sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1))
        .slice(0, RUNS_SHOWN),
    },
  };
}

async function describeMapping(mapping: Mapping, sources: ReadonlyMap<string, SourceState>, deps: FunctionDeps) {
  const nowIso = isoNow(deps.clock);
  const [state, survey] = await Promise.all([
    deps.storage.mappings.find(mapping.name),
    deps.storage.changes.survey(mapping.name, nowIso),
  ]);
  const notion = sources.get(notionSourceKey(mapping));
  const [github] = listRepositories(mapping).map((repository) => sources.get(repositorySourceKey(repository)));
  return {
    name: mapping.name,
    paused: state?.value.paused ?? false,
    lastSync: state?.value.lastSyncAt ?? null,
    lagSeconds: lagSecondsOf(mapping, survey.oldestDueAt, sources, deps.clock.now()),
    watermarks: { notion: notion?.watermark ?? null, github: github?.watermark ?? null },
    links: state?.value.totals.links ?? 0,
    pendingChanges: survey.count,
    import: null,
    reconcile: describeReconcile(state?.value),
    holds: state?.value.holds ?? [],
    // A paused mapping works on nothing but the plans that a person applied.
    idle:
      (state?.value.paused ? survey.planned : survey.due) === 0 &&
      (state?.value.applies.length ?? 0) === 0 &&
      !isReconcileDue(state?.value, nowIso) &&
      isAtRest(state?.value),
  };
}

/** How far the comparison of everything is, and when the last one ended. */
function describeReconcile(state: MappingState | undefined) {
  const { reconcile = null, reconciledAt = null } = state ?? {};
  const { dueAt, startedAt, compared } = reconcile ?? { dueAt: null, startedAt: null, compared: null };
  return { endedAt: reconciledAt, dueAt, startedAt, compared };
}

/** Mappings that the configuration has no more; their links stay, and nothing uses them. */
async function listUnused(deps: FunctionDeps): Promise<readonly { readonly name: string; readonly links: number }[]> {
  const known = new Set(deps.mappings.map(({ name }) => name));
  const names = (await deps.storage.mappings.names()).filter((name) => !known.has(name));
  const states = await Promise.all(names.map((name) => deps.storage.mappings.find(name)));
  return states.flatMap((state) => {
    const { name, totals } = state?.value ?? { name: "", totals: { links: 0 } };
    return totals.links > 0 ? [{ name, links: totals.links }] : [];
  });
}

function isAtRest(state: MappingState | undefined): boolean {
  return (state?.runStartedAt ?? null) === null;
}

interface Described {
  readonly name: string;
  readonly holds: readonly Hold[];
}

function holdsOf(mappings: readonly Described[], held: readonly ReturnType<typeof toShown>[]) {
  return mappings.flatMap(({ name, holds }) =>
    holds.map((hold) => {
      const pages = held.filter((entry) => entry.mapping === name && entry.holdId === hold.id).map((entry) => entry.pageId);
      const remedy = `Confirm with POST /api/sync {"confirm": "${hold.id}"}.`;
      return { ...hold, mapping: name, count: pages.length, pageIds: pages, remedy };
    }),
  );
}

async function listMore(list: string, continuation: string | null, deps: FunctionDeps): Promise<HttpResponseInit> {
  const kind = Object.hasOwn(LISTS, list) ? LISTS[list] : undefined;
  if (!kind) return problem(400, `There is no list "${shown(list)}". The lists are: ${Object.keys(LISTS).join(", ")}.`);
  return withContinuation(async () => ({
    status: 200,
    jsonBody: await listAttention(kind, deps.mappings, continuation ?? undefined, deps),
  }));
}

/** Lists over all mappings in turn; the continuation names the mapping and the place in it. */
async function listAttention(
  kind: AttentionKind,
  mappings: readonly Mapping[],
  continuation: string | undefined,
  deps: FunctionDeps,
) {
  const [startName, place] = splitContinuation(continuation);
  const entries: ReturnType<typeof toShown>[] = [];
  const start = Math.max(
    0,
    mappings.findIndex((mapping) => mapping.name === startName),
  );
  for (const [index, mapping] of mappings.slice(start).entries()) {
    const page = await deps.storage.attention.list(mapping.name, kind, {
      limit: LIST_MAX - entries.length,
      continuation: index === 0 ? place : undefined,
    });
    entries.push(...page.entries.map(toShown));
    if (page.continuation !== undefined) return { entries, continuation: `${mapping.name}~${page.continuation}` };
    const next = mappings[start + index + 1];
    if (entries.length >= LIST_MAX && next) return { entries, continuation: `${next.name}~` };
  }
  return { entries, continuation: null };
}

function splitContinuation(continuation: string | undefined): readonly [string | undefined, string | undefined] {
  const at = continuation?.indexOf("~") ?? -1;
  if (continuation === undefined || at < 0) return [undefined, undefined];
  return [continuation.slice(0, at), continuation.slice(at + 1) || undefined];
}

function toShown({ mapping, pageId, item, outcome, note, conflicts, attempts, nextAttemptAt, since }: Attention) {
  const reason = note?.reason ?? ("reason" in outcome ? outcome.reason : null);
  return {
    mapping,
    pageId,
    item: item ? `${item.repository}#${item.number}` : null,
    status: outcome.status,
    code: note?.code ?? ("code" in outcome ? outcome.code : outcome.status),
    reason,
    remedy: note?.remedy ?? ("remedy" in outcome ? outcome.remedy : null),
    ...(outcome.status === "held" ? { holdId: outcome.holdId } : {}),
    ...(outcome.status === "conflict" ? { conflicts: outcome.conflicts } : conflicts ? { conflicts } : {}),
    attempts,
    nextAttemptAt,
    since,
  };
}

/** Until when nothing is sent by a credential. */
export async function describeBudget(credential: string, deps: FunctionDeps) {
  const row = await deps.storage.budgets.find(credential);
  const { blockedUntilMs = 0 } = (row?.value ?? {}) as { readonly blockedUntilMs?: number };
  return { blockedUntil: blockedUntilMs > deps.clock.now() ? new Date(blockedUntilMs).toISOString() : null };
}
