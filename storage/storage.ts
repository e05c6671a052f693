import { createAttention, type AttentionList } from "./attention.ts";
import { createBudgets, type Budgets } from "./budgets.ts";
import { createChanges } from "./change-store.ts";
import type { Changes } from "./changes.ts";
import { createClaims, type Claims } from "./claims.ts";
import { createHandshakes, type Handshakes } from "./handshakes.ts";
import { createLinks, type Links } from "./links.ts";
import { createMappings, type Mappings } from "./mappings.ts";
import { createPlans, type Plans } from "./plans.ts";
import { withKnownVersions } from "./known-versions.ts";
import type { Table } from "./row.ts";
import { createRenames, type Renames } from "./renames.ts";
import { createRuns, type Runs } from "./runs.ts";
import { createSightings, type Sightings } from "./sightings.ts";
import { createSources, type Sources } from "./sources.ts";

/** All that the app remembers, in one table. */
export interface Storage {
  /** Makes the table if it is not there. */
  ensure(): Promise<void>;
  readonly links: Links;
  readonly changes: Changes;
  readonly claims: Claims;
  readonly mappings: Mappings;
  readonly sources: Sources;
  readonly sightings: Sightings;
  readonly budgets: Budgets;
  readonly attention: AttentionList;
  readonly runs: Runs;
  readonly handshakes: Handshakes;
  readonly renames: Renames;
  readonly plans: Plans;
}

/** Bundles the stores over one table; none of them reads or overwrites a row of a newer version. */
export function createStorage(anyTable: Table): Storage {
  const table = withKnownVersions(anyTable);
  const changes = createChanges(table);
  const claims = createClaims(table);
  const mappings = createMappings(table);
  return {
    ensure: () => table.ensure(),
    links: createLinks(table),
    changes,
    claims,
    mappings,
    renames: createRenames(table, { changes, claims, mappings }),
    sources: createSources(table),
    sightings: createSightings(table),
    budgets: createBudgets(table),
    attention: createAttention(table),
    runs: createRuns(table),
    handshakes: createHandshakes(table),
    plans: createPlans(table),
  };
}
