// The few REST routes that clients of the GraphQL API need beside it, and those by which a person does what GraphQL cannot.
import type { ReceivedRequest } from "../simulator/vendor.ts";
import { reportCheckRun, reportStatus } from "./checks.ts";
import type { Context } from "./context.ts";
import { requirePermission } from "./access.ts";
import { ApiError } from "./errors.ts";
import type { Milestone } from "./model.ts";
import { issueShape } from "./webhooks/item-shapes.ts";
import { milestoneShape, repositoryShape } from "./webhooks/shapes.ts";

/** Writes a path as the journal names it. */
export function templateOf(path: string): string {
  return path
    .replace(/^\/repos\/[^/]+\/[^/]+/, "/repos/{owner}/{repo}")
    .replace(/\/[0-9a-f]{40}(?=\/|$)/, "/{sha}")
    .replace(/\/\d+(?=\/|$)/g, "/{id}");
}

/** What REST routes work with. */
export interface RestRequest {
  readonly received: ReceivedRequest;
  readonly context: Context;
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers });

/** REST's form of an error. */
export const restError = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  json({ message, documentation_url: "https://docs.github.com/rest", status: String(status) }, status, headers);

type Route = (request: RestRequest, parts: readonly string[]) => Response;

function readJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new ApiError("400", "Problems parsing JSON");
  }
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function repositoryOf({ context }: RestRequest, [, , owner = "", name = ""]: readonly string[]) {
  const repository = context.store.findRepository(owner, name);
  if (!repository) throw new ApiError("404", "Not Found");
  return repository;
}

function readIssue(request: RestRequest, parts: readonly string[]): Response {
  const { store, events, webUrl } = request.context;
  const repository = repositoryOf(request, parts);
  const number = Number(parts[5]);
  const item = store.findByNumber("Issue", repository.id, number) ?? store.findByNumber("PullRequest", repository.id, number);
  if (item) return json(issueShape(events.shapes, item));
  const moved = store.findOf("Issue", store.findRedirect(`/${parts[2] ?? ""}/${parts[3] ?? ""}/issues/${number}`));
  if (moved) {
    const location = String(issueShape(events.shapes, moved)["url"]);
    return json({ message: "Moved Permanently", url: location, documentation_url: webUrl }, 301, { location });
  }
  return number <= store.lastNumber(repository.id) ? restError(410, "This issue was deleted") : restError(404, "Not Found");
}

function writeMilestone(request: RestRequest, parts: readonly string[]): Response {
  const { context, received } = request;
  const { store, events, viewer } = context;
  const repository = repositoryOf(request, parts);
  requirePermission(context, repository, "WRITE", "milestones");
  const all = store.children("Milestone", repository.id);
  const existing = parts[5] ? all.find(({ number }) => number === Number(parts[5])) : undefined;
  if (parts[5] && !existing) return restError(404, "Not Found");
  const body = readJson(received.bodyText);
  const title = text(body["title"]) ?? existing?.title;
  if (!title) return restError(422, "Validation Failed");
  const state = text(body["state"]) === "closed" ? "CLOSED" : "OPEN";
  const databaseId = existing?.databaseId ?? store.ids.bigId();
  const milestone = store.put<Milestone>({
    __typename: "Milestone",
    id: store.ids.nodeId("Milestone", databaseId),
    databaseId,
    repositoryId: repository.id,
    creatorId: existing?.creatorId ?? viewer.id,
    number: existing?.number ?? Math.max(0, ...all.map(({ number }) => number)) + 1,
    title,
    description: text(body["description"]) ?? existing?.description ?? null,
    dueOn: text(body["due_on"]) ?? existing?.dueOn ?? null,
    state: body["state"] === undefined ? (existing?.state ?? "OPEN") : state,
    closedAt: state === "CLOSED" ? store.now() : null,
    createdAt: existing?.createdAt ?? store.now(),
    updatedAt: store.now(),
  });
  return json(milestoneShape(events.shapes, milestone), existing ? 200 : 201);
}

function writeStatus(request: RestRequest, parts: readonly string[]): Response {
  const { context, received } = request;
  const repository = repositoryOf(request, parts);
  requirePermission(context, repository, "WRITE", "statuses");
  const status = reportStatus(context, repository, parts[5] ?? "", readJson(received.bodyText));
  return status ? json(status, 201) : restError(422, "Validation Failed");
}

function writeCheckRun(request: RestRequest, parts: readonly string[]): Response {
  const { context, received } = request;
  const repository = repositoryOf(request, parts);
  requirePermission(context, repository, "WRITE", "check-runs");
  const run = reportCheckRun(context, repository, readJson(received.bodyText));
  return run ? json(run, 201) : restError(422, "Validation Failed");
}

const ROUTES: Readonly<Record<string, Route>> = {
  "GET /rate_limit": ({ context }) => {
    const { limit, used, remaining, resetAtMs } = context.limits.budget(context.viewer.id);
    const budget = { limit, used, remaining, reset: resetAtMs / 1_000 };
    return json({ resources: { core: budget, graphql: budget }, rate: budget });
  },
  "GET /repos/{owner}/{repo}": (request, parts) =>
    json(repositoryShape(request.context.events.shapes, repositoryOf(request, parts))),
  "GET /repos/{owner}/{repo}/issues/{id}": readIssue,
  "POST /repos/{owner}/{repo}/milestones": writeMilestone,
  "PATCH /repos/{owner}/{repo}/milestones/{id}": writeMilestone,
  "POST /repos/{owner}/{repo}/statuses/{sha}": writeStatus,
  "POST /repos/{owner}/{repo}/check-runs": writeCheckRun,
};

/** Answers a REST request; a route that is not there is a 501 that names it. */
export function answerRest(request: RestRequest): Response {
  const { method, url } = request.received;
  const name = `${method} ${templateOf(url.pathname)}`;
  const route = ROUTES[name];
  if (!route) {
    request.context.missing(`unknown route: ${name}`);
    return restError(501, `not implemented by the simulator: ${name}`);
  }
  try {
    return route(request, url.pathname.split("/").slice(0));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const status = Number(error.type);
    return restError(Number.isInteger(status) ? status : error.type === "NOT_FOUND" ? 404 : 403, error.message);
  }
}
