// What build servers report of a commit: statuses and check runs, which add up to whether it may be merged.
import type { Context } from "./context.ts";
import { findCommit } from "./git.ts";
import type { CheckRun, Commit, Repository } from "./model.ts";
import { afterStatus } from "./mutations/pushes.ts";
import { checkRunShape } from "./webhooks/check-shapes.ts";
import type { Shape } from "./webhooks/shapes.ts";

type State = Commit["statuses"][string];

const STATES: Readonly<Record<string, State>> = { pending: "PENDING", success: "SUCCESS", failure: "FAILURE", error: "ERROR" };

/** What a conclusion means for the merge; the published ones. */
const CONCLUSIONS: Readonly<Record<string, State>> = {
  success: "SUCCESS",
  neutral: "SUCCESS",
  skipped: "SUCCESS",
  failure: "FAILURE",
  cancelled: "FAILURE",
  timed_out: "FAILURE",
  action_required: "FAILURE",
};

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Takes a status of a commit; `undefined`: the request is not valid. */
export function reportStatus(
  context: Context,
  repository: Repository,
  sha: string,
  body: Readonly<Record<string, unknown>>,
): Shape | undefined {
  const { store, events } = context;
  const commit = findCommit(store, repository.id, sha);
  const state = STATES[text(body["state"]) ?? ""];
  if (!commit || !state) return undefined;
  const name = text(body["context"]) ?? "default";
  const changed = store.put<Commit>({ ...commit, statuses: { ...commit.statuses, [name]: state } });
  const [description, targetUrl] = [text(body["description"]) ?? null, text(body["target_url"]) ?? null];
  const report = { id: store.ids.bigId(), context: name, state: state.toLowerCase(), description, targetUrl };
  events.status(changed, report);
  afterStatus(context, changed);
  return { id: report.id, state: report.state, context: name, description, target_url: targetUrl, created_at: store.now() };
}

/**
 * Takes a check run of a commit; one of the same name takes the place of the former. `undefined`: the request is not valid.
 *
 * @remarks On GitHub only apps may make check runs; here whoever may write can, as a build server does.
 */
export function reportCheckRun(
  context: Context,
  repository: Repository,
  body: Readonly<Record<string, unknown>>,
): Shape | undefined {
  const { store, events } = context;
  const commit = findCommit(store, repository.id, text(body["head_sha"]) ?? "");
  const run = commit && toCheckRun(context, body);
  if (!run) return undefined;
  const state = run.conclusion === null ? "PENDING" : CONCLUSIONS[run.conclusion];
  if (!state) return undefined;
  const changed = store.put<Commit>({
    ...commit,
    statuses: { ...commit.statuses, [run.name]: state },
    checkRuns: { ...commit.checkRuns, [run.name]: run },
  });
  if (Object.values(changed.checkRuns ?? {}).every(({ status }) => status === "completed")) events.checkSuite(changed);
  afterStatus(context, changed);
  return checkRunShape(events.shapes, changed, run);
}

function toCheckRun({ store }: Context, body: Readonly<Record<string, unknown>>): CheckRun | undefined {
  const name = text(body["name"]);
  const conclusion = text(body["conclusion"]) ?? null;
  // A conclusion completes a run, and a completed run needs one.
  const status = conclusion === null ? (body["status"] ?? "queued") : "completed";
  if (!name || (status !== "queued" && status !== "in_progress" && status !== "completed")) return undefined;
  if ((status === "completed") !== (conclusion !== null)) return undefined;
  const startedAt = text(body["started_at"]) ?? store.now();
  const completedAt = status === "completed" ? (text(body["completed_at"]) ?? store.now()) : null;
  return { id: store.ids.bigId(), name, status, conclusion, startedAt, completedAt };
}
