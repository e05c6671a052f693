import type { GithubAdapter } from "../github/client.ts";
import type { MarkerSigner } from "../github/marker.ts";
import type { NotionAdapter } from "../notion/client.ts";
import type { Storage } from "../storage/storage.ts";
import type { Clock } from "../sync/clock.ts";
import type { Report } from "../sync/event.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { GithubFacts } from "./github-facts.ts";
import type { NotionFacts } from "./notion-facts.ts";

/** Writes one line of log: a constant message, with ids, counts and durations as fields. Never a token, title or body. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

/** What the activities work with; built in `main.ts`. */
export interface ActivityDeps {
  readonly mappings: readonly Mapping[];
  readonly storage: Storage;
  readonly notion: NotionAdapter;
  readonly github: GithubAdapter;
  /** The same services for reading everything: they leave a third of the budgets to live changes. */
  readonly scanners: { readonly notion: NotionAdapter; readonly github: GithubAdapter };
  readonly facts: GithubFacts & { readonly notion: NotionFacts };
  readonly markers: MarkerSigner;
  readonly clock: Clock;
  /** Makes a new attempt id, unlike any other. */
  readonly newAttempt: () => string;
  readonly log: Log;
  readonly report: Report;
}

/**
 * Finds a mapping by its name.
 *
 * @throws Error when the configuration no longer has it.
 */
export function readMapping(deps: ActivityDeps, name: string): Mapping {
  const mapping = deps.mappings.find((candidate) => candidate.name === name);
  if (!mapping)
    throw new Error(`Expected a mapping named "${name}"; the configuration has none. Its links stay stored and unused.`);
  return mapping;
}
