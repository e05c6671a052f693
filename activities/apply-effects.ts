import { readPage, setPage } from "./read-pairs.ts";
import { toRemedy } from "../github/remedy.ts";
import type { ItemWrite, WriteResult } from "../github/client.ts";
import { toProperties } from "../notion/page.ts";
import type { PageWrite } from "../notion/page.ts";
import { isoNow } from "../sync/clock.ts";
import { rebase, settledFields } from "../sync/base.ts";
import type { GithubEffect, NotionEffect } from "../sync/effect.ts";
import type { ServiceError } from "../sync/error.ts";
import { pageFingerprint } from "../sync/fingerprint.ts";
import { intentOf } from "../sync/intent.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue, Link, PageSnapshot } from "../sync/model.ts";
import { planNotice } from "../sync/plan.ts";
import { parseReference } from "../sync/reference.ts";
import type { ActivityDeps } from "./deps.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";

const HOLD_MS = 40_000; // ms; a killed attempt blocks its pairs no longer than that
const MARGIN_MS = 2_000; // ms; nothing is sent in the last moments of a stamp
const SNAPSHOT_FRESH_MS = 10_000; // ms; an older page is read again before it is written to
const RETRY_MS = 5_000; // ms

/**
 * Carries out the plans of a slice: stamps the links, writes to GitHub in batches, saves the bases, then writes to the pages.
 *
 * @remarks May run twice at once: only the attempt that holds a pair's stamp sends anything for it.
 */
export async function applyEffects(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const busy = pairs.filter((pair) => !pair.outcome && pair.link && (pair.plan?.effects.length ?? 0) > 0);
  await stampPairs(deps, mapping, busy);
  const stamped = busy.filter((pair) => !pair.outcome);
  await writeToGithub(deps, mapping, stamped);
  for (const pair of pairs) {
    if (pair.page && !pair.again && !pair.page.inTrash) await writeToPage(deps, mapping, pair, pair.page);
  }
}

async function stampPairs(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const nowMs = deps.clock.now();
  const free = pairs.filter((pair) => {
    const holdMs = Date.parse(pair.link?.value.stamp?.holdUntil ?? "1970-01-01T00:00:00.000Z");
    if (holdMs > nowMs) pair.outcome = busyUntil(holdMs);
    return holdMs <= nowMs;
  });
  const attempt = deps.newAttempt();
  await saveLinks(deps, mapping, free, (link, { plan, page, item }) => ({
    ...link,
    stamp: { attempt, holdUntil: iso(nowMs + HOLD_MS) },
    ...(plan && page && item ? { intent: intentOf(plan.effects, page, item) } : {}),
  }));
}

/** Saves the links of some pairs by their ETags; a pair whose link was changed by someone else goes no further in this run. */
async function saveLinks(
  deps: ActivityDeps,
  mapping: Mapping,
  pairs: readonly PairWork[],
  change: (link: Link, pair: PairWork) => Link,
): Promise<void> {
  const writes = pairs.flatMap((pair) =>
    pair.link ? [{ pair, link: change(pair.link.value, pair), etag: pair.link.etag }] : [],
  );
  if (writes.length === 0) return;
  const saved = await deps.storage.links.saveMany(
    mapping.name,
    writes.map(({ link, etag }) => ({ link, etag })),
  );
  for (const [index, { pair, link }] of writes.entries()) {
    const result = saved[index];
    if (result?.saved) pair.link = { value: link, etag: result.etag };
    else pair.outcome = busyUntil(deps.clock.now() + RETRY_MS);
  }
}

interface PlannedWrite {
  readonly pair: PairWork;
  readonly effects: readonly GithubEffect[];
  readonly write: ItemWrite;
}

async function writeToGithub(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  const planned = pairs.flatMap(toWrites);
  if (planned.length === 0) return;
  const deadlineAtMs = Math.min(...pairs.map(holdUntilMs)) - MARGIN_MS;
  const results = await deps.github.applyWrites(
    planned.map(({ write }) => write),
    { deadlineAtMs },
  );
  const settled = new Map<PairWork, readonly string[]>();
  for (const [index, { pair, effects }] of planned.entries()) {
    const result = results[index];
    if (result) takeResult(deps, pair, effects, result, settled);
  }
  const nowMs = deps.clock.now();
  await saveLinks(deps, mapping, [...settled.keys()], (link, pair) => withBase(link, pair, settled.get(pair) ?? [], nowMs));
}

function toWrites(pair: PairWork): readonly PlannedWrite[] {
  const { item, plan } = pair;
  if (!item || !plan) return [];
  const effects = plan.effects.filter((effect): effect is GithubEffect => effect.side === "github");
  const updates = effects.filter((effect) => effect.kind === "update");
  const writes: PlannedWrite[] = [];
  const title = updates.find((effect) => effect.field === "title");
  if (title)
    writes.push({ pair, effects: [title], write: { kind: "updateIssue", nodeId: item.nodeId, title: textOf(title.to) } });
  for (const effect of effects) {
    if (effect.kind === "close")
      writes.push({ pair, effects: [effect], write: { kind: "closeIssue", nodeId: item.nodeId, reason: effect.reason } });
    if (effect.kind === "reopen") writes.push({ pair, effects: [effect], write: { kind: "reopenIssue", nodeId: item.nodeId } });
  }
  return writes;
}

