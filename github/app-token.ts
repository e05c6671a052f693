// How a GitHub App gets a token of its installation: by a JSON web token, signed with its private key.
import type { Clock } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import { toNoAnswerError, toStatusError, toTokenError } from "./error.ts";
import type { Headers } from "./limits.ts";
import { refuseRedirect } from "./redirect.ts";

/** Which installation of which app, and the way to GitHub. */
export interface AppIdentity {
  readonly appId: string;
  readonly installationId: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

/** A token of an installation; times by our own clock. */
export interface AppToken {
  readonly token: string;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
}

const DEFAULT_TIMEOUT_MS = 15_000; // ms
const SKEW_MS = 20_000; // ms; what is signed says that it was made 30 s ago, so that clocks may differ by less

/** What is said when GitHub knows the app, its installation or its key no more. */
export const REFUSED_APP =
  "GitHub does not accept the GitHub App: its id, its installation id or its private key is wrong, or it is no longer installed.";

/** What was signed was not accepted, by somebody whose clock is so far ahead of ours. */
interface Refused {
  readonly aheadMs: number;
}

/**
 * Asks for a token; once more by GitHub's clock when that is another one than ours.
 *
 * @returns `refused` when GitHub does not accept what was signed with this key.
 * @throws ServiceError for every other way in which it can go wrong.
 */
export async function askForToken(options: AppIdentity, privateKey: string): Promise<AppToken | "refused"> {
  const first = await askOnce(options, privateKey, 0);
  if ("token" in first) return first;
  const second = Math.abs(first.aheadMs) < SKEW_MS ? first : await askOnce(options, privateKey, first.aheadMs);
  return "token" in second ? second : "refused";
}

async function askOnce(options: AppIdentity, privateKey: string, aheadMs: number): Promise<AppToken | Refused> {
  const { appId, installationId, clock, apiUrl, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  // Loaded only where an app is used: most installations have a token.
  const [authApp, { request }, { default: signJwt }] = await Promise.all([
    import("@octokit/auth-app"),
    import("@octokit/request"),
    import("universal-github-app-jwt"),
  ]);
  const controller = new AbortController();
  const timer = clock.setTimer(timeoutMs, () => controller.abort());
  try {
    const hook = async (send: (given: object) => Promise<{ readonly status: number }>, given: object) =>
      refuseRedirect(await send(given));
    const appRequest = request.defaults({
      baseUrl: apiUrl.replace(/\/+$/, ""),
      request: { fetch: options.fetch, signal: controller.signal, redirect: "manual", hook },
    });
    // Signed here and not by the package, which would ask the machine for the time.
    const createJwt = async (id: string | number): Promise<{ jwt: string; expiresAt: string }> => {
      const now = Math.floor((clock.now() + aheadMs) / 1_000);
      const { token: jwt, expiration } = await signJwt({ id: String(id), privateKey, now });
      return { jwt, expiresAt: new Date(expiration * 1_000).toISOString() };
    };
    const auth = authApp.createAppAuth({ appId, createJwt, request: appRequest, log: { warn: () => undefined } });
    const { token, expiresAt } = await auth({ type: "installation", installationId, refresh: true });
    // A proxy in between may answer anything.
    if (typeof token !== "string" || token === "") throw toTokenError("GitHub's answer holds no token for the GitHub App.");
    return { token, madeAtMs: clock.now(), expiresAtMs: Date.parse(expiresAt) - aheadMs };
  } catch (error) {
    const answer = readAnswer(error);
    if (answer?.status === 401) return { aheadMs: findAheadMs(answer.headers, clock) };
    throw toAppError(error, answer, controller.signal.aborted, clock);
  } finally {
    timer.clear();
  }
}

/** How far the clock of whoever answered is ahead of ours; 0: it does not say. */
function findAheadMs({ date }: Headers, clock: Clock): number {
  const saidMs = Date.parse(String(date));
  return Number.isNaN(saidMs) ? 0 : saidMs - clock.now();
}

interface ErrorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

function readAnswer(error: unknown): ErrorAnswer | undefined {
  const response = typeof error === "object" && error !== null && "response" in error ? error.response : undefined;
  if (typeof response !== "object" || response === null || !("status" in response && "headers" in response)) return undefined;
  const body = "data" in response ? response.data : undefined;
  return { status: Number(response.status), headers: response.headers as Headers, body };
}

function toAppError(error: unknown, answer: ErrorAnswer | undefined, timedOut: boolean, clock: Clock): ServiceError {
  if (error instanceof ServiceError) return error;
  if (answer) {
    const found = toStatusError(answer.status, answer.headers, answer.body, clock);
    if (found.end === "limited") return found;
    if (found.status === 404) return toTokenError(REFUSED_APP);
    if (found.code === "suspended" || found.code === "redirected") return found;
    return toTokenError(`No token for the GitHub App: ${found.message}`);
  }
  const isRequest = typeof error === "object" && error !== null && "status" in error;
  return toTokenError(
    isRequest || timedOut
      ? `No token for the GitHub App: ${toNoAnswerError(timedOut).message}`
      : "The private key of the GitHub App cannot be used.",
  );
}
