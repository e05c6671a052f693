import { ServiceError } from "../sync/error.ts";
import { isRecord, toAbsence } from "./answer.ts";
import { PROJECT } from "./documents-projects.ts";
import { toIncompleteError } from "./error.ts";
import type { Answer, GithubClient } from "./request.ts";

/** A field of a project. Plain JSON. */
export type ProjectField = { readonly fieldId: string; readonly name: string } & (
  | { readonly dataType: "text" | "number" | "date" | "other" }
  | { readonly dataType: "singleSelect"; readonly options: readonly { readonly id: string; readonly name: string }[] }
  | { readonly dataType: "iteration"; readonly iterations: readonly ProjectIteration[] }
);

/** An iteration, running, coming or over. */
export interface ProjectIteration {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD` */
  readonly startDate: string;
}

/** A project and what its names mean. Plain JSON. */
export interface ProjectFacts {
  /** Node id. */
  readonly projectId: string;
  readonly title: string;
  readonly closed: boolean;
  /** Whether the token may add items and set fields; if not, a request that creates an issue in it could fail as a whole. */
  readonly viewerCanUpdate: boolean;
  readonly fields: readonly ProjectField[];
}

interface FieldNode {
  readonly id: string;
  readonly name: string;
  readonly dataType: string;
  readonly options?: readonly { readonly id: string; readonly name: string }[];
  readonly configuration?: {
    readonly iterations: readonly ProjectIteration[];
    readonly completedIterations: readonly ProjectIteration[];
  };
}

const TYPES: Readonly<Record<string, "text" | "number" | "date">> = { TEXT: "text", NUMBER: "number", DATE: "date" };

function toField({ id, name, dataType, options, configuration }: FieldNode): ProjectField {
  const shared = { fieldId: id, name };
  if (options) return { ...shared, dataType: "singleSelect", options };
  if (configuration) {
    // Those that run or come first: a title may have been used before.
    const iterations = [...configuration.iterations, ...configuration.completedIterations];
    return { ...shared, dataType: "iteration", iterations };
  }
  return { ...shared, dataType: TYPES[dataType] ?? "other" };
}

const UNREACHABLE: readonly string[] = ["not_found", "forbidden", "insufficient_scopes"];

/** Which token can reach the projects of such an owner. */
const TOKENS = {
  Organization:
    "a GitHub App or fine-grained token with the organisation permission Projects (read and write), or a classic token with the scope `project`",
  User: "a classic token with the scope `project`: GitHub Apps and fine-grained tokens cannot reach projects of users",
} as const;

function toUnreachable(owner: string, number: number, type: unknown, given?: ServiceError): ServiceError {
  const kind =
    type === "User" || type === "Organization"
      ? TOKENS[type]
      : `for an organisation's project ${TOKENS.Organization}; for a user's ${TOKENS.User}`;
  const words = given ? ` (${given.message})` : "";
  return new ServiceError({
    service: "github",
    code: "project_unreachable",
    end: "failed",
    status: given?.status,
    message: `Project ${number} of "${owner}" cannot be reached with this token${words}. Check owner and number; needed is ${kind}.`,
  });
}

/** Creates the reading of a project; see `GithubAdapter.readProject`. */
export function createReadProject(client: GithubClient) {
  const ask = async (owner: string, number: number): Promise<Answer> => {
    try {
      return await client.read(PROJECT, { login: owner, number });
    } catch (error) {
      if (error instanceof ServiceError && UNREACHABLE.includes(error.code)) throw toUnreachable(owner, number, undefined, error);
      throw error;
    }
  };

  return async (owner: string, number: number): Promise<ProjectFacts> => {
    const answer = await ask(owner, number);
    const found = answer.data["repositoryOwner"];
    const project = isRecord(found) ? found["projectV2"] : undefined;
    const error = answer.errors[0]?.error;
    if (!isRecord(project) || error) {
      if (error && !UNREACHABLE.includes(error.code)) throw toAbsence(answer, "the project");
      throw toUnreachable(owner, number, isRecord(found) ? found["__typename"] : undefined, error);
    }
    const { id, title, closed, viewerCanUpdate, fields } = project as unknown as Omit<ProjectFacts, "fields"> & {
      readonly id: string;
      readonly fields: unknown;
    };
    const nodes = isRecord(fields) && Array.isArray(fields["nodes"]) ? (fields["nodes"] as readonly (FieldNode | null)[]) : [];
    const known = nodes.flatMap((node) => (node ? [toField(node)] : []));
    if (!isRecord(fields) || fields["totalCount"] !== known.length) throw toIncompleteError("all fields of the project");
    return { projectId: id, title, closed, viewerCanUpdate, fields: known };
  };
}
