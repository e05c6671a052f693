import { Client } from "@notionhq/client";
import type { Clock } from "../sync/clock.ts";
import type { Pacer, RequestKind } from "../sync/pacer.ts";
import { ServiceError } from "../sync/error.ts";
import { toServiceError } from "./error.ts";

const NOTION_VERSION = "2026-03-11";

/** Milliseconds, the longest that Node's timers take: the SDK's own limit, on the real clock, must never be met. */
const SDK_TIMEOUT_MS = 2 ** 31 - 1;

export interface RequesterOptions {
  /** Origin, without a path. */
  readonly baseUrl: string;
  /** Called before each request, since tokens are rotated. */
  readonly token: () => Promise<string>;
  /** Called with the token that was refused; the next call of `token` gives a new one if there is one. */
  readonly onUnauthorized: (refused: string) => void;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** One call of the SDK. */
export type Call<T> = (client: Client) => Promise<T>;

/**
 * Sends one request: paced, ended by the clock or by `signal`, and sent once more with a new token after a 401.
 *
 * @throws ServiceError for every way in which it can go wrong.
 */
export type Requester = <T>(kind: RequestKind, call: Call<T>, signal?: AbortSignal) => Promise<T>;

interface Sending<T> {
  readonly kind: RequestKind;
  readonly call: Call<T>;
  readonly signal: AbortSignal | undefined;
}

/** Creates what sends all requests to Notion. */
export function createRequester(options: RequesterOptions): Requester {
  const { clock, pacer } = options;

  const sendOnce = async <T>({ kind, call, signal }: Sending<T>, onToken: (token: string) => void): Promise<T> => {
    await pacer.acquire(kind);
    const token = await options.token();
    onToken(token);
    if (signal?.aborted) {
      throw new ServiceError({ service: "notion", code: "aborted", end: "failed", message: "The time of the request was over." });
    }
    const timeout = new AbortController();
    const abort = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
    const client = new Client({
      auth: token,
      baseUrl: options.baseUrl,
      notionVersion: NOTION_VERSION,
      retry: false,
      timeoutMs: SDK_TIMEOUT_MS,
      logger: () => undefined, // its messages repeat what Notion says about contents
      // A client for each request, because the SDK has no other way to hand a signal to its fetch.
      fetch: async (url, init) => {
        const response = await options.fetch(url, {
          method: init?.method ?? "GET",
          headers: init?.headers ?? {},
          body: init?.body ?? null,
          redirect: "manual", // nobody is followed: the token and what people wrote would go along
          signal: abort,
        });
        const text = await response.text();
        return { ok: response.ok, status: response.status, headers: response.headers, text: () => Promise.resolve(text) };
      },
    });
    const timer = clock.setTimer(options.timeoutMs, () => timeout.abort(new Error("timeout")));
    try {
      return await call(client);
    } catch (error) {
      const ended = timeout.signal.aborted ? "timeout" : signal?.aborted ? "aborted" : undefined;
      throw toServiceError(error, { kind, ended });
    } finally {
      timer.clear();
    }
  };

  const sendPaced = async <T>(sending: Sending<T>, onToken: (token: string) => void): Promise<T> => {
    try {
      return await sendOnce(sending, onToken);
    } catch (error) {
      // Limits of the pacer itself have no status and are known to it.
      if (error instanceof ServiceError && error.end === "limited" && error.status !== undefined) {
        await pacer.block(clock.now() + (error.retryAfterMs ?? 0));
      }
      throw error;
    }
  };

  return async (kind, call, signal) => {
    const sending = { kind, call, signal };
    let used = "";
    const note = (token: string): void => void (used = token);
    try {
      return await sendPaced(sending, note);
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === "unauthorized" && error.service === "notion")) throw error;
      options.onUnauthorized(used);
      return sendPaced(sending, note);
    }
  };
}