function takeResult(
  deps: ActivityDeps,
  pair: PairWork,
  effects: readonly GithubEffect[],
  result: WriteResult,
  settled: Map<PairWork, readonly string[]>,
): void {
  if (result.end === "succeeded") {
    pair.item = result.item;
    pair.wrote = true;
    settled.set(pair, [...(settled.get(pair) ?? []), ...settledFields(effects)]);
    return;
  }
  if (result.end === "failed") {
    for (const effect of effects) pair.refused.push(refusal(effect, result.error));
    return;
  }
  // Not known, limited or not sent: both sides are read again before anything is repeated.
  pair.outcome ??= outcomeOf(result.error, deps.clock.now(), RETRY_MS);
}

function withBase(link: Link, pair: PairWork, fields: readonly string[], nowMs: number): Link {
  if (!pair.page || !pair.item) return link;
  return {
    ...link,
    base: rebase(link.base, fields, pair.page, pair.item),
    ...(link.stamp ? { stamp: { ...link.stamp, holdUntil: iso(nowMs + HOLD_MS) } } : {}),
  };
}

async function writeToPage(deps: ActivityDeps, mapping: Mapping, pair: PairWork, page: PageSnapshot): Promise<void> {
  const effects = pageEffects(mapping, pair, page);
  if (effects.length === 0) return;
  const outcome = pair.outcome;
  const isFresh = await freshenPage(deps, mapping, pair, page);
  if (!isFresh || !pair.vendorPage) return;
  if (pair.link?.value.stamp && deps.clock.now() > holdUntilMs(pair) - MARGIN_MS) {
    pair.again = true;
    return;
  }
  try {
    const properties = toProperties(toPageWrite(effects, pair), mapping, pair.vendorPage);
    const readAt = isoNow(deps.clock);
    setPage(mapping, pair, await deps.notion.updatePage(pair.pageId, properties), readAt);
    pair.wrote = true;
  } catch (error) {
    pair.outcome = outcome ?? outcomeOf(error, deps.clock.now(), RETRY_MS);
    return;
  }
  const fields = settledFields(effects);
  if (fields.length > 0) await saveLinks(deps, mapping, [pair], (link) => withBase(link, pair, fields, deps.clock.now()));
}

/** What is written to the page at the end: the plan's effects, and a notice of what turned out wrong on the way. */
function pageEffects(mapping: Mapping, pair: PairWork, page: PageSnapshot): readonly NotionEffect[] {
  const { outcome, plan } = pair;
  if (outcome?.status === "failed") return planNotice({ mapping, page }, [{ field: "item", ...outcome }]);
  if (outcome || !plan) return [];
  const planned = plan.effects.filter((effect): effect is NotionEffect => effect.side === "notion" && effect.field !== "notice");
  return [...planned, ...planNotice({ mapping, page }, [...pair.refused, ...plan.problems])];
}

/** Reads the page again when what is known of it is older than 10 s; `false` when it moved meanwhile, and is to be planned anew. */
async function freshenPage(deps: ActivityDeps, mapping: Mapping, pair: PairWork, known: PageSnapshot): Promise<boolean> {
  if (pair.vendorPage && deps.clock.now() - Date.parse(known.readAt) <= SNAPSHOT_FRESH_MS) return true;
  if (!(await readPage(deps, mapping, pair))) return false;
  if (pair.page && pageFingerprint(pair.page) === pageFingerprint(known)) return true;
  pair.again = true;
  return false;
}

function toPageWrite(effects: readonly NotionEffect[], pair: PairWork): PageWrite {
  const fields: Record<string, FieldValue> = {};
  let write: PageWrite = {};
  for (const effect of effects) {
    if (effect.field === "status") write = { ...write, status: textOf(effect.to) };
    else if (effect.field === "notice") write = { ...write, notice: textOf(effect.to) };
    else if (effect.field === "reference")
      write = { ...write, reference: { text: textOf(effect.to), url: referenceUrl(pair, effect.to) } };
    else fields[effect.field] = effect.to;
  }
  return Object.keys(fields).length > 0 ? { ...write, fields } : write;
}

function referenceUrl(pair: PairWork, to: FieldValue): string {
  return pair.item?.url ?? `https://github.com/${parseReference(textOf(to))?.repository ?? ""}`;
}

function refusal(effect: GithubEffect, error: ServiceError): FieldProblem {
  return {
    field: effect.field,
    code: error.code,
    reason: `GitHub refused ${effect.kind === "update" ? `the ${effect.field}` : `to ${effect.kind} the item`}: ${error.message}`,
    remedy: toRemedy(error),
  };
}

function textOf(value: FieldValue): string {
  return typeof value === "string" ? value : value === null ? "" : String(value);
}

function holdUntilMs(pair: PairWork): number {
  return Date.parse(pair.link?.value.stamp?.holdUntil ?? "1970-01-01T00:00:00.000Z");
}

function busyUntil(untilMs: number): PairWork["outcome"] {
  return { status: "waiting", until: iso(untilMs), code: "busy", reason: "Another attempt works on this pair." };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
