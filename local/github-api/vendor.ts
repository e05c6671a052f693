// Who asks, within which limits, and where the request goes.
import type { FaultAnswer, ReceivedRequest, RequestContext, SimulatorKit, Vendor } from "../simulator/vendor.ts";
import { answerAppToken, findInstallation, suspendedError } from "./app-tokens.ts";
import type { Context } from "./context.ts";
import { createDocumentReader } from "./documents.ts";
import { createGraphqlEndpoint, describeGraphql, parseGraphqlBody } from "./graphql-endpoint.ts";
import type { GithubKnobs } from "./knobs.ts";
import { type Limits, createLimits } from "./limits.ts";
import { ALL_SCOPES, type Profile } from "./profiles.ts";
import { answerRest, restError, templateOf } from "./rest-endpoint.ts";
import { githubSchema } from "./schema.ts";
import { type GithubSeed, SEED_INSTALLATION_ID, seedProfiles, seedStore } from "./seed.ts";
import { type Store, createStore } from "./store.ts";
import { createWebhookEvents } from "./webhooks/events.ts";

const WEB_URL = "https://github.com";
const GRAPHQL_PATHS = new Set(["/graphql", "/api/graphql"]); // the second on GitHub Enterprise Server
const DEFAULT_PROFILE: Profile = { kind: "classic", actor: "ada", scopes: ALL_SCOPES };
const SECONDARY_MESSAGE =
  "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.";
const SECONDARY_DOCS =
  "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";
const TIMEOUT_MESSAGE =
  "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request and contact us if the problem persists.";

let sharedReader: ReturnType<typeof createDocumentReader> | undefined;

const tokenOf = (headers: Headers): string | undefined =>
  /^(?:bearer|token)\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];

/** GitHub's part of a simulator. */
export interface GithubVendor extends Vendor {
  readonly store: Store;
  /** Puts a new store, filled by `fill`, in the place of the present one. */
  refill(fill: (store: Store) => void): void;
}

