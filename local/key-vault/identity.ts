// The token endpoint of an app's managed identity, as App Service and Functions have it inside the app.
import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";

/** Who an access token was given to, and for what. */
export interface IdentityToken {
  readonly clientId: string;
  /** Without a slash at its end. */
  readonly resource: string;
}

export interface IdentityOptions {
  readonly clock: Clock;
  /** Client ids of the user-assigned identities; the first one answers for a request that names none. */
  readonly clientIds: readonly string[];
  /** How long a token lives; default 24 hours, as in Azure. */
  readonly tokenLifeMs?: number;
}

/** The stand-in of an app's managed identity. */
export interface Identity {
  /** Value of the setting `IDENTITY_HEADER`. */
  readonly header: string;
  /** Answers one request to the address in `IDENTITY_ENDPOINT`. */
  fetch(request: Request): Promise<Response>;
  /** What a token stands for; `undefined`: it is no token, or is over. */
  verify(token: string): IdentityToken | undefined;
  /** How many tokens were given out. */
  issued(): number;
  /** Every token that was given out. */
  tokens(): readonly string[];
  /** Answers every request with this status until it is called without one. */
  fail(status?: number): void;
}

const API_VERSION = "2019-08-01";
const TOKEN_LIFE_MS = 24 * 3_600_000;
const TENANT = "22222222-2222-4222-8222-222222222222";

/** A token in the form of Entra's; its signature is none, and differs each time. */
function formatToken(clientId: string, resource: string, nowMs: number, endsAtMs: number): string {
  const [from, to] = [nowMs, endsAtMs].map((ms) => Math.floor(ms / 1_000));
  const claims = { aud: resource, iss: `https://sts.windows.net/${TENANT}/`, iat: from, nbf: from, exp: to, appid: clientId };
  const parts = [{ typ: "JWT", alg: "RS256" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return [...parts, randomBytes(32).toString("base64url")].join(".");
}

/** Creates the token endpoint. @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
export function createIdentity({ clock, clientIds, tokenLifeMs = TOKEN_LIFE_MS }: IdentityOptions): Identity {
  const header = randomBytes(16).toString("hex");
  const given = new Map<string, IdentityToken & { readonly endsAtMs: number }>();
  let failure: number | undefined;

  const refuse = (statusCode: number, message: string): Response =>
    Response.json({ statusCode, message, correlationId: "00000000-0000-0000-0000-000000000000" }, { status: statusCode });

  const answer = (request: Request): Response => {
    if (failure !== undefined) return refuse(failure, "The stand-in was told to fail.");
    const { searchParams } = new URL(request.url);
    if (request.headers.get("x-identity-header") !== header) return refuse(401, "The X-IDENTITY-HEADER does not match.");
    if (searchParams.get("api-version") !== API_VERSION) return refuse(400, "The api-version is not known.");
    const resource = searchParams.get("resource")?.replace(/\/+$/, "");
    if (!resource) return refuse(400, "The resource is missing.");
    const clientId = searchParams.get("client_id") ?? clientIds[0];
    if (clientId === undefined || !clientIds.includes(clientId))
      return refuse(400, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.");
    const endsAtMs = clock.now() + tokenLifeMs;
    const token = formatToken(clientId, resource, clock.now(), endsAtMs);
    given.set(token, { clientId, resource, endsAtMs });
    return Response.json({
      access_token: token,
      expires_on: String(Math.floor(endsAtMs / 1_000)),
      resource,
      token_type: "Bearer",
      client_id: clientId,
    });
  };

  return {
    header,
    fetch: (request) => Promise.resolve(answer(request)),
    verify(token) {
      const known = given.get(token);
      return known && known.endsAtMs > clock.now() ? known : undefined;
    },
    issued: () => given.size,
    tokens: () => [...given.keys()],
    fail: (status) => void (failure = status),
  };
}
