// The composition root: settings and mapping file in, every trigger, orchestration and activity registered.
import { app } from "@azure/functions";
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { AsyncLocalStorage } from "node:async_hooks";
import { isAbsolute, join } from "node:path";
import { createFindChanges } from "./activities/find-changes.ts";
import type { ActivityDeps } from "./activities/deps.ts";
import type { ActivityInput, ActivityName, ActivityOutput } from "./activities/contract.ts";
import { createPlanPages } from "./activities/plan-pages.ts";
import { createSyncSlice } from "./activities/sync-slice.ts";
import { parseSettings } from "./config/config.ts";
import type { ConfigProblem, Settings } from "./config/config.ts";
import { ConfigError, formatProblem } from "./config/problem.ts";
import { readConfig } from "./config/read-config.ts";
import { DEFAULT_SETTINGS } from "./config/settings.ts";
import { handleApply } from "./functions/apply.ts";
import type { FunctionDeps, Log, Starter } from "./functions/deps.ts";
import { handleExplain } from "./functions/explain.ts";
import { handleGithubWebhook } from "./functions/github-webhook.ts";
import { openHandshake, showHandshake } from "./functions/handshake.ts";
import { handleLinks } from "./functions/links.ts";
import { handleNotionWebhook } from "./functions/notion-webhook.ts";
import { handlePause, handleResume } from "./functions/pause.ts";
import { handlePlan, handlePlanRead } from "./functions/plan.ts";
import { runPoll } from "./functions/poll.ts";
import { runPurge } from "./functions/purge.ts";
import { runReconcile } from "./functions/reconcile.ts";
import { handleRetry } from "./functions/retry.ts";
import { problem } from "./functions/respond.ts";
import { describeError, withoutWords } from "./functions/unforeseen.ts";
import { handleStatus } from "./functions/status.ts";
import { handleSync } from "./functions/sync-now.ts";
import { ORCHESTRATIONS } from "./orchestrators/registered.ts";
import { createServices } from "./services.ts";
import type { Services } from "./services.ts";
import type { Table } from "./storage/table.ts";
import type { Clock } from "./sync/clock.ts";
import { formatEvent, levelOf } from "./sync/event.ts";
import type { Report } from "./sync/event.ts";

/** What the app takes from outside; a test hands in its own to run hours in a moment. */
export interface Seams {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where a relative `SYNC_CONFIG` is found. */
  readonly appDirectory: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly openTable: (settings: Settings) => Table;
}

const PURGE_SCHEDULE = "0 30 3 * * *"; // daily, at night
/** With wrong settings the timers are registered all the same, and do nothing. */
const DEFAULT_SCHEDULES = {
  pollSchedule: DEFAULT_SETTINGS.POLL_SCHEDULE,
  reconcileSchedule: DEFAULT_SETTINGS.RECONCILE_SCHEDULE,
};

/** Registers the app. A wrong configuration is logged whole, and every route then answers 503. */
export function registerApp(seams: Seams): void {
  const parsed = parseSettings(seams.environment);
  const ready = prepare(seams, parsed);
  ready.catch((error: unknown) => reportStart(error));
  const { pollSchedule, reconcileSchedule } = "settings" in parsed ? parsed.settings : DEFAULT_SCHEDULES;
  registerHttp(ready);
  registerTimers(ready, { pollSchedule, reconcileSchedule });
  registerOrchestrations(ready);
}

async function prepare(seams: Seams, parsed: ReturnType<typeof parseSettings>): Promise<Services> {
  const problems: ConfigProblem[] = "problems" in parsed ? [...parsed.problems] : [];
  const named = "settings" in parsed ? parsed.settings.syncConfig : (seams.environment["SYNC_CONFIG"] ?? "sync.config.json");
  const read = await readConfig(isAbsolute(named) ? named : join(seams.appDirectory, named), named);
  if ("problems" in read) problems.push(...read.problems);
  if (problems.length > 0 || "problems" in parsed || "problems" in read) throw new ConfigError(problems);
  const { settings } = parsed;
  return createServices({
    config: read.config,
    settings,
    table: seams.openTable(settings),
    clock: seams.clock,
    fetch: seams.fetch,
    report,
  });
}

function reportStart(error: unknown): void {
  const lines = error instanceof ConfigError ? error.problems.map(formatProblem) : [String(error)];
  console.error(
    `Notion Sync does not start; every route answers 503 until this is mended:\n${lines.map((line) => `- ${line}`).join("\n")}`,
  );
}

type Handler = (request: HttpRequest, client: Starter, deps: FunctionDeps) => Promise<HttpResponseInit>;

