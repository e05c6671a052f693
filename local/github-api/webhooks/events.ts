// What happened, told to whoever listens: payload, headers and signature of GitHub's webhooks.
import { createHmac } from "node:crypto";
import type { Random } from "../../simulator/random.ts";
import type { WebhookSender } from "../../simulator/webhook-sender.ts";
import type { Actor, Commit, IssueComment, Issue, Item, ProjectItem, PullRequest, Repository } from "../model.ts";
import { checkSuiteShape } from "./check-shapes.ts";
import { type Push, type StatusReport, pushShape, statusShape } from "./commit-shapes.ts";
import { commentShape, issueShape, pullRequestShape } from "./item-shapes.ts";
import { projectItemShape } from "./project-shapes.ts";
import { type Review, reviewShape } from "./review-shape.ts";
import { type Shape, type ShapeSource, accountShape, organizationShape, repositoryShape } from "./shapes.ts";

const HOOK_ID = 4_711;
/** What the webhook of the repository is set up for. */
const EVENTS = ["issues", "pull_request", "issue_comment", "sub_issues", "pull_request_review", "check_suite", "status", "push"];

/** Tells of what one actor did. Payloads show the state at the call, so call after the change is stored. */
export interface WebhookEvents {
  /** `issues` or `pull_request`, by the item. */
  item(action: string, item: Item, extra?: Shape): void;
  comment(action: "created" | "edited" | "deleted", comment: IssueComment, extra?: Shape): void;
  /** All four `sub_issues` events of a parent and a child. */
  subIssue(change: "added" | "removed", parent: Issue, child: Issue): void;
  /** Nothing for projects of users: GitHub has no such webhook. */
  projectItem(action: string, item: ProjectItem, changes?: Shape): void;
  /** `pull_request_review` with the action `submitted`. */
  review(pullRequest: PullRequest, review: Review): void;
  push(push: Push): void;
  status(commit: Commit, report: StatusReport): void;
  /** `check_suite` with the action `completed`. */
  checkSuite(commit: Commit): void;
  ping(): void;
  readonly shapes: ShapeSource;
}

/** What webhook events need. */
export interface WebhookEventsOptions {
  readonly shapes: ShapeSource;
  readonly webhooks: WebhookSender;
  readonly random: Random;
  readonly actor: Actor;
  /** Id of the installation by which the actor acts, for a bot. */
  readonly installationId: number | undefined;
}

