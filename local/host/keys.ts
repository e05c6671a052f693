import { randomBytes, timingSafeEqual } from "node:crypto";
import type { HostStore } from "./durable/store.ts";
import type { HostRequest } from "./http-message.ts";

/** The keys of a data file. */
export interface Keys {
  /** Opens functions of level `function`. */
  readonly function: string;
  /** Opens the durable webhooks, the admin routes and functions of every level. */
  readonly system: string;
}

/** Takes the given keys, else those of the data file, else new ones; what is used is kept in the data file. */
export function ensureKeys(store: HostStore, given: Partial<Keys> = {}): Keys {
  const keep = (name: keyof Keys): string => {
    const key = given[name] ?? store.findValue(`key:${name}`) ?? randomBytes(24).toString("base64url");
    store.saveValue(`key:${name}`, key);
    return key;
  };
  return { function: keep("function"), system: keep("system") };
}

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Tells what a request may do.
 *
 * @param level `anonymous`, `function`, `admin` or `system`.
 * @returns 200, 401 without a valid key, or 403 with one of too low a level.
 */
export function authorize(keys: Keys, level: string, request: HostRequest): 200 | 401 | 403 {
  if (level === "anonymous") return 200;
  const key = request.headers.get("x-functions-key") ?? request.url.searchParams.get("code") ?? "";
  if (same(key, keys.system)) return 200;
  if (!same(key, keys.function)) return 401;
  return level === "function" ? 200 : 403;
}
