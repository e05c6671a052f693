// How a GitHub App gets its tokens: a JSON web token, signed with its private key, for a token of its installation.
import { verify } from "node:crypto";
import type { GithubKnobs } from "./knobs.ts";
import type { Profile } from "./profiles.ts";
import { restError } from "./rest-endpoint.ts";
import { SEED_APP, SEED_INSTALLATION_ID } from "./seed.ts";

const TOKEN_LIFE_MS = 3_600_000; // of an installation's token; documented
const LONGEST_JWT_S = 600; // documented: 10 minutes
const SKEW_S = 60; // documented: clocks may differ by a minute
const PATH = /^(?:\/api\/v3)?\/app\/installations\/(\d+)\/access_tokens$/; // with the prefix of GitHub Enterprise Server, or without

/** The installation whose token is asked for; `undefined` when the request is another one. */
export function findInstallation(method: string, pathname: string): number | undefined {
  const id = method === "POST" ? PATH.exec(pathname)?.[1] : undefined;
  return id === undefined ? undefined : Number(id);
}

/** A request for a token of an installation. */
export interface AppTokenRequest {
  readonly installationId: number;
  /** The token of the request; `undefined`: there is none. */
  readonly jwt: string | undefined;
  readonly knobs: GithubKnobs;
  readonly nowMs: number;
  /** Registers what the new token is, and returns it. */
  readonly register: (profile: Profile) => string;
}

/** Answers a request for a token of an installation. @see https://docs.github.com/rest/apps/apps */
export function answerAppToken({ installationId, jwt, knobs, nowMs, register }: AppTokenRequest): Response {
  // Whose clock differs can tell by how much.
  const clock = { date: new Date(nowMs).toUTCString() };
  if (jwt === undefined) return restError(401, "A JSON web token could not be decoded", clock);
  const fault = knobs.app && findFault(jwt, knobs.app, nowMs / 1_000, clock);
  if (fault) return fault;
  if (knobs.app && installationId !== SEED_INSTALLATION_ID) return restError(404, "Not Found");
  const { permissions, suspended, withoutRepository = false } = knobs.installation;
  if (suspended) return suspendedError();
  const expiresAt = `${new Date(nowMs + TOKEN_LIFE_MS).toISOString().slice(0, 19)}Z`;
  const token = register({ kind: "app", actor: SEED_APP, permissions, expiresAt, withoutRepository });
  const granted = { ...permissions, metadata: "read" };
  return Response.json(
    { token, expires_at: expiresAt, permissions: granted, repository_selection: withoutRepository ? "selected" : "all" },
    { status: 201 },
  );
}

/** What an installation that its owner suspended is told. */
export const suspendedError = (): Response => restError(403, "This installation has been suspended");

function findFault(
  jwt: string,
  app: NonNullable<GithubKnobs["app"]>,
  nowS: number,
  clock: { readonly date: string },
): Response | undefined {
  const undecoded = restError(401, "A JSON web token could not be decoded", clock);
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const claims = decode(payload);
  if (decode(header)?.["alg"] !== "RS256" || !claims) return undecoded;
  if (String(claims["iss"]) !== String(app.appId)) return restError(404, "Integration not found");
  const isSigned = verify("sha256", Buffer.from(`${header}.${payload}`), app.publicKey, Buffer.from(signature, "base64url"));
  if (!isSigned) return undecoded;
  const [issuedAt, expiresAt] = [Number(claims["iat"]), Number(claims["exp"])];
  if (!(issuedAt <= nowS + SKEW_S))
    return restError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      clock,
    );
  if (!(expiresAt > nowS))
    return restError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      clock,
    );
  if (expiresAt - issuedAt > LONGEST_JWT_S + SKEW_S)
    return restError(401, "'Expiration time' claim ('exp') is too far in the future", clock);
  return undefined;
}

function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
