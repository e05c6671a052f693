import { graphql } from "@octokit/graphql";
import type { GraphqlResponseError } from "@octokit/graphql";
import { type GithubSimulator, type GithubSimulatorOptions, createGithubSimulator } from "../../../local/github-api/simulator.ts";
import { PRODUCT_TOKEN } from "../../../local/github-api/seed.ts";
import { type VirtualClock, createVirtualClock } from "../../../local/virtual-clock.ts";

/** When the tests begin. */
export const START = "2026-11-25T09:00:00Z";

/** A webhook as it arrived. */
export interface Delivery {
  readonly event: string;
  readonly headers: Headers;
  readonly text: string;
  readonly payload: Record<string, unknown>;
}

/** What GitHub answers, as a test reads it. */
export interface Answer {
  readonly data: Found;
  readonly errors: readonly { type?: string; message: string; path?: readonly (string | number)[]; extensions?: unknown }[];
}

/** Any part of an answer: reading something that is not there gives undefined. */
export interface Found {
  readonly [key: string]: Found;
}

/** Reads a text out of an answer. */
export const textOf = (found: Found | undefined): string => found as unknown as string;

/** A simulator in virtual time with an unmodified client. */
export interface Setup {
  readonly clock: VirtualClock;
  readonly simulator: GithubSimulator;
  readonly deliveries: Delivery[];
  /** Sends a document through @octokit/graphql; errors are returned beside the data, other failures throw. */
  readonly ask: (document: string, variables?: Record<string, unknown>, token?: string) => Promise<Answer>;
  /** Sends a document that must succeed. */
  readonly read: (document: string, variables?: Record<string, unknown>, token?: string) => Promise<Found>;
  /** Lets waiting webhooks arrive, and returns those that came since the last call. */
  readonly delivered: () => Promise<Delivery[]>;
  readonly repositoryId: string;
}

const isResponseError = (error: unknown): error is GraphqlResponseError<unknown> =>
  error instanceof Error && error.name === "GraphqlResponseError";

/** Creates a simulator whose clock starts at `START` and whose webhooks end in `deliveries`. */
export function aSimulator(options: Partial<GithubSimulatorOptions> = {}): Setup {
  const clock = createVirtualClock(START);
  const deliveries: Delivery[] = [];
  const simulator = createGithubSimulator({
    clock,
    webhooks: { url: "https://app.example/api/webhooks/github", secret: "s3cret" },
    deliver: async (request) => {
      const text = await request.text();
      const event = request.headers.get("x-github-event") ?? "";
      deliveries.push({ event, headers: request.headers, text, payload: JSON.parse(text) as Record<string, unknown> });
      return new Response(null, { status: 202 });
    },
    ...options,
  });
  const client = graphql.defaults({
    baseUrl: "https://api.github.test",
    request: { fetch: (url: string, init: RequestInit) => simulator.fetch(new Request(url, init)) },
  });
  let seen = 0;

  const setup: Setup = {
    clock,
    simulator,
    deliveries,
    async ask(document, variables = {}, token = PRODUCT_TOKEN) {
      try {
        const headers = { authorization: `token ${token}` };
        const data: unknown = await client(document, { ...variables, headers });
        return { data: data as Found, errors: [] };
      } catch (error) {
        if (!isResponseError(error)) throw error;
        return { data: error.data as Found, errors: (error.errors ?? []) as unknown as Answer["errors"] };
      }
    },
    async read(document, variables, token) {
      const { data, errors } = await setup.ask(document, variables, token);
      if (errors.length > 0) throw new Error(`unexpected errors: ${JSON.stringify(errors)}`);
      return data;
    },
    async delivered() {
      await clock.advance(0);
      await simulator.webhooksSettled();
      const fresh = deliveries.slice(seen);
      seen = deliveries.length;
      return fresh;
    },
    get repositoryId() {
      return simulator.store.findRepository("acme", "widgets")?.id ?? "";
    },
  };
  return setup;
}

/** The documents that many tests need. */
export const CREATE_ISSUE = `mutation ($input: CreateIssueInput!) {
  createIssue(input: $input) { issue { id number url title body state stateReason createdAt updatedAt fullDatabaseId
    labels(first: 20) { nodes { name } } assignees(first: 20) { nodes { login } } milestone { title } issueType { name } author { login } } } }`;

/** Creates an issue in the seeded repository and returns it. */
export async function createIssue(setup: Setup, input: Record<string, unknown> = {}, token?: string): Promise<Found> {
  const variables = { input: { repositoryId: setup.repositoryId, title: "An issue", ...input } };
  const { createIssue: payload } = await setup.read(CREATE_ISSUE, variables, token);
  return payload?.["issue"] as Found;
}

/** Finds labels, users, milestones and types of the seeded repository by name. */
export function idOf(setup: Setup, kind: "Label" | "Milestone" | "IssueType" | "User", name: string): string {
  const { store } = setup.simulator;
  const repository = store.findRepository("acme", "widgets");
  if (!repository) throw new Error("no repository");
  const found =
    kind === "User"
      ? store.findActor(name)
      : kind === "Label"
        ? store.children("Label", repository.id).find((label) => label.name === name)
        : kind === "Milestone"
          ? store.children("Milestone", repository.id).find((milestone) => milestone.title === name)
          : store.children("IssueType", repository.ownerId).find((type) => type.name === name);
  if (!found) throw new Error(`no ${kind} "${name}"`);
  return found.id;
}
