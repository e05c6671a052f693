import { graphql, GraphqlResponseError } from "@octokit/graphql";
import type { Clock } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import type { Pacer, RequestKind } from "../sync/pacer.ts";
import type { GithubAuth } from "./auth.ts";
import {
  type ErrorEntry,
  findUnsentError,
  hideToken,
  toDeadlineError,
  toEntryError,
  toIncompleteError,
  toLeadingError,
  toNoAnswerError,
  toStatusError,
  toTokenError,
} from "./error.ts";
import { findResetMs, type Headers } from "./limits.ts";
import { toPermissionError } from "./permission.ts";
import { refuseRedirect } from "./redirect.ts";

/** An error of a part of an answer. */
export interface PathError {
  /** Where in the answer; empty when GitHub does not say. */
  readonly path: readonly (string | number)[];
  readonly error: ServiceError;
}

/** GitHub's answer to a request that it carried out, perhaps in part. */
export interface Answer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly PathError[];
}

/** How the sending of one request ended. */
export type Sending =
  | ({ readonly status: "answered" } & Answer)
  /** Sent, and met as a whole by an error; its `end` tells whether something may have been done. */
  | { readonly status: "refused"; readonly error: ServiceError }
  | { readonly status: "notSent"; readonly error: ServiceError };

/** One request. */
export interface GraphqlRequest {
  readonly kind: RequestKind;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970: not sent from then on, aborted then. */
  readonly deadlineAtMs?: number;
}

/** Sends requests one by one: paced, with a time limit, and without repeating anything but a refused token. */
export interface GithubClient {
  send(request: GraphqlRequest): Promise<Sending>;
  /** @throws ServiceError unless GitHub answered, perhaps in part. */
  read(document: string, variables: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** What the client needs. */
export interface GithubClientOptions {
  /** `https://api.github.com`, or `https://<host>/api/v3` of an Enterprise Server; GraphQL is found from it. */
  readonly apiUrl: string;
  readonly auth: GithubAuth;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly fetch: typeof fetch;
  /** How long one request may take, default 15 s: GitHub itself gives up after 10. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000; // ms

interface Response {
  readonly status: number;
  readonly headers: Headers;
}

/** Creates a client. */
export function createGithubClient(options: GithubClientOptions): GithubClient {
  const { auth, clock, pacer, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const api = graphql.defaults({
    baseUrl: options.apiUrl.replace(/\/+$/, ""),
    headers: { "user-agent": "notion-sync", "x-github-next-global-id": "1" },
  });

  const block = async (untilMs: number): Promise<void> => {
    try {
      await pacer.block(untilMs);
    } catch {
      // What GitHub answered must not be lost over it; the next request meets the limit again.
    }
  };

  const exchange = async (request: GraphqlRequest, token: string): Promise<Sending> => {
    let headers: Headers = {};
    const controller = new AbortController();
    const limitMs = Math.min(timeoutMs, (request.deadlineAtMs ?? Infinity) - clock.now());
    const timer = clock.setTimer(limitMs, () => controller.abort());
    // The token is added here and not to the options, which the client's errors carry along.
    const hook = async (send: (options: object) => Promise<Response>, given: { readonly headers: object }): Promise<Response> => {
      const response = await send({ ...given, headers: { ...given.headers, authorization: `bearer ${token}` } });
      headers = response.headers;
      return refuseRedirect(response);
    };
    try {
      const data = await api<unknown>(request.document, {
        ...request.variables,
        request: { fetch: options.fetch, signal: controller.signal, redirect: "manual", hook },
      });
      if (isData(data)) return { status: "answered", data, errors: [] };
      return { status: "refused", error: controller.signal.aborted ? toNoAnswerError(true) : toIncompleteError("data") };
    } catch (error) {
      if (error instanceof GraphqlResponseError) return toPartialAnswer(error, headers, request.document, token);
      const unsent = controller.signal.aborted ? undefined : findUnsentError(error);
      if (unsent) return { status: "notSent", error: unsent };
      return { status: "refused", error: toRequestError(error, controller.signal.aborted, token) };
    } finally {
      timer.clear();
      const resetMs = findResetMs(headers);
      if (resetMs !== undefined && resetMs > clock.now()) await block(resetMs);
    }
  };

  const toPartialAnswer = (
    { errors, data }: GraphqlResponseError<unknown>,
    headers: Headers,
    document: string,
    token: string,
  ): Sending => {
    const entries: readonly ErrorEntry[] = errors ?? [];
    const found = entries.map((entry) => {
      const path = entry.path ?? [];
      return { path, error: toPermissionError(toEntryError(hideToken(entry, token), headers, clock), path, document) };
    });
    if (isData(data)) return { status: "answered", data, errors: found };
    const error = toLeadingError(found.map((each) => each.error)) ?? toIncompleteError("data");
    return { status: "refused", error };
  };

  const toRequestError = (error: unknown, timedOut: boolean, token: string): ServiceError => {
    if (typeof error !== "object" || error === null || !("status" in error)) throw error;
    const response = "response" in error ? error.response : undefined;
    if (typeof response !== "object" || response === null) return toNoAnswerError(timedOut);
    const { status, headers, data } = response as { status: number; headers: Headers; data: unknown };
    return toStatusError(status, headers, hideToken(data, token), clock);
  };

  const sendOnce = async (request: GraphqlRequest, onToken: (token: string) => void): Promise<Sending> => {
    let token: string;
    try {
      token = await auth.token();
      onToken(token);
    } catch (error) {
      const unreadable = toTokenError("The token for GitHub cannot be read.");
      return { status: "notSent", error: error instanceof ServiceError ? error : unreadable };
    }
    try {
      await pacer.acquire(request.kind);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { status: "notSent", error };
    }
    if (clock.now() >= (request.deadlineAtMs ?? Infinity)) return { status: "notSent", error: toDeadlineError() };
    const sending = await exchange(request, token);
    const errors = sending.status === "answered" ? sending.errors.map(({ error }) => error) : [sending.error];
    const limit = errors.find(({ end }) => end === "limited");
    if (limit?.retryAfterMs !== undefined) await block(clock.now() + limit.retryAfterMs);
    if (errors.some(({ code }) => code.endsWith("forbidden"))) auth.doubt();
    return sending;
  };

  const send = async (request: GraphqlRequest): Promise<Sending> => {
    let used = "";
    const note = (token: string): void => void (used = token);
    const first = await sendOnce(request, note);
    if (first.status !== "refused" || first.error.code !== "unauthorized") return first;
    auth.forget(used);
    return sendOnce(request, note);
  };

  return {
    send,
    async read(document, variables) {
      const sending = await send({ kind: "read", document, variables });
      if (sending.status !== "answered") throw sending.error;
      return sending;
    },
  };
}

const isData = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
