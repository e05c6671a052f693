import type { ItemWrite } from "../github/client.ts";
import type { ProjectView } from "../github/project-items.ts";
import { findProjectField, toProjectValue } from "../github/project-values.ts";
import type { ProjectFacts } from "../github/projects.ts";
import type { GithubEffect } from "../sync/effect.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem } from "../sync/model.ts";
import { isProjectField } from "../sync/project-field.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";

/**
 * The mapped project.
 *
 * @throws ServiceError `project_unreachable` when the token cannot reach it.
 */
export function readProject(deps: ActivityDeps, mapping: Mapping): Promise<ProjectFacts> {
  const { project } = mapping.github;
  if (!project) throw new Error(`Unreachable: mapping "${mapping.name}" has no project.`);
  return deps.facts.readProject(project.owner, project.number);
}

/** Which fields of the project the mapping looks at. */
export function toView(mapping: Mapping, facts: ProjectFacts): ProjectView {
  const names = mapping.fields.map(({ github }) => github).filter(isProjectField);
  const fields = names.map((name) => name.slice("project.".length)).filter((name) => findProjectField(facts, name) !== undefined);
  return { projectId: facts.projectId, statusField: mapping.status.projectField, fields };
}

/** Finds the ids behind one project field or the column; an item that is not there yet is added first, and its fields come after. */
export async function resolveProjectField(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: GithubEffect,
): Promise<{ readonly writes: readonly ItemWrite[]; readonly problems: readonly FieldProblem[] }> {
  const place = pair.item?.project;
  const facts = await readProject(deps, mapping);
  const name = effect.field === "column" ? mapping.status.projectField : effect.field;
  const target = toProjectValue(effect.field, effect.to, facts, name);
  if ("problem" in target) return { writes: [], problems: [target.problem] };
  if (!place || !pair.item) return { writes: [], problems: [] };
  const shared = {
    nodeId: pair.item.nodeId,
    projectItemId: place.projectItemId,
    fieldId: target.fieldId,
    project: toView(mapping, facts),
  };
  const write: ItemWrite =
    target.value === null
      ? { ...shared, kind: "clearProjectField" }
      : { ...shared, kind: "setProjectField", value: target.value };
  return { writes: [write], problems: [] };
}