function registerHttp(ready: Promise<Services>): void {
  const route = (
    name: string,
    method: "GET" | "POST",
    path: string,
    authLevel: "anonymous" | "function",
    handler: Handler,
  ): void => {
    app.http(name, {
      methods: [method],
      route: path,
      authLevel,
      extraInputs: [df.input.durableClient()],
      handler: (request, context) => answer(ready, request, context, handler),
    });
  };
  route("notionWebhook", "POST", "webhooks/notion", "anonymous", handleNotionWebhook);
  route("githubWebhook", "POST", "webhooks/github", "anonymous", handleGithubWebhook);
  route("handshakeOpen", "POST", "handshake", "function", (_request, _client, deps) => openHandshake(deps));
  route("handshakeShow", "GET", "handshake", "function", (_request, _client, deps) => showHandshake(deps));
  route("syncNow", "POST", "sync", "function", handleSync);
  route("planMake", "POST", "plan", "function", handlePlan);
  route("planRead", "GET", "plan/{id}", "function", (request, _client, deps) => handlePlanRead(request, deps));
  route("planApply", "POST", "apply", "function", handleApply);
  route("mappingPause", "POST", "mappings/{name}/pause", "function", (request, _client, deps) => handlePause(request, deps));
  route("mappingResume", "POST", "mappings/{name}/resume", "function", handleResume);
  route("retry", "POST", "retry", "function", handleRetry);
  route("status", "GET", "status", "function", (request, _client, deps) => handleStatus(request, deps));
  route("explain", "GET", "explain", "function", (request, _client, deps) => handleExplain(request, deps));
  route("links", "GET", "links", "function", (request, _client, deps) => handleLinks(request, deps));
  route("health", "GET", "health", "anonymous", () => Promise.resolve({ status: 200, jsonBody: { status: "ok" } }));
}

async function answer(
  ready: Promise<Services>,
  request: HttpRequest,
  context: InvocationContext,
  handler: Handler,
): Promise<HttpResponseInit> {
  const log = toLog(context);
  try {
    const services = await ready;
    const deps = await services.functionDeps(log);
    return await invocation.run(context, () => handler(request, df.getClient(context), deps));
  } catch (error) {
    // The caller learns no details; the log has them. What is wrong with the configuration was said once, at the start.
    if (!(error instanceof ConfigError)) log("error", "a request could not be answered", { error: describeError(error) });
    return problem(503, "Notion Sync cannot answer now; its log says why.");
  }
}

function registerTimers(
  ready: Promise<Services>,
  { pollSchedule, reconcileSchedule }: Pick<Settings, "pollSchedule" | "reconcileSchedule">,
): void {
  const timer = (name: string, schedule: string, run: (client: Starter, deps: FunctionDeps) => Promise<void>): void => {
    app.timer(name, {
      schedule,
      extraInputs: [df.input.durableClient()],
      handler: async (_timer, context) => {
        const services = await ready.catch(() => undefined);
        // What is wrong was said once, at the start.
        if (!services) return;
        await guarded(async () => {
          const deps = await services.functionDeps(toLog(context));
          await invocation.run(context, () => run(df.getClient(context), deps));
        });
      },
    });
  };
  timer("poll", pollSchedule, runPoll);
  timer("reconcile", reconcileSchedule, runReconcile);
  timer("purge", PURGE_SCHEDULE, runPurge);
}

function registerOrchestrations(ready: Promise<Services>): void {
  for (const [name, orchestrator] of Object.entries(ORCHESTRATIONS)) df.app.orchestration(name, orchestrator);
  const activity = <N extends ActivityName>(
    name: N,
    create: (deps: ActivityDeps) => (input: ActivityInput<N>) => Promise<ActivityOutput<N>>,
  ): void => {
    df.app.activity(name, {
      handler: async (input: ActivityInput<N>, context: InvocationContext) => {
        const services = await ready;
        return guarded(async () => {
          const work = create(await services.activityDeps(toLog(context)));
          return invocation.run(context, () => work(input));
        });
      },
    });
  };
  activity("findChanges", createFindChanges);
  activity("syncSlice", createSyncSlice);
  activity("planPages", createPlanPages);
}

/** What is thrown to the platform is logged and kept by it. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withoutWords(error);
  }
}

/** The invocation at work. What all of them share, as the pacers, reports in the name of the one that called it. */
const invocation = new AsyncLocalStorage<InvocationContext>();

/** One line for each event; see `sync/event.ts`. */
const report: Report = (event) => invocation.getStore()?.[levelOf(event)](formatEvent(event));

function toLog(context: InvocationContext): Log {
  return (level, message, fields) => context[level](fields ? `${message} ${JSON.stringify(fields)}` : message);
}
