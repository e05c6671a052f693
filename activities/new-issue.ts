import type { NewIssue } from "../github/client.ts";
import type { CreateEffect } from "../sync/effect.ts";
import { isSet } from "../sync/field-value.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem, FieldValue } from "../sync/model.ts";
import { parseReference } from "../sync/reference.ts";
import type { ActivityDeps } from "./deps.ts";
import type { PairWork } from "./pair-work.ts";
import { findNames } from "./find-names.ts";
import { readProject } from "./mapped-project.ts";

/** The creating request without its texts, and which of its values have no id. */
export interface ResolvedIssue {
  readonly input: Omit<NewIssue, "title" | "body">;
  readonly problems: readonly FieldProblem[];
}

const MAX_ASSIGNEES = 10; // GitHub drops further ones in silence
const DEADLINE_MS = 15_000; // ms; for a label that has to be made first

/** Finds the ids behind the names of a new issue's fields; one that has none is reported, and the issue is made without it. */
export async function resolveNewIssue(
  deps: ActivityDeps,
  mapping: Mapping,
  pair: PairWork,
  effect: CreateEffect,
): Promise<ResolvedIssue> {
  const { repository, fields = {} } = effect;
  const names: Record<string, string> = {};
  const problems: FieldProblem[] = [];
  const find = async (field: string): Promise<readonly string[]> => {
    const wanted = toNames(fields[field]);
    if (wanted.length === 0) return [];
    const directory = await deps.facts.readDirectory(repository);
    const found = await findNames(deps, mapping, directory, field, wanted, deps.clock.now() + DEADLINE_MS);
    problems.push(...found.problems);
    for (const { id, name } of found.named) names[id] = name;
    return found.named.map(({ id }) => id);
  };
  const labelIds = await find("labels");
  const assigneeIds = (await find("assignees")).slice(0, MAX_ASSIGNEES);
  const [milestoneId] = await find("milestone");
  const [issueTypeId] = await find("type");
  const parentIssueId = findParent(pair, fields["parent"]);
  const repositoryId = await deps.facts.readRepositoryId(repository);
  const projectIds = await findProjects(deps, mapping, pair);
  return {
    input: {
      repositoryId,
      names,
      ...(labelIds.length > 0 ? { labelIds } : {}),
      ...(assigneeIds.length > 0 ? { assigneeIds } : {}),
      ...(milestoneId === undefined ? {} : { milestoneId }),
      ...(issueTypeId === undefined ? {} : { issueTypeId }),
      ...(parentIssueId === undefined ? {} : { parentIssueId }),
      ...(projectIds.length > 0 ? { projectIds } : {}),
    },
    problems,
  };
}

function toNames(value: FieldValue | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  return isSet(value) ? value : [String(value)];
}

function findParent(pair: PairWork, value: FieldValue | undefined): string | undefined {
  const reference = typeof value === "string" ? parseReference(value) : undefined;
  if (!reference) return undefined;
  return [...pair.parents.values()].find((item) => item.number === reference.number && item.repository === reference.repository)
    ?.nodeId;
}

async function findProjects(deps: ActivityDeps, mapping: Mapping, pair: PairWork): Promise<readonly string[]> {
  if (!mapping.github.project || pair.projectProblem) return [];
  const facts = await readProject(deps, mapping);
  // GitHub may refuse the whole creation for a project that the token may only read.
  return facts.viewerCanUpdate ? [facts.projectId] : [];
}
