import type { Clock } from "../clock.ts";
import type { Fault } from "../simulator/contract.ts";
import type { GithubKnobs } from "./knobs.ts";
import type { Limits } from "./limits.ts";
import type { Actor } from "./model.ts";
import type { Profile } from "./profiles.ts";
import type { Store } from "./store.ts";
import type { WebhookEvents } from "./webhooks/events.ts";

/** What a resolver knows of the request that it serves. */
export interface Context {
  readonly clock: Clock;
  readonly store: Store;
  readonly knobs: GithubKnobs;
  readonly viewer: Actor;
  readonly profile: Profile;
  readonly limits: Limits;
  readonly events: WebhookEvents;
  /** Where pages of issues live, without a slash at the end. */
  readonly webUrl: string;
  /** Lists show the state at this time (ms since 1970); `undefined` means now. */
  readonly asOfMs: number | undefined;
  readonly partial: Fault | undefined;
  /** Records an unimplemented field for `verify()`. */
  readonly missing: (name: string) => void;
  /** Points and nodes of the running request, by the documented formula. */
  readonly cost: number;
  readonly nodeCount: number;
}
