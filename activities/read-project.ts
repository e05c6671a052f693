import type { ProjectReading } from "../github/project-items.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, ItemSnapshot } from "../sync/model.ts";
import { toRemedy } from "../github/remedy.ts";
import type { ActivityDeps } from "./deps.ts";
import { outcomeOf } from "./pair-work.ts";
import type { PairWork } from "./pair-work.ts";
import { readProject, toView } from "./mapped-project.ts";

const RETRY_MS = 30_000; // ms

/**
 * Reads the places of the pairs' items in the mapped project, apart from the items: a project that cannot be reached harms no issue.
 *
 * @remarks Items get `project` and their `project.…` fields; without access each pair gets the problem that says which token has it.
 */
export async function readPlaces(deps: ActivityDeps, mapping: Mapping, pairs: readonly PairWork[]): Promise<void> {
  if (!mapping.github.project) return;
  const open = pairs.filter((pair) => !pair.outcome);
  try {
    const facts = await readProject(deps, mapping);
    const nodeIds = open.flatMap((pair) => pair.item?.nodeId ?? []);
    if (nodeIds.length === 0) return;
    const readings = await deps.github.readProjectItems(nodeIds, toView(mapping, facts));
    for (const pair of open) {
      if (!pair.item) continue;
      const reading = readings.get(pair.item.nodeId);
      const failure = readings.failures?.get(pair.item.nodeId);
      if (reading !== undefined) pair.item = withPlace(pair.item, reading);
      else if (failure) pair.projectProblem = toProblem(failure);
    }
  } catch (error) {
    if (!(error instanceof ServiceError) || error.service === "storage") throw error;
    const outcome = outcomeOf(error, deps.clock.now(), RETRY_MS);
    for (const pair of open) {
      if (outcome.status === "failed") pair.projectProblem = toProblem(error);
      else pair.outcome = outcome;
    }
  }
}

function withPlace(item: ItemSnapshot, reading: ProjectReading | null): ItemSnapshot {
  if (reading === null) return { ...item, project: null };
  return { ...item, project: reading.place, fields: { ...item.fields, ...reading.fields } };
}

function toProblem(error: ServiceError): FieldProblem {
  return { field: "project", code: error.code, reason: error.message, remedy: toRemedy(error) };
}
