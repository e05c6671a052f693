import type { Named, RepositoryDirectory } from "../github/directory.ts";
import type { Mapping } from "../sync/mapping.ts";
import type { FieldProblem } from "../sync/model.ts";
import type { ActivityDeps } from "./deps.ts";

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
  for (const name of names) {
    const found = findName(directory, field, name);
    if (found) named.push(found);
    else if (isRemoval) continue;
    else if (field === "labels" && mapping.createLabels) {
      named.push(await deps.github.createLabel(directory.repositoryId, name, { deadlineAtMs }));
      deps.facts.forget();
    } else missing.push(name);
  }
  return { named, problems: missing.length > 0 ? [missingNames(directory, field, missing)] : [] };
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
