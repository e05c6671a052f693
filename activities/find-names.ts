import type { Named, RepositoryDirectory } from "../github/directory.ts";
import { ServiceError } from "../sync/error.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";

const MAX_LABEL_CHARS = 50; // GitHub's limit

/** What names mean in a repository, and which mean nothing; labels are made when the mapping allows it. */
export async function findNames(
  deps: ActivityDeps,
  mapping: Mapping,
  directory: RepositoryDirectory,
  field: string,
  names: readonly string[],
  deadlineAtMs: number,
  isRemoval = false,
): Promise<{ readonly named: readonly Named[]; readonly problems: readonly FieldProblem[] }> {
  const named: Named[] = [];
  const missing: string[] = [];
  const problems: FieldProblem[] = [];
  for (const name of names) {
    const found = findName(directory, field, name);
    if (found) named.push(found);
    else if (isRemoval) continue;
    else if (field === "labels" && mapping.createLabels) {
      const made = await makeLabel(deps, directory, name, deadlineAtMs);
      if ("reason" in made) problems.push(made);
      else named.push(made);
    } else missing.push(name);
  }
  if (missing.length > 0) problems.push(missingNames(directory, field, missing));
  return { named, problems };
}

/** A label that GitHub refuses is a problem of its own, and stops neither the item nor its other labels. */
async function makeLabel(
  deps: ActivityDeps,
  directory: RepositoryDirectory,
  name: string,
  deadlineAtMs: number,
): Promise<Named | FieldProblem> {
  const refused = (reason: string): FieldProblem => {
    return { field: "labels", code: "invalid", reason, remedy: "Rename the option in Notion, or choose another." };
  };
  if (Array.from(name).length > MAX_LABEL_CHARS) {
    return refused(`Label "${name}" is longer than the ${MAX_LABEL_CHARS} characters that GitHub allows.`);
  }
  try {
    const made = await deps.github.createLabel(directory.repositoryId, name, { deadlineAtMs });
    deps.facts.forget();
    return made;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== "invalid") throw error;
    return refused(`GitHub refused to make label "${name}": ${error.message}`);
  }
}

function findName(directory: RepositoryDirectory, field: string, name: string): Named | undefined {
  if (field === "labels") return directory.findLabel(name);
  if (field === "milestone") return directory.findMilestone(name);
  if (field === "type") return directory.findIssueType(name);
  return directory.findAssignableUser(name);
}

const KINDS: Readonly<
  Record<string, { readonly what: string; readonly list: "labels" | "milestones" | "issueTypes" | "assignableUsers" }>
> = {
  labels: { what: "label", list: "labels" },
  milestone: { what: "milestone", list: "milestones" },
  type: { what: "issue type", list: "issueTypes" },
  assignees: { what: "assignable person", list: "assignableUsers" },
};

const SHOWN = 12; // names in a remedy; a longer list helps nobody

function missingNames(directory: RepositoryDirectory, field: string, names: readonly string[]): FieldProblem {
  const { what, list } = KINDS[field] ?? { what: field, list: "labels" };
  const quoted = names.map((name) => `"${name}"`).join(", ");
  const there = directory[list].slice(0, SHOWN).map(({ name }) => `"${name}"`);
  const more = directory[list].length > SHOWN ? " …" : "";
  const offer =
    there.length === 0 ? "the repository has none" : `there ${there.length === 1 ? "is" : "are"} ${there.join(", ")}${more}`;
  const make = field === "assignees" ? "Give access to the repository on GitHub" : "Make it on GitHub";
  const code = field === "assignees" ? "person_unassignable" : `${field === "labels" ? "label" : field}_missing`;
  const failure = directory.failures.get(list);
  if (failure)
    return {
      field,
      code: failure.code,
      reason: `The ${list} of the repository cannot be read: ${failure.message}`,
      remedy: "It is tried again.",
    };
  return { field, code, reason: `The repository has no ${what} ${quoted}.`, remedy: `${make}, or choose another: ${offer}.` };
}
