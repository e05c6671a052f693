import type { Clock } from "../sync/clock.ts";
import { ServiceError } from "../sync/error.ts";
import { toNoAnswerError, toStatusError, toTokenError } from "./error.ts";
import { refuseRedirect } from "./redirect.ts";

/** Gives the token that requests are sent with. */
export interface GithubAuth {
  /** @throws ServiceError when there is none; nothing was sent then. */
  token(): Promise<string>;
  /** Drops the token after GitHub refused it, so that the next one is read anew. */
  forget(): void;
  /** Called after GitHub said that a permission is missing: a token of an installation never learns of one that was given later. */
  doubt(): void;
}

/** What a token needs. */
export interface TokenAuthOptions {
  /** Reads the token; called for each request, so it should keep it for a while. */
  readonly token: () => Promise<string>;
  /** Called when GitHub refused the token. */
  readonly onUnauthorized: () => void;
}

/** Creates the authentication by a personal access token. */
export function createTokenAuth({ token, onUnauthorized }: TokenAuthOptions): GithubAuth {
  return {
    async token() {
      const value = (await token()).trim();
      if (value === "") throw toTokenError("No token for GitHub is set.");
      return value;
    },
    forget: onUnauthorized,
    doubt: () => undefined,
  };
}

/** What a GitHub App needs. */
export interface AppAuthOptions {
  readonly appId: string;
  readonly installationId: string;
  /** Reads the private key (PEM); called only when a new token is needed. */
  readonly privateKey: () => Promise<string>;
  /** Called when GitHub refused a token, so that the private key is read anew. */
  readonly onUnauthorized: () => void;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000; // ms
const EXPIRY_MARGIN_MS = 2 * 60_000; // ms; tokens live an hour, and requests may be under way when they end

const DOUBTED_AFTER_MS = 60_000; // ms; how old a token is before a missing permission makes the app ask for another one

interface Kept {
  readonly token: string;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
}

/** Creates the authentication as an installation of a GitHub App; its tokens are kept until shortly before they end. */
export function createAppAuth(options: AppAuthOptions): GithubAuth {
  const { clock, onUnauthorized } = options;
  let kept: Kept | undefined;
  let pending: Promise<Kept> | undefined;

  return {
    async token() {
      if (kept && kept.expiresAtMs - EXPIRY_MARGIN_MS > clock.now()) return kept.token;
      pending ??= readInstallationToken(options).finally(() => (pending = undefined));
      kept = await pending;
      return kept.token;
    },
    forget() {
      kept = undefined;
      onUnauthorized();
    },
    doubt() {
      if (kept && clock.now() - kept.madeAtMs >= DOUBTED_AFTER_MS) kept = undefined;
    },
  };
}

async function readInstallationToken(options: AppAuthOptions): Promise<Kept> {
  const { appId, installationId, clock, apiUrl, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const privateKey = await options.privateKey();
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
      const { token: jwt, expiration } = await signJwt({ id: String(id), privateKey, now: Math.floor(clock.now() / 1_000) });
      return { jwt, expiresAt: new Date(expiration * 1_000).toISOString() };
    };
    const auth = authApp.createAppAuth({ appId, createJwt, request: appRequest, log: { warn: () => undefined } });
    const { token, expiresAt } = await auth({ type: "installation", installationId, refresh: true });
    // A proxy in between may answer anything.
    if (typeof token !== "string" || token === "") throw toTokenError("GitHub's answer holds no token for the GitHub App.");
    return { token, madeAtMs: clock.now(), expiresAtMs: Date.parse(expiresAt) };
  } catch (error) {
    throw toAppError(error, controller.signal.aborted, clock);
  } finally {
    timer.clear();
  }
}

function toAppError(error: unknown, timedOut: boolean, clock: Clock): ServiceError {
  if (error instanceof ServiceError) return error;
  const response = typeof error === "object" && error !== null && "response" in error ? error.response : undefined;
  if (typeof response === "object" && response !== null && "status" in response && "headers" in response) {
    const body = "data" in response ? response.data : undefined;
    const found = toStatusError(Number(response.status), response.headers as Record<string, string>, body, clock);
    if (found.end === "limited") return found;
    if (found.status === 401 || found.status === 404) {
      return toTokenError("GitHub does not accept the GitHub App: its id, its installation id or its private key is wrong.");
    }
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