/** Creates GitHub's part of a simulator. */
export function createGithubVendor(kit: SimulatorKit, knobs: GithubKnobs, seed: GithubSeed, idSeed: number): GithubVendor {
  const schema = githubSchema();
  sharedReader ??= createDocumentReader(schema);
  const read = sharedReader;
  const endpoint = createGraphqlEndpoint({ schema, read });
  let store: Store;
  let limits: Limits;
  let profiles: Map<string, Profile>;

  const reset = (): void => {
    store = createStore(kit.clock, idSeed);
    seedStore(store, seed);
    limits = createLimits(kit.clock, knobs);
    profiles = seedProfiles(seed);
  };
  reset();

  const profileOf = (headers: Headers): Profile | undefined => {
    const token = tokenOf(headers);
    if (token === undefined) return undefined;
    const profile = knobs.profiles[token] ?? profiles.get(token) ?? DEFAULT_PROFILE;
    return profile.expiresAt !== undefined && Date.parse(profile.expiresAt) <= kit.clock.now() ? undefined : profile;
  };

  const headersFor = (profile: Profile, actorId: string): Record<string, string> => {
    const { limit, used, remaining, resetAtMs } = limits.budget(actorId);
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(resetAtMs / 1_000),
      "x-ratelimit-resource": "graphql",
      "x-github-request-id": kit.random.hex(16).toUpperCase(),
      "x-github-media-type": "github.v4; format=json",
      ...(profile.kind === "classic" ? { "x-oauth-scopes": profile.scopes.join(", "), "x-accepted-oauth-scopes": "repo" } : {}),
      ...(profile.expiresAt && profile.kind !== "app"
        ? { "github-authentication-token-expiration": `${profile.expiresAt.slice(0, 10)} ${profile.expiresAt.slice(11, 19)} UTC` }
        : {}),
    };
  };

  const contextFor = (profile: Profile, apiUrl: string, request: RequestContext): Context => {
    const viewer = store.findActor(profile.actor);
    if (!viewer) throw new Error(`The profile's actor "${profile.actor}" is not seeded.`);
    const shapes = { store, apiUrl, webUrl: WEB_URL, legacyIds: knobs.legacyWebhookIds };
    const installationId = viewer.__typename === "Bot" ? SEED_INSTALLATION_ID : undefined;
    return {
      clock: kit.clock,
      store,
      knobs,
      viewer,
      profile,
      limits,
      events: createWebhookEvents({ shapes, webhooks: kit.webhooks, random: kit.random, actor: viewer, installationId }),
      webUrl: WEB_URL,
      asOfMs: request.asOfMs,
      partial: request.partial,
      missing: kit.missing,
      cost: 1,
      nodeCount: 0,
    };
  };

  const answerGraphql = (received: ReceivedRequest, context: Context, request: RequestContext): Response => {
    const body = parseGraphqlBody(received.bodyText);
    if (!body) return restError(400, "Problems parsing JSON");
    const isMutation = describeGraphql(body, read(body.query)).write;
    const waitMs = limits.countRequest(context.viewer.id, isMutation);
    if (waitMs > 0) {
      const retryAfter = knobs.retryAfterHeader ? { "retry-after": String(Math.ceil(waitMs / 1_000)) } : {};
      const answer = { documentation_url: SECONDARY_DOCS, message: SECONDARY_MESSAGE };
      return Response.json(answer, {
        status: 403,
        headers: { ...headersFor(context.profile, context.viewer.id), ...retryAfter },
      });
    }
    const answer = endpoint(body, context, request);
    const headers = { ...headersFor(context.profile, context.viewer.id), "content-type": "application/json; charset=utf-8" };
    return new Response(JSON.stringify(answer), { status: 200, headers });
  };

  return {
    get store() {
      return store;
    },
    describe(received) {
      const { pathname } = received.url;
      if (received.method === "POST" && GRAPHQL_PATHS.has(pathname)) {
        const body = parseGraphqlBody(received.bodyText);
        return describeGraphql(body, read(body?.query ?? ""));
      }
      return {
        kind: `${received.method} ${templateOf(pathname)}`,
        write: received.method !== "GET" && received.method !== "HEAD",
      };
    },
    handle(received, request) {
      const installationId = findInstallation(received.method, received.url.pathname);
      if (installationId !== undefined) {
        const register = (made: Profile): string => {
          const token = `ghs_${kit.random.hex(36)}`;
          profiles.set(token, made);
          return token;
        };
        return answerAppToken({ installationId, jwt: tokenOf(received.headers), knobs, nowMs: kit.clock.now(), register });
      }
      const profile = profileOf(received.headers);
      if (!profile) return restError(401, "Bad credentials");
      request.note({ actor: profile.actor });
      if (profile.kind === "app" && knobs.installation.suspended) return suspendedError();
      const context = contextFor(profile, received.url.origin, request);
      if (received.method === "POST" && GRAPHQL_PATHS.has(received.url.pathname))
        return answerGraphql(received, context, request);
      const response = answerRest({ received, context });
      for (const [name, value] of Object.entries(headersFor(profile, context.viewer.id))) response.headers.set(name, value);
      return response;
    },
    faultAnswer({ status, effect }: FaultAnswer) {
      if (status === 200 && effect) return effect;
      if (status === 401) return restError(401, "Bad credentials");
      if (status === 403 || status === 429)
        return Response.json({ documentation_url: SECONDARY_DOCS, message: SECONDARY_MESSAGE }, { status });
      if (status === 502 || status === 504) return Response.json({ message: TIMEOUT_MESSAGE }, { status });
      return restError(status, status >= 500 ? "Server Error" : "Not Found");
    },
    reset,
    refill(fill) {
      store = createStore(kit.clock, idSeed);
      fill(store);
    },
    webhooksControlled(body) {
      if (typeof body["url"] !== "string") return;
      contextFor(DEFAULT_PROFILE, "https://api.github.com", { note: () => undefined }).events.ping();
    },
  };
}
