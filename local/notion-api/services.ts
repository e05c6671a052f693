import type { Clock } from "../clock.ts";
import type { Random } from "../simulator/random.ts";
import type { JsonObject } from "./body.ts";
import type { EventAggregator } from "./events.ts";
import type { MarkdownProfile } from "./markdown.ts";
import type { StoredUser } from "./model.ts";
import type { ShowUser } from "./property-reads.ts";
import type { QueryEngine } from "./query.ts";
import type { NotionStore } from "./store.ts";

/** What the product's connection was allowed; people are allowed everything. */
export interface NotionProfile {
  /** The only tokens that are accepted; default: any. */
  readonly tokens?: readonly string[];
  readonly canUpdate?: boolean;
  readonly canInsert?: boolean;
  /** Whether unknown select names become options. */
  readonly canEditSchema?: boolean;
  /** Default `withEmail`. */
  readonly users?: "none" | "withoutEmail" | "withEmail";
}

/** What all routes work with. */
export interface Services {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: NotionStore;
  readonly events: EventAggregator;
  readonly queries: QueryEngine;
  readonly profile: NotionProfile;
  /** Whether an edit of a page's blocks counts as an edit of the page. */
  readonly contentEditsBumpPage: boolean;
  readonly markdown: MarkdownProfile;
  /** Makes each address of a file another one. */
  readonly files: { nextSignature(): string };
}

/** One request, read and admitted. */
export interface Call {
  /** The variable parts of the path, decoded. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly actor: StoredUser;
  /** Of the request's `Notion-Version`. */
  readonly version: string;
  readonly origin: string;
  /** Lists and queries show the state of this time (ms since 1970). */
  readonly asOfMs: number | undefined;
}

/** How the asker sees users. */
export function createShowUser({ store, profile }: Services, { actor }: Call): ShowUser {
  const level = actor.type === "bot" ? (profile.users ?? "withEmail") : "withEmail";
  return (id) => {
    const user = store.users.get(id);
    if (!user || level === "none") return { object: "user", id };
    return level === "withoutEmail" && user.type === "person" ? { ...user, person: {} } : user;
  };
}
