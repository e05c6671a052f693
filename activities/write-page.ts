import { toProperties } from "../notion/page.ts";
import type { PageWrite } from "../notion/page.ts";
import { settledFields } from "../sync/base.ts";
import { isoNow } from "../sync/clock.ts";
import type { Effect, NotionEffect } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue, PageSnapshot } from "../sync/model.ts";
import { planNotice } from "../sync/plan.ts";
import { parseReference } from "../sync/reference.ts";
import type { ActivityDeps } from "./deps.ts";
import { checkOptions } from "./page-options.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { readPage, setPage } from "./read-page.ts";
import { deadlineMs, saveBases } from "./stamp.ts";

const SNAPSHOT_FRESH_MS = 10_000; // ms; an older page is read again before it is written to
const RETRY_MS = 5_000; // ms

/** Writes to the page of a pair what the plan asks for, and what turned out wrong on the way, in one request. */
export async function writePage(deps: ActivityDeps, mapping: Mapping, pair: PairWork, page: PageSnapshot): Promise<void> {
  const effects = await allowedEffects(deps, mapping, pair, page);
  if (effects.length === 0 || !(await freshenPage(deps, mapping, pair)) || !pair.vendorPage) return;
  if (pair.link?.value.stamp && deps.clock.now() > deadlineMs(pair)) {
    pair.again = true;
    return;
  }
  try {
    const properties = toProperties(toPageWrite(effects, pair), mapping, pair.vendorPage);
    const readAt = isoNow(deps.clock);
    setPage(mapping, pair, await deps.notion.updatePage(pair.pageId, properties), readAt);
    pair.wrote = true;
  } catch (error) {
    pair.outcome ??= outcomeOf(error, deps.clock.now(), RETRY_MS);
    return;
  }
  const fields = settledFields(effects, refusedOnGithub(pair));
  if (fields.length > 0) await saveBases(deps, mapping, new Map([[pair, fields]]));
}

/** What GitHub did not take of the same plan: it is asked for again, so the base has not got it yet. */
function refusedOnGithub({ plan, refused, waits }: PairWork): readonly Effect[] {
  const fields = new Set([...refused.map(({ field }) => field), ...(waits ? [waits.field] : [])]);
  return (plan?.effects ?? []).filter(({ side, field }) => side === "github" && fields.has(field));
}

/** The effects of a page, without what would make new options; those are said on the page instead. */
async function allowedEffects(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  page: PageSnapshot,
): Promise<readonly NotionEffect[]> {
  const wanted = pageEffects(mapping, pair, page);
  try {
    const { effects, problems } = await checkOptions(deps, mapping, wanted);
    if (problems.length === 0) return effects;
    pair.refused.push(...problems);
    const refused = new Set(problems.map((problem) => problem.field));
    return pageEffects(mapping, pair, page).filter((effect) => !refused.has(effect.field));
  } catch (error) {
    pair.outcome ??= outcomeOf(error, deps.clock.now(), RETRY_MS);
    return [];
  }
}

/** What is written to the page at the end: the plan's effects, and a notice of what turned out wrong on the way. */
function pageEffects(mapping: Mapping, pair: PairWork, page: PageSnapshot): readonly NotionEffect[] {
  const { outcome, plan } = pair;
  if (outcome) {
    const problem = toNoticed(outcome);
    return problem ? planNotice({ mapping, page }, [problem]) : [];
  }
  if (!plan) return [];
  const planned = plan.effects.filter((effect): effect is NotionEffect => effect.side === "notion" && effect.field !== "notice");
  const stop = toNoticed(plan.stop);
  const waits = toNoticed(pair.waits?.outcome);
  const problems = [...pair.refused, ...plan.problems, ...(waits ? [waits] : [])];
  // What passes within moments changes nothing of what the page says.
  if (pair.waits?.outcome.status === "waiting" && problems.length === 0) return planned;
  return [...planned, ...planNotice({ mapping, page }, stop ? [stop] : problems)];
}

/** What of an outcome is said on the page: failures, and waits that a person can do something about. */
function toNoticed(outcome: PairWork["outcome"]): FieldProblem | undefined {
  if (outcome?.status === "failed") return { field: "item", ...outcome };
  if (outcome?.status === "waiting" && outcome.remedy !== undefined) {
    return { field: "item", code: outcome.code, reason: outcome.reason, remedy: outcome.remedy };
  }
  return undefined;
}

/** Reads the page again when what is known of it is older than 10 s; `false` when it moved meanwhile, and is to be planned anew. */
export async function freshenPage(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<boolean> {
  const { page, print } = pair;
  if (!page) return false;
  if (pair.vendorPage && deps.clock.now() - Date.parse(page.readAt) <= SNAPSHOT_FRESH_MS) return true;
  if (!(await readPage(deps, mapping, pair))) return false;
  if (pair.print === print) return true;
  pair.again = true;
  return false;
}

function toPageWrite(effects: readonly NotionEffect[], pair: PairWork): PageWrite {
  const fields: Record<string, FieldValue> = {};
  let write: PageWrite = {};
  for (const effect of effects) {
    if (effect.field === "status") write = { ...write, status: textOf(effect.to) };
    else if (effect.field === "notice") write = { ...write, notice: textOf(effect.to) };
    else if (effect.field === "reference") {
      write = { ...write, reference: { text: textOf(effect.to), url: referenceUrl(pair, effect.to) } };
    } else fields[effect.field] = effect.to;
  }
  return Object.keys(fields).length > 0 ? { ...write, fields } : write;
}

function referenceUrl(pair: PairWork, to: FieldValue): string {
  return pair.item?.url ?? `https://github.com/${parseReference(textOf(to))?.repository ?? ""}`;
}

function textOf(value: FieldValue): string {
  return typeof value === "string" ? value : value === null ? "" : String(value);
}
