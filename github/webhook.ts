// Deliveries of GitHub's webhooks: who sent them, and what they say. Each is a hint to look: the order is not kept, and the node id of
// an older object may come in its older form.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { FieldValue, ItemSnapshot } from "../sync/model.ts";
import { toCloseReason, toNameSet } from "./items.ts";
import { findMarker } from "./marker.ts";
import type { GithubDelivery } from "./delivery.ts";
import { HINT_PARSERS } from "./webhook-hints.ts";
import { parseProjectItem } from "./webhook-project-item.ts";
import {
  type IssuePayload,
  IssuesPayload,
  parsePayload,
  type PullPayload,
  PullRequestPayload,
  type RepositoryPayload,
} from "./webhook-schema.ts";
import { fromGithubTitle } from "./title.ts";

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Says whether GitHub signed this body with one of the secrets.
 *
 * @param body As it came over the wire.
 * @param signature The header `X-Hub-Signature-256`.
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function verifyGithubSignature(body: string, signature: string | null, secrets: readonly string[]): Promise<boolean> {
  if (signature === null || !SIGNATURE.test(signature)) return Promise.resolve(false);
  const given = Buffer.from(signature);
  const fits = secrets
    .filter((secret) => secret !== "")
    .map((secret) => timingSafeEqual(given, Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`)));
  return Promise.resolve(fits.includes(true));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Reads the body of a delivery; never throws. Verify its signature first. */
export function parseGithubDelivery(event: string | null, body: string): GithubDelivery {
  if (event === null || event === "") return { kind: "malformed", reason: "The header X-GitHub-Event is missing." };
  const payload = parseJson(body);
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    const isForm = body.startsWith("payload=");
    const fix = isForm ? " Set the webhook's content type to application/json on GitHub." : "";
    return { kind: "malformed", reason: `The body is not a JSON object.${fix}` };
  }
  if (event === "ping") return { kind: "ping" };
  if (event === "issues") return parseIssues(payload);
  if (event === "pull_request") return parsePullRequest(payload);
  if (event === "projects_v2_item") return parseProjectItem(payload);
  const parseHint = Object.hasOwn(HINT_PARSERS, event) ? HINT_PARSERS[event] : undefined;
  if (parseHint) return parseHint(payload);
  return { kind: "ignored", reason: `Events of type ${event.replace(/\W/g, "?").slice(0, 40)} are not used.` };
}

const toSenderId = (sender: { readonly id: number } | null | undefined): string | null => (sender ? String(sender.id) : null);

function parseIssues(payload: object): GithubDelivery {
  const parsed = parsePayload(IssuesPayload, payload);
  if (!("value" in parsed)) return { kind: "malformed", reason: parsed.reason };
  const { action, issue, repository, sender, changes } = parsed.value;
  const moved = action === "transferred" ? changes?.new_issue : undefined;
  return {
    kind: "item",
    action,
    repository: repository.full_name,
    repositoryId: repository.node_id,
    item: toIssue(issue, repository),
    movedTo: moved && changes?.new_repository ? toIssue(moved, changes.new_repository) : null,
    senderId: toSenderId(sender),
  };
}

function parsePullRequest(payload: object): GithubDelivery {
  const parsed = parsePayload(PullRequestPayload, payload);
  if (!("value" in parsed)) return { kind: "malformed", reason: parsed.reason };
  const { action, pull_request: pullRequest, repository, sender } = parsed.value;
  return {
    kind: "item",
    action,
    repository: repository.full_name,
    repositoryId: repository.node_id,
    item: toPullRequest(pullRequest, repository),
    movedTo: null,
    senderId: toSenderId(sender),
  };
}

type Snapshot = Omit<ItemSnapshot, "kind" | "state" | "reason" | "isDraft">;

function toShared(payload: IssuePayload | PullPayload, repository: RepositoryPayload): Snapshot {
  const { labels, assignees } = payload;
  // Webhooks add a suffix to the login of an app, GraphQL does not.
  const logins = assignees?.flatMap((assignee) => assignee?.login.replace(/\[bot\]$/, "") ?? []);
  const fields: Record<string, FieldValue> = {
    title: fromGithubTitle(payload.title),
    ...(labels ? { labels: toNameSet(labels.flatMap((label) => label?.name ?? [])) } : {}),
    ...(logins ? { assignees: toNameSet(logins) } : {}),
    milestone: payload.milestone?.title ?? null,
  };
  return {
    itemId: String(payload.id),
    nodeId: payload.node_id,
    repositoryId: repository.node_id,
    repository: repository.full_name,
    number: payload.number,
    url: payload.html_url,
    readAt: payload.updated_at,
    createdAt: payload.created_at,
    updatedAt: payload.updated_at,
    marker: findMarker(payload.body ?? ""),
    fields,
    problems: [],
  };
}

const toOpenOrClosed = ({ state, closed_at }: IssuePayload | PullPayload): "open" | "closed" =>
  state ?? (closed_at ? "closed" : "open");

function toIssue(issue: IssuePayload, repository: RepositoryPayload): ItemSnapshot {
  const shared = toShared(issue, repository);
  const state = toOpenOrClosed(issue);
  return {
    ...shared,
    kind: "issue",
    state,
    reason: state === "closed" ? toCloseReason(issue.state_reason) : null,
    isDraft: false,
    fields: { ...shared.fields, ...(issue.type === undefined ? {} : { type: issue.type?.name ?? null }) },
  };
}

function toPullRequest(pullRequest: PullPayload, repository: RepositoryPayload): ItemSnapshot {
  return {
    ...toShared(pullRequest, repository),
    kind: "pullRequest",
    state: pullRequest.merged ? "merged" : toOpenOrClosed(pullRequest),
    reason: null,
    isDraft: pullRequest.draft ?? false,
    pullRequest: {
      headRefName: pullRequest.head.ref,
      headRefOid: pullRequest.head.sha,
      baseRefName: pullRequest.base.ref,
      autoMerge: (pullRequest.auto_merge ?? null) !== null,
    },
  };
}
