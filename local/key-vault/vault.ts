// The part of a vault's REST API that reads secrets, with the vault's own shapes.
import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Identity } from "./identity.ts";

/** One request that the vault answered. */
export interface VaultRequest {
  /** Name of the secret. */
  readonly name: string;
  readonly status: number;
}

/** What is in the way of all requests until it is taken away. */
export type VaultTrouble =
  /** The identity lacks the role. */
  | { readonly kind: "forbidden" }
  /** Its firewall turns the caller away. */
  | { readonly kind: "firewall" }
  | { readonly kind: "throttled"; readonly retryAfterSeconds?: number }
  | { readonly kind: "status"; readonly status: number }
  /** It sends to another address. */
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  /** It takes the request and never answers. */
  | { readonly kind: "hang"; readonly taken: () => void }
  /** The connection is cut. */
  | { readonly kind: "down" };

export interface VaultOptions {
  /** The vault's name, as in `https://<name>.vault.azure.net`. */
  readonly name: string;
  readonly clock: Clock;
  readonly identity: Identity;
  /** Client ids that may read secrets. */
  readonly readers: readonly string[];
}

/** A stand-in of a vault. */
export interface Vault {
  readonly host: string;
  fetch(request: Request): Promise<Response>;
  /** Stores a new version of a secret and returns the version. */
  set(name: string, value: string): string;
  /** Switches the newest version off, or on again. */
  setEnabled(name: string, enabled: boolean): void;
  /** Says from when until when the newest version may be read; ms since 1970, and what is left out is no limit. */
  limit(name: string, times: Limits): void;
  remove(name: string): void;
  /** Without a trouble all is well again. */
  trouble(trouble?: VaultTrouble): void;
  requests(): readonly VaultRequest[];
  clearRequests(): void;
}

/** When a version may be read; a vault may be set up to give it out beyond that, but need not. */
interface Limits {
  readonly notBeforeMs?: number;
  readonly expiresAtMs?: number;
}

interface Version {
  readonly id: string;
  readonly value: string;
  readonly createdAtMs: number;
  enabled: boolean;
  limits: Limits;
}

const RESOURCE = "https://vault.azure.net";
const TENANT = "00000000-0000-0000-0000-00000000aaaa";
const PATH = /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/([0-9a-f]{32})?)?$/;

const fault = (status: number, code: string, message: string, inner?: string, headers: Record<string, string> = {}): Response =>
  Response.json(
    { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } },
    { status, headers },
  );

/** Creates a vault without secrets. @see https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
export function createVault({ name: vaultName, clock, identity, readers }: VaultOptions): Vault {
  const host = `${vaultName}.vault.azure.net`;
  const secrets = new Map<string, Version[]>();
  let asked: VaultRequest[] = [];
  let trouble: VaultTrouble | undefined;

  const challenge = (message: string): Response =>
    fault(401, "Unauthorized", message, undefined, {
      "www-authenticate": `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="${RESOURCE}"`,
    });

  const forbidden = (clientId: string, name: string): Response =>
    fault(
      403,
      "Forbidden",
      `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=${clientId}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '/vaults/${vaultName}/secrets/${name}'\r\nAssignment: (not found)\r\nVault: ${vaultName};location=westeurope`,
      "ForbiddenByRbac",
    );

  const meet = (clientId: string, name: string): Response | undefined => {
    switch (trouble?.kind) {
      case "forbidden":
        return forbidden(clientId, name);
      case "firewall":
        return fault(
          403,
          "Forbidden",
          "Client address is not authorized and caller is not a trusted service.",
          "ForbiddenByFirewall",
        );
      case "throttled": {
        const headers = trouble.retryAfterSeconds === undefined ? {} : { "retry-after": String(trouble.retryAfterSeconds) };
        return fault(429, "Throttled", "Request was not processed because too many requests were received.", undefined, headers);
      }
      case "status":
        return fault(trouble.status, "InternalServerError", "The server encountered an error.");
      case "redirect":
        return new Response(null, { status: trouble.status, headers: { location: trouble.location } });
      case "down":
      case "hang":
      case undefined:
        return readers.includes(clientId) ? undefined : forbidden(clientId, name);
    }
  };

  const read = (name: string, version: string | undefined): Response => {
    const versions = secrets.get(name);
    const found = version === undefined ? versions?.at(-1) : versions?.find(({ id }) => id === version);
    if (!found)
      return fault(
        404,
        "SecretNotFound",
        `A secret with (name/id) ${name}${version === undefined ? "" : `/${version}`} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`,
      );
    if (!found.enabled) return fault(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
    const { notBeforeMs = -Infinity, expiresAtMs = Infinity } = found.limits;
    if (clock.now() < notBeforeMs)
      return fault(403, "Forbidden", "Operation get is not allowed on a secret that is not yet valid.", "SecretNotYetValid");
    if (clock.now() >= expiresAtMs)
      return fault(403, "Forbidden", "Operation get is not allowed on an expired secret.", "SecretExpired");
    const seconds = Math.floor(found.createdAtMs / 1_000);
    const attributes = {
      enabled: true,
      created: seconds,
      updated: seconds,
      recoveryLevel: "Recoverable+Purgeable",
      recoverableDays: 90,
    };
    return Response.json({ value: found.value, id: `https://${host}/secrets/${name}/${found.id}`, attributes });
  };

  const answer = (request: Request): Response => {
    const url = new URL(request.url);
    const [, name, version] = PATH.exec(url.pathname) ?? [];
    if (request.method !== "GET" || name === undefined)
      return fault(405, "BadParameter", `The stand-in only reads secrets: ${request.method} ${url.pathname} is not there.`);
    const respond = (response: Response): Response => {
      asked.push({ name, status: response.status });
      return response;
    };
    if (!/^7\.\d(-preview\.\d)?$|^\d{4}-\d\d-\d\d$/.test(url.searchParams.get("api-version") ?? ""))
      return respond(fault(400, "BadParameter", "The API version is missing or not known."));
    const token = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return respond(challenge("AKV10000: Request is missing a Bearer or PoP token."));
    const caller = identity.verify(token);
    if (!caller) return respond(challenge("AKV10032: Invalid token, or it has expired."));
    if (caller.resource !== RESOURCE) return respond(challenge("AKV10022: Invalid audience."));
    return respond(meet(caller.clientId, name) ?? read(name, version));
  };

  return {
    host,
    fetch(request) {
      if (trouble?.kind === "down")
        return Promise.reject(new TypeError("fetch failed", { cause: new Error("the vault is down") }));
      if (trouble?.kind !== "hang") return Promise.resolve(answer(request));
      trouble.taken();
      return new Promise(() => undefined);
    },
    set(name, value) {
      const id = randomBytes(16).toString("hex");
      secrets.set(name, [...(secrets.get(name) ?? []), { id, value, createdAtMs: clock.now(), enabled: true, limits: {} }]);
      return id;
    },
    setEnabled(name, enabled) {
      const newest = secrets.get(name)?.at(-1);
      if (newest) newest.enabled = enabled;
    },
    limit(name, limits) {
      const newest = secrets.get(name)?.at(-1);
      if (newest) newest.limits = limits;
    },
    remove: (name) => void secrets.delete(name),
    trouble: (next) => void (trouble = next),
    requests: () => asked,
    clearRequests: () => void (asked = []),
  };
}