/** Signs a body as GitHub does. */
export function signBody(secret: string, body: string, algorithm: "sha256" | "sha1" = "sha256"): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest("hex")}`;
}

interface Target {
  readonly id: number;
  readonly type: "repository" | "organization";
}

/** Creates the events of one actor. */
export function createWebhookEvents({ shapes, webhooks, random, actor, installationId }: WebhookEventsOptions): WebhookEvents {
  const { store } = shapes;

  const send = (event: string, payload: Shape, target: Target): void => {
    if (!webhooks.moods.enabled || webhooks.moods.url === undefined) return;
    const body = JSON.stringify(payload);
    const delivery = random.uuid();
    webhooks.send({
      render: (_attempt, secret) => ({
        body,
        headers: {
          "user-agent": "GitHub-Hookshot/0000000",
          accept: "*/*",
          "x-github-event": event,
          "x-github-delivery": delivery,
          "x-github-hook-id": String(HOOK_ID),
          "x-github-hook-installation-target-id": String(target.id),
          "x-github-hook-installation-target-type": target.type,
          ...(secret ? { "x-hub-signature": signBody(secret, body, "sha1"), "x-hub-signature-256": signBody(secret, body) } : {}),
        },
      }),
    });
  };

  const surroundings = (ownerId: string, repository: Repository | undefined): Shape => {
    const organization = store.findOf("Organization", ownerId);
    return {
      ...(repository ? { repository: repositoryShape(shapes, repository) } : {}),
      ...(organization ? { organization: organizationShape(shapes, organization) } : {}),
      ...(installationId === undefined
        ? {}
        : {
            installation: {
              id: installationId,
              node_id: Buffer.from(`23:IntegrationInstallation${installationId}`).toString("base64"),
            },
          }),
      sender: accountShape(shapes, actor),
    };
  };

  const sendInRepository = (event: string, repositoryId: string, payload: Shape): void => {
    const repository = store.get("Repository", repositoryId);
    const target: Target = { id: repository.databaseId, type: "repository" };
    send(event, { ...payload, ...surroundings(repository.ownerId, repository) }, target);
  };

  return {
    shapes,
    item(action, item, extra = {}) {
      if (item.__typename === "Issue")
        sendInRepository("issues", item.repositoryId, { action, issue: issueShape(shapes, item), ...extra });
      else
        sendInRepository("pull_request", item.repositoryId, {
          action,
          number: item.number,
          pull_request: pullRequestShape(shapes, item),
          ...extra,
        });
    },
    comment(action, comment, extra = {}) {
      const item: Item = store.findOf("Issue", comment.subjectId) ?? store.get("PullRequest", comment.subjectId);
      const payload = { action, issue: issueShape(shapes, item), comment: commentShape(shapes, comment), ...extra };
      sendInRepository("issue_comment", comment.repositoryId, payload);
    },
    subIssue(change, parent, child) {
      const ids = { sub_issue_id: Number(child.fullDatabaseId), parent_issue_id: Number(parent.fullDatabaseId) };
      const issues = { sub_issue: issueShape(shapes, child), parent_issue: issueShape(shapes, parent) };
      const parentRepo = { parent_issue_repo: repositoryShape(shapes, store.get("Repository", parent.repositoryId)) };
      const childRepo = { sub_issue_repo: repositoryShape(shapes, store.get("Repository", child.repositoryId)) };
      sendInRepository("sub_issues", child.repositoryId, { action: `parent_issue_${change}`, ...ids, ...issues, ...parentRepo });
      sendInRepository("sub_issues", parent.repositoryId, { action: `sub_issue_${change}`, ...ids, ...issues, ...childRepo });
    },
    projectItem(action, item, changes) {
      const project = store.get("ProjectV2", item.projectId);
      const organization = store.findOf("Organization", project.ownerId);
      if (!organization) return;
      const payload = { action, ...(changes ? { changes } : {}), projects_v2_item: projectItemShape(shapes, item) };
      send(
        "projects_v2_item",
        { ...payload, ...surroundings(organization.id, undefined) },
        { id: organization.databaseId, type: "organization" },
      );
    },
    review(pullRequest, review) {
      const shown = pullRequestShape(shapes, pullRequest);
      const payload = { action: "submitted", review: reviewShape(shapes, pullRequest, review), pull_request: shown };
      sendInRepository("pull_request_review", pullRequest.repositoryId, payload);
    },
    push: (push) => sendInRepository("push", push.ref.repositoryId, pushShape(shapes, push, actor)),
    status: (commit, report) => sendInRepository("status", commit.repositoryId, statusShape(shapes, commit, report)),
    checkSuite(commit) {
      const payload = { action: "completed", check_suite: checkSuiteShape(shapes, commit) };
      sendInRepository("check_suite", commit.repositoryId, payload);
    },
    ping() {
      const repository = store.repositories()[0];
      if (!repository) return;
      const hook = {
        type: "Repository",
        id: HOOK_ID,
        name: "web",
        active: true,
        events: EVENTS,
        config: { content_type: "json", insecure_ssl: "0", secret: "********", url: webhooks.moods.url ?? "" },
        created_at: repository.createdAt,
        updated_at: repository.updatedAt,
        url: `${shapes.apiUrl}/hooks/${HOOK_ID}`,
        test_url: `${shapes.apiUrl}/hooks/${HOOK_ID}/test`,
        ping_url: `${shapes.apiUrl}/hooks/${HOOK_ID}/pings`,
        deliveries_url: `${shapes.apiUrl}/hooks/${HOOK_ID}/deliveries`,
        last_response: { code: null, status: "unused", message: null },
      };
      sendInRepository("ping", repository.id, { zen: "Keep it logically awesome.", hook_id: HOOK_ID, hook });
    },
  };
}
