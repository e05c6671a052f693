// The seeded project "Roadmap" of acme, as the adapter sees it.
import type { ProjectFacts, ProjectView, WriteResult } from "../../github/client.ts";
import { findProjectField, toProjectValue } from "../../github/project-values.ts";
import type { FieldValue } from "../../sync/model.ts";
import { START, type World } from "./world.ts";

export const LATER = { deadlineAtMs: Date.parse(START) + 300_000 };

export const VIEWED = ["Estimate", "Due", "Iteration", "Notes", "Status"] as const;

export interface Roadmap {
  readonly facts: ProjectFacts;
  readonly view: ProjectView;
  fieldId(name: string): string;
  /** Adds an issue and gives its place. */
  add(nodeId: string): Promise<string>;
  /** Sets or clears a field of an item that was added. */
  set(nodeId: string, projectItemId: string, name: string, value: FieldValue): Promise<WriteResult | undefined>;
}

export async function readRoadmap(world: World): Promise<Roadmap> {
  const facts = await world.run(world.github.readProject("acme", 1));
  const view = { projectId: facts.projectId, statusField: "Status", fields: VIEWED };
  const fieldId = (name: string): string => findProjectField(facts, name)?.fieldId ?? "";
  return {
    facts,
    view,
    fieldId,
    async add(nodeId) {
      const [result] = await world.run(world.github.applyWrites([{ nodeId, kind: "addToProject", project: view }], LATER));
      if (result?.end !== "succeeded" || !result.project) throw new Error("the issue was not added");
      return result.project.place.projectItemId;
    },
    async set(nodeId, projectItemId, name, value) {
      const target = toProjectValue(`project.${name}`, value, facts);
      if ("problem" in target) throw new Error(target.problem.reason);
      const shared = { nodeId, projectItemId, fieldId: target.fieldId, project: view };
      const write =
        target.value === null
          ? ({ ...shared, kind: "clearProjectField" } as const)
          : ({ ...shared, kind: "setProjectField", value: target.value } as const);
      const [result] = await world.run(world.github.applyWrites([write], LATER));
      return result;
    },
  };
}

/** Node ids of the seeded repository's issues, the oldest first. */
export const nodeIdsOf = (world: World): string[] =>
  world.simulator.store.children("Issue", world.simulator.store.findRepository("acme", "widgets")?.id ?? "").map(({ id }) => id);
