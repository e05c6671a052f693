import { NotionError } from "./errors.ts";
import type { StoredUser } from "./model.ts";
import type { NotionSeed } from "./seed.ts";
import type { NotionProfile } from "./services.ts";
import type { NotionStore } from "./store.ts";

/** Knows who acts with a token. */
export interface Actors {
  /** @throws NotionError 401 without a token, or with one that the profile does not accept. */
  read(authorization: string | null): { actor: StoredUser; token: string };
}

/**
 * Creates the look-up: a token of the seed acts as its user, `person:<name>` as the user of that name (or first name), and any other as the
 * first person.
 */
export function createActors(seed: NotionSeed, store: NotionStore, profile: NotionProfile): Actors {
  const byToken = new Map(seed.users.flatMap((user) => (user.tokens ?? []).map((token) => [token, user.id])));
  const firstPersonId = (seed.users.find((user) => user.type === "person") ?? seed.users[0])?.id;
  const findNamed = (token: string): string | undefined => {
    const name = /^person:(.+)$/.exec(token)?.[1]?.toLowerCase();
    const isNamed = (full: string): boolean => full.toLowerCase() === name || full.toLowerCase().split(" ", 1)[0] === name;
    return name === undefined ? undefined : seed.users.find((user) => isNamed(user.name))?.id;
  };
  return {
    read(authorization) {
      const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
      if (token === undefined || (profile.tokens && !profile.tokens.includes(token)))
        throw new NotionError(401, "unauthorized", "API token is invalid.");
      const actor = store.users.get(byToken.get(token) ?? findNamed(token) ?? firstPersonId ?? "");
      if (!actor) throw new NotionError(401, "unauthorized", "API token is invalid.");
      return { actor, token };
    },
  };
}
