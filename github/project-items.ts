import { ServiceError } from "../sync/error.ts";
import type { FieldValue, ProjectPlace } from "../sync/model.ts";
import { findErrorAt, isRecord, toAbsence } from "./answer.ts";
import { PROJECT_ITEMS } from "./documents-projects.ts";
import { toIncompleteError, withCode } from "./error.ts";
import { findNamed } from "./project-values.ts";
import { isTooMuch, readInChunks } from "./chunks.ts";
import type { Answer, GithubClient } from "./request.ts";

/** Which project is looked at, and which of its fields. */
export interface ProjectView {
  /** Node id. */
  readonly projectId: string;
  /** The field whose option is the column; the default of a mapping is `Status`. */
  readonly statusField: string;
  /** Names of the mapped fields, as the mapping has them, without `project.`. */
  readonly fields: readonly string[];
}

/** An item's place in a project, with the values of the fields that were looked at, as `project.<name>`; empty ones are `null`. */
export interface ProjectReading {
  readonly place: ProjectPlace;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** Readings by node id of the issue or pull request; `null`: it is not in the project. */
export interface ProjectReadings extends ReadonlyMap<string, ProjectReading | null> {
  /** Why an id has no entry: it could not be read, which says nothing about its place. */
  readonly failures?: ReadonlyMap<string, ServiceError>;
}

class Readings extends Map<string, ProjectReading | null> implements ProjectReadings {
  readonly failures = new Map<string, ServiceError>();
}

interface ValueNode {
  readonly field?: { readonly name: string };
  readonly text?: string | null;
  readonly number?: number | null;
  readonly date?: string | null;
  readonly optionName?: string | null;
  readonly title?: string | null;
}

/** An item of a project in the form of the documents' fragment. */
export interface ProjectItemNode {
  readonly id: string;
  readonly updatedAt: string;
  readonly isArchived: boolean;
  readonly project: { readonly id: string };
  readonly fieldValues: { readonly totalCount: number; readonly nodes: readonly (ValueNode | null)[] | null };
}

/** Whether a part of an answer is an item of a project. */
export const isProjectItemNode = (node: unknown): node is ProjectItemNode =>
  isRecord(node) && typeof node["id"] === "string" && isRecord(node["project"]) && isRecord(node["fieldValues"]);

interface NamedValue {
  readonly name: string;
  readonly value: FieldValue;
}

function toNamedValue(node: ValueNode | null): NamedValue | undefined {
  const value = node?.text ?? node?.number ?? node?.date ?? node?.optionName ?? node?.title ?? null;
  return node?.field === undefined ? undefined : { name: node.field.name, value: value === "" ? null : value };
}

/**
 * Reads an item of a project out of an answer.
 *
 * @throws ServiceError `incomplete_result` when GitHub left values out.
 */
export function toProjectReading(node: ProjectItemNode, view: ProjectView): ProjectReading {
  const nodes = node.fieldValues.nodes ?? [];
  if (node.fieldValues.totalCount > nodes.length) throw toIncompleteError("all values of the project's item");
  const values = nodes.flatMap((each) => toNamedValue(each) ?? []);
  const find = (name: string): FieldValue => findNamed(values, name, (each) => each.name)?.value ?? null;
  const column = find(view.statusField);
  return {
    place: {
      projectItemId: node.id,
      isArchived: node.isArchived,
      updatedAt: node.updatedAt,
      column: typeof column === "string" ? column : null,
    },
    fields: Object.fromEntries(view.fields.map((name) => [`project.${name}`, find(name)])),
  };
}

/** An error of a request about a project, told from one about the repository. */
export function toProjectError(error: ServiceError): ServiceError {
  if (error.code !== "forbidden" && error.code !== "insufficient_scopes") return error;
  return withCode(error, "project_forbidden");
}

/** The error for a project that the token does not see; nothing is known about its items then. */
export function toHiddenError(given: ServiceError | undefined): ServiceError {
  if (given && !["not_found", "forbidden", "insufficient_scopes"].includes(given.code)) return given;
  const message = `GitHub does not show the project to this token${given ? ` (${given.message})` : ""}.`;
  return new ServiceError({ service: "github", code: "project_unreachable", end: "failed", status: given?.status, message });
}

const MAX_IDS = 20; // ids in a request, which costs 42 points of the hour by GitHub's formula

/** Creates the reading of items of a project; see `GithubAdapter.readProjectItems`. */
export function createReadProjectItems(client: GithubClient) {
  const ask = async (ids: readonly string[], after: string | null, { projectId }: ProjectView): Promise<Answer> => {
    const answer = await client.read(PROJECT_ITEMS, { projectId, ids, after });
    if (answer.errors.some(({ error }) => isTooMuch(error))) throw toAbsence(answer, "the items of the project");
    const { project } = answer.data;
    if (!isRecord(project) || project["id"] !== projectId) throw toHiddenError(findErrorAt(answer, ["project"]));
    return answer;
  };

  const addItem = async (answer: Answer, place: number, id: string, view: ProjectView, readings: Readings): Promise<void> => {
    const { nodes } = answer.data;
    const node: unknown = Array.isArray(nodes) ? nodes[place] : undefined;
    const items = isRecord(node) ? node["projectItems"] : undefined;
    const places: readonly unknown[] = isRecord(items) && Array.isArray(items["nodes"]) ? items["nodes"] : [];
    const index = places.findIndex((each) => isProjectItemNode(each) && each.project.id === view.projectId);
    const found = places[index];
    const path = ["nodes", place, "projectItems", "nodes"];
    // The token sees this project, so a place that it may not see is one in another.
    const error = findErrorAt(answer, found === undefined ? ["nodes", place] : [...path, index], (met) => {
      const isPlace = met.path.length === path.length + 1 && path.every((part, depth) => met.path[depth] === part);
      return isPlace && met.error.code === "forbidden";
    });
    if (error || !isRecord(items) || !Array.isArray(items["nodes"])) {
      readings.failures.set(id, error ? toProjectError(error) : toIncompleteError("the projects of the item"));
      return;
    }
    const page = items["pageInfo"];
    if (isProjectItemNode(found)) readings.set(id, toProjectReading(found, view));
    else if (isRecord(page) && page["hasNextPage"] === true && typeof page["endCursor"] === "string") {
      await addItem(await ask([id], page["endCursor"], view), 0, id, view, readings);
    } else readings.set(id, null);
  };

  const readPlaces = async (ids: readonly string[], view: ProjectView, readings: Readings): Promise<void> => {
    const answer = await ask(ids, null, view).catch((error: unknown) => {
      throw error instanceof ServiceError ? toProjectError(error) : error;
    });
    for (const [place, id] of ids.entries()) {
      try {
        await addItem(answer, place, id, view, readings);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.end === "limited") throw error;
        readings.failures.set(id, toProjectError(error));
      }
    }
  };

  return async (nodeIds: readonly string[], project: ProjectView): Promise<ProjectReadings> => {
    const readings = new Readings();
    await readInChunks(nodeIds, MAX_IDS, (ids) => readPlaces(ids, project, readings));
    return readings;
  };
}
