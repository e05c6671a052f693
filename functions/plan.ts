import { randomBytes } from "node:crypto";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { MAKE_PLAN, planInstanceId } from "../orchestrators/instance-id.ts";
import type { PlanHeader } from "../storage/plans.ts";
import { isoNow } from "../sync/clock.ts";
import { isPlanExpired } from "../sync/plan-life.ts";
import type { PlannedPair, PlannedResult } from "../sync/planned-pair.ts";
import type { FunctionDeps, Starter } from "./deps.ts";
import { parseCommand, problem, readText, shown, withContinuation } from "./respond.ts";

const MAX_BYTES = 64 * 1024;
const PAIRS_SHOWN = 100; // pairs of one answer; `continuation` gives more
const READY_MS = 20_000; // ms; design: a plan that is ready within 20 s is the answer
const LOOK_MS = 500; // ms
const RETRY_AFTER_SECONDS = 5;

/** `POST /api/plan`: makes a plan of one or all mappings; writes nothing to Notion or GitHub. */
export async function handlePlan(request: HttpRequest, client: Starter, deps: FunctionDeps): Promise<HttpResponseInit> {
  const text = await readText(request, MAX_BYTES);
  if (text === undefined) return problem(413, `The body may have at most ${MAX_BYTES} bytes.`);
  const { mapping, ...rest } = parseCommand(text) ?? { malformed: true };
  if (Object.keys(rest).length > 0 || (mapping !== undefined && typeof mapping !== "string")) {
    return problem(400, 'The body must be {} or {"mapping": "<name>"}.');
  }
  const wanted = deps.mappings.filter(({ name }) => mapping === undefined || name === mapping);
  if (wanted.length === 0) return problem(404, `There is no mapping "${shown(mapping ?? "")}".`);
  const planId = newPlanId(deps);
  await deps.storage.plans.create({
    planId,
    mapping: mapping ?? null,
    mappings: wanted.map(({ name }) => name),
    createdAt: isoNow(deps.clock),
    state: "running",
    progress: { mapping: 0, since: null, cursor: null, greatestAt: null, pagesRead: 0, tries: 0, incomplete: false },
    totals: null,
  });
  await client.startNew(MAKE_PLAN, { instanceId: planInstanceId(planId), input: { planId } });
  const endMs = deps.clock.now() + READY_MS;
  for (;;) {
    const header = await findPlan(deps, planId);
    if (header && (header.state !== "running" || deps.clock.now() >= endMs)) return showPlan(deps, header, undefined);
    await deps.clock.sleep(LOOK_MS);
  }
}

/** `GET /api/plan/{id}`: what a plan says, a hundred pairs at a time, and what became of it once it was applied. */
export async function handlePlanRead(request: HttpRequest, deps: FunctionDeps): Promise<HttpResponseInit> {
  const planId = request.params["id"] ?? "";
  const header = await findPlan(deps, planId);
  if (!header) return noSuchPlan(planId);
  return withContinuation(() => showPlan(deps, header, request.query.get("continuation") ?? undefined));
}

/** Finds the header of a plan that is not expired. */
export async function findPlan(deps: FunctionDeps, planId: string): Promise<PlanHeader | undefined> {
  const stored = PLAN_ID.test(planId) ? await deps.storage.plans.find(planId) : undefined;
  return stored && !isPlanExpired(stored.value, deps.clock.now()) ? stored.value : undefined;
}

/** The answer for a plan that is not there. */
export function noSuchPlan(planId: string): HttpResponseInit {
  return problem(404, `There is no plan "${shown(planId)}". Plans are kept for 24 hours; make a new one with POST /api/plan.`);
}

const PLAN_ID = /^[0-9a-z-]{10,40}$/;

/** Plans sort by when they were made. */
function newPlanId(deps: FunctionDeps): string {
  const seconds = isoNow(deps.clock).replace(/\D/g, "").slice(0, 14);
  return `${seconds}-${randomBytes(6).toString("hex")}`;
}

async function showPlan(deps: FunctionDeps, header: PlanHeader, continuation: string | undefined): Promise<HttpResponseInit> {
  const { planId, createdAt, state, totals, failure, appliedAt } = header;
  const location = `/api/plan/${planId}`;
  if (state === "running") {
    const { pagesRead } = header.progress;
    return {
      status: 202,
      headers: { location, "retry-after": String(RETRY_AFTER_SECONDS) },
      jsonBody: { planId, createdAt, state, pagesRead },
    };
  }
  if (state === "failed")
    return problem(502, `The plan could not be made: ${failure?.reason ?? ""} ${failure?.remedy ?? ""}`.trim());
  const page = await deps.storage.plans.listPairs(planId, { limit: PAIRS_SHOWN, continuation });
  const results = appliedAt === undefined ? undefined : (await deps.storage.plans.summarize(planId)).results;
  return {
    status: 200,
    headers: { location },
    jsonBody: {
      planId,
      createdAt,
      ...(appliedAt === undefined ? {} : { appliedAt }),
      totals: { ...totals, ...(results ? { results: toShownResults(results) } : {}) },
      pairs: page.pairs.map((pair) => toShown(pair, appliedAt !== undefined)),
      continuation: page.continuation ?? null,
    },
  };
}

function toShown({ mapping, pageId, title, item, link, effects, conflicts, problems, result }: PlannedPair, isApplied: boolean) {
  const hasWork = effects.length > 0 || link !== "none";
  return {
    mapping,
    pageId,
    title,
    item,
    link,
    effects,
    conflicts,
    problems,
    ...(isApplied && hasWork ? { result: toShownResult(result) } : {}),
  };
}

function toShownResult(result: PlannedResult | undefined): Readonly<Record<string, string>> {
  if (!result || result.status === "begun") return { status: "waiting" };
  return { ...result };
}

function toShownResults(results: Readonly<Record<string, number>>) {
  const { pending = 0, begun = 0, applied = 0, skipped = 0, failed = 0, held = 0 } = results;
  return { applied, skipped, failed, held, waiting: pending + begun };
}
